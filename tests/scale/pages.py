"""How fast list, file and search answer: whole requests of a signed-in county officer, without the network.

Every request goes through all middleware, the database and the templates; what is measured is the 95th percentile
in milliseconds over requests that differ (other words, villages, filters, pages, households).
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.test import Client

from households.models import HouseholdCard, Membership, Person
from povertycase import secrets
from povertycase.models import Account, Post
from tests.scale.population import AS_OF, COUNTY, GIVEN, SURNAMES, settle

GOALS = {"list": 300.0, "file": 300.0, "search": 50.0}
ROUNDS = 150


@contextmanager
def officer() -> Iterator[Client]:
    """A signed-in county officer, for as long as it takes."""
    account = Account.objects.create(username="measure", display_name="测量", must_change_password=False)
    post = Post.objects.create(
        account=account, role="county_office", division_id=COUNTY.ljust(12, "0"), valid_from=AS_OF.replace(year=2014)
    )
    client = Client()
    before, settings.LIMITS = settings.LIMITS, {}  # a measuring machine searches faster than a person may
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    try:
        yield client
    finally:
        settings.LIMITS = before
        client.logout()
        post.delete()
        account.delete()


def rows(rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """The lines of var/bench.json for a filled register at large: id, value, unit, goal, met."""
    return [
        {"id": f"{kind}.p95_ms.large", "value": value, "unit": "ms", "goal": GOALS[kind], "met": value <= GOALS[kind]}
        for kind, value in measure(rounds).items()
    ]


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """The 95th percentile of list, file and search in milliseconds."""
    dice = random.Random(2018)
    last = HouseholdCard.objects.order_by("-pk").values_list("pk", flat=True)[0]
    numbers = _with_real_numbers([dice.randint(1, last) for _ in range(rounds)])
    villages = [
        HouseholdCard.objects.values_list("village_code", flat=True).get(pk=dice.randint(1, last)) for _ in range(40)
    ]
    kinds: dict[str, Callable[[int], str]] = {
        "list": lambda at: _list(dice, villages),
        "file": lambda at: f"/households/{numbers[at]}/",
        "search": lambda at: _search(dice, numbers),
    }
    settle()
    with officer() as client:
        return {kind: _percentile(client, address, rounds) for kind, address in kinds.items()}


def _percentile(client: Client, address: Callable[[int], str], rounds: int) -> float:
    client.get(address(0))  # templates and connection warm
    took = []
    for at in range(rounds):
        wanted = address(at)
        began = time.perf_counter()
        answer = client.get(wanted)
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, wanted
    return round(sorted(took)[int(rounds * 0.95)], 1)


def _list(dice: random.Random, villages: list[str]) -> str:
    village = dice.choice(villages)
    choices = (
        "", "sort=head", "sort=-number", f"village={village}", f"village={village[:9]}000", "status=poor",
        f"status=exited&village={village[:9]}000", "cause=illness&status=poor", "attr=tekun&planned=2018",
        f"page={dice.randint(2, 200)}", f"village={village}&sort=head", "residence=away", "helped=none",
    )  # fmt: skip
    return f"/households/?{dice.choice(choices)}"


def _search(dice: random.Random, numbers: list[str]) -> str:
    name = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)
    choices = (
        name,
        name[1:],
        name[:2],
        name[0],
        name[1],
        "".join(dice.choice("zlwg") for _ in range(3)),
        dice.choice(numbers),
    )
    return f"/households/?q={dice.choice(choices)}&size=20"


def _with_real_numbers(households: list[int]) -> list[str]:
    """Seal proper numbers into the households whose files are opened: opening them is part of the work."""
    members = Membership.objects.filter(household__in=households).values_list("person", flat=True)
    clears = [f"1411001965{key:07d}X" for key in members]
    people = [
        Person(pk=key, id_number=sealed, id_index=index)
        for key, (sealed, index) in zip(members, secrets.seal_many("id", clears), strict=True)
    ]
    Person.objects.bulk_update(people, ["id_number", "id_index"], batch_size=500)
    return list(HouseholdCard.objects.filter(pk__in=households).values_list("household_no", flat=True)) * 2

"""Demo accounts 演示账号: three of every role, a first secretary for each posting, passwords in one file of mode 0600."""

import csv
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.hashers import Argon2PasswordHasher

from povertycase import slots
from povertycase.actions import accounts as actions
from povertycase.models import Account, Bureau
from supervision.demo.county import County
from supervision.demo.names import Names
from supervision.demo.responsible import Posting

FIELDS = ("role", "username", "password", "division_code", "division_name")
FILE = "demo-accounts.csv"
EACH = 3
BUREAUS = (Bureau.HOUSING, Bureau.WATER, Bureau.MEDICAL)
COUNTY_ROLES = ("county_office", "county_reviewer", "department", "organisation", "supervisor", "leader")


@dataclass(frozen=True)
class DemoAccount:
    """An account to be made: where its post is, and the cadre who holds it, if one does."""

    role: str
    username: str
    name: str
    division: str
    division_name: str
    cadre: str = ""  # cadre number
    posted: bool = False  # the posting opens the post
    bureau: str = ""  # of a department


def wanted(county: County) -> list[DemoAccount]:
    """Every account of the demo, in the order of the roles; each sees something where its role has reach."""
    rng = random.Random(f"{county.frame.code}:{county.seed}:accounts")
    names = Names(rng, county.frame.profile)
    found: list[DemoAccount] = []
    for role in slots.ROLES:
        if role.code == "first_secretary":
            found += _posted(county, role.code, [p for p in county.postings if p.role == role.code])
        elif role.code == "team_member":
            found += _posted(county, role.code, _spread([p for p in county.postings if p.role == role.code]))
        elif role.code in ("helper", "unit_liaison"):
            found += _cadres(county, role.code)
        else:
            found += _plain(county, role.code, role.reach, names, rng)
    return found


def _spread(postings: list[Posting]) -> list[Posting]:
    return [postings[len(postings) * place // EACH] for place in range(EACH)]


def _posted(county: County, role: str, postings: list[Posting]) -> Iterator[DemoAccount]:
    villages = {village.code: village for village in county.villages}
    for place, posting in enumerate(postings, start=1):
        cadre = county.helpers.cadres[posting.cadre]
        village = villages[posting.village]
        name = f"{village.town_name}{village.name}"
        yield DemoAccount(role, f"{role}{place}", cadre.name, village.code, name, cadre.number, posted=True)


def _cadres(county: County, role: str) -> Iterator[DemoAccount]:
    """Helpers and liaisons are cadres with pairings who are not posted to a village."""
    posted = {posting.cadre for posting in county.postings}
    busy = [place for place, cadre in enumerate(county.helpers.cadres) if cadre.load >= 2 and place not in posted]
    offset = 0 if role == "helper" else 1
    for place in range(EACH):
        cadre = county.helpers.cadres[busy[len(busy) * (2 * place + offset) // (2 * EACH)]]
        code = f"{county.frame.code}000000"
        yield DemoAccount(role, f"{role}{place + 1}", cadre.name, code, county.name, cadre.number)


def _plain(county: County, role: str, reach: str, names: Names, rng: random.Random) -> Iterator[DemoAccount]:
    home = {"village_clerk": _villages, "township_clerk": _towns, "township_reviewer": _towns}.get(role)
    places = home(county) if home else [(f"{county.frame.code}000000", county.name)] * EACH
    for place in range(EACH):
        code, name = places[place] if role in COUNTY_ROLES or home else ("", "")
        person, bureau = names.full(rng.choice(("male", "female")), 1978), ""
        if role == "department":
            # 住建局王某: who confirms a certificate must be known by the name beside it.
            bureau = BUREAUS[place]
            name, person = f"{name}{bureau.label}", f"{bureau.label}{person}"
        yield DemoAccount(role, f"{role}{place + 1}", person, code, name, bureau=bureau)


def _towns(county: County) -> list[tuple[str, str]]:
    towns = list(dict.fromkeys((village.town, village.town_name) for village in county.villages))
    return [towns[len(towns) * place // EACH] for place in range(EACH)]


def _villages(county: County) -> list[tuple[str, str]]:
    rows = [(village.code, f"{village.town_name}{village.name}") for village in county.villages]
    return [rows[len(rows) * place // EACH + 1] for place in range(EACH)]


def passwords(file: Path, people: list[DemoAccount]) -> dict[str, str]:
    """The password of each account: those of the file, new ones for the rest; the file then holds them all."""
    known: dict[str, str] = {}
    if file.exists():
        with file.open(encoding="utf-8", newline="") as lines:
            known = {row["username"]: row["password"] for row in csv.DictReader(lines)}
    result = {person.username: known.get(person.username) or actions.first_password() for person in people}
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(handle, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(FIELDS)
        for person in people:
            writer.writerow(
                (person.role, person.username, result[person.username], person.division, person.division_name)
            )
    return result


class QuickArgon2(Argon2PasswordHasher):
    """Argon2id at the least cost OWASP allows: for random passwords of 14 characters, until the first sign-in."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1


def make(person: DemoAccount, password: str) -> None:
    """Create one account unless it is there; no forced change of password in the demo."""
    if not Account.objects.filter(username=person.username).exists():
        actions.create(
            username=person.username,
            display_name=person.name,
            password=password,
            must_change_password=False,
            hasher=QuickArgon2(),
            by=None,
        )

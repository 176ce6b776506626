"""The pages of the rules: no barrier, no page wider than its screen, both languages."""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from tests.browser.window import WIDTHS, Window, window
from tests.exit_county import county
from tests.planted import rule_objects

__all__ = ["county"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.fixture
def addresses(county):
    """The lists, and one page of each kind."""
    made = rule_objects()
    lists = [reverse(name) for name in ("rules", "rule-standards", "rule-lines", "rule-indicators", "rule-checks")]
    lists += [reverse(name) for name in ("rule-warnings", "rule-frequencies", "rule-policies", "watch")]
    kinds = ("standard", "line", "indicator", "check", "warning", "frequency", "policy")
    facts = [reverse("rule-fact", args=[code]) for code in ("labour", "arable_mu_per_person")]
    ones = [reverse(f"rule-{kind}", args=[made[kind]]) for kind in kinds]
    return [*lists, f"{lists[0]}?subject=unit&q=结对", *facts, *ones]


@pytest.fixture(params=WIDTHS)
def desk(request, client, chromium, county, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    client.force_login(county.office, backend="django.contrib.auth.backends.ModelBackend")
    yield from window(client, chromium, request.param)


def test_pages_of_the_rules_have_no_barrier_and_fit_the_screen(desk, addresses):
    assert desk.looked_through(addresses) == []

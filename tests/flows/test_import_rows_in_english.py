"""A small import in English: what an action refuses and what a row changes are read in the reader's language."""

import datetime
import re

import pytest
from django.test import Client
from django.utils.translation import override

from povertycase.exchange.findings import words_of
from povertycase.models import Account, ImportBatch, Post
from tests.flows.test_import_kinds import KINDS, figure, person, posting, visit
from tests.flows.test_import_rows_undo import officer_of
from tests.kind_books import bring_in, check
from tests.register_cast import homes, people  # noqa: F401

DAY = datetime.date
HAN = re.compile(r"[\u3400-\u9fff]+")


@pytest.fixture(autouse=True)
def there(homes):  # noqa: F811
    return homes


def english(account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/language/", {"language": "en", "next": "/"})
    return client


def said(kind: str, batch: ImportBatch) -> str:
    page = english(officer_of(kind)).get(f"/imports/{batch.pk}/").content.decode()
    assert 'lang="en"' in page
    return page


def test_what_an_action_refuses_is_read_in_english_with_its_days_and_names():
    page = said("visits", check("visits", [visit(visited_on=DAY(2016, 1, 5))], by=officer_of("visits")))
    assert "The day of the visit 2016-01-05 is too early; please check the year" in page
    assert "太早" not in page


def test_every_thing_that_is_wrong_stands_at_its_column_once():
    batch = check("figures", [figure(numerator=300)], by=officer_of("figures"))
    assert "numerator 300" in said("figures", batch)
    assert "应在 0 和分母" in batch.problems.get(code="refused").message
    assert not batch.problems.get(code="refused").message.endswith("。。")


def test_a_bureaus_field_is_named_in_english():
    civil = Account.objects.create(username="civil", display_name="Civil", must_change_password=False)
    Post.objects.create(
        account=civil, role="department", bureau="civil_affairs", division_id="220821000000", valid_from=DAY(2018, 1, 1)
    )
    batch = check("bureau_list", [person(dibao=None, disability_type="肢体"), person()], by=civil)
    page = english(civil).get(f"/imports/{batch.pk}/").content.decode()
    assert "由别的部门认定" not in page and "another bureau" in page


@pytest.mark.parametrize("kind", KINDS)
def test_the_labels_and_words_of_a_difference_are_english(kind):
    batch = check(kind, [KINDS[kind][0]], by=officer_of(kind))
    page = said(kind, batch)
    table = page[page.index('id="lines"') : page.index('id="receipt"')]
    labels = re.findall(r'data-label="Field">([^<]*)<|data-label="Item">([^<]*)<', table)
    found = ["".join(pair) for pair in labels]
    assert found and not any(HAN.search(label) for label in found), found


def test_words_of_a_code_list_are_english_and_what_somebody_wrote_stays_as_written():
    page = said("visits", check("visits", [visit(findings="在家，玉米未卖")], by=officer_of("visits")))
    table = page[page.index('id="lines"') : page.index('id="receipt"')]
    assert "在家，玉米未卖" in table and "务工" not in table and "入户" not in table


def test_the_kind_of_a_figure_is_english_and_its_place_as_the_office_calls_it():
    page = said("figures", check("figures", [figure()], by=officer_of("figures")))
    table = page[page.index('id="lines"') : page.index('id="receipt"')]
    assert "贫困发生率" not in table and "东屏镇东胜村委会" in table


def test_what_differs_from_a_posting_is_named_in_english():
    bring_in("postings", [posting()])
    batch = check("postings", [posting(role="队员")], by=officer_of("postings"))
    problem = batch.problems.get(code="posting_differs")
    assert "驻村身份与登记的不同" in words_of(problem)
    with override("en"):
        assert not HAN.search(words_of(problem))
    assert "posting is registered with other Duty in the village" in said("postings", batch)

"""An officer finds a household, opens its file, looks at a number, writes down a visit and a measure."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistance.models import Measure, Visit
from povertycase import slots
from povertycase.models import AuditEvent, SavedSearch
from tests.register_cast import number

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def office(client, people, homes):
    client.force_login(people.office, backend=BACKEND)
    return client


def found(client, **query):
    """Numbers of the households on the list page."""
    answer = client.get("/households/", query)
    assert answer.status_code == 200
    return set(re.findall(r"/households/(H\d+)/", answer.content.decode()))


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("单", {"H0001"}),
        ("小明", {"H0001"}),
        ("明", {"H0001"}),
        ("单小明", {"H0001"}),
        ("张春燕", {"H0001"}),
        ("李桂", {"H0002", "H0003", "H0004"}),
        ("桂兰", {"H0002", "H0003", "H0004"}),
        ("sxm", {"H0001"}),
        ("S", {"H0001"}),
        ("zst", {"H0002"}),
        ("qdf", {"H0004"}),
        ("H0003", {"H0003"}),
        ("  单小明 ", {"H0001"}),
        ("没有这人", set()),
        ("小红", set()),
        ("", {"H0001", "H0002", "H0003", "H0004"}),
    ],
)
def test_a_household_is_found_by_part_of_a_name_by_initials_and_by_number(office, words, numbers):
    assert found(office, q=words) == numbers


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"village": "220821101200"}, {"H0001", "H0002"}),
        ({"village": "220821101000"}, {"H0001", "H0002", "H0003"}),
        ({"status": "exited"}, {"H0003"}),
        ({"status": "left"}, {"H0003"}),
        ({"cause": "labour"}, {"H0002"}),
        ({"planned": "2018", "village": "220821102200"}, {"H0004"}),
        ({"planned": "none"}, set()),
        ({"helped": "none"}, {"H0002", "H0003", "H0004"}),
        ({"helped": "some"}, {"H0001"}),
        ({"residence": "at_home"}, {"H0001"}),
        ({"visited": "yes"}, set()),
        ({"visited": "no"}, {"H0001", "H0002", "H0003", "H0004"}),
        ({"status": "nonsense" * 9}, set()),
        ({"village": "东胜"}, set()),
        ({"exited": "2017", "attr": "general"}, {"H0003"}),
        ({"page": "99", "size": "20", "sort": "-head"}, {"H0001", "H0002", "H0003", "H0004"}),
    ],
)
def test_filters_stand_in_the_address_and_narrow_the_list(office, query, numbers):
    assert found(office, **query) == numbers


def test_the_list_says_how_many_and_names_its_filters(office):
    text = office.get("/households/", {"village": "220821101200", "status": "poor"}).content.decode()
    assert "共 2 户" in text and "东胜村委会" in text and "未脱贫" in text and "全部清除" in text


def test_the_order_is_by_pinyin(office):
    text = office.get("/households/", {"sort": "head"}).content.decode()
    assert re.findall(r'class="lead"><a href="/households/(H\d+)/', text) == ["H0004", "H0001", "H0003", "H0002"]


@pytest.mark.parametrize("typed", ["141100196501020018", "14110019650102001X", "1411 0019 6501 0200 18", "13844556677"])
def test_a_full_number_in_an_address_is_refused_and_told_where_to_type_it(office, typed):
    answer = office.get("/households/", {"q": typed})
    assert answer.status_code == 400 and "证件号" in answer.content.decode()


def test_a_full_number_is_searched_by_post_and_the_address_holds_only_a_key(office, homes):
    answer = office.post("/households/search/", {"number": number("141100", "19650102", 2)})
    saved = SavedSearch.objects.get()
    assert answer.status_code == 302 and answer.url == f"/households/?s={saved.pk}"
    assert found(office, s=saved.pk) == {"H0003"}
    office.post("/households/search/", {"number": "139 4411 2233"})
    phone = SavedSearch.objects.exclude(pk=saved.pk).get()
    assert found(office, s=phone.pk) == {"H0001"}
    assert AuditEvent.objects.filter(kind="secret.searched").count() == 2


def test_a_broken_number_is_told_in_words(office):
    answer = office.post("/households/search/", {"number": "141100196501020019"})
    assert answer.status_code == 422 and "校验" in answer.content.decode()
    assert office.post("/households/search/", {"number": ""}).status_code == 422


def test_somebody_elses_saved_search_finds_nothing(office, client, people, homes):
    office.post("/households/search/", {"number": number("141100", "19650102", 2)})
    key = SavedSearch.objects.get().pk
    client.force_login(people.supervisor, backend=BACKEND)
    assert found(client, s=key) == set()


def test_the_file_shows_every_section_with_numbers_masked(office, homes):
    text = office.get("/households/H0001/").content.decode()
    for section in slots.FILE_SECTIONS:
        assert f'id="{section.code}"' in text, section.code
    for words in ("单小明", "张春燕", "因病", "9,000.00", "5,700.00", "B级", "ZJ-2018-001", "单强", "赵国强", "县水利局",
                  "家庭医生签约随访", "玉米收完了", "西屋墙角返潮", "长期慢性病（高血压）", "139****2233"):  # fmt: skip
        assert words in text, words
    assert number("141100", "19650102", 1) not in text and "13944112233" not in text and "13844556677" not in text


def questions(client, address, **query):
    """How many rows-fetching statements a page needs."""
    with CaptureQueriesContext(connection) as told:
        assert client.get(address, query).status_code == 200
    return sum(statement["sql"].startswith("SELECT") for statement in told.captured_queries)


def test_the_file_and_the_list_ask_the_database_a_fixed_number_of_times(office, homes):
    office.get("/households/H0001/")  # the first page of an installation also loads the shipped rules
    assert questions(office, "/households/H0001/") <= 44
    assert questions(office, "/households/H0002/") <= 44
    one = questions(office, "/households/", q="单")
    assert one == questions(office, "/households/") <= 15
    assert questions(office, "/households/", village="220821101000", status="poor", sort="head") == one


def test_a_number_is_revealed_for_a_reason_and_the_look_is_on_record(office, homes):
    head = homes.east.membership_set.get(relation="head").person_id
    url, office.defaults["HTTP_HX_REQUEST"] = reverse("household-reveal", args=["H0001"]), "true"
    answer = office.post(url, {"field": f"member-{head}", "reason": "compare"})
    assert answer.content.decode() == number("141100", "19650102", 1) and "no-store" in answer["Cache-Control"]
    event = AuditEvent.objects.get(kind="secret.revealed")
    assert (event.about, event.params) == ("H0001", {"field": "证件号码", "reason": "比对"})
    assert list(event.subject_rows.values_list("household", flat=True)) == [homes.east.pk]
    assert office.post(url, {"field": "phone", "reason": "verify"}).content.decode() == "13944112233"
    assert office.post(url, {"field": f"member-{head}", "reason": ""}).status_code == 422
    assert office.post(url, {"field": f"member-{head}", "reason": "call"}).status_code == 422
    assert office.post(url, {"field": "bank", "reason": "payout"}).status_code == 422
    assert office.post(url, {"field": "member-999999", "reason": "compare"}).status_code == 422
    assert office.get(url).status_code == 405
    assert AuditEvent.objects.filter(kind="secret.revealed").count() == 2


def test_without_a_script_a_number_stands_thirty_seconds_on_a_page_of_its_own(office, homes):
    url = reverse("household-reveal", args=["H0001"])
    answer = office.post(url, {"field": "phone", "reason": "verify"})
    text = answer.content.decode()
    assert 'href="tel:13944112233"' in text and "回户档案" in text and "no-store" in answer["Cache-Control"]
    assert answer["Refresh"] == "30; url=/households/H0001/"
    refused = office.post(url, {"field": "phone", "reason": "call"})
    assert refused.status_code == 422 and "本村户和结对户" in refused.content.decode() and "Refresh" not in refused
    assert AuditEvent.objects.filter(kind="secret.revealed").count() == 1


VISIT = {
    "kind": "home",
    "visited_on": "2018-11-20",
    "visitor": "other",
    "visitor_name": "村干部",
    "findings": "存折到账600元。",
}


def test_a_visit_is_written_down_and_appears_on_the_file(office, homes):
    page = office.get("/households/H0001/visits/new/").content.decode()
    assert "西屋墙角返潮" in page and "赵国强（县水利局）" in page
    answer = office.post("/households/H0001/visits/new/", VISIT)
    assert answer.status_code == 422 and "请填写办理结果" in answer.content.decode()
    answer = office.post(
        "/households/H0001/visits/new/", {**VISIT, "follow_up": "墙已修好", "topics": ["work", "health"]}
    )
    assert answer.status_code == 302
    assert "存折到账600元。" in office.get("/households/H0001/").content.decode()
    row = Visit.objects.known().latest("pk")
    assert (row.visitor_name, row.topics, str(row.entered_on)) == ("村干部", ["work", "health"], "2018-11-30")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"visited_on": "2018-12-01"}, "晚于业务日期"),
        ({"visited_on": "2018-13-01"}, "日期写法不对"),
        ({"visited_on": ""}, "请填写日期"),
        ({"findings": ""}, "请写下了解到的情况"),
        ({"visitor_name": ""}, "请填写走访人姓名"),
        ({"kind": "flight"}, "flight"),
    ],
)
def test_a_mistake_in_a_visit_is_told_beside_its_field_and_nothing_is_written(office, homes, change, words):
    answer = office.post("/households/H0002/visits/new/", {**VISIT, **change})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Visit.objects.filter(household=homes.single).exists()


def test_a_visit_after_the_cut_off_day_belongs_to_the_month_that_begins_then(office, homes, settings):
    settings.BULLETIN_CUTOFF_DAY, settings.OFFICE_DATE = 25, datetime.date(2018, 10, 27)
    for home, day in ((homes.single, 20), (homes.west, 26)):
        seen = datetime.date(2018, 10, day)
        Visit.objects.create(household=home, kind="home", visited_on=seen, entered_on=seen)
    assert found(office, visited="yes") == {"H0003"}
    assert found(office, visited="no") == {"H0001", "H0002", "H0004"}


def test_the_forms_of_visits_and_measures_ask_the_database_a_fixed_number_of_times(office, homes):
    def queries(no, form):
        with CaptureQueriesContext(connection) as asked:
            assert office.get(f"/households/{no}/{form}/new/").status_code == 200
        return len(asked)

    for form in ("visits", "measures"):
        office.get(f"/households/H0002/{form}/new/")
        assert queries("H0001", form) == queries("H0002", form) <= 14


def test_a_measure_is_planned_and_finished(office, homes):
    data = {"kind": "industry", "content": "庭院养鸡50只", "year": "2018", "state": "planned", "amount": "1500"}
    assert office.post("/households/H0002/measures/new/", data).status_code == 302
    row = Measure.objects.known().get(household=homes.single)
    answer = office.post(f"/households/H0002/measures/{row.pk}/", {**data, "state": "done"})
    assert answer.status_code == 422 and "请填写完成日期" in answer.content.decode()
    office.post(f"/households/H0002/measures/{row.pk}/", {**data, "state": "done", "done_on": "2018-11-01"})
    now = Measure.objects.known().get(household=homes.single)
    assert (now.state, now.amount, now.pk != row.pk) == ("done", 1500, True)
    # The address of the row before answers as missing: it has been superseded.
    assert office.get(f"/households/H0002/measures/{row.pk}/").status_code == 404


def test_the_counts_of_the_workbench_are_the_rows_of_their_lists(office, homes):
    for item in slots.WORKBENCH_ITEMS:
        if item.code.split(".")[0] not in ("households", "visits"):
            continue
        for line in item.query(_account(office), _today()):
            if line["count"] is None:  # a notice counts nothing
                continue
            text = office.get(line["url"]).content.decode()
            rows = set(re.findall(r"/households/(H\d+)/", text))
            assert len(rows) == line["count"], line["label"]


def _account(client):
    from povertycase.models import Account

    return Account.objects.get(pk=client.session["_auth_user_id"])


def _today():
    from povertycase import periods

    return periods.today()


def test_the_api_lists_and_opens_the_same_households(office, homes):
    answer = office.get("/api/v1/households/", {"village": "220821101200", "search": "单小明"}).json()
    assert (answer["count"], answer["next"]) == (1, None)
    assert answer["results"][0]["household_no"] == "H0001" and answer["results"][0]["cause"] == "illness"
    one = office.get("/api/v1/households/H0001/").json()
    assert [member["relation"] for member in one["members"]] == ["head", "spouse"]
    assert one["members"][0]["id_number"].count("*") >= 8 and number("141100", "19650102", 1) not in str(one)
    assert {row["part"] for row in one["conditions"]} == {
        "status",
        "residence",
        "cause",
        "living",
        "housing",
        "water",
        "person",
    }
    assert all(row["true_from"] and row["recorded_at"] for row in one["conditions"] + one["members"] + one["incomes"])
    assert one["incomes"][0]["net_income_per_capita"] == "5700.00"
    refused = office.get("/api/v1/households/", {"search": "141100196501020018"})
    assert refused.status_code == 400
    assert office.get("/api/v1/households/H9/").status_code == 404

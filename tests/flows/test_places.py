"""Villages and the county are judged by the figures that bureaus give by document; the register only stands beside."""

import datetime
import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from households.actions import figures
from households.actions.figures import Line
from households.facts.figures import FIGURES
from households.models import DivisionFigure, VillageRecord
from povertycase.models import AuditEvent, Division
from povertycase.rules import sheet, thresholds, versions
from supervision.actions import places
from supervision.models import DivisionRun, DivisionVerdict
from supervision.queries import line_gaps
from supervision.queries import places as reading
from tests.exit_county import COUNTY, OTHER_TOWN, OTHER_VILLAGE, TODAY, TOWN, VILLAGE, county, household

__all__ = ["county"]
pytestmark = pytest.mark.django_db
MAY = datetime.date(2018, 5, 1)
SHARES = {"incidence": (3, 400), "medical_insured": (398, 400)}
YES = ("paved_road", "bus", "water_solved", "power_reached", "broadcast_reached", "broadband")
AMOUNTS = {"culture_rooms": 1, "clinics": 1, "doctors": 1, "industry_kinds": 2, "collective_income": 32000}


def say(code, *lines, on=MAY, by=None, unit="县级部门", document="2018年度通报", **also):
    return figures.enter(
        code=code, lines=lines, true_from=on, source_unit=unit, document=document, entered_on=TODAY, by=by, **also
    )


def share(place, numerator, denominator):
    return Line(Division.objects.get(code=place), Decimal(numerator), Decimal(denominator))


def said_everything(place, **but):
    """All that the national village standard asks, met unless told otherwise."""
    division = Division.objects.get(code=place)
    for code in YES:
        say(code, Line(division, answer=but.get(code, True)))
    for code, amount in AMOUNTS.items():
        say(code, Line(division, amount=Decimal(but.get(code, amount))))
    say("incidence", share(place, *but.get("incidence", (3, 400))))


def judged(run, place=VILLAGE):
    found = next(row for row in reading.matrix(run, run.by or EVERYBODY) if row["place"].code == place)
    return found["outcome"], {cell["criterion"].code: cell["result"] for cell in found["cells"]}


class EVERYBODY:
    pk = 0

    @staticmethod
    def extents():
        from povertycase.reach import Extent

        return [Extent("everything")]


def check(county, standard="national-village", **also):
    return places.check(standard=standard, as_of=TODAY, division=county.division, by=county.office, **also)


def test_a_village_with_every_figure_is_met_and_one_without_any_is_to_be_verified(county):
    said_everything(VILLAGE)
    run = check(county)
    assert judged(run) == ("met", dict.fromkeys(judged(run)[1], "met"))
    assert judged(run, OTHER_VILLAGE)[0] == "unknown"
    assert set(judged(run, OTHER_VILLAGE)[1].values()) == {"unknown"}


def test_a_figure_below_the_line_makes_it_unmet_and_names_the_paper(county):
    said_everything(VILLAGE, incidence=(8, 400))
    run = check(county)
    outcome, results = judged(run)
    assert (outcome, results["incidence"]) == ("unmet", "unmet")  # 2 % is not below 2 %
    reasons, same = reading.reasons(run, DivisionVerdict.objects.get(run=run, division_id=VILLAGE))
    first = reasons[0]
    assert same and first.reason.value == "2%" and "2%" in first.reason.threshold
    said = first.papers[0].said
    assert (said.numerator, said.denominator, said.source_unit, said.document) == (8, 400, "县级部门", "2018年度通报")


def test_unknown_names_the_figure_and_who_gives_it(county):
    run = check(county, "national-village")
    reasons, _same = reading.reasons(run, DivisionVerdict.objects.get(run=run, division_id=VILLAGE))
    words = {item.reason.code: item.reason.sentence for item in reasons}
    assert words["water"] == "待核实（缺：饮水安全问题已解决，由县水利局提供）"
    assert words["clinic"] == "待核实（缺：村卫生室，由县卫健局提供；合格乡村医生，由县卫健局提供）"


def test_the_register_never_stands_in_for_a_share_of_all_households(county):
    for number in range(1, 5):
        household(number, water=number != 2)
    household(5, village=OTHER_VILLAGE)
    run = check(county)
    assert judged(run)[1]["water"] == "unknown"
    reasons, _same = reading.reasons(run, DivisionVerdict.objects.get(run=run, division_id=VILLAGE))
    water = next(item for item in reasons if item.reason.code == "water")
    assert water.registered == (3, 1, 0) and water.registered_words == "3／4 户（75.00%）"
    assert run.registered[OTHER_VILLAGE]["water"] == [1, 0, 0]


def test_the_village_form_says_it_where_no_bureau_has_and_a_bureau_goes_before_it(county):
    record = {"division_id": VILLAGE, "document": "镇统〔2018〕3号", "entered_on": TODAY}
    VillageRecord.objects.create(true_from=MAY, has_bus=True, clinics=1, doctors=0, incidence=Decimal("1.50"), **record)
    run = check(county)
    results = judged(run)[1]
    assert (results["bus"], results["clinic"], results["incidence"]) == ("met", "unmet", "met")
    say("doctors", Line(Division.objects.get(code=VILLAGE), amount=Decimal(2)), on=datetime.date(2017, 6, 1))
    assert judged(check(county))[1]["clinic"] == "met"


def test_last_years_figure_is_not_this_years(county):
    say("incidence", share(VILLAGE, 3, 400), on=datetime.date(2017, 12, 31))
    say("paved_road", Line(Division.objects.get(code=VILLAGE), answer=True), on=datetime.date(2016, 12, 31))
    results = judged(check(county))[1]
    assert (results["incidence"], results["road"]) == ("unknown", "met")


def test_villages_that_are_not_poor_are_not_asked(county):
    VillageRecord.objects.create(division_id=OTHER_VILLAGE, true_from=MAY, is_poor=False, entered_on=TODAY)
    run = check(county)
    assert [row["place"].code for row in reading.matrix(run, county.office)] == [VILLAGE]


def test_a_correction_supersedes_and_an_old_check_still_explains_itself(county):
    said_everything(VILLAGE)
    before = check(county)
    say("incidence", share(VILLAGE, 40, 400), by=county.office)
    after = check(county)
    assert (judged(before)[0], judged(after)[0]) == ("met", "unmet")
    reasons, same = reading.reasons(before, DivisionVerdict.objects.get(run=before, division_id=VILLAGE))
    assert same and reasons[0].reason.value == "0.75%"
    rows = DivisionFigure.objects.filter(division_id=VILLAGE, code="incidence").order_by("pk")
    assert [row.superseded_at is None for row in rows] == [False, True] and rows[0].superseded_by == rows[1]
    assert rows[1].entered_by == county.office
    again = check(county, known_on=before.known_on)
    assert [row.outcome for row in again.verdicts.order_by("division_id")] == [
        row.outcome for row in before.verdicts.order_by("division_id")
    ]
    assert list(again.verdicts.values_list("met", "unmet", "values").order_by("division_id")) == list(
        before.verdicts.values_list("met", "unmet", "values").order_by("division_id")
    )


def test_the_same_paper_twice_writes_nothing(county):
    assert say("incidence", share(VILLAGE, 3, 400)) == 1
    assert say("incidence", share(VILLAGE, 3, 400)) == 0
    assert AuditEvent.objects.filter(kind="figure.entered").count() == 1


def test_the_three_rates_come_from_an_evaluator_with_a_sample(county):
    for wrong in ({"unit": "县扶贫办", "sample": 900}, {"unit": "省评估组"}):
        with pytest.raises(ValidationError, match="错退率"):
            say("wrong_exit", share(COUNTY, 4, 900), **wrong)
    for code, numerator in (("wrong_exit", 4), ("missed", 6), ("approval", 880), ("composite_incidence", 9)):
        say(code, share(COUNTY, numerator, 900), unit="省评估组", sample=900)
    run = check(county, "national-county")
    assert judged(run, COUNTY)[0] == "met"
    say("approval", share(COUNTY, 800, 900), unit="省评估组", sample=900)
    outcome, results = judged(check(county, "national-county"), COUNTY)
    assert (outcome, results["approval"]) == ("unmet", "unmet")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (lambda: share(VILLAGE, 401, 400), "分母"),
        (lambda: share(VILLAGE, 0, 0), "分母"),
        (lambda: share(COUNTY, 1, 2), None),
        (lambda: share(OTHER_TOWN, 1, 2), "这一级"),
        (lambda: Line(Division.objects.get(code=VILLAGE), amount=Decimal(3)), "分子"),
    ],
)
def test_numbers_that_are_no_share_and_places_of_another_level_are_refused(county, line, words):
    if words is None:
        assert say("incidence", line()) == 1
        return
    with pytest.raises(ValidationError, match=words):
        say("incidence", line())


def test_a_check_is_refused_with_a_sentence(county):
    for wrong, words in (
        ({"standard": "national-household"}, "户的退出标准"),
        ({"standard": "guangxi-village-2017"}, "有效期"),
        ({"standard": "national-county", "division": Division.objects.get(code=OTHER_TOWN)}, "改选为县"),
    ):
        asked = {
            "standard": "national-village",
            "as_of": TODAY,
            "division": county.division,
            "by": county.office,
            **wrong,
        }
        with pytest.raises(places.PlacesError, match=words):
            places.check(**asked)
    with pytest.raises(places.PlacesError, match="辖区"):
        places.check(standard="national-village", as_of=TODAY, division=county.division, by=county.clerk)


def test_another_provinces_standard_and_unverified_lines_are_said_so(county):
    run = check(county, "guangxi-village-2018")
    said = "".join(reading.warnings_of(run))
    assert "广西" in said and "未核对" in said and "没有“村集体经济收入标准”" in said
    assert judged(run)[1]["collective"] == "unknown"


def test_a_township_sees_its_own_villages_only(county):
    run = check(county)
    assert [row["place"].code for row in reading.matrix(run, county.clerk)] == [OTHER_VILLAGE]
    assert [row["place"].code for row in reading.matrix(run, county.secretary)] == [VILLAGE]
    assert not reading.visible(county.helper).exists()


def test_a_share_is_read_from_the_sheet_as_numerator_of_denominator(county):
    say("water_safe", share(VILLAGE, 1, 3))
    table = sheet.unsaved("village", as_of=TODAY, known_on=sheet.settled(), codes=["village_water_safe_share"])
    row = next(row for row in sheet.computed(table, 0, 10**15) if row["subject_id"] == int(VILLAGE))
    assert round(row["village_water_safe_share"], 6) == Decimal("33.333333")


# --- pages ---------------------------------------------------------------------------------------------------


@pytest.fixture
def office(client, county):
    client.force_login(county.office, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_office_pastes_a_column_of_excel_for_all_villages_of_a_town(office, county):
    page = f"/figures/incidence/{TOWN}/"
    assert "东胜村委会" in office.get(page).content.decode()
    paper = {"true_from": "2018-05-01", "source_unit": "县扶贫办", "document": "镇统〔2018〕3号"}
    answer = office.post(page, {**paper, "rows": "东胜村委会\t1,203\t40,000\n"})
    assert answer.status_code == 302
    row = DivisionFigure.objects.get()
    assert (row.numerator, row.denominator, row.division_id) == (1203, 40000, VILLAGE)
    assert row.entered_by == county.office and row.event_id
    assert "3.01%" in office.get(page).content.decode()


def test_the_figures_leave_with_those_that_are_missing_and_are_noted(office, county):
    say("incidence", share(VILLAGE, 3, 400))
    book = openpyxl.load_workbook(io.BytesIO(office.post("/figures/export/").getvalue()))
    rows = [row for row in book.worksheets[0].iter_rows(values_only=True) if row[1] == "东胜村委会"]
    assert {len(rows), len({row[2] for row in rows})} == {sum("village" in one.levels for one in FIGURES.values())}
    (told,) = [row for row in rows if row[3] != "缺"]
    assert told[3:9] == ("0.75%", 3, 400, None, "县级部门", "2018年度通报") and told[9].date() == MAY
    event = AuditEvent.objects.get(kind="figure.list_exported")
    assert event.by == county.office and event.params["rows"] > len(rows)
    office.force_login(county.secretary, backend="django.contrib.auth.backends.ModelBackend")
    assert office.post("/figures/export/").status_code == 403


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("没有的村\t1\t2", "第 1 行：没有找到“没有的村”"),
        ("东胜村委会\t1", "应有 2 个数"),
        ("东胜村委会\t一\t2", "“一”不是数"),
        ("东胜村委会\t3\t2", "分子 3 应在 0 和分母 2 之间"),
        ("东胜村委会\t1\t2\n220821101200\t1\t3", "第 2 行：东胜村委会重复"),
        ("东胜村委会\t\t", "没有可写入的数据"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_nothing_is_written(office, rows, words):
    paper = {"true_from": "2018-05-01", "source_unit": "县扶贫办", "document": "镇统〔2018〕3号"}
    answer = office.post(f"/figures/incidence/{TOWN}/", {**paper, "rows": rows})
    assert answer.status_code == 200 and words in answer.content.decode()
    assert not DivisionFigure.objects.exists()


def test_a_check_is_started_read_and_taken_along_as_a_workbook(office, county):
    household(1)
    said_everything(VILLAGE, bus=False)
    answer = office.post(
        "/exit/places/start/", {"standard": "national-village", "as_of": "2018-11-30", "division": COUNTY}
    )
    run = DivisionRun.objects.get()
    assert answer.status_code == 302 and answer.url == f"/exit/places/{run.pk}/"
    whole = office.get(answer.url).content.decode()
    assert "东胜村委会" in whole and "未达标" in whole and "待核实" in whole and "不作为退出依据" in whole
    one = office.get(f"/exit/places/{run.pk}/{VILLAGE}/").content.decode()
    assert "未通客运班车" in one and "2018年度通报" in one and "其中:建档立卡户" in one and "1／1 户（100.00%）" in one
    book = office.post(f"/exit/places/{run.pk}/export/")
    assert book.status_code == 200 and b"".join(book.streaming_content).startswith(b"PK")
    assert AuditEvent.objects.filter(kind="places.list_exported").count() == 1


def test_the_installations_own_standards_are_offered_first():
    codes = [version.code for version in reading.offered("450329000000", TODAY)]
    assert codes[:3] == ["guangxi-county", "guangxi-village-2018", "national-county"]
    assert [version.code for version in reading.offered(COUNTY, TODAY)][:2] == ["national-county", "national-village"]


def test_a_year_without_a_line_is_told_on_the_workbench(office):
    assert "没有“扶贫标准”" not in office.get("/").content.decode()
    versions.ensure_shipped()
    assert line_gaps.missing(TODAY) == []
    assert line_gaps.missing(datetime.date(2022, 5, 1)) == ["monitoring_range"]
    notice = line_gaps.notices(None, datetime.date(2022, 5, 1))[0]
    assert notice["label"] == "2022 年没有“监测范围”，相关指标一律待核实"


def test_lines_hold_for_the_division_and_the_year_their_document_names():
    def of(name, year, division):
        line = thresholds.at(name, datetime.date(year, 6, 30), division)
        return line and (line.value, line.verified)

    assert of("incidence_limit", 2018, "220821") == (2, False)
    assert of("incidence_limit", 2018, "450329") == (3, False)
    assert of("incidence_limit", 2018, "370000") is None  # the east
    assert of("collective_income_line", 2017, "450329") == (20000, False)
    assert of("collective_income_line", 2018, "220821") is None
    assert of("houses_rebuilt_line", 2018, "450329") is None  # not in the source: stays empty
    assert of("monitoring_range", 2021, "220821") == (6000, True)
    assert of("monitoring_range", 2023, "141126") == (7100, True)
    assert of("monitoring_range", 2023, "220821") is None
    assert of("poverty_line_statistics", 2015, "530921") == (2855, True)

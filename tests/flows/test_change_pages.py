"""The pages of changes: what waits for whom, one request with names and proof, the collection window."""

import datetime
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.actions import changes, records
from households.models import ChangeRequest, CollectionWindow, HousingAppraisal
from povertycase.models import AuditEvent
from povertycase.pages.workbench import bands
from povertycase.rules import versions
from tests.change_cast import PNG, proof_of
from tests.register_cast import TODAY, number

pytest_plugins = ["tests.change_cast"]
pytestmark = pytest.mark.django_db
DAY = datetime.date(2018, 11, 28)
BACKEND = "django.contrib.auth.backends.ModelBackend"
PAPER = {"grade": "A", "certificate_no": "ZJ-2018-311"}


def ask(who, home, kind="housing", values=PAPER, **options):
    return changes.propose(
        kind=kind, household=home, values=values, true_from=DAY, reason="房屋已改造", proof=proof_of(who),
        entered_on=TODAY, by=who, **options,
    )  # fmt: skip


def as_(client, account):
    client.force_login(account, backend=BACKEND)
    return client


def text(answer):
    return answer.content.decode()


def decide(client, request, act, words=""):
    request.refresh_from_db()
    said = {"act": act, "words": words, "version": request.version}
    return client.post(f"/changes/{request.pk}/decide/", said)


def test_every_step_of_a_change_stands_in_the_history_under_the_offices_day(client, homes, desk):
    request = ask(desk.secretary, homes.east)
    decide(as_(client, desk.township), request, "agree", "已入户核对")
    decide(as_(client, desk.housing), request, "agree", "证书属实")
    told = text(as_(client, desk.supervisor).get("/households/H0001/timeline/"))
    for step in ("提出修改申请", "同意修改申请", "生效"):
        assert re.search(rf"<time>{TODAY}</time><div><p>[^<]*{step}", told), step


def test_township_and_bureau_agree_and_all_three_names_stand_on_the_page_and_the_file(client, homes, desk):
    versions.ensure_shipped()
    records.record(
        household=homes.east, part="housing", true_from=datetime.date(2018, 11, 1), entered_on=TODAY, by=None,
        values={"grade": "D", "certificate_no": "ZJ-1"},
    )  # fmt: skip
    request = ask(desk.secretary, homes.east)
    page = text(as_(client, desk.township).get(f"/changes/{request.pk}/"))
    assert "D级" in page and "A级" in page and "房屋已改造" in page and "住房安全有保障" in page
    assert decide(client, request, "agree", "已入户核对").status_code == 302
    assert decide(as_(client, desk.housing), request, "agree", "证书属实").status_code == 302
    assert HousingAppraisal.objects.known().get(household=homes.east, true_from=DAY).grade == "A"
    page = text(as_(client, desk.supervisor).get(f"/changes/{request.pk}/"))
    for name in ("secretary", "township", "housing", "已入户核对", "证书属实", "未达标", "达标"):
        assert name in page
    file = text(as_(client, desk.office).get("/households/H0001/"))
    record = file[file.index('id="changes"') :]
    for name in ("secretary", "township", "housing", "住房安全有保障"):
        assert name in record


def test_every_count_of_the_workbench_is_the_length_of_its_list(client, homes, desk):
    ask(desk.secretary, homes.east)
    ask(desk.secretary, homes.single, kind="water", values={"dry_days": 3})
    back = ask(desk.secretary, homes.single)
    changes.send_back(request=back, words="请补证书", by=desk.township, on=TODAY)
    for account, label, count in (
        (desk.township, "待我办理的修改申请", 2),
        (desk.secretary, "退回我修改的申请", 1),
    ):
        item = next(item for item in bands(account, TODAY)["todo"] if item["label"] == label)
        assert item["count"] == count
        page = text(as_(client, account).get(item["url"]))
        assert page.count('<td class="lead">') == count
    assert "没有等您办理的申请" in text(as_(client, desk.housing).get("/changes/?tab=todo"))


def test_who_only_reports_begins_with_what_he_has_reported(client, homes, desk):
    ask(desk.helper, homes.east)
    page = text(as_(client, desk.helper).get("/changes/"))
    assert page.count('<td class="lead">') == 1


def test_a_request_outside_reach_is_as_if_there_were_none(client, homes, desk):
    request = ask(desk.secretary, homes.east)
    for account in (desk.clerk, desk.water, desk.housing):
        as_(client, account)
        seen = account == desk.housing
        for path in ("", "proof/"):
            hidden, missing = client.get(f"/changes/{request.pk}/{path}"), client.get(f"/changes/987654321/{path}")
            assert hidden.status_code == (200 if seen else 404)
            assert seen or hidden.content == missing.content
        if not seen:
            assert decide(client, request, "agree").status_code == 404
            assert "H0001" not in text(client.get("/changes/?tab=all"))


def test_who_is_not_asked_cannot_decide(client, homes, desk):
    request = ask(desk.secretary, homes.east)
    for account in (desk.secretary, desk.housing, desk.office, desk.supervisor):
        assert decide(as_(client, account), request, "agree").status_code == 403
    request.refresh_from_db()
    assert request.opinions.count() == 1


def test_a_pile_is_worked_off_with_one_click_each(client, homes, desk):
    first, second = ask(desk.secretary, homes.east), ask(desk.secretary, homes.single)
    as_(client, desk.township)
    assert "同意，看下一份" in text(client.get(f"/changes/{first.pk}/"))
    assert decide(client, first, "agree-next").headers["Location"] == f"/changes/{second.pk}/"
    assert "同意，看下一份" not in text(client.get(f"/changes/{second.pk}/"))
    assert decide(client, second, "agree-next").headers["Location"] == f"/changes/{second.pk}/"


def test_sending_back_needs_words_and_the_proposer_reads_them(client, homes, desk):
    request = ask(desk.secretary, homes.east)
    as_(client, desk.township)
    answer = decide(client, request, "return")
    assert answer.status_code == 422 and "请写明" in text(answer)
    assert decide(client, request, "return", "照片看不清，请重拍").status_code == 302
    page = text(as_(client, desk.secretary).get(f"/changes/{request.pk}/"))
    assert "照片看不清，请重拍" in page and "/households/H0001/change/housing/" in page
    assert client.post(f"/changes/{request.pk}/withdraw/").status_code == 302
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_a_part_changed_meanwhile_answers_409_with_what_differs(client, homes, desk):
    request = ask(desk.secretary, homes.east)
    values = {"grade": "C", "certificate_no": "ZJ-7"}
    records.record(household=homes.east, part="housing", true_from=DAY, values=values, entered_on=TODAY, by=None)
    answer = decide(as_(client, desk.township), request, "agree")
    assert answer.status_code == 409
    for word in ("B级", "C级", "A级", "ZJ-7"):
        assert word in text(answer)
    request.refresh_from_db()
    assert request.state == "open" and request.next_place == "town"


def test_a_page_that_was_open_while_another_decided_answers_409(client, homes, desk):
    request = ask(desk.secretary, homes.east)
    said = {"act": "agree", "words": "", "version": request.version + 7}
    assert as_(client, desk.township).post(f"/changes/{request.pk}/decide/", said).status_code == 409


def test_the_proof_opens_for_readers_of_the_request_and_is_noted(client, homes, desk):
    request = ask(desk.secretary, homes.east)
    answer = as_(client, desk.township).get(f"/changes/{request.pk}/proof/")
    assert answer.content == PNG and answer.headers["Content-Type"] == "image/png"
    assert "no-store" in answer.headers["Cache-Control"]
    assert AuditEvent.objects.filter(kind="proof.opened", by=desk.township, about="H0001").count() == 1


def test_a_proof_is_told_by_its_first_bytes_and_kept_under_no_name_of_its_own(homes, desk):
    from django.core.exceptions import ValidationError

    from households.actions import change_proofs

    for data, words in ((b"", "空的"), (b"MZ\x90" + bytes(50), "只能上传"), (b"%PDF-" + bytes(5_242_880), "5 MB")):
        with pytest.raises(ValidationError, match=words):
            change_proofs.take_in(data=data, by=desk.secretary)
    assert proof_of(desk.secretary).name == "proof.png"


def test_numbers_are_masked_and_health_is_hidden_from_who_may_not_read_it(client, homes, desk):
    spouse = homes.east.membership_set.get(relation="spouse").person
    new = number("141100", "19700301", 16)
    request = ask(desk.secretary, homes.east, kind="identity", values={"id_number": new}, person=spouse)
    page = text(as_(client, desk.office).get(f"/changes/{request.pk}/"))
    assert new not in page and f"{new[:6]}********{new[-4:]}" in page


def test_village_and_helper_see_no_amount_of_the_line_in_a_change(client, homes, desk):
    versions.ensure_shipped()
    values = {"wage_work": "1000", "transfer_dibao": "0"}
    request = ask(desk.secretary, homes.east, kind="income", values=values)
    assert "元" not in json.dumps(request.effects, ensure_ascii=False)
    for account in (desk.secretary, desk.helper):
        page = text(as_(client, account).get(f"/changes/{request.pk}/"))
        effects = page[page.index('id="effects"') : page.index('id="opinions"')]
        assert "元" not in effects and "人均" not in effects


def test_the_county_office_enters_the_window_and_others_do_not(client, homes, desk):
    days = {
        "year": 2018, "document": "镇扶组发〔2018〕30号", "collect_from": "2018-10-01", "collect_to": "2018-10-31",
        "entry_to": "2018-11-20", "town_clean_to": "2018-11-23", "audit_to": "2018-11-25",
    }  # fmt: skip
    as_(client, desk.office)
    wrong = client.post("/changes/window/", days | {"entry_to": "2018-10-20"})
    assert wrong.status_code == 422 and "早于前一个日期" in text(wrong)
    assert client.post("/changes/window/", days).status_code == 302
    assert CollectionWindow.objects.get().audit_to == datetime.date(2018, 11, 25)
    assert "2018-11-25" in text(client.get("/changes/window/"))
    assert AuditEvent.objects.get(kind="window.announced").params == {"document": "镇扶组发〔2018〕30号"}
    assert as_(client, desk.township).get("/changes/window/").status_code == 403


def test_the_pages_ask_the_same_number_of_questions_whatever_they_show(client, homes, desk):
    def asked(path):
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    as_(client, desk.township)
    first = ask(desk.secretary, homes.east)
    one = asked("/changes/?tab=all"), asked("/households/H0001/")
    for values in ({"dry_days": 3}, {"dry_days": 4}, {"dry_days": 5}):
        request = ask(desk.secretary, homes.east, kind="water", values=values)
        changes.withdraw(request=request, by=desk.secretary, on=TODAY)
    assert (asked("/changes/?tab=all"), asked("/households/H0001/")) == one
    assert asked(f"/changes/{first.pk}/") <= 22
    assert ChangeRequest.objects.count() == 4


def test_the_pages_read_in_english(client, homes, desk):
    request = ask(desk.secretary, homes.east)
    desk.township.language = "en"
    desk.township.save()
    as_(client, desk.township)
    page = text(client.get(f"/changes/{request.pk}/"))
    assert "Agree" in page and "Send back" in page

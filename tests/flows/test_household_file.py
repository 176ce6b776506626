"""The household file: history in sentences, sections to edit, the sheet of paper."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from households.actions import causes, pairing, records
from households.models import Cadre
from povertycase import audit
from povertycase.models import Account, Post
from tests.register_cast import ENTRY, TODAY

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
DAY = datetime.date(2018, 11, 12)


@pytest.fixture
def at(client, people, homes):
    def sign_in(name):
        client.force_login(getattr(people, name), backend=BACKEND)
        return client

    return sign_in


def text(answer):
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def changed(homes, people):
    """The township put the housing right, changed the causes and handed the household to another helper."""
    said = {"entered_on": TODAY, "by": people.township}
    values = {"grade": "C", "certificate_no": "ZJ-2018-002", "area": 60}
    records.record(household=homes.east, part="housing", true_from=DAY, values=values, **said)
    causes.change(household=homes.east, main="disability", others=("labour",), true_from=DAY, **said)
    pairing.hand_over(household=homes.east, to=Cadre.objects.get(cadre_no="G0002"), true_from=DAY, **said)
    return homes.east


def test_the_file_tells_the_newest_acts_in_sentences_with_names(at, changed):
    told = text(at("office").get("/households/H0001/"))
    assert "township把户 H0001 由 赵国强 交给 孙立军 帮扶，自 2018-11-12 起" in told
    assert "township调整户 H0001 的致贫原因，自 2018-11-12 起" in told
    assert told.index("交给 孙立军") < told.index("township调整户"), "newest first"
    assert "全部变更和修改前后的内容" in told


def test_the_history_shows_what_stood_before_and_after(at, changed):
    told = text(at("secretary").get("/households/H0001/timeline/"))
    assert "<del>B级</del> → <ins>C级</ins>" in told
    assert "<del>ZJ-2018-001</del> → <ins>ZJ-2018-002</ins>" in told
    assert "<ins>因残</ins>" in told and "长期慢性病" in told
    assert "住房面积" not in told.split("ZJ-2018-001</del>")[0][-2000:], "what did not change is not told"


def test_the_history_says_the_offices_day_first_and_beside_it_when_it_was_recorded(at, changed):
    audit.record("household.contact", by=None, about="H0001", households=[changed.pk], params={"fields": "联系电话"})
    today = timezone.localdate().isoformat()
    for address in ("/households/H0001/", "/households/H0001/timeline/"):
        told = text(at("office").get(address))
        days = {words.strip(): day for day, words in re.findall(r"<time>([^<]+)</time><div><p>([^<]+)", told)}
        act = next(day for words, day in days.items() if "调整户 H0001 的致贫原因" in words)
        assert act == TODAY.isoformat() and f"记录于 {today}" in told, address
        by_hand = next(day for words, day in days.items() if "修改户 H0001 的联系电话" in words)
        assert by_hand.startswith(today), "no business date was kept with it"


def test_who_may_not_read_health_reads_no_cause_no_illness_and_no_names_in_the_history(client, changed):
    account = Account.objects.create(username="dep", display_name="某", must_change_password=False)
    Post.objects.create(account=account, role="department", division_id="220821000000", valid_from=ENTRY)
    client.force_login(account, backend=BACKEND)
    for address in ("/households/H0001/", "/households/H0001/timeline/"):
        told = text(client.get(address))
        assert "工作人员把户 H0001" in told and "township把户" not in told
        for word in ("因残", "因病", "致贫原因", "慢性病", "高血压"):
            assert word not in told, word
    assert "township" not in told


def test_the_history_is_paged_newest_first(at, homes):
    for number in range(45):
        audit.record("visit.entered", by=None, about="H0001", households=[homes.east.pk], params={"day": str(number)})
    first, last = (text(at("office").get("/households/H0001/timeline/", {"page": page})) for page in ("1", "99"))
    assert "在 44 的走访" in first and "在 0 的走访" not in first
    assert "登记户 H0001" in last and "在 44 的走访" not in last


def test_an_act_on_many_households_names_nothing_of_the_others(at, homes):
    both = [homes.east.pk, homes.front.pk]
    params = {"rows": 2, "columns": "户编号、鵟家屯"}
    audit.record("households.exported", by=None, about="鵟", households=both, params=params)
    told = text(at("secretary").get("/households/H0001/timeline/"))
    assert "系统：导出户名单（多户一起办理）" in told and "鵟" not in told


def test_the_history_of_a_hidden_household_is_the_404_of_a_missing_one(at):
    client = at("clerk")
    hidden, missing = (client.get(f"/households/{no}/timeline/") for no in ("H0001", "H9999"))
    assert hidden.status_code == missing.status_code == 404 and hidden.content == missing.content


def test_the_history_asks_the_database_a_fixed_number_of_times(at, changed):
    client = at("office")
    client.get("/households/H0001/timeline/")
    counts = []
    for number in ("H0001", "H0002"):
        with CaptureQueriesContext(connection) as told:
            client.get(f"/households/{number}/timeline/")
        counts.append(sum(one["sql"].startswith("SELECT") for one in told.captured_queries))
    assert max(counts) <= 22 and abs(counts[0] - counts[1]) <= 1


def test_paper_carries_the_files_address_as_a_code_and_no_number(at):
    told = text(at("office").get("/households/H0001/"))
    assert 'class="qr-paper"' in told and "style=" not in told.split('class="qr-paper"')[0][-200:]
    assert "13944112233" not in told and "一户一档" in told

"""Rules follow the data: an import is judged as the night is; a special case shows its paper; a standard is only data."""

import datetime
import io
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from povertycase import jobs
from povertycase.models import Account, AuditEvent, JobRun, Post
from povertycase.rules import versions
from supervision.actions import check_answers, places
from supervision.models import CheckBatch, CheckHit, CheckItem, StandingVerdict
from supervision.queries.full_runs import JOB
from tests import register_books as books
from tests.change_cast import proof_of
from tests.exit_county import COUNTY, DAY, TODAY, VILLAGE, county, household

__all__ = ["county"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def importer(db):
    books.load_divisions()
    account = Account.objects.create(username="office", display_name="办", must_change_password=False)
    Post.objects.create(account=account, role="county_office", division_id=COUNTY, valid_from=DAY)
    return account


def test_an_import_that_somebody_confirmed_is_judged_by_all_rules_and_its_suspicious_data_found(importer):
    versions.ensure_shipped()
    books.bring_in(
        books.book(household=[books.household("22089601")], member=[books.member("22089601", "王一", 31)]), by=importer
    )
    job = jobs.run_to_end(JobRun.objects.get(kind=JOB))
    assert job.state == "done", job.error
    assert AuditEvent.objects.filter(kind="rules_run.started", by=importer, job=job).exists()
    assert StandingVerdict.objects.filter(household__household_no="22089601", current=True).exists()
    assert CheckHit.objects.filter(household__household_no="22089601", rule__kind="check", gone_on=None).exists()


def test_what_the_system_imports_by_itself_starts_no_run(importer):
    books.bring_in(books.book(household=[books.household("22089601")], member=[books.member("22089601", "王一", 31)]))
    assert not JobRun.objects.filter(kind=JOB).exists()


def test_a_special_case_of_such_a_rule_shows_its_paper_and_who_opened_it_is_noted(client, county):
    versions.ensure_shipped()
    told = {"title": "十一月", "source": "own", "division_code": COUNTY, "sent_on": TODAY, "deadline": TODAY}
    about = {"rule_code": "relocated_old_house", "rule_words": "已搬迁仍住旧房", "values": {}, "village_code": VILLAGE}
    batch = CheckBatch.objects.create(number="YD-2018-11-001", **told)
    item = CheckItem.objects.create(batch=batch, household=household(1), **about)
    said = {"words": "新房正在装修", "expires_on": TODAY + datetime.timedelta(days=30), "on": TODAY}

    def answer(**also):
        return check_answers.answer(
            versions={item.pk: item.version}, answer="special", by=county.secretary, **said, **also
        )

    with pytest.raises(ValidationError) as refused:
        answer()
    assert set(refused.value.message_dict) == {"proof"}
    answer(proof=proof_of(county.secretary))
    client.force_login(county.office, backend=BACKEND)
    shown = client.get(f"/checks/items/{item.pk}/proof/")
    assert shown.status_code == 200 and shown.content.startswith(b"\x89PNG")
    assert AuditEvent.objects.get(kind="check.proof_opened").by == county.office
    client.force_login(county.clerk, backend=BACKEND)
    assert client.get(f"/checks/items/{item.pk}/proof/").status_code == 404


def test_a_paper_that_nobody_has_checked_is_marked_on_the_print_too(client, county):
    run = places.check(standard="guangxi-village-2018", as_of=TODAY, division=county.division, by=county.office)
    client.force_login(county.office, backend=BACKEND)
    file = client.post(f"/exit/places/{run.pk}/export/")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(file.streaming_content)))
    words = [str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row if cell]
    assert any("未核对原文" in cell for cell in words)


def test_no_program_text_names_a_provinces_standard():
    """Adding 陕西 577 and the points of 岳阳 touched TOML and spec rows only."""
    root = Path(settings.BASE_DIR)
    programs = [
        path
        for app in ("povertycase", "households", "assistance", "supervision")
        for path in (root / app).rglob("*.py")
    ]
    assert len(programs) > 300
    told = {
        path.name for path in programs for name in ("shaanxi", "yueyang", "陕西") if name in path.read_text().lower()
    }
    assert told <= {"rules.py"}, told  # the names of provinces, for the page of lines
    for name in ("shaanxi-household", "shaanxi-village", "shaanxi-county", "yueyang-village"):
        assert (root / "supervision" / "standards" / f"{name}.toml").exists()
        assert (root / "tests" / "spec" / f"{name}.txt").exists()

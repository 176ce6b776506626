"""What a page may cost: queries and kB over the wire, page by page, on a county of 120 households.

More rows must not mean more queries: the lists below show 20 to 50 rows each. A new page needs a line here.
"""

import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.actions import measures
from households.actions import cards, changes, handover_job
from households.models import Cadre, Difference, Duplicate, DuplicateSide, Household, Reconciliation, SavedRoll
from povertycase import jobs
from povertycase.models import Account, AccountSession, AuditEvent, ImportBatch, ListFile, Post, Upload
from povertycase.periods import Month
from supervision.actions import bulletins, places
from supervision.models import CheckBatch, CheckItem, Shortfall, Verdict
from tests import foreign_lists
from tests import register_books as books
from tests.access import doors
from tests.bulletin_county import COUNTY, DAY, TODAY, TOWNS, VILLAGES, county, draft
from tests.change_cast import proof_of
from tests.exit_county import check
from tests.planted import clear_export, draft_objects, rule_objects
from tests.planted_addresses import filled

__all__ = ["county"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
# name of the address: who looks, most queries, most kB (gzip)
PAGES = {
    "workbench": ("county_office", 22, 4),
    "password": ("county_office", 4, 4),
    "account": ("county_office", 7, 4),
    "accounts": ("system_admin", 8, 4),
    "account-new": ("system_admin", 4, 4),
    "account-detail": ("system_admin", 8, 4),
    "posts": ("security_admin", 7, 5),
    "post-people": ("security_admin", 6, 4),
    "post-person": ("security_admin", 7, 3),
    "post-new": ("security_admin", 6, 4),
    "post-end": ("security_admin", 5, 4),
    "audit": ("audit_admin", 10, 6),
    "audit-event": ("audit_admin", 8, 3),
    "parts": ("county_office", 4, 9),
    "jobs": ("county_office", 6, 4),
    "job": ("county_office", 5, 4),
    "list-file": ("county_office", 5, 4),
    "rolls": ("county_office", 8, 4),
    "roll-new": ("county_office", 11, 9),
    "roll": ("county_office", 12, 9),
    "clear-exports": ("county_office", 6, 4),
    "clear-export": ("county_office", 6, 4),
    "collations": ("county_office", 8, 4),
    "collation": ("county_office", 24, 6),
    "list-fill": ("county_office", 6, 4),
    "list-fill-book": ("county_office", 7, 6),
    "list-fill-key": ("county_office", 7, 4),
    "list-fill-choose": ("county_office", 6, 4),
    "form-fill": ("county_office", 6, 4),
    "form-fill-book": ("county_office", 14, 6),
    "imports": ("county_office", 6, 5),
    "import-columns": ("county_office", 7, 6),
    "import-remembered": ("county_office", 5, 4),
    "import-households": ("county_office", 14, 6),
    "import-lines": ("county_office", 5, 4),
    "import": ("county_office", 11, 5),
    "households": ("county_office", 15, 9),
    "household": ("county_office", 61, 9),
    "household-hand-over-receipt": ("county_office", 9, 4),
    "household-timeline": ("county_office", 20, 4),
    "household-new": ("county_office", 7, 6),
    "household-phone": ("county_office", 5, 4),
    "household-change": ("county_office", 9, 5),
    "household-change-one": ("county_office", 10, 6),
    "visit-new": ("county_office", 10, 5),
    "measure-new": ("county_office", 7, 5),
    "measure": ("county_office", 8, 5),
    "visits": ("county_office", 15, 6),
    "measures": ("county_office", 15, 6),
    "overview": ("county_office", 7, 5),
    "changes": ("county_office", 8, 4),
    "change-window": ("county_office", 6, 4),
    "change": ("county_office", 12, 4),
    "duplicates": ("county_office", 10, 4),
    "duplicate": ("county_office", 16, 4),
    "reconciliations": ("county_office", 10, 4),
    "reconciliation": ("county_office", 12, 4),
    "differences": ("county_office", 14, 5),
    "difference": ("county_office", 10, 4),
    "exit-runs": ("county_office", 8, 4),
    "exit-start": ("county_office", 9, 5),
    "exit-run": ("county_office", 16, 6),
    "exit-list": ("county_office", 9, 6),
    "exit-verdict": ("county_office", 12, 5),
    "rules": ("county_office", 8, 7),
    "rule-fact": ("county_office", 8, 5),
    "rule-standards": ("county_office", 8, 6),
    "rule-standard": ("county_office", 9, 6),
    "rule-lines": ("county_office", 8, 5),
    "rule-line": ("county_office", 9, 5),
    "rule-indicators": ("county_office", 8, 8),
    "rule-indicator": ("county_office", 8, 5),
    "rule-checks": ("county_office", 8, 12),
    "rule-check": ("county_office", 8, 5),
    "rule-warnings": ("county_office", 8, 6),
    "rule-warning": ("county_office", 8, 5),
    "rule-frequencies": ("county_office", 8, 5),
    "rule-frequency": ("county_office", 8, 5),
    "rule-policies": ("county_office", 8, 6),
    "rule-policy": ("county_office", 8, 5),
    "watch": ("county_office", 14, 7),
    "watch-list": ("county_office", 14, 5),
    "rule-drafts": ("county_office", 8, 4),
    "rule-draft-new": ("county_office", 8, 9),
    "rule-draft": ("county_office", 18, 5),
    "rule-draft-edit": ("county_office", 9, 11),
    "rule-comparison": ("county_office", 9, 5),
    "rule-comparison-list": ("county_office", 10, 5),
    "exit-sample": ("county_office", 9, 4),
    "shortfalls": ("county_office", 10, 6),
    "shortfall": ("county_office", 7, 4),
    "checks": ("county_office", 16, 8),
    "check-batches": ("county_office", 8, 4),
    "check-batch": ("county_office", 8, 4),
    "check-items": ("county_office", 16, 5),
    "check-item": ("county_office", 16, 5),
    "check-sheet": ("township_clerk", 6, 4),
    "check-superior": ("county_office", 6, 4),
    "check-send": ("county_office", 12, 6),
    "bulletins": ("county_office", 5, 4),
    "bulletin": ("county_office", 11, 8),
    "bulletin-town": ("county_office", 7, 8),
    "bulletin-compare": ("county_office", 12, 5),
    "bulletin-recheck": ("county_office", 6, 4),
    "bulletin-list": ("county_office", 9, 5),
    "bulletin-moved": ("county_office", 14, 5),
    "api-session": ("county_office", 4, 1),
    "api-jobs": ("county_office", 6, 1),
    "api-job": ("county_office", 5, 1),
    "api-households": ("county_office", 6, 2),
    "api-household": ("county_office", 14, 3),
    "exit-places": ("county_office", 7, 4),
    "exit-places-start": ("county_office", 8, 4),
    "exit-places-run": ("county_office", 10, 6),
    "exit-places-place": ("county_office", 13, 6),
    "figures": ("county_office", 12, 8),
    "figure-enter": ("county_office", 9, 5),
    "api-exit-runs": ("county_office", 6, 2),
    "api-exit-run": ("county_office", 11, 2),
    "api-exit-verdicts": ("county_office", 7, 2),
    "api-check-batches": ("county_office", 6, 1),
    "api-check-items": ("county_office", 12, 2),
    "api-bulletins": ("county_office", 6, 1),
    "api-bulletin": ("county_office", 6, 4),
    "api-bulletin-rows": ("county_office", 9, 2),
}
# A part of another page that asks for it every two seconds, a file, an answer with one number.
NO_PAGES = {
    "job-progress", "exit-progress", "bulletin-progress", "bulletin-recheck-progress", "import-template",
    "import-problems", "bulletin-workbook", "change-proof", "audit-export", "audit-state", "post-villages",
    "import-row", "second-factor", "check-proof",
}  # fmt: skip
POSTS = {
    "system": ("system_admin", None), "security": ("security_admin", None), "auditor": ("audit_admin", None),
    "village": ("village_clerk", VILLAGES[0]), "town": ("township_clerk", TOWNS[0]),
}  # fmt: skip


@pytest.fixture
def keys(county) -> dict[str, int | str]:
    """One object of every kind in the county."""
    cards.refresh(None, day=TODAY)
    before = bulletins.start(month=Month(2018, 9), division=county.division, on=TODAY, by=county.office)
    assert jobs.run_to_end(before.job).state == "done"
    run, bulletin = check(county.division, by=county.office), draft(county)
    number = Verdict.objects.filter(run=run).select_related("household").first().household.household_no
    home = Household.objects.get(household_no=number)
    for username, (role, place) in POSTS.items():
        account = Account.objects.create(username=username, display_name=username, must_change_password=False)
        Post.objects.create(account=account, role=role, division_id=place, valid_from=DAY)
    whole = places.check(standard="national-village", as_of=TODAY, division=county.division, by=county.office)
    batch = books.check(books.book(household=[books.household("22089601")], member=[]), by=county.office)
    session = AccountSession.objects.create(account=county.office, session_key="weights", device="Chrome")
    shortfall = Shortfall.objects.create(
        household=home, village_code=VILLAGES[0], standard_code="national-household", criterion="housing", opened_on=DAY
    )
    asked = [_change(no, Account.objects.get(username="village")) for no in ("H000000", "H000003", "H000006")]
    return {
        **rule_objects(), **draft_objects(county.office, run.pk),
        "code": VILLAGES[0], "household_no": number, "run": run.pk, "job": run.job_id, "bulletin": bulletin.pk,
        "places": whole.pk,
        "measure": measures.plan(
            household=home, kind="health", content="随访", cause="illness", entered_on=TODAY, by=None
        ).pk,
        "person": home.membership_set.get(relation="head").person_id, "batch": batch.pk, "session": session.pk,
        "handover": handover_job.start(
            households=[home.pk], to=Cadre.objects.first(), true_from=TODAY, entered_on=TODAY, by=county.office
        ).pk,
        "list": ListFile.objects.create(kind="households.list", asked=b"", stored_as="weights", by=county.office).pk,
        "roll": SavedRoll.objects.create(
            by=county.office, name="重", kind="person", columns=["household.household_no", "member.name"]
        ).pk,
        "clear": clear_export(county.office, "220821000000"),
        "filled_list": foreign_lists.bring("list", foreign_lists.by_number(), county.office).pk,
        "filled_form": foreign_lists.bring("form", foreign_lists.form(["镇赉镇", "坦途镇"]), county.office).pk,
        "account": county.secretary.pk, "post": county.secretary.post_set.get().pk,
        "event": AuditEvent.objects.order_by("-pk").first().pk, "change": asked[-1],
        "shortfall": shortfall.pk, "duplicate": _duplicate(home), **_difference(home), **_suspicion(home, VILLAGES[0]),
    }  # fmt: skip


def _suspicion(home: Household, village: str) -> dict[str, int]:
    told = {"title": "十一月", "source": "own", "division_code": COUNTY, "sent_on": TODAY, "deadline": TODAY}
    batch = CheckBatch.objects.create(number="YD-2018-11-001", **told)
    about = {"rule_code": "without_helper", "rule_words": "没有帮扶责任人", "values": {"helpers": 0}}
    item = CheckItem.objects.create(batch=batch, household=home, village_code=village, **about)
    return {"check_batch": batch.pk, "check_item": item.pk}


def _difference(home: Household) -> dict[str, int]:
    """A comparison with another system that found a difference of one household."""
    upload = Upload.objects.create(name="导出.xlsx", stored_as="weights-difference", sha256="", size=1)
    told = {"kind": "system_export", "business_date": TODAY, "division_code": COUNTY, "state": "applied"}
    run = Reconciliation.objects.create(
        batch=ImportBatch.objects.create(upload=upload, **told),
        source="残联",
        whole=False,
        counts={"read": 1, "same": 0},
    )
    told = {"household": home, "village_code": VILLAGES[0], "name": "张三", "field": "education", "theirs": "junior"}
    found = Difference.objects.create(
        source="残联", item="p1:education", basis=b"1", reconciliation=run, kind="field", found_on=TODAY, **told
    )
    return {"difference": found.pk, "reconciliation": run.pk}


def _duplicate(home: Household) -> int:
    """Two members of a household who may be one person."""
    made = Duplicate.objects.create(pair="p:1:2", why="likeness", basis=b"1", found_on=TODAY)
    people = home.membership_set.order_by("pk").values_list("person", flat=True)
    told = {"household": home, "household_no": home.household_no, "village_code": VILLAGES[0]}
    for place in (1, 2):
        DuplicateSide.objects.create(duplicate=made, place=place, person_id=people[0], **told)
    return made.pk


def _change(number: str, by: Account) -> int:
    """A change of a house that its village's clerk proposed."""
    made = changes.propose(
        kind="housing", household=Household.objects.get(household_no=number), values={"grade": "B", "certificate_no": "9"},
        true_from=TODAY, reason="已改造", proof=proof_of(by), entered_on=TODAY, by=by,
    )  # fmt: skip
    return made.pk


def cost(client, account: Account, address: str) -> tuple[int, int, float]:
    """Status, queries and kB of a page, the second time it is opened."""
    client.force_login(account, backend=BACKEND)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    return answer.status_code, len(asked), len(gzip.compress(answer.content)) / 1024


def test_every_page_has_its_line():
    pages = {name for name, line in doors.table().items() if "GET" in line["methods"].split()} - NO_PAGES
    assert sorted(pages) == sorted(PAGES)


def test_no_page_costs_more_than_its_line_says(client, keys, county):
    who = {post.role: post.account for post in Post.objects.select_related("account").order_by("-pk")}
    over = []
    for name, (role, queries, size) in PAGES.items():
        status, asked, kb = cost(client, who[role], filled(doors.guarded()[name], keys, "poor_households"))
        if status != 200 or asked > queries or kb > size:
            over.append(f"{name}: {status}, {asked} queries of {queries}, {kb:.1f} kB of {size}")
    assert not over, "\n".join(over)

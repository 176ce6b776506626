"""The bulletins of the three months before the last one, issued as a county issues them: the months' chart, compare."""

import datetime

from povertycase.models import Account, Division
from povertycase.periods import Month
from supervision.actions import bulletin_job, bulletins
from supervision.demo.visits import RATES
from supervision.models import Bulletin
from supervision.sheets.bulletin_xlsx import of_bulletin

ISSUER = "county_reviewer1"
MONTHS = 3
FIRST_NUMBER = 10


def months(due: Month) -> list[Month]:
    """The months before the one whose draft is due, oldest first, as far back as the demo has visits."""
    found = [due]
    for _month in range(MONTHS):
        found.insert(0, found[0].previous())
    return [month for month in found[:-1] if (month.year, month.month) in RATES]


def start(division: Division, due: Month) -> None:
    """Begin the draft of each of these months, dated when its entries had closed."""
    for month in months(due):
        if not Bulletin.objects.filter(month=str(month)).exclude(state=Bulletin.State.REPLACED).exists():
            bulletins.start(month=month, division=division, on=bulletin_job.due_again(month), by=None)


def issue(due: Month, county: str) -> None:
    """Issue what start() began, once its figures are there, the day after it was drafted."""
    issuer = Account.objects.get(username=ISSUER)
    drafts = Bulletin.objects.filter(month__in=[str(month) for month in months(due)], state=Bulletin.State.DRAFT)
    for bulletin in drafts.order_by("month"):
        month = Month.parse(bulletin.month)
        bulletins.issue(
            bulletin=bulletin,
            number=f"{county[0]}脱贫组发〔{month.year}〕{FIRST_NUMBER + month.month}号（演示）",
            on=bulletin_job.due_again(month) + datetime.timedelta(days=1),
            by=issuer,
            write=of_bulletin,
        )

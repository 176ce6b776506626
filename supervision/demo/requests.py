"""The demo's collection window, and three changes under way: one waits for the village, one for the township, one for
a bureau. Nothing of them is in the register before the last opinion."""

import datetime

from households.actions import change_proofs, changes, windows
from households.models import ChangeRequest, Household, HouseholdCard, LivingObservation, Membership, Residence
from households.queries.change_parts import base_row, condition_row
from povertycase.models import Account, Division, Upload

# The smallest photo there is: one grey dot.
PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000"
    "000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)
POOR = ("poor", "pre_exit")


def announce_window(code: str, county: str, day: datetime.date) -> None:
    """The window of the day's year, its dates as a county plan gives them (county-officer.md O-6, [W-9])."""
    dates = ((10, 1), (10, 31), (11, 20), (11, 23), (11, 25))
    windows.announce(
        division=Division.objects.get(code=f"{code}000000"),
        year=day.year,
        days={name: datetime.date(day.year, *date) for name, date in zip(windows.DAYS, dates, strict=True)},
        document=f"{county[0]}扶组发〔{day.year}〕30号（演示）",
        by=None,
    )


def propose(day: datetime.date) -> None:
    """The three changes under way, once."""
    if ChangeRequest.objects.exists():
        return
    _insurance(day)
    _toilet(day)
    _residence(day)


def _insurance(day: datetime.date) -> None:
    by, town = _account("village_clerk1"), _account("township_reviewer1")
    home = _home(by) if by else None
    if by is None or town is None or home is None:
        return
    head = Membership.objects.known().true_on(day).filter(household=home, relation="head").first()
    if head is None:
        return
    row = condition_row(head.person_id, day)
    insured = bool(row and row.ins_serious_illness)
    request = changes.propose(
        kind="condition", household=home, person=head.person_id, values={"ins_serious_illness": not insured},
        true_from=day, reason="参保信息与医保局名单不一致", proof=_photo(by), entered_on=day, by=by,
    )  # fmt: skip
    changes.agree(request=request, words="已与名单核对", by=town, on=day)


def _toilet(day: datetime.date) -> None:
    by = _account("village_clerk2")
    home = _home(by) if by else None
    if by is None or home is None:
        return
    row = base_row(LivingObservation, home, day)
    changes.propose(
        kind="living", household=home, values={"has_toilet": not (row and row.has_toilet)}, true_from=day,
        reason="入户核查时漏登，已补拍照片", proof=_photo(by), entered_on=day, by=by,
    )  # fmt: skip


def _residence(day: datetime.date) -> None:
    by = _account("helper1")
    home = _home(by) if by else None
    if by is None or home is None:
        return
    row = base_row(Residence, home, day)
    state = "at_home" if row and row.state != "at_home" else "seasonal"
    changes.propose(
        kind="residence", household=home, values={"state": state}, true_from=day,
        reason="走访时了解到居住状况有变化", proof=_photo(by), entered_on=day, by=by,
    )  # fmt: skip


def _account(username: str) -> Account | None:
    return Account.objects.filter(username=username).first()


def _home(by: Account) -> Household | None:
    """The first of the account's households that has not exited, in the order of the numbers."""
    cards = HouseholdCard.objects.visible_to(by).filter(poverty_status__in=POOR, member_count__gt=0)
    card = cards.select_related("household").order_by("household_no").first()
    return card.household if card else None


def _photo(by: Account) -> Upload:
    return change_proofs.take_in(data=PHOTO, by=by)

"""Months, weeks and the business date: the only place that knows where a month ends and what today is."""

import calendar
import datetime
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

NIGHT_WORK = datetime.timedelta(hours=2)


def today() -> datetime.date:
    """The office's business date 业务日期: OFFICE_DATE where it is set, otherwise the day in Shanghai."""
    return settings.OFFICE_DATE or timezone.localdate()


def night_work_day() -> datetime.date:
    """The business date as the schedule takes it: a day begins at 02:00, when who works late has gone home (E-38)."""
    return settings.OFFICE_DATE or timezone.localdate(now() - NIGHT_WORK)


def now() -> datetime.datetime:
    """Real time, aware. Audit, sessions and locks use it; judgements never do."""
    return timezone.now()


@dataclass(frozen=True, order=True)
class Month:
    """A reporting month."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """`2018-10` as a Month. Raises ValueError with the sentence that staff read."""
        try:
            day = datetime.datetime.strptime(text.strip(), "%Y-%m")
        except ValueError as error:
            raise ValueError(f"月份“{text}”写法不对，请按“2018-10”填写。") from error
        return cls(day.year, day.month)

    @classmethod
    def of(cls, day: datetime.date) -> "Month":
        """The month a day lies in."""
        return cls(day.year, day.month)

    @property
    def first(self) -> datetime.date:
        return datetime.date(self.year, self.month, 1)

    @property
    def last(self) -> datetime.date:
        return datetime.date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def previous(self) -> "Month":
        return Month.of(self.first - datetime.timedelta(days=1))

    def next(self) -> "Month":
        return Month.of(self.last + datetime.timedelta(days=1))

    def window(self, cutoff_day: int = 0) -> tuple[datetime.date, datetime.date]:
        """First and last day that the month's bulletin counts.

        `cutoff_day` 0 is the calendar month; 25 is the 26th of the month before to the 25th (county-officer.md 2.4).
        """
        if not cutoff_day:
            return self.first, self.last
        end = self.first.replace(day=min(cutoff_day, self.last.day))
        before = self.previous()
        start = before.first.replace(day=min(cutoff_day, before.last.day)) + datetime.timedelta(days=1)
        return start, end

    def label(self) -> str:
        """The month as papers write it, in Chinese whatever the page's language."""
        return f"{self.year}年{self.month}月"

    def words(self) -> str:
        """The month in the language of the page."""
        return _("%(year)d年%(month)d月") % {"year": self.year, "month": self.month}

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def age_on(birth: datetime.date, day: datetime.date) -> int:
    """Full years of age 周岁 on a day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))

"""Facts about the measures 帮扶措施 of a household in the year judged on."""

from django.utils.translation import gettext_lazy as _

from povertycase.rules.facts import Fact, Source

SOURCES = (
    Source(
        code="measures_of_year",
        subject="household",
        group="household_id",
        sql="""
            SELECT m.household_id, m.state, m.amount FROM assistance_measure m
            WHERE {within:m.household_id} AND {known:m}
              AND m.year = extract(year FROM %(as_of)s::date) AND m.entered_on <= %(as_of)s
        """,
    ),
)

FACTS = (
    Fact(
        code="measures_of_this_year",
        label=_("本年帮扶措施"),
        subject="household",
        type="int",
        unit=_("项"),
        source="measures_of_year",
        sql="count(*) FILTER (WHERE state <> 'stopped')",
        empty="0",
    ),
    Fact(
        code="measures_done_this_year",
        label=_("本年已落实帮扶措施"),
        subject="household",
        type="int",
        unit=_("项"),
        source="measures_of_year",
        sql="count(*) FILTER (WHERE state = 'done')",
        empty="0",
    ),
)

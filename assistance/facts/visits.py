"""Facts about the visits 走访 to a household: in the period asked for, in the one before it, and ever.

入户 and a meeting in the village office or field are face to face; 电话（视频） is contact; 未遇 is neither
(county-officer.md E-05, F-3). Which visits count by their day of entry is for the rule to say, so a fact gives the lag.
"""

from django.utils.translation import gettext_lazy as _

from assistance.choices import FACE_TO_FACE
from povertycase.rules.facts import Fact, Source

_FACE = "kind IN ({})".format(", ".join(f"'{kind}'" for kind in FACE_TO_FACE))
_PHONE = "kind = 'phone'"
_NOW = "visited_on >= %(period_start)s"
_BEFORE = "visited_on < %(period_start)s"

SOURCES = (
    Source(
        code="visits_of_period",
        subject="household",
        group="household_id",
        sql="""
            SELECT v.household_id, v.kind, v.visited_on, v.entered_on FROM assistance_visit v
            WHERE {within:v.household_id} AND {known:v}
              AND v.visited_on BETWEEN (%(period_start)s::date - interval '1 month')::date AND %(period_end)s
        """,
    ),
    Source(
        code="visits_so_far",
        subject="household",
        group="household_id",
        sql=f"""
            SELECT v.household_id, v.visited_on FROM assistance_visit v
            WHERE {{within:v.household_id}} AND {{known:v}} AND v.{_FACE} AND v.visited_on <= %(as_of)s
        """,
    ),
)

FACTS = (
    Fact(
        code="visited_face_to_face",
        label=_("本期入户走访"),
        subject="household",
        type="int",
        unit=_("次"),
        source="visits_of_period",
        sql=f"count(*) FILTER (WHERE {_FACE} AND {_NOW})",
        empty="0",
    ),
    Fact(
        code="contacted_by_phone",
        label=_("本期电话（视频）联系"),
        subject="household",
        type="int",
        unit=_("次"),
        source="visits_of_period",
        sql=f"count(*) FILTER (WHERE {_PHONE} AND {_NOW})",
        empty="0",
    ),
    Fact(
        code="visit_entry_lag",
        label=_("本期入户走访录入晚于截止日"),
        subject="household",
        type="int",
        unit=_("天"),
        unknown=_("本期没有入户走访"),
        source="visits_of_period",
        sql=f"min(entered_on) FILTER (WHERE {_FACE} AND {_NOW}) - %(period_end)s::date",
    ),
    Fact(
        code="contact_entry_lag",
        label=_("本期联系录入晚于截止日"),
        subject="household",
        type="int",
        unit=_("天"),
        unknown=_("本期没有电话（视频）联系或见面"),
        source="visits_of_period",
        sql=f"min(entered_on) FILTER (WHERE ({_FACE} OR {_PHONE}) AND {_NOW}) - %(period_end)s::date",
    ),
    Fact(
        code="visit_entry_lag_before",
        label=_("上期入户走访录入晚于截止日"),
        subject="household",
        type="int",
        unit=_("天"),
        unknown=_("上期没有入户走访"),
        source="visits_of_period",
        sql=f"min(entered_on) FILTER (WHERE {_FACE} AND {_BEFORE}) - (%(period_start)s::date - 1)",
    ),
    Fact(
        code="last_visit_on",
        label=_("最近入户走访"),
        subject="household",
        type="date",
        unknown=_("没有入户走访记录"),
        supplier=_("帮扶责任人"),
        source="visits_so_far",
        sql="max(visited_on)",
    ),
)

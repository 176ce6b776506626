"""Code lists of assistance."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VisitKind(TextChoices):
    """走访方式 (county-officer.md F-3). 电话 is contact, not a visit; 未遇 is saved and counts as neither."""

    HOME = "home", _("入户")
    MEETING = "meeting", _("村部或田间见面")
    PHONE = "phone", _("电话（视频）")
    ABSENT = "absent", _("未遇（家中无人）")


FACE_TO_FACE = (VisitKind.HOME.value, VisitKind.MEETING.value)


class VisitTopic(TextChoices):
    WORK = "work", _("务工")
    INDUSTRY = "industry", _("产业")
    HEALTH = "health", _("健康")
    EDUCATION = "education", _("教育")
    HOUSING = "housing", _("住房")
    WATER = "water", _("饮水")
    POLICY_MONEY = "policy_money", _("政策到账")
    DISPUTE = "dispute", _("矛盾诉求")
    OTHER = "other", _("其他")


class IncomeChange(TextChoices):
    UP = "up", _("增")
    DOWN = "down", _("减")
    SAME = "same", _("平")


class MeasureState(TextChoices):
    PLANNED = "planned", _("计划")
    UNDERWAY = "underway", _("实施中")
    DONE = "done", _("已落实")
    STOPPED = "stopped", _("已终止")

"""Code lists of assistance."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.db.models import TextChoices
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from households.choices import CauseCode


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
    # The same sign elsewhere is a state of health.
    HEALTH = "health", pgettext_lazy("visit topic", "健康")
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


class MeasureClass(TextChoices):
    DEVELOPMENT = "development", _("开发式帮扶")
    GUARANTEE = "guarantee", _("保障式帮扶")


@dataclass(frozen=True)
class MeasureKind:
    """A kind of assistance measure 帮扶措施类别 (CL-13): one entry of catalogue/measures.toml."""

    code: str
    label: str
    label_en: str
    measure_class: str
    causes: tuple[str, ...]
    department: str
    department_en: str = ""

    @property
    def words(self) -> str:
        """The label in the reader's language."""
        return self.label_en if _in_english() else self.label

    @property
    def department_words(self) -> str:
        """Who answers for it, in the reader's language."""
        return (self.department_en if _in_english() else "") or self.department


def _in_english() -> bool:
    return (get_language() or "").startswith("en")


def _load_measures() -> dict[str, MeasureKind]:
    with open(Path(__file__).parent / "catalogue" / "measures.toml", "rb") as file:
        entries = tomllib.load(file)["measure"]
    return {
        entry["code"]: MeasureKind(
            entry["code"],
            entry["label"],
            entry["label_en"],
            MeasureClass(entry["class"]).value,
            tuple(CauseCode(cause).value for cause in entry["causes"]),
            entry["department"],
            entry.get("department_en", ""),
        )
        for entry in entries
    }


# In the order of the national form.
MEASURE_KINDS: dict[str, MeasureKind] = _load_measures()


def answering(cause: str) -> list[MeasureKind]:
    """The kinds that answer a cause of poverty, those that answer it first of all in front."""
    kinds = [kind for kind in MEASURE_KINDS.values() if cause in kind.causes]
    return sorted(kinds, key=lambda kind: kind.causes.index(cause))

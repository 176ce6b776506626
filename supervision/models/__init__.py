"""Tables of supervision: exit checks and verdicts, shortfalls, checks sent down, drafts of rules, the bulletin."""

from supervision.models.bulletin import Bulletin
from supervision.models.check import CheckBatch, CheckHit, CheckItem
from supervision.models.draft import Comparison, RuleDraft
from supervision.models.exit import ExitRun, Verdict
from supervision.models.form import HeadingMeaning
from supervision.models.standing import DivisionRun, DivisionVerdict, Shortfall, StandingVerdict, UsedLines

__all__ = [
    "Bulletin",
    "CheckBatch",
    "CheckHit",
    "CheckItem",
    "Comparison",
    "DivisionRun",
    "DivisionVerdict",
    "ExitRun",
    "HeadingMeaning",
    "RuleDraft",
    "Shortfall",
    "StandingVerdict",
    "UsedLines",
    "Verdict",
]

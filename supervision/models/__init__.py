"""Tables of supervision: exit runs with their verdicts, and the monthly bulletin."""

from supervision.models.bulletin import Bulletin
from supervision.models.exit import ExitRun, Verdict

__all__ = ["Bulletin", "ExitRun", "Verdict"]

"""Tables of assistance: visits 走访 and measures 帮扶措施."""

from assistance.models.measure import Measure
from assistance.models.visit import Visit

__all__ = ["Measure", "Visit"]

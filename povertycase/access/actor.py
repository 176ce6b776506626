"""From which address the present request comes: set at the door, read by the audit trail."""

from contextvars import ContextVar

ADDRESS: ContextVar[str | None] = ContextVar("address", default=None)

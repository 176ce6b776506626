"""Lists of warnings and of gaps of policies leave the house."""

from povertycase import audit
from povertycase.models import Account


def note_export(*, rule: str, rows: int, by: Account) -> None:
    """The households of a warning or a policy left the system as a workbook. rule: its name."""
    audit.record("watch.list_exported", by=by, about=rule, params={"rows": rows})

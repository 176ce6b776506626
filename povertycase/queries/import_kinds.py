"""Which kinds of import an account may run, and whose batches it sees."""

from django.db.models import Q, QuerySet

from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.models import Account, ImportBatch


def runnable(account: Account) -> list[slots.ImportKind]:
    """The kinds this account may bring in, in their order; a kind asks for its own right beside that to import."""
    if not account.can(Permission.IMPORT_RUN):
        return []
    return [kind for kind in slots.IMPORT_KINDS if account.can(kind.permission)]


def seen(account: Account) -> list[slots.ImportKind]:
    """The kinds whose batches this account sees, those it may run among them."""
    own = {kind.code for kind in runnable(account)}
    return [kind for kind in slots.IMPORT_KINDS if kind.code in own or account.can(kind.seen_with)]


def batches(account: Account) -> QuerySet[ImportBatch]:
    """The batches within reach of the kinds this account sees, and its own."""
    shown = [kind.code for kind in slots.IMPORT_KINDS if account.can(kind.seen_with)]
    return ImportBatch.objects.visible_to(account).filter(Q(kind__in=shown) | Q(by=account))


def undone_by(batch: ImportBatch) -> Account | None:
    """Who had a batch taken back; named to whoever sees the batch."""
    asked = batch.counts.get("undo_asked")
    return Account.objects.filter(pk=asked["by"]).first() if asked and asked["by"] else None

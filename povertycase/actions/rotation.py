"""Sealing every number again under the newest key, batch by batch."""

from collections.abc import Iterator

import pgtrigger
from django.apps import apps
from django.db import transaction
from django.db.models import BinaryField, Model
from django.db.models.functions import Substr

from povertycase import audit, secrets
from povertycase.models import Account
from povertycase.secrets import Kind, keys, seals

BATCH = 2_000
# The names under which models keep a sealed number and its blind index.
PAIRS: tuple[tuple[Kind, str, str], ...] = (
    ("id", "id_number", "id_index"),
    ("phone", "phone", "phone_index"),
    ("bank", "bank_account", "bank_index"),
)


def reseal(*, by: Account | None) -> int:
    """Seal again what an older key sealed, field history included; returns how many numbers. Stopped, it resumes.

    Every batch is a transaction of its own; the clear number never leaves this process.
    """
    rows = 0
    for model, kind, field, index in sealed_columns():
        while done := _reseal_batch(model, kind, field, index):
            rows += done
    with transaction.atomic():
        audit.record("keys.rotated", by=by, params={"rows": rows})
    return rows


def sealed_columns() -> Iterator[tuple[type[Model], Kind, str, str]]:
    """Every table that keeps a sealed number: model, kind, field, field of its blind index."""
    for model in apps.get_models():
        columns = {field.name for field in model._meta.concrete_fields if isinstance(field, BinaryField)}
        for kind, field, index in PAIRS:
            if {field, index} <= columns:
                yield model, kind, field, index


def _reseal_batch(model: type[Model], kind: Kind, field: str, index: str) -> int:
    # Field history would keep the number under the old key once more.
    with transaction.atomic(), pgtrigger.ignore():
        head = seals.FORM + keys.ring().current
        old = (
            model._default_manager.exclude(**{field: None})
            .annotate(head=Substr(field, 1, seals.HEADER, output_field=BinaryField()))
            .exclude(head=head)
            .select_for_update(of=("self",))
            .order_by("pk")[:BATCH]
        )
        rows = list(old)
        for row in rows:
            clear = secrets.open(kind, getattr(row, field), getattr(row, index))
            setattr(row, field, secrets.seal(kind, clear)[0])
        model._default_manager.bulk_update(rows, [field], batch_size=500)
    return len(rows)

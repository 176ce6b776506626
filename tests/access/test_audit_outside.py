"""Audit entries and transactions: no entry without its act, no act's entry left over."""

import pytest
from django.db import transaction

from povertycase import audit
from povertycase.models import AuditEvent


@pytest.mark.django_db(transaction=False)
def test_an_act_that_fails_leaves_no_entry():
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record("account.created", by=None, about="li")
        raise RuntimeError
    assert not AuditEvent.objects.exists()


def test_an_entry_outside_a_transaction_is_refused(monkeypatch):
    with pytest.raises(audit.NotAudited, match="transaction"):
        audit.record("account.created", by=None, about="li")

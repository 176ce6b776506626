"""The audit trail: one event per act, written once, sealed into a chain that shows every later change."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError

from povertycase import audit
from povertycase.models import Account, AuditEvent, AuditSeal, AuditSubject

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang():
    return Account.objects.create(username="wang", display_name="王某")


def note(about="某户", households=(), **details):
    return audit.record("secret.revealed", by=None, about=about, households=households, params=details)


def damaged(sql):
    """Somebody with the owner's rights takes the guard off and changes the trail."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("auditevent", "auditsubject", "auditseal"):
            cursor.execute(f"ALTER TABLE povertycase_{table} DISABLE TRIGGER written_once")
        cursor.execute(sql)
        for table in ("auditevent", "auditsubject", "auditseal"):
            cursor.execute(f"ALTER TABLE povertycase_{table} ENABLE TRIGGER written_once")


def test_an_event_tells_who_did_what(wang):
    event = AuditEvent.objects.get(pk=audit.record("account.created", by=wang, about="li"))
    assert audit.sentence(event) == "王某新建账号 li"
    assert (
        audit.sentence(AuditEvent.objects.get(pk=note(field="电话", reason="核实")))
        == "系统查看 某户 的电话，用途：核实"
    )


def test_a_sentence_with_a_missing_detail_shows_a_dash():
    assert audit.sentence(AuditEvent.objects.get(pk=note())) == "系统查看 某户 的—，用途：—"


def test_an_event_names_its_households_and_their_digest():
    event = AuditEvent.objects.get(pk=note(households=[7, 3, 7]))
    assert event.subjects == 2
    assert bytes(event.subjects_digest) == audit.digest([3, 7])
    assert sorted(event.subject_rows.values_list("household", flat=True)) == [3, 7]


def test_field_history_points_to_the_event(wang):
    event = audit.record("account.deactivated", by=None, about="wang")
    Account.objects.filter(pk=wang.pk).update(is_active=False)
    history = wang.events.select_related("pgh_context").get()
    assert history.pgh_context.metadata == {"event": event}
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pc.event')")
        assert cursor.fetchone()[0] == str(event)


def test_an_entry_without_a_known_kind_or_with_an_id_number_is_refused():
    with pytest.raises(audit.NotAudited, match="AUDIT_KINDS"):
        audit.record("no.such.kind", by=None)
    for number in ("450300195807021017", "45030019580702101743"):
        with pytest.raises(audit.NotAudited, match="ID number"):
            note(reason=f"查 {number}")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE povertycase_auditevent SET about = 'x'",
        "DELETE FROM povertycase_auditevent",
        "TRUNCATE povertycase_auditevent CASCADE",
        "DELETE FROM povertycase_auditsubject",
        "UPDATE povertycase_auditseal SET position = 9",
    ],
)
def test_the_database_refuses_to_change_the_trail(sql):
    note(households=[1])
    audit._seal_batch(None)
    with pytest.raises(DatabaseError, match="只能追加"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


def test_an_untouched_trail_verifies():
    for number in range(20):
        note(about=f"户{number}", households=range(number))
    assert audit._seal_batch(None) == 20
    assert audit._seal_batch(None) == 0
    found = audit.verify()
    assert (found.sealed, found.unsealed, found.broken) == (20, 0, [])


def test_events_without_a_seal_are_counted_and_not_broken():
    note()
    audit._seal_batch(None)
    note()
    found = audit.verify()
    assert (found.sealed, found.unsealed, found.broken) == (1, 1, [])
    assert found.ok()
    assert not found.ok(patience=-1)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE povertycase_auditevent SET about = '别的户' WHERE id = {event}", "改动"),
        ("UPDATE povertycase_auditevent SET params = '{{}}' WHERE id = {event}", "改动"),
        ("UPDATE povertycase_auditevent SET at = at - interval '1 microsecond' WHERE id = {event}", "改动"),
        ("DELETE FROM povertycase_auditevent WHERE id = {event}", "删除"),
        ("DELETE FROM povertycase_auditseal WHERE event_id = {event}", "缺失"),
        ("DELETE FROM povertycase_auditsubject WHERE event_id = {event} AND household = 5", "摘要不符"),
        ("UPDATE povertycase_auditsubject SET household = 6 WHERE event_id = {event} AND household = 5", "摘要不符"),
        ("INSERT INTO povertycase_auditsubject (event_id, household) VALUES ({event}, 99)", "摘要不符"),
    ],
)
def test_every_later_change_is_found(sql, words):
    events = [note(households=[4, 5], reason="核实") for _ in range(5)]
    audit._seal_batch(None)
    damaged(sql.format(event=events[2]))
    assert words in "；".join(audit.verify().broken)


def test_the_command_fails_on_a_broken_trail(capsys):
    event = note()
    call_command("verify_audit", "--seal")
    assert "已封印 1，待封印 0，不符 0" in capsys.readouterr().out
    damaged(f"UPDATE povertycase_auditevent SET kind = 'account.created' WHERE id = {event}")
    with pytest.raises(CommandError, match="审计"):
        call_command("verify_audit")


def test_only_the_audit_administrator_sees_the_trail(wang):
    note(households=[1])
    audit._seal_batch(None)
    for model in (AuditEvent, AuditSeal, AuditSubject):
        assert model.objects.visible_to(wang).count() == 0

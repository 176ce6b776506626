"""The audit trail is written once: changing, deleting and emptying its tables is refused by the database."""

from django.db import migrations

REFUSE = """
CREATE OR REPLACE FUNCTION audit_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '审计日志只能追加，不能修改或删除（%%，%%）', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$
""".replace("%%", "%")

TABLES = ("povertycase_auditevent", "povertycase_auditsubject", "povertycase_auditseal")

GUARD = "CREATE TRIGGER written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON {0} FOR EACH STATEMENT EXECUTE FUNCTION audit_written_once()"


class Migration(migrations.Migration):
    dependencies = [("povertycase", "0003_sheet_population")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION IF EXISTS audit_written_once()"),
        *(migrations.RunSQL(GUARD.format(t), f"DROP TRIGGER IF EXISTS written_once ON {t}") for t in TABLES),
    ]

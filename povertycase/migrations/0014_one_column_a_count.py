"""A count of members stands in one column of a sheet: who surely fulfils the condition, and times 65536 who perhaps.

Two columns a count were half of a full run's sheet. Sheets that are kept, those of issued bulletins too, are rewritten
one by one with the same knowledge; a sheet that was rewritten already is left alone, so that it may be done again.
"""

from typing import Any

from django.db import migrations, transaction

PERHAPS = 1 << 16


def join_columns(apps: Any, schema_editor: Any) -> None:
    """Join the two columns of every count in every sheet there is."""
    for sheet in apps.get_model("povertycase", "SheetTable").objects.filter(dropped_at=None).order_by("pk"):
        counts = {column[0][:-2]: column[2] for column in sheet.columns if len(column) > 2 and column[0].endswith("_t")}
        if counts:
            with transaction.atomic(using=schema_editor.connection.alias), schema_editor.connection.cursor() as cursor:
                _join(cursor, f"sheet.s{sheet.pk}_{sheet.subject}", list(counts))
                sheet.columns = [column for column in sheet.columns if len(column) == 2]
                sheet.columns += [[name, "integer", condition] for name, condition in counts.items()]
                sheet.save(update_fields=["columns"])


def _join(cursor: Any, table: str, names: list[str]) -> None:
    cursor.execute("SELECT to_regclass(%s)", [table])
    if cursor.fetchone()[0] is None:
        return
    added = ", ".join(f"ADD COLUMN {name} integer" for name in names)
    filled = ", ".join(f"{name} = {name}_t + {PERHAPS} * {name}_u" for name in names)
    dropped = ", ".join(f"DROP COLUMN {name}_t, DROP COLUMN {name}_u" for name in names)
    cursor.execute(f"ALTER TABLE {table} {added}")
    cursor.execute(f"UPDATE {table} SET {filled}")
    cursor.execute(f"ALTER TABLE {table} {dropped}")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("povertycase", "0013_import_undone")]
    operations = [migrations.RunPython(join_columns, migrations.RunPython.noop)]

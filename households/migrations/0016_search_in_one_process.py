"""A search for a name is done in nine milliseconds; to begin two more processes for it took as long again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("households", "0015_helpers_taken_back")]
    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION name_grams(text) PARALLEL RESTRICTED", "ALTER FUNCTION name_grams(text) PARALLEL SAFE"
        ),
    ]

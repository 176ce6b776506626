"""A sheet remembers the condition that its subjects fulfil, so that every chunk of it asks the same."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("povertycase", "0002_tables")]
    operations = [
        migrations.AddField("sheettable", "population", models.JSONField(default=dict)),
    ]

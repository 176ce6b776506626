"""Rolls may have a row for each measure or visit."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0013_difference_numbers")]

    operations = [
        migrations.AlterField(
            "savedroll",
            "kind",
            models.CharField(
                choices=[
                    ("household", "每户一行"),
                    ("person", "每人一行"),
                    ("measure", "每项措施一行"),
                    ("visit", "每次走访一行"),
                ],
                max_length=10,
                verbose_name="行",
            ),
        ),
    ]

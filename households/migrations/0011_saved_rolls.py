import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Column sets of rolls 花名册, own and shared."""

    dependencies = [
        ("households", "0010_duplicates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedRoll",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=30, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[("household", "每户一行"), ("person", "每人一行")], max_length=10, verbose_name="行"
                    ),
                ),
                ("columns", models.JSONField(default=list)),
                ("joined", models.BooleanField(default=False, verbose_name="合并同户")),
                ("params", models.JSONField(default=dict)),
                (
                    "division_code",
                    models.CharField(blank=True, default="", max_length=12, verbose_name="共享范围"),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        db_column="by_id",
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "花名册",
                "indexes": [models.Index(fields=["division_code"], name="households_roll_shared")],
                "constraints": [
                    models.UniqueConstraint(fields=("by", "name"), name="saved_roll_one_of_a_name")
                ],
            },
        ),
    ]

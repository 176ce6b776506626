import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Exports with clear numbers by a second account's agreement; a file is made in one go, no parts of it are kept."""

    dependencies = [("povertycase", "0011_foreign_books")]

    operations = [
        migrations.DeleteModel(name="ListPart"),
        migrations.AddField("listfile", "expires_at", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="ClearExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120, verbose_name="名单")),
                ("columns", models.CharField(max_length=1500, verbose_name="列")),
                ("rows", models.PositiveIntegerField(verbose_name="行数")),
                ("reason", models.CharField(max_length=20, verbose_name="用途")),
                ("words", models.CharField(blank=True, default="", max_length=200, verbose_name="说明")),
                ("division_code", models.CharField(max_length=12)),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "待审批"), ("agreed", "已同意"), ("refused", "未同意")],
                        default="asked",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_column="by_id",
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clear",
                        to="povertycase.listfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "完整号码导出",
                "indexes": [
                    models.Index(fields=["state", "division_code"], name="povertycase_clear_state"),
                    models.Index(fields=["by", "-asked_at"], name="povertycase_clear_mine"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("decided_by__isnull", True))
                        | models.Q(("decided_by", models.F("by")), _negated=True),
                        name="clear_export_second_person",
                    )
                ],
            },
        ),
    ]

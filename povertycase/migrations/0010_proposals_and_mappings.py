"""What a cell should probably say; what a place's own headings mean."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("povertycase", "0009_list_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="importproblem",
            name="proposal",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="建议填写"),
        ),
        migrations.CreateModel(
            name="ImportMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("sheet", models.CharField(max_length=40)),
                ("heading", models.CharField(max_length=120)),
                ("shown", models.CharField(max_length=120, verbose_name="表头")),
                ("key", models.CharField(blank=True, default="", max_length=60)),
                ("division_code", models.CharField(max_length=12)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_column="by_id",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "列对应",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "sheet", "heading", "division_code"), name="import_mapping_once"
                    )
                ],
            },
        ),
    ]

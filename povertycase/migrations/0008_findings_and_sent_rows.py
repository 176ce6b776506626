"""Findings and refusals as words that can be translated, with what stands in them; the rows of a file as they were sent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("povertycase", "0007_post_bureau"),
    ]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="refusal_params",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="refusal_words",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="importproblem",
            name="params",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="importproblem",
            name="words",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.CreateModel(
            name="SentRows",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sheet", models.CharField(max_length=40)),
                ("first", models.PositiveIntegerField()),
                ("last", models.PositiveIntegerField()),
                ("left", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sent", to="povertycase.importbatch"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("batch", "sheet", "first"), name="sent_rows_once")],
            },
        ),
    ]

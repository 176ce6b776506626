"""数据比对: comparisons with other systems and the differences they found."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0011_saved_rolls"),
        ("povertycase", "0009_list_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=60, verbose_name="来源系统或单位")),
                ("whole", models.BooleanField(verbose_name="对方应有本范围全部在册人口")),
                ("of_households", models.BooleanField(default=False)),
                ("counts", models.JSONField(default=dict)),
                (
                    "answer",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="povertycase.upload"
                    ),
                ),
                (
                    "batch",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="povertycase.importbatch"),
                ),
                (
                    "job",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="povertycase.jobrun"
                    ),
                ),
            ],
            options={
                "verbose_name": "数据比对",
            },
        ),
        migrations.CreateModel(
            name="Difference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=60, verbose_name="来源系统或单位")),
                ("item", models.CharField(max_length=80)),
                ("basis", models.BinaryField(max_length=32)),
                ("row", models.PositiveIntegerField(blank=True, null=True, verbose_name="行")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("field", "内容不一致"),
                            ("added", "对方有、登记册没有"),
                            ("gone", "登记册有、对方没有"),
                        ],
                        max_length=6,
                        verbose_name="差异",
                    ),
                ),
                ("village_code", models.CharField(max_length=12)),
                ("name", models.CharField(blank=True, default="", max_length=50, verbose_name="姓名")),
                ("field", models.CharField(blank=True, default="", max_length=40, verbose_name="项目")),
                ("ours", models.TextField(blank=True, default="", verbose_name="登记册")),
                ("theirs", models.TextField(blank=True, default="", verbose_name="对方")),
                ("sealed", models.BinaryField(blank=True, null=True)),
                ("index", models.BinaryField(blank=True, max_length=32, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待核"), ("true", "属实"), ("excluded", "排除")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="依据")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="核实日期")),
                ("found_on", models.DateField(verbose_name="发现日期")),
                ("gone_on", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
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
                    "household",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="households.household"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="households.person"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="households.changerequest",
                    ),
                ),
                (
                    "reconciliation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="households.reconciliation"),
                ),
            ],
            options={
                "verbose_name": "差异",
                "indexes": [
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(models.F("village_code"), "text_pattern_ops"),
                        models.F("state"),
                        condition=models.Q(("gone_on__isnull", True)),
                        name="difference_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "item"), name="difference_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            models.Q(("decided_on__isnull", False), ("reason__gt", "")),
                            _connector="OR",
                        ),
                        name="difference_decided_with_reason",
                    ),
                ],
            },
        ),
    ]

"""疑似重复: pairs of entries that may be one person, and what was decided."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0009_change_beside"),
        ("povertycase", "0009_list_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Duplicate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pair", models.CharField(max_length=80, unique=True)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("number", "证件号码相同"),
                            ("blank", "姓名、性别、出生日期相同，有一方没有证件号码"),
                            ("likeness", "姓名、性别、出生日期相同，证件号码不同"),
                        ],
                        max_length=10,
                        verbose_name="理由",
                    ),
                ),
                ("basis", models.BinaryField(max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待判定"),
                            ("pending", "待查"),
                            ("same", "同一人"),
                            ("different", "不是同一人"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("kept", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="判定依据")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="判定日期")),
                ("found_on", models.DateField(verbose_name="发现日期")),
                ("gone_on", models.DateField(blank=True, null=True)),
                ("row", models.PositiveIntegerField(blank=True, null=True, verbose_name="行")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="povertycase.importbatch",
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
            ],
            options={
                "verbose_name": "疑似重复",
            },
        ),
        migrations.CreateModel(
            name="DuplicateSide",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField()),
                ("household_no", models.CharField(max_length=20, verbose_name="户编号")),
                ("village_code", models.CharField(max_length=12)),
                ("name", models.CharField(blank=True, default="", max_length=50, verbose_name="姓名")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("male", "男"), ("female", "女")],
                        default="",
                        max_length=6,
                        verbose_name="性别",
                    ),
                ),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="出生日期")),
                (
                    "relation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("head", "户主"),
                            ("spouse", "配偶"),
                            ("son", "之子"),
                            ("daughter", "之女"),
                            ("daughter_in_law", "之儿媳"),
                            ("son_in_law", "之女婿"),
                            ("grandson", "之孙子"),
                            ("granddaughter", "之孙女"),
                            ("grandson_f", "之外孙子"),
                            ("granddaughter_f", "之外孙女"),
                            ("father", "之父"),
                            ("mother", "之母"),
                            ("wifes_father", "之岳父"),
                            ("wifes_mother", "之岳母"),
                            ("husbands_father", "之公公"),
                            ("husbands_mother", "之婆婆"),
                            ("grandfather", "之祖父"),
                            ("grandmother", "之祖母"),
                            ("grandfather_m", "之外祖父"),
                            ("grandmother_m", "之外祖母"),
                            ("sibling", "之兄弟姐妹"),
                            ("great_grandson", "之曾孙子"),
                            ("great_granddaughter", "之曾孙女"),
                            ("nephew", "之侄儿"),
                            ("niece", "之侄女"),
                            ("sister_in_law", "之兄弟媳妇"),
                            ("uncle", "之叔伯"),
                            ("other", "其他"),
                        ],
                        default="",
                        max_length=24,
                        verbose_name="与户主关系",
                    ),
                ),
                (
                    "id_type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("identity_card", "居民身份证"),
                            ("disability_cert", "残疾人证"),
                            ("officer_card", "军官证"),
                            ("none", "无"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="证件类型",
                    ),
                ),
                ("mask", models.CharField(blank=True, default="", max_length=24, verbose_name="证件号码")),
                (
                    "duplicate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sides", to="households.duplicate"
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
            ],
        ),
        migrations.AddIndex(
            model_name="duplicate",
            index=models.Index(
                condition=models.Q(("gone_on__isnull", True)), fields=["state"], name="duplicate_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "open"), models.Q(("decided_on__isnull", False), ("reason__gt", "")), _connector="OR"
                ),
                name="duplicate_decided_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "same"), ("kept__isnull", True), _connector="XOR"),
                name="duplicate_same_keeps_one",
            ),
        ),
        migrations.AddIndex(
            model_name="duplicateside",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(models.F("village_code"), "text_pattern_ops"),
                name="duplicate_side_village",
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicateside",
            constraint=models.UniqueConstraint(fields=("duplicate", "place"), name="duplicate_two_sides"),
        ),
        migrations.AddConstraint(
            model_name="duplicateside",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__in", (1, 2))), name="duplicate_side_one_or_two"
            ),
        ),
    ]

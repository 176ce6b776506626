"""Indexes that every full run writes and nobody reads are gone; what stands and its history share one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _unindexed(name: str, to: str, **told: str) -> migrations.AlterField:
    field = models.ForeignKey(to, django.db.models.deletion.PROTECT, blank=True, null=True, db_index=False, **told)
    return migrations.AlterField("shortfall", name, field)


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0015_helpers_taken_back"),
        ("povertycase", "0013_import_undone"),
        ("supervision", "0007_heading_meanings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="standingverdict",
            name="standing_verdict_one_current",
        ),
        migrations.RemoveIndex(
            model_name="standingverdict",
            name="supervision_househo_7f5a06_idx",
        ),
        _unindexed("closed_by", settings.AUTH_USER_MODEL, related_name="+"),
        _unindexed("division", "povertycase.division"),
        _unindexed("owner", "households.cadre", related_name="+", verbose_name="责任人"),
        _unindexed("planned_by", settings.AUTH_USER_MODEL, related_name="+"),
        migrations.AddIndex(
            model_name="shortfall",
            index=models.Index(
                condition=models.Q(("division__isnull", False)), fields=["division"], name="shortfall_of_division"
            ),
        ),
        migrations.AddIndex(
            model_name="shortfall",
            index=models.Index(
                condition=models.Q(("owner__isnull", False)), fields=["owner"], name="shortfall_of_owner"
            ),
        ),
        migrations.AddConstraint(
            model_name="standingverdict",
            constraint=models.UniqueConstraint(
                models.F("household"),
                models.F("standard_code"),
                models.Case(models.When(current=True, then=0), default="id", output_field=models.BigIntegerField()),
                name="standing_verdict_one_current",
            ),
        ),
    ]

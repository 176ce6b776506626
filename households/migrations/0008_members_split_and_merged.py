"""分户 and 并户 as reasons of joining and leaving: code lists only, no column changes."""

from django.db import migrations, models

STARTS = [
    ("registered", "建档时在册"),
    ("birth", "新生儿"),
    ("married_in", "嫁入"),
    ("moved_in", "迁入"),
    ("returned", "刑满或退役返乡"),
    ("split", "分户"),
    ("merged", "并户"),
    ("other_in", "其他转入"),
]
ENDS = [
    ("death", "死亡"),
    ("married_out", "嫁出"),
    ("moved_out", "迁出"),
    ("military", "服兵役"),
    ("prison", "判刑收监"),
    ("abroad", "出国定居"),
    ("missing", "失联"),
    ("head_changed", "户主变更"),
    ("split", "分户"),
    ("merged", "并户"),
    ("other_out", "其他转出"),
]


class Migration(migrations.Migration):
    dependencies = [("households", "0007_division_figures")]

    operations = [
        migrations.AlterField(
            model_name="membership",
            name="start_reason",
            field=models.CharField(
                choices=STARTS, default="registered", max_length=20, verbose_name="增加原因"
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="end_reason",
            field=models.CharField(
                blank=True, choices=ENDS, default="", max_length=20, verbose_name="减少原因"
            ),
        ),
    ]

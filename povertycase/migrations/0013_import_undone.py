"""An import may be undone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("povertycase", "0012_clear_exports")]

    operations = [
        migrations.AlterField(
            model_name="importbatch",
            name="state",
            field=models.CharField(
                choices=[
                    ("reading", "读取中"),
                    ("checked", "待确认"),
                    ("applying", "导入中"),
                    ("applied", "已导入"),
                    ("refused", "已退回"),
                    ("cancelled", "已放弃"),
                    ("undoing", "撤销中"),
                    ("undone", "已撤销"),
                ],
                default="reading",
                max_length=12,
                verbose_name="状态",
            ),
        ),
    ]

"""The registered households' share 其中:建档立卡户 is kept with the check of villages or of the county."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0004_standing_checks_drafts")]

    operations = [
        migrations.AddField(
            model_name="divisionrun",
            name="registered",
            field=models.JSONField(default=dict),
        ),
    ]

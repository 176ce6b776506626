"""分户 and 并户 are found by the other household too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0008_members_split_and_merged")]

    operations = [
        migrations.AddIndex(
            model_name="changerequest",
            index=models.Index(
                condition=models.Q(("kind__in", ("split", "merge"))), fields=["subject"], name="change_beside"
            ),
        ),
    ]

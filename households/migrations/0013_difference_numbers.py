"""Numbers of differences under the names by which every sealed number is found when keys are changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0012_differences")]

    operations = [
        migrations.RenameField("difference", "sealed", "id_number"),
        migrations.RenameField("difference", "index", "id_index"),
        migrations.AddField("difference", "phone", models.BinaryField(blank=True, null=True)),
        migrations.AddField("difference", "phone_index", models.BinaryField(blank=True, max_length=32, null=True)),
    ]

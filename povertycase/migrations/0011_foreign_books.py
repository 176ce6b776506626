import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("povertycase", "0010_proposals_and_mappings")]

    operations = [
        migrations.CreateModel(
            name="ForeignBook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("found", models.BinaryField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        db_column="by_id",
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="povertycase.upload"),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="foreignbook",
            index=models.Index(fields=["by", "kind", "-created_at"], name="foreign_book_by"),
        ),
    ]

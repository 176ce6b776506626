"""A helper and a unit that an import brought may go with it."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0014_rolls_of_measures_and_visits"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="cadre",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="cadre",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="unit",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="unit",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="cadre",
            name="taken_back_on",
            field=models.DateField(blank=True, null=True, verbose_name="撤销日期"),
        ),
        migrations.AddField(
            model_name="cadreevent",
            name="taken_back_on",
            field=models.DateField(blank=True, null=True, verbose_name="撤销日期"),
        ),
        migrations.AddField(
            model_name="unit",
            name="taken_back_on",
            field=models.DateField(blank=True, null=True, verbose_name="撤销日期"),
        ),
        migrations.AddField(
            model_name="unitevent",
            name="taken_back_on",
            field=models.DateField(blank=True, null=True, verbose_name="撤销日期"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cadre",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_cadreevent" ("account_id", "cadre_no", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_index", "political_status", "sex", "taken_back_on", "title", "unit_id", "version") SELECT new_values."account_id", new_values."cadre_no", new_values."id", new_values."name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."phone", new_values."phone_index", new_values."political_status", new_values."sex", new_values."taken_back_on", new_values."title", new_values."unit_id", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="4b08dd7e8eb276580a5f7b6afa99201d91658172",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_9d10f",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="households_cadre",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cadre",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_cadreevent" ("account_id", "cadre_no", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_index", "political_status", "sex", "taken_back_on", "title", "unit_id", "version") SELECT old_values."account_id", old_values."cadre_no", old_values."id", old_values."name", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."phone", old_values."phone_index", old_values."political_status", old_values."sex", old_values."taken_back_on", old_values."title", old_values."unit_id", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="c72127158ab4413e982fee180b865aeceba1ba5d",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_1c387",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="households_cadre",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_unitevent" ("division_id", "id", "level", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "taken_back_on", "version") SELECT new_values."division_id", new_values."id", new_values."level", new_values."name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."taken_back_on", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="9265e2bc1c653cd22cf909fe54a9e81321904ae7",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6df17",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="households_unit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_unitevent" ("division_id", "id", "level", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "taken_back_on", "version") SELECT old_values."division_id", old_values."id", old_values."level", old_values."name", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."taken_back_on", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="f366078266431dcf8f7455727e94711a97e95461",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_9896f",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="households_unit",
                    when="AFTER",
                ),
            ),
        ),
    ]

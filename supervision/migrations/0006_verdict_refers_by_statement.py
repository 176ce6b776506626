"""What a standing verdict refers to is looked up once a statement, instead of three times a row.

A county's full run inserts a row a household and standard; row by row the look-ups took a fifth of its time. Rows of
a verdict are never moved to another household, standard or lines, so that inserting is what has to be watched, and
deleting on the other side.
"""

import django.db.models.deletion
from django.db import migrations, models

REFERS = """
CREATE FUNCTION standing_verdict_refers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT household_id FROM written) w
               WHERE NOT EXISTS (SELECT FROM households_household h WHERE h.id = w.household_id))
       OR EXISTS (SELECT FROM (SELECT DISTINCT standard_id FROM written) w
                  WHERE NOT EXISTS (SELECT FROM povertycase_ruleversion r WHERE r.id = w.standard_id))
       OR EXISTS (SELECT FROM (SELECT DISTINCT lines_id FROM written) w
                  WHERE NOT EXISTS (SELECT FROM supervision_usedlines l WHERE l.id = w.lines_id)) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a standing verdict refers to what does not exist';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER standing_verdict_refers AFTER INSERT ON supervision_standingverdict
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION standing_verdict_refers();
"""
REFERRED = """
CREATE FUNCTION standing_verdict_referred() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM supervision_standingverdict v JOIN gone g ON g.id = v.%I)', TG_ARGV[0])
    INTO found;
    IF found THEN
        RAISE foreign_key_violation USING MESSAGE = 'a standing verdict refers to what was to be deleted';
    END IF;
    RETURN NULL;
END $$;
"""
PARENTS = {
    "households_household": "household_id",
    "povertycase_ruleversion": "standard_id",
    "supervision_usedlines": "lines_id",
}
WATCH = (
    "CREATE TRIGGER standing_verdict_referred AFTER DELETE ON {0} REFERENCING OLD TABLE AS gone"
    " FOR EACH STATEMENT EXECUTE FUNCTION standing_verdict_referred('{1}')"
)


def _loose(name: str, to: str) -> migrations.AlterField:
    field = models.ForeignKey(to, django.db.models.deletion.PROTECT, db_constraint=False, db_index=False)
    return migrations.AlterField("standingverdict", name, field)


class Migration(migrations.Migration):
    dependencies = [("supervision", "0005_registered_beside_a_share")]
    operations = [
        _loose("household", "households.household"),
        _loose("standard", "povertycase.ruleversion"),
        _loose("lines", "supervision.usedlines"),
        migrations.RunSQL(
            REFERS,
            "DROP TRIGGER standing_verdict_refers ON supervision_standingverdict; DROP FUNCTION standing_verdict_refers",
        ),
        migrations.RunSQL(REFERRED, "DROP FUNCTION standing_verdict_referred"),
        *(
            migrations.RunSQL(WATCH.format(table, column), f"DROP TRIGGER standing_verdict_referred ON {table}")
            for table, column in PARENTS.items()
        ),
    ]

"""What verdicts and hits refer to is looked up once a statement and inside the range that was written.

Two look-ups a hit were the dearest part of ending a range; and without bounds every range of a province walked through
its households from the first one on. The same two functions serve both tables.
"""

import django.db.models.deletion
from django.db import migrations, models

# Arguments: column, parent, column, parent, … An empty statement writes nothing and has nothing to look up.
REFERS = """
CREATE FUNCTION supervision_refers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE first bigint; last bigint; lost boolean;
BEGIN
    FOR at IN 0 .. TG_NARGS / 2 - 1 LOOP
        EXECUTE format('SELECT min(%1$I), max(%1$I) FROM written', TG_ARGV[2 * at]) INTO first, last;
        EXECUTE format('SELECT EXISTS (SELECT FROM (SELECT DISTINCT %1$I AS id FROM written) w
                            LEFT JOIN %2$I p ON p.id = w.id AND p.id BETWEEN $1 AND $2
                            WHERE w.id IS NOT NULL AND p.id IS NULL)',
                       TG_ARGV[2 * at], TG_ARGV[2 * at + 1])
        INTO lost USING first, last;
        IF lost THEN
            RAISE foreign_key_violation USING MESSAGE =
                format('%s.%s refers to what does not exist', TG_TABLE_NAME, TG_ARGV[2 * at]);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
"""
# Arguments: child, its column.
REFERRED = """
CREATE FUNCTION supervision_referred() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I c JOIN gone g ON g.id = c.%I)', TG_ARGV[0], TG_ARGV[1]) INTO found;
    IF found THEN
        RAISE foreign_key_violation USING MESSAGE = format('%s refers to what was to be deleted', TG_ARGV[0]);
    END IF;
    RETURN NULL;
END $$;
"""
# Table: name of its triggers, what writes a reference, its columns and where they point. A verdict is never moved to
# another household or standard; a hit follows the newest version of its rule.
CHILDREN = {
    "supervision_standingverdict": (
        "standing_verdict",
        {"refers": "INSERT"},
        {
            "household_id": "households_household",
            "standard_id": "povertycase_ruleversion",
            "lines_id": "supervision_usedlines",
        },
    ),
    "supervision_checkhit": (
        "check_hit",
        {"refers": "INSERT", "refers_still": "UPDATE"},
        {"household_id": "households_household", "rule_id": "povertycase_ruleversion"},
    ),
}


def _watch(child: str) -> list[str]:
    name, events, parents = CHILDREN[child]
    words = ", ".join(f"'{column}', '{parent}'" for column, parent in parents.items())
    wanted = [
        f"CREATE TRIGGER {name}_{when} AFTER {event} ON {child} REFERENCING NEW TABLE AS written"
        f" FOR EACH STATEMENT EXECUTE FUNCTION supervision_refers({words})"
        for when, event in events.items()
    ]
    return wanted + [
        f"CREATE TRIGGER {name}_referred AFTER DELETE ON {parent} REFERENCING OLD TABLE AS gone"
        f" FOR EACH STATEMENT EXECUTE FUNCTION supervision_referred('{child}', '{column}')"
        for column, parent in parents.items()
    ]


OLD = [
    "DROP TRIGGER standing_verdict_refers ON supervision_standingverdict",
    *(
        f"DROP TRIGGER standing_verdict_referred ON {parent}"
        for parent in CHILDREN["supervision_standingverdict"][-1].values()
    ),
    "DROP FUNCTION standing_verdict_refers",
    "DROP FUNCTION standing_verdict_referred",
]


class Migration(migrations.Migration):
    dependencies = [("supervision", "0008_fewer_indexes_to_write")]
    operations = [
        *(
            migrations.AlterField(
                "checkhit",
                name,
                models.ForeignKey(to, django.db.models.deletion.PROTECT, db_constraint=False, db_index=False),
            )
            for name, to in (("household", "households.household"), ("rule", "povertycase.ruleversion"))
        ),
        *(migrations.RunSQL(words) for words in OLD),
        migrations.RunSQL(REFERS),
        migrations.RunSQL(REFERRED),
        *(migrations.RunSQL(words) for child in CHILDREN for words in _watch(child)),
    ]

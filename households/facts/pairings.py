"""Facts about a pairing 结对 in force: which cadre answers for which household."""

from django.utils.translation import gettext_lazy as _

from povertycase.rules.facts import Fact, Source, Subject

SUBJECTS = (
    Subject(
        code="pairing",
        base="pairing",
        ids="SELECT id AS subject_id FROM households_pairing",
        ids_within=(
            "SELECT p.id AS subject_id FROM households_pairing p WHERE EXISTS (SELECT "
            "FROM households_householddivision d WHERE d.household_id = p.household_id AND {prefix:d.village_id})"
        ),
        labels=("pairing_household", "pairing_cadre"),
        order=40,
    ),
)

SOURCES = (
    # Pairings of one range of ids lie in a narrow range of households; without these bounds every range would sort
    # the villages of the whole county.
    Source(
        code="pairing",
        subject="pairing",
        sql="""
            WITH held AS MATERIALIZED (
                SELECT p.id, p.household_id, p.cadre_id, p.place FROM households_pairing p
                WHERE {within:p.id} AND {known:p}
                  AND p.true_from <= %(as_of)s AND (p.true_to IS NULL OR p.true_to >= %(as_of)s)
            ), places AS (
                SELECT DISTINCT ON (d.household_id) d.household_id, d.village_id FROM households_householddivision d
                WHERE d.household_id BETWEEN (SELECT min(household_id) FROM held)
                                         AND (SELECT max(household_id) FROM held)
                  AND {known:d} AND d.true_from <= %(as_of)s
                ORDER BY d.household_id, d.true_from DESC, d.id DESC
            )
            SELECT held.id AS subject_id, places.village_id AS division_code, held.household_id, held.cadre_id,
                   held.place
            FROM held JOIN places USING (household_id)
        """,
    ),
)

FACTS = (
    Fact(
        code="pairing_household",
        label=_("结对户"),
        subject="pairing",
        type="int",
        source="pairing",
        sql="pairing.household_id",
    ),
    Fact(
        code="pairing_cadre",
        label=_("帮扶责任人"),
        subject="pairing",
        type="int",
        source="pairing",
        sql="pairing.cadre_id",
    ),
    Fact(
        code="pairing_place",
        label=_("第几帮扶责任人"),
        subject="pairing",
        type="int",
        source="pairing",
        sql="pairing.place",
    ),
)

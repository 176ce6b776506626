"""Facts about a village: what it is by its code, what documents say of it, who is posted there."""

from django.utils.translation import gettext_lazy as _

from povertycase.rules.facts import Fact, Source, Subject

SUBJECTS = (
    Subject(
        code="village",
        base="village",
        ids="SELECT code::bigint AS subject_id FROM povertycase_division WHERE level = 'village'",
        ids_within=(
            "SELECT code::bigint AS subject_id FROM povertycase_division WHERE level = 'village' AND {prefix:code}"
        ),
        labels=("village_name",),
        order=30,
    ),
)

SOURCES = (
    Source(
        code="village",
        subject="village",
        sql="""
            SELECT v.subject_id, v.code AS division_code, v.name, v.is_virtual
            FROM (SELECT d.code::bigint AS subject_id, d.* FROM povertycase_division d WHERE d.level = 'village') v
            WHERE {within:v.subject_id}
              AND (v.valid_from IS NULL OR v.valid_from <= %(as_of)s)
              AND (v.valid_to IS NULL OR v.valid_to >= %(as_of)s)
        """,
    ),
    # The last record is in force as a whole: an empty cell in it is unknown, it does not fall back.
    Source(
        code="village_record",
        subject="village",
        sql="""
            SELECT DISTINCT ON (r.subject_id) r.subject_id, r.is_poor, r.village_class
            FROM (SELECT v.division_id::bigint AS subject_id, v.* FROM households_villagerecord v) r
            WHERE {within:r.subject_id} AND {known:r} AND r.true_from <= %(as_of)s
            ORDER BY r.subject_id, r.true_from DESC, r.id DESC
        """,
    ),
    Source(
        code="village_posting",
        subject="village",
        group="village",
        sql="""
            SELECT p.village, p.role
            FROM (SELECT q.village_id::bigint AS village, q.* FROM households_posting q) p
            WHERE {within:p.village} AND {known:p}
              AND p.true_from <= %(as_of)s AND (p.true_to IS NULL OR p.true_to >= %(as_of)s)
        """,
    ),
)

FACTS = (
    Fact(
        code="village_name",
        label=_("村"),
        subject="village",
        type="text",
        source="village",
        sql="village.name",
    ),
    # 200-399 are 村委会; 001-199 are 居委会, 社区 (national coding rule of the bureau of statistics).
    Fact(
        code="is_administrative_village",
        label=_("行政村"),
        subject="village",
        type="bool",
        source="village",
        sql="(NOT village.is_virtual AND substr(village.division_code, 10, 3) BETWEEN '200' AND '399')",
    ),
    Fact(
        code="has_village_record",
        label=_("有村登记表"),
        subject="village",
        type="bool",
        source="village_record",
        sql="(village_record.subject_id IS NOT NULL)",
    ),
    Fact(
        code="is_poor_village",
        label=_("贫困村"),
        subject="village",
        type="bool",
        source="village_record",
        sql="village_record.is_poor",
        unknown=_("村登记表未填是否贫困村"),
        supplier=_("县扶贫办"),
    ),
    Fact(
        code="postings_on_duty",
        label=_("在岗第一书记和驻村队员"),
        subject="village",
        type="int",
        unit=_("人"),
        source="village_posting",
        sql="count(*)",
        empty="0",
    ),
    Fact(
        code="first_secretaries_on_duty",
        label=_("在岗第一书记"),
        subject="village",
        type="int",
        unit=_("人"),
        source="village_posting",
        sql="count(*) FILTER (WHERE role = 'first_secretary')",
        empty="0",
    ),
)

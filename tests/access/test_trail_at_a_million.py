"""The timeline of a million events: every page as quick as the first, whatever it is narrowed to."""

import time

import pytest
from django.db import connection

from povertycase import audit
from povertycase.models import AuditEvent
from povertycase.queries import trail
from povertycase.reach import Extent

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EVENTS, SECONDS = 1_000_000, 0.5

FILL = """
INSERT INTO povertycase_auditevent (at, kind, by_id, about, params, subjects, subjects_digest)
SELECT timestamptz '2018-01-01' + n * interval '25 seconds', (ARRAY['secret.revealed', 'visit.entered', 'account.signed_in'])[1 + n %% 3],
       (SELECT id FROM povertycase_account WHERE username = 'cast-' || (ARRAY['helper', 'village_clerk', 'county_office'])[1 + n %% 3]),
       'H' || n %% 18884, '{}', 1, ''
FROM generate_series(1, %s) AS n
"""


class Auditor:
    pk = 0

    def extents(self) -> list[Extent]:
        return [Extent("audit")]


def test_every_page_of_a_million_events_comes_at_once(cast):
    with connection.cursor() as cursor:
        cursor.execute(FILL, [EVENTS])
        cursor.execute(
            "INSERT INTO povertycase_auditsubject (event_id, household)"
            " SELECT id, substr(about, 2)::int FROM povertycase_auditevent WHERE about ~ '^H[0-9]+$'"
        )
        cursor.execute("ANALYZE povertycase_auditevent, povertycase_auditsubject")
    middle = AuditEvent.objects.filter(about="H9442").order_by("pk")[26].pk
    slow = []
    for params, household in (
        ({}, None),
        ({"who": "cast-helper"}, None),
        ({"kind": "visit.entered"}, None),
        ({"who": "cast-helper", "kind": "visit.entered"}, None),
        ({"since": "2018-03-01", "until": "2018-03-01"}, None),
        ({"town": "220821101000"}, None),
        ({}, 7),
    ):
        for place in ({}, {"before": middle}, {"after": middle}):
            began = time.perf_counter()
            trail.stretch(Auditor(), trail.asked(params, household), **place)
            took = time.perf_counter() - began
            if took > SECONDS:
                slow.append((params, household, place, round(took, 2)))
    assert slow == []
    began = time.perf_counter()
    assert audit.state().unsealed >= 10_000
    assert time.perf_counter() - began < SECONDS

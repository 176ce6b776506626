"""The audit trail 审计日志: one event per act, in the act's own transaction; sealed into a hash chain afterwards.

Chaining inside the transaction would put every writer behind one lock (89 against 686 transactions a second),
so a sealer appends the links of committed events. Events never carry values of personal data: sentences name
households by number and fields by label; before and after stand on the household file.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from povertycase import slots
from povertycase.access.actor import ADDRESS
from povertycase.arrays import array
from povertycase.models import Account, AuditEvent, JobRun
from povertycase.secrets import identity

GENESIS = bytes(32)
SEAL_BATCH = 5_000
# The sealer looks this many events back; every WHOLE_TURN turns, and first after a start, it looks at all of them:
# a transaction that stayed open for long commits an event far behind the head of the chain.
WINDOW = 10_000
WHOLE_TURN = 300
LOCK = 7_046_001

CANONICAL = """jsonb_build_array(e.id, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), e.kind, e.by_id,
    e.about, e.params, e.job_id, host(e.address), e.subjects, encode(e.subjects_digest, 'hex'))::text"""

_turns = count()


class NotAudited(Exception):
    """An audit entry was asked for outside a transaction, of an unknown kind, or with personal data in it."""


def record(
    kind: str,
    *,
    by: Account | None,
    about: str = "",
    households: Iterable[int] = (),
    job: JobRun | None = None,
    params: dict[str, Any] | None = None,
) -> int:
    """Write one event and the households it touches; returns the event's id.

    by None = the system; `about` names the object (a household number, a user name, a month), never a value.
    Later changes of this transaction in the field history point to the event. Raises NotAudited.
    """
    details = json.dumps(params or {}, ensure_ascii=False, sort_keys=True, default=str)
    _check(kind, about, details)
    touched = sorted(set(households))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO povertycase_auditevent (kind, by_id, about, params, job_id, address, subjects, subjects_digest)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id, set_config('pc.event', id::text, true),"
            " set_config('pghistory.context_id', gen_random_uuid()::text, true),"
            " set_config('pghistory.context_metadata', jsonb_build_object('event', id)::text, true)",
            [
                kind,
                by.pk if by else None,
                about,
                details,
                job.pk if job else None,
                ADDRESS.get(),
                len(touched),
                digest(touched),
            ],
        )
        event = int(cursor.fetchone()[0])
        if touched:
            cursor.execute(
                "INSERT INTO povertycase_auditsubject (event_id, household) SELECT %s, unnest(%s::bigint[])",
                [event, array(touched)],
            )
    return event


def digest(households: list[int]) -> bytes:
    """The digest of the households of an event; empty for none. `households` in rising order."""
    return hashlib.sha256(",".join(map(str, households)).encode()).digest() if households else b""


def _check(kind: str, about: str, details: str) -> None:
    if not connection.in_atomic_block:
        raise NotAudited(f"{kind}: an audit entry belongs inside the transaction of its act")
    if kind not in slots.AUDIT_KINDS:
        raise NotAudited(f"{kind} is not in slots.AUDIT_KINDS: register its sentence")
    if identity.stands_in(f"{about} {details}"):
        raise NotAudited(f"{kind}: an ID number must not stand in an audit entry")


class _Blanks(dict):
    """A sentence whose event lacks a detail shows a dash instead of failing."""

    def __missing__(self, key: str) -> str:
        return "—"


def sentence(event: AuditEvent) -> str:
    """The event in the words staff read: 县办经办 王某 导出了 名单 …"""
    kind = slots.AUDIT_KINDS.get(event.kind)
    if kind is None:
        return f"{event.kind} {event.about}".strip()
    who = str(event.by) if event.by else _("系统")
    # The trail keeps the office's own words; on an English page those that have a translation are shown by it.
    said = {name: _(value) if isinstance(value, str) and value else value for name, value in event.params.items()}
    return str(kind.sentence).format_map(_Blanks(said, by=who, about=event.about, subjects=event.subjects))


# --- the seal chain ---------------------------------------------------------------------------------------


def seal() -> int:
    """Append the links of committed events that have none; returns how many. One sealer at a time."""
    floor = None if next(_turns) % WHOLE_TURN == 0 else WINDOW
    sealed = 0
    while True:
        fresh = _seal_batch(floor)
        sealed += fresh
        if fresh < SEAL_BATCH:
            return sealed


def _seal_batch(window: int | None) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT position, event_id, hash FROM povertycase_auditseal ORDER BY position DESC LIMIT 1")
        position, last, prev = cursor.fetchone() or (0, 0, GENESIS)
        cursor.execute(
            f"SELECT e.id, {CANONICAL} FROM povertycase_auditevent e WHERE e.id > %s AND NOT EXISTS"
            " (SELECT FROM povertycase_auditseal s WHERE s.event_id = e.id) ORDER BY e.id LIMIT %s",
            [last - window if window else 0, SEAL_BATCH],
        )
        links = []
        for number, (event, text) in enumerate(cursor.fetchall(), start=position + 1):
            link = chained(bytes(prev), text)
            links.append((number, event, bytes(prev), link))
            prev = link
        if links:
            _append(cursor, links)
        return len(links)


def _append(cursor: Any, links: list[tuple[int, int, bytes, bytes]]) -> None:
    positions, events, prevs, hashes = zip(*links, strict=True)
    cursor.execute(
        "INSERT INTO povertycase_auditseal (position, event_id, prev, hash)"
        " SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[])",
        [list(positions), list(events), list(prevs), list(hashes)],
    )


def chained(prev: bytes, text: str) -> bytes:
    """The hash of a link: SHA-256 over the hash before it and the event's canonical text."""
    return hashlib.sha256(prev + text.encode()).digest()


@dataclass
class Verification:
    """What verify_audit found: links that hold, events still without one, and what is broken."""

    sealed: int = 0
    unsealed: int = 0
    oldest_seconds: int = 0  # age of the oldest event without a seal
    broken: list[str] = field(default_factory=list)

    def ok(self, patience: int = 60) -> bool:
        """Nothing broken, and nothing unsealed for longer than `patience` seconds."""
        return not self.broken and (not self.unsealed or self.oldest_seconds <= patience)


@dataclass(frozen=True)
class State:
    """How the chain stands without walking it: links, late events still without one, and the oldest one's age."""

    sealed: int
    unsealed: int
    oldest_seconds: int


def state() -> State:
    """The state of the chain from its head: quick at any length; `verify` alone finds what was changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT position, event_id FROM povertycase_auditseal ORDER BY position DESC LIMIT 1")
        position, last = cursor.fetchone() or (0, 0)
        cursor.execute(
            "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(e.at)), 0)::int"
            " FROM povertycase_auditevent e WHERE e.id > %s AND NOT EXISTS"
            " (SELECT FROM povertycase_auditseal s WHERE s.event_id = e.id)",
            [last - WINDOW],
        )
        return State(position, *cursor.fetchone())


def verify(limit: int = 100) -> Verification:
    """Walk the chain, compare every event and its households with its seal; at most `limit` faults are named."""
    found = Verification()
    faults: Iterator[str] = _faults(found)
    with transaction.atomic(), connection.cursor() as cursor:
        # One snapshot for the chain, the households and what is not sealed yet.
        if not connection.savepoint_ids:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        found.broken = list(islice(faults, limit))
        cursor.execute(
            "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(e.at)), 0)::int"
            " FROM povertycase_auditevent e"
            " WHERE NOT EXISTS (SELECT FROM povertycase_auditseal s WHERE s.event_id = e.id)"
        )
        found.unsealed, found.oldest_seconds = cursor.fetchone()
    return found


def _faults(found: Verification) -> Iterator[str]:
    yield from _chain_faults(found)
    yield from _subject_faults()


def _chain_faults(found: Verification) -> Iterator[str]:
    expected, position = GENESIS, 0
    for at, event, prev, link, text in _links():
        position += 1
        if at != position:
            yield f"第 {position} 号封印缺失（下一个是第 {at} 号）"
            position = at
        if bytes(prev) != expected:
            yield f"第 {at} 号封印与前一号不相连"
        if text is None:
            yield f"第 {at} 号封印的事件 {event} 已被删除"
        elif chained(bytes(prev), text) != bytes(link):
            yield f"第 {at} 号封印的事件 {event} 已被改动"
        else:
            found.sealed += 1
        expected = bytes(link)


def _links() -> Iterator[tuple[int, int, bytes, bytes, str | None]]:
    """The chain in order, streamed: a year of events does not fit into memory."""
    sql = f"""SELECT s.position, s.event_id, s.prev, s.hash, CASE WHEN e.id IS NOT NULL THEN {CANONICAL} END
              FROM povertycase_auditseal s LEFT JOIN povertycase_auditevent e ON e.id = s.event_id ORDER BY s.position"""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(10_000):
            yield from rows


def _subject_faults() -> Iterator[str]:
    """Events whose households were taken away, added or exchanged."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH touched AS (
                   SELECT event_id, count(*) AS number,
                          sha256(convert_to(string_agg(household::text, ',' ORDER BY household), 'UTF8')) AS digest
                   FROM povertycase_auditsubject GROUP BY event_id)
               SELECT coalesce(e.id, t.event_id) FROM povertycase_auditevent e FULL JOIN touched t ON t.event_id = e.id
               WHERE e.subjects IS DISTINCT FROM coalesce(t.number, 0)
                  OR e.subjects_digest IS DISTINCT FROM coalesce(t.digest, ''::bytea)
               ORDER BY 1"""
        )
        for (event,) in cursor.fetchall():
            yield f"事件 {event} 涉及的户与登记的摘要不符"

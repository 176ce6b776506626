"""Rules as data with versions: a rule is a table, its version is the hash of its canonical JSON (house.md 2).

The TOML files that the floors ship are loaded by content hash; a changed file is another version, and the verdicts
and figures judged by the old one still name it.
"""

import datetime
import functools
import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from povertycase.models import RuleVersion
from povertycase.slots import Slot


class RuleError(ValueError):
    """A rule that is missing, unreadable or not in force; the sentence says what to do."""


@dataclass(frozen=True)
class Shipment:
    """A folder of TOML files that a floor ships: kind of rule, folder, pattern of the file names."""

    code: str
    kind: str
    folder: Path
    pattern: str = "*.toml"


SHIPMENTS: Slot[Shipment] = Slot("rule shipments")
_PLURALS = {"policy": "policies", "frequency": "frequencies"}


def canonical(body: Any) -> str:
    """The one text of a rule: sorted keys, no spaces, days in ISO form, numbers as written."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def sha256(body: Any) -> str:
    """The name of a version: the hash of its canonical JSON."""
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot stand in a rule")


@functools.cache
def shipped(kind: str) -> tuple[Mapping[str, Any], ...]:
    """The bodies of all shipped rules of a kind, by code. A file may hold one rule or a list under its kind's name."""
    found = []
    for shipment in SHIPMENTS:
        if shipment.kind == kind:
            for path in sorted(shipment.folder.glob(shipment.pattern)):
                found += _read(path, kind)
    return tuple(sorted(found, key=lambda body: body["code"]))


def _read(path: Path, kind: str) -> list[dict[str, Any]]:
    with path.open("rb") as file:
        # Through JSON, so that a rule read from its file and one read from the database are the same.
        body = json.loads(canonical(tomllib.load(file)))
    bodies = body.get(_PLURALS.get(kind, f"{kind}s"), [body])
    for one in bodies:
        if not one.get("code"):
            raise RuleError(f"规则文件 {path.name} 缺少 code，请补上后重试。")
    return bodies


@functools.cache
def _shipped_by_name() -> dict[str, tuple[str, Mapping[str, Any]]]:
    """All shipped rules by the hash that names them; hashed once a process, for every page that asks for a rule."""
    kinds = sorted({shipment.kind for shipment in SHIPMENTS})
    return {sha256(body): (kind, body) for kind in kinds for body in shipped(kind)}


def ensure_shipped() -> int:
    """Put the shipped versions that are not there yet into the table, and older shipped ones out of force.

    Idempotent and cheap; called by whatever needs a rule. Returns how many versions came.
    """
    wanted = _shipped_by_name()
    have = RuleVersion.objects.filter(author=None, in_force=True).values_list("sha256", flat=True)
    missing = wanted.keys() - set(have)
    if not missing:
        return 0
    rows = [_version(*wanted[name], name) for name in sorted(missing)]
    RuleVersion.objects.bulk_create(rows, ignore_conflicts=True)
    RuleVersion.objects.filter(author=None, sha256__in=wanted).update(in_force=True)
    RuleVersion.objects.filter(author=None).exclude(sha256__in=wanted).update(in_force=False)
    return len(missing)


def _version(kind: str, body: Mapping[str, Any], name: str) -> RuleVersion:
    return RuleVersion(
        kind=kind,
        code=body["code"],
        sha256=name,
        body=body,
        division_code=body.get("division", ""),
        valid_from=body.get("valid_from"),
        valid_to=body.get("valid_to"),
        document=body.get("document", ""),
        verified=body.get("verified", False),
    )


def all_of(*kinds: str) -> list[RuleVersion]:
    """Every version of some kinds that is in force at some time, by code."""
    ensure_shipped()
    return list(RuleVersion.objects.filter(kind__in=kinds, in_force=True).order_by("code", "-valid_from", "pk"))


def find(kind: str, code: str, day: datetime.date) -> RuleVersion:
    """The version of a rule in force on a day, whatever its division.

    Raises RuleError in plain words: no such rule, or none in force on that day.
    """
    ensure_shipped()
    versions = RuleVersion.objects.filter(kind=kind, code=code, in_force=True).order_by("-valid_from", "-pk")
    for version in versions:
        if is_in_force(version, day):
            return version
    if not versions:
        known = "、".join(sorted({version.code for version in all_of(kind)}))
        raise RuleError(_("没有代码为“{code}”的规则。可用的有：{known}。").format(code=code, known=known))
    newest = versions[0]
    told = {"name": _(newest.body.get("name", code)), "day": day, "span": span(newest)}
    raise RuleError(
        _("“{name}”在 {day} 不在有效期内（有效期 {span}），请改选该日有效的标准，或更改截止日期。").format(**told)
    )


def in_force(
    kind: str, code: str, day: datetime.date, division: str = "", *, among: Iterable[RuleVersion] | None = None
) -> RuleVersion | None:
    """The version for a division on a day: the one of the nearest division above it, or None.

    among: what `all_of` gave, for a page that asks for several rules and the database once.
    """
    return next(iter(nearest_first(kind, code, day, division, among=among)), None)


def nearest_first(
    kind: str, code: str, day: datetime.date, division: str = "", *, among: Iterable[RuleVersion] | None = None
) -> list[RuleVersion]:
    """The versions that hold for a division on a day, that of the nearest division first."""
    if among is None:
        ensure_shipped()
        among = RuleVersion.objects.filter(kind=kind, code=code, in_force=True)
    above = {"", *_above(division)}
    fitting = [
        version
        for version in among
        if (version.kind, version.code) == (kind, code) and version.division_code in above and is_in_force(version, day)
    ]
    return sorted(fitting, key=lambda version: (len(version.division_code), version.pk), reverse=True)


def is_in_force(version: RuleVersion, day: datetime.date) -> bool:
    """Does the version's span include the day?"""
    return (version.valid_from is None or version.valid_from <= day) and (
        version.valid_to is None or day <= version.valid_to
    )


def span(version: RuleVersion) -> str:
    """2018-01-01 至 2018-12-31, as the office writes it, in the language in force."""
    start = version.valid_from.isoformat() if version.valid_from else _("颁布之日")
    return _("{start} 至 {end}").format(start=start, end=version.valid_to.isoformat() if version.valid_to else _("今"))


def _above(division: str) -> Iterable[str]:
    """The prefixes a division lies under: 45, 4503, 450329, …"""
    return [division[:digits] for digits in (2, 4, 6, 9, 12) if len(division) >= digits]

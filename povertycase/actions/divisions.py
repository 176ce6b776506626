"""Loading places, and recording that one became part of another."""

import csv
import datetime
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later
from django.utils.translation import override

from povertycase import audit
from povertycase.models import Account, Division
from povertycase.models.division import short_name
from povertycase.sentences import Sentence

HEADINGS = ("level", "code12", "name", "parent_code")
CODE = re.compile(r"[0-9]{12}")
# Above the counties that are shipped. 仙桃 is administered by its province directly: there is no prefecture between.
ABOVE = {
    "141126": (("140000000000", "province", "山西省"), ("141100000000", "prefecture", "吕梁市")),
    "220821": (("220000000000", "province", "吉林省"), ("220800000000", "prefecture", "白城市")),
    "429004": (("420000000000", "province", "湖北省"),),
    "450329": (("450000000000", "province", "广西壮族自治区"), ("450300000000", "prefecture", "桂林市")),
    "530921": (("530000000000", "province", "云南省"), ("530900000000", "prefecture", "临沧市")),
}
FIELDS = ("level", "name", "short_name", "parent_id", "is_virtual")


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a division file (level, code12, code, name, parent_code, parent_name), UTF-8 or GBK.

    Raises ValidationError naming row and column.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    reader = csv.DictReader(text.splitlines())
    if missing := [heading for heading in HEADINGS if heading not in (reader.fieldnames or ())]:
        raise ValidationError(
            f"区划文件 {path.name} 缺少列 {'、'.join(missing)}，请按 level,code12,name,parent_code 提供。"
        )
    rows = list(reader)
    if not rows:
        raise ValidationError(f"区划文件 {path.name} 没有数据行。")
    for number, row in enumerate(rows, start=2):
        if (
            row["level"] not in Division.SIGNIFICANT
            or not CODE.fullmatch(row["code12"] or "")
            or not row["name"].strip()
        ):
            raise ValidationError(f"区划文件 {path.name} 第 {number} 行的级别、12 位代码或名称不对，请核对。")
    return rows


def load(*, rows: Iterable[Mapping[str, str]], source: str, by: Account | None) -> dict[str, int]:
    """Bring the divisions of a file in: new codes are added, names and parents brought up to date, none removed.

    Returns {"new": n, "changed": n, "same": n}.
    """
    wanted = _divisions(list(rows))
    with transaction.atomic():
        known = Division.objects.in_bulk([division.code for division in wanted])
        fresh = [division for division in wanted if division.code not in known]
        changed = [d for d in wanted if d.code in known and _facts(d) != _facts(known[d.code])]
        Division.objects.bulk_create(fresh)
        Division.objects.bulk_update(changed, [field.removesuffix("_id") for field in FIELDS], batch_size=500)
        counts = {"new": len(fresh), "changed": len(changed), "same": len(wanted) - len(fresh) - len(changed)}
        if fresh or changed:
            audit.record("divisions.loaded", by=by, about=source, params=counts)
    return counts


def succeed(*, division: Division, successor: Division, day: datetime.date, by: Account | None) -> None:
    """Record that a division ended and another took over its places: 撤并.  `day` is the first day of the new order."""
    if division == successor or division.level != successor.level:
        raise ValidationError(Sentence(later("“%(name)s”只能并入同级的另一个区划。"), name=division.name))
    with transaction.atomic():
        division.successor, division.valid_to = successor, day - datetime.timedelta(days=1)
        division.save(update_fields=["successor", "valid_to"])
        params = {"successor": successor.name, "day": day.isoformat()}
        audit.record("division.succeeded", by=by, about=division.name, params=params)


@transaction.atomic
def take_back(*, division: Division, before: Mapping[str, Any] | None, by: Account | None) -> None:
    """What an import wrote of a place goes: its name or its end as before, or, where it was new, the place itself.

    before: the fields that were other; None for a place that was new. Raises ValidationError for a new place that
    anything is recorded of: from then on it is part of the register and may only be renamed or end.
    """
    with override("zh-hans"):
        fields: list[Any] = [Division._meta.get_field(name) for name in before or ()]
        named = [str(field.verbose_name) for field in fields]
    what = "、".join(named) or "新增"
    audit.record("division.taken_back", by=by, about=division.code, params={"name": division.name, "what": what})
    if before is not None:
        for name, value in before.items():
            setattr(division, name, value)
        division.save(update_fields=list(before))
        return
    try:
        Division.objects.filter(pk=division.pk).delete()
    except ProtectedError as used:
        raise ValidationError(_("这个区划已经使用，不能撤销；只能改名或登记撤并。")) from used


def _facts(division: Division) -> tuple[object, ...]:
    return tuple(getattr(division, field) for field in FIELDS)


def _divisions(rows: list[Mapping[str, str]]) -> list[Division]:
    """The rows as divisions, parents first, with county, prefecture and province above the towns of the file."""
    named = {row["code12"]: row for row in rows}
    places = [(row["code12"], row["level"], row["name"].strip(), _parent(row)) for row in rows]
    for county, name in sorted({(row["parent_code"], row["parent_name"]) for row in rows if row["level"] == "town"}):
        places += [place for place in _above(county, name) if place[0] not in named]
    towns = _towns_without_people(places)
    return [
        Division(
            code=code,
            level=level,
            name=name,
            short_name=short_name(name) if level == "village" else name,
            parent_id=parent,
            is_virtual=_is_virtual(code, level, name) or code in towns,
        )
        for code, level, name, parent in sorted(places, key=lambda place: (Division.SIGNIFICANT[place[1]], place[0]))
    ]


def _above(county: str, name: str) -> list[tuple[str, str, str, str | None]]:
    parent: str | None = None
    chain: list[tuple[str, str, str, str | None]] = []
    for code, level, title in (*ABOVE.get(county, ()), (county.ljust(12, "0"), "county", name)):
        chain.append((code, level, title, parent))
        parent = code
    return chain


def _parent(row: Mapping[str, str]) -> str | None:
    return row["parent_code"].ljust(12, "0") if row["parent_code"] else None


def _is_virtual(code: str, level: str, name: str) -> bool:
    """Farms, parks and living quarters that the national list codes 500 to 599: left out of village lists."""
    return level == "village" and ("虚拟" in name or code[9] == "5")


def _towns_without_people(places: list[tuple[str, str, str, str | None]]) -> set[str]:
    """Town-level farms all of whose villages are virtual, or that have none."""
    real = {parent for code, level, name, parent in places if level == "village" and not _is_virtual(code, level, name)}
    return {code for code, level, _name, _parent in places if level == "town" and code not in real}

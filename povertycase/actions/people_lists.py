"""The lists of accounts and of posts 账号、岗位 on their way out: what their pages show."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as later

from povertycase import audit, slots
from povertycase.access.permissions import Permission
from povertycase.exchange.listed import Listed, conditions, day_words
from povertycase.exchange.paper import Head, Paper, moment
from povertycase.models import Account, Division, Post
from povertycase.queries import people, sign_ins
from povertycase.slots import ListExport

ACCOUNTS, POSTS = "账号名单", "岗位名单"
ACCOUNT_HEADS = (
    *(Head("用户名", 22), Head("姓名"), Head("状态", 24), Head("岗位", 8), Head("最近登录", 20), Head("开立时间", 20)),
)
POST_HEADS = (
    *(Head("姓名"), Head("用户名", 22), Head("岗位", 22), Head("地区", 20), Head("任职自", 13, "date")),
    *(Head("任职到", 13, "date"), Head("任命文号", 26, "long")),
)


def of_accounts(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: q, state as on the page."""
    text, state, paused = asked.get("q", ""), asked.get("state", ""), sign_ins.paused()
    found = people.in_state(people.accounts(account, text, day), state, paused)

    def read() -> Iterator[list[Any]]:
        with translation.override("zh-hans"):
            for row in found.iterator(chunk_size=2_000):
                words = "、".join(word for word, _tone in people.state_words(row, paused))
                post = "有" if row.has_post else "无"  # type: ignore[attr-defined]
                yield [row.username, row.display_name, words, post, _moment(row.last_login), _moment(row.created_at)]

    chips = [("用户名、姓名", text), ("状态", dict(people.ACCOUNT_STATES).get(state, ""))]
    return _listed(ACCOUNTS, ACCOUNT_HEADS, read, found.count(), chips, day, "account.list_exported")


def of_posts(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: q, role, town, state as on the page."""
    text, chosen = asked.get("q", ""), {name: asked.get(name, "") for name in ("role", "town", "state")}
    found = people.posts(account, chosen, text, day)

    def read() -> Iterator[list[Any]]:
        with translation.override("zh-hans"):
            yield from map(_post, found.iterator(chunk_size=2_000))

    town = Division.objects.filter(code=chosen["town"]).values_list("name", flat=True).first()
    chips = [
        *(("用户名、姓名", text), ("岗位", _role(chosen["role"])), ("乡镇", town or "")),
        ("状态", dict(people.POST_STATES).get(chosen["state"], "")),
    ]
    return _listed(POSTS, POST_HEADS, read, found.count(), chips, day, "post.list_exported")


def _listed(
    title: str, heads: tuple[Head, ...], read: Any, number: int, chips: list[tuple[str, Any]], day: datetime.date,
    kind: str,
) -> Listed:  # fmt: skip
    def note(*, rows: int, by: Account, job: Any) -> None:
        audit.record(kind, by=by, job=job, params={"rows": rows})

    with translation.override("zh-hans"):
        told = conditions([{"label": label, "value": value} for label, value in chips if value]) or "全部"
    return Listed(Paper(title, heads, left=day_words(day), conditions=told), read, number, f"{title} {day}", note)


def _post(post: Post) -> list[Any]:
    role = f"{_role(post.role)}（{post.get_bureau_display()}）" if post.bureau else _role(post.role)
    place = post.division.name if post.division else ""
    return [
        *(str(post.account), post.account.username, role, place, post.valid_from, post.valid_to, post.document_no),
    ]


def _role(code: str) -> str:
    role = slots.ROLES.get(code)
    return str(role.label) if role else code


def _moment(at: datetime.datetime | None) -> str:
    return moment(timezone.localtime(at)) if at else ""


EXPORTS = (
    ListExport("accounts", later("账号管理"), Permission.ACCOUNT_MANAGE, of_accounts, 5),
    ListExport("posts", later("岗位管理"), Permission.POST_MANAGE, of_posts, 6),
)

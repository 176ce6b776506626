"""How figures, dates, masked numbers and states are written on every page (a template builtin: no load needed)."""

import datetime
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.http import QueryDict
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from povertycase import jobs, slots
from povertycase.actions.reveal import REASONS
from povertycase.secrets import masks

register = template.Library()

NONE = "--"  # no data; never 0 and never an empty cell (experience.md section 3)
TONES = frozenset({"good", "warn", "bad", "info", "mute", "plain"})


@register.filter
def none(value: Any) -> Any:
    """The value, or `--` where there is none. 0 and False stay."""
    return NONE if value is None or value == "" else value


@register.filter
def num(value: Any, places: int = 0) -> str:
    """A figure with thousands separators and a fixed number of places; `--` for none."""
    try:
        return NONE if value is None or value == "" else f"{Decimal(str(value)):,.{int(places)}f}"
    except InvalidOperation:
        return str(value)


@register.filter
def yuan(value: Any) -> str:
    """Yuan with two places, the unit stands in the heading: `3,535.00`."""
    return num(value, 2)


@register.filter
def percent(value: Any, places: int = 2) -> str:
    """A rate given in per cent (14.2 is 14.20 %)."""
    figure = num(value, places)
    return figure if figure == NONE else f"{figure}%"


def _local(value: datetime.date) -> datetime.date:
    return timezone.localtime(value) if isinstance(value, datetime.datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: Any) -> str:
    """A date as 2018-10-31; a moment is taken in Shanghai; `--` for none."""
    return _local(value).strftime("%Y-%m-%d") if isinstance(value, datetime.date) else none(value)


@register.filter
def moment(value: Any) -> str:
    """A moment as 2018-10-31 09:12, Shanghai time; `--` for none."""
    return _local(value).strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime.datetime) else day(value)


@register.filter
def said(value: Any) -> str:
    """Words kept in Chinese, in the language of who reads; what is no word of the catalogue stays; `--` for none."""
    return _(str(value)) if value not in (None, "") else none(value)


@register.filter
def day_cn(value: Any) -> str:
    """A date as papers write it: 2018年10月31日; `--` for none."""
    if not isinstance(value, datetime.date):
        return none(value)
    return _("%(year)d年%(month)d月%(day)d日") % {"year": value.year, "month": value.month, "day": value.day}


SELECTED = mark_safe(" selected")


@register.simple_tag
def days(first: Any, last: Any) -> str:
    """Two dates as a range: 2017-10-01～2018-09-30; an open end is 至今."""
    return f"{day(first)}～{day(last) if last else _('至今')}"


@register.filter
def masked(value: Any, kind: str = "id") -> str:
    """A clear number as it may be shown (kind: id, phone, bank, name); `--` for none."""
    clear = str(value or "")
    return (masks.name(clear) if kind == "name" else masks.mask(kind, clear)) or NONE


@register.filter
def get(row: Any, key: Any) -> Any:
    """`row[key]` of a mapping or list inside a template; None where it is missing."""
    try:
        return row[key]
    except (KeyError, IndexError, TypeError):
        return None


@register.simple_tag
def tag(text: Any, tone: str = "mute") -> SafeString:
    """A state: always the word, coloured by tone (good, warn, bad, info, mute, plain)."""
    return format_html(
        '<span class="tag {}">{}</span>', tone if tone in TONES else "mute", NONE if text in (None, "") else text
    )


@register.simple_tag
def count(value: Any, url: str = "", tone: str = "") -> SafeString:
    """A figure that opens its list; without an address the plain figure."""
    if not url or value is None:
        return format_html('<span class="n">{}</span>', num(value))
    return format_html('<a class="n {}" href="{}">{}</a>', tone, url, num(value))


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """The choices of a select, the chosen one marked: a hundred villages in one go, not one template node each."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SELECTED if value == chosen else "", label) for value, label in choices),
    )


def _address(query: QueryDict, drop: Iterable[str], **keep: str) -> str:
    changed = query.copy()
    for name in drop:
        changed.pop(name, None)
    for name, value in keep.items():
        changed[name] = value
    return f"?{changed.urlencode()}"


@register.simple_tag(takes_context=True)
def sort_head(context: Context, key: str, label: str, kind: str = "") -> SafeString:
    """A column heading that sorts by `key` (the address keeps `sort=key` or `sort=-key`); kind `num` aligns right."""
    query = context["request"].GET
    now = query.get("sort", "")
    down = now == f"-{key}"
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    address = _address(query, ("page",), sort=key if now != key or down else f"-{key}")
    return format_html(
        '<th scope="col" class="{}" aria-sort="{}"><a href="{}">{}<i aria-hidden="true"></i></a></th>',
        kind, order, address, label,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def without(context: Context, *names: str) -> str:
    """This page's address with the named filters taken off (and back on page 1)."""
    return _address(context["request"].GET, (*names, "page"))


@register.inclusion_tag("parts/pagination.html", takes_context=True)
def pages(context: Context, page_obj: Any, unit: str = "") -> dict[str, Any]:
    """Page links, the total and 20/50/100 a page under a list; the address keeps every filter."""
    numbers = page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=2, on_ends=1)
    return {
        "page": page_obj,
        "numbers": list(numbers),
        "gap": page_obj.paginator.ELLIPSIS,
        "unit": unit,
        "request": context["request"],
        "sizes": ("20", "50", "100"),
        "size": str(page_obj.paginator.per_page),
    }


@register.inclusion_tag("parts/field.html")
def field(bound: Any, width: str = "") -> dict[str, Any]:
    """One form field: label, hint, error words beside it, control (width: short, half or nothing)."""
    widget = bound.field.widget
    described = [f"{bound.id_for_label}-hint"] if bound.help_text else []
    described += [f"{bound.id_for_label}-error"] if bound.errors else []
    attrs = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    kind = getattr(widget, "input_type", "")
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs),
        "group": kind in ("radio", "checkbox") and getattr(widget, "allow_multiple_selected", kind == "radio"),
        "single": kind == "checkbox" and not getattr(widget, "allow_multiple_selected", False),
        "width": width,
    }


@register.inclusion_tag("parts/errors.html")
def errors(form: Any) -> dict[str, Any]:
    """The list of a form's mistakes at the top of the page; it takes the focus."""
    fields = [f for f in form if f.errors] if form.is_bound else []
    return {"form": form, "fields": fields, "general": form.non_field_errors() if form.is_bound else []}


@register.filter
def role_label(code: str) -> Any:
    """A role in words; its code where an older version left one behind."""
    role = slots.ROLES.get(code)
    return role.label if role else code


@register.simple_tag
def reasons() -> list[tuple[str, str]]:
    """The five reasons to choose from before a masked number is shown."""
    return [(code, _(label)) for code, label in REASONS.items()]


# --- jobs: any page may include jobs/progress.html with a JobRun -------------------------------------------

JOB_TONES = {"queued": "mute", "running": "info", "done": "good", "failed": "bad", "cancelled": "mute"}


@register.filter
def job_label(job: Any) -> Any:
    """What the job does, in words."""
    return jobs.label(job)


@register.filter
def job_step(job: Any) -> Any:
    """What it is doing now; empty when it does not run."""
    return jobs.step_label(job)


@register.filter
def job_share(job: Any) -> float | None:
    """How far it is, 0 to 100 over all its steps; None before it starts."""
    return jobs.share(job)


@register.filter
def job_error(job: Any) -> str:
    """Why it failed, in the reader's language."""
    return jobs.why(job)


@register.filter
def job_tone(job: Any) -> str:
    """The tone of the job's state."""
    return JOB_TONES.get(job.state, "mute")


@register.filter
def job_url(job: Any) -> str:
    """Where the finished job's result is shown; empty where there is none."""
    kind = slots.JOB_KINDS.get(job.kind)
    return kind.url(job) if kind and kind.url and job.state == "done" else ""

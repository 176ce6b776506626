"""The pages of the rules 规则: facts, exit standards, checks, indicators and lines, each as a list and one by one."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from povertycase import periods, slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.models import RuleVersion
from povertycase.rules import versions
from supervision.queries import draft_bodies, own_rules, rule_words, rules

SIZES = ("20", "50", "100")


@require_safe
@page(Permission.RULE_VIEW)
def fact_list(request: HttpRequest) -> HttpResponse:
    """All facts, by subject and by words."""
    subject, text = request.GET.get("subject", ""), request.GET.get("q", "")[:60]
    subject = subject if subject in rules.SUBJECTS else ""
    size = request.GET.get("size", "")
    found = Paginator(rules.chosen(subject, text), int(size) if size in SIZES else 50)
    pages = found.get_page(request.GET.get("page"))
    known, used = rules.coverage(), rules.users(rules.rules())
    context = {
        "page": pages,
        "rows": [rule_words.fact_row(fact, known, used) for fact in pages.object_list],
        "known": known,
        "asked": {"subject": subject, "q": text},
        "subjects": rules.SUBJECTS.items(),
        "may_see_drafts": account_of(request).can(Permission.RULE_DRAFT_VIEW),
    }
    return render(request, "supervision/rules/facts.html", context)


@require_safe
@page(Permission.RULE_VIEW)
def fact(request: HttpRequest, fact: str) -> HttpResponse:
    """One fact: what it says, where it comes from, what not knowing means, who supplies it, which rules use it."""
    found = slots.FACTS.get(fact)
    if found is None:
        raise Http404
    known, used = rules.coverage(), rules.users(rules.rules())
    context = {
        **rule_words.fact_row(found, known, used),
        "known": known,
        "origin": rules.origin(found),
        "type": rules.TYPES[found.type],
        "parts": rules.computed_from(found),
        "codes": rule_words.codes_of(found),
        "users": [rule_words.user(version) for version in used.get(found.code, ())],
    }
    return render(request, "supervision/rules/fact.html", context)


@require_safe
@page(Permission.RULE_VIEW)
def standard_list(request: HttpRequest) -> HttpResponse:
    """The exit standards, those that this county offers first."""
    return _list(request, "standard", "supervision/rules/standards.html", rule_words.standard_row)


@require_safe
@page(Permission.RULE_VIEW)
def standard(request: HttpRequest, pk: int) -> HttpResponse:
    """One standard: its criteria in words, on what they stand, what is a veto and what gives points."""
    return _one(request, "standard", pk, "supervision/rules/standard.html", rule_words.standard_page)


@require_safe
@page(Permission.RULE_VIEW)
def line_list(request: HttpRequest) -> HttpResponse:
    """The thresholds: what is in force here today, and which years have no line."""
    return _list(request, "threshold", "supervision/rules/lines.html", rule_words.line_row)


@require_safe
@page(Permission.RULE_VIEW)
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One threshold, year by place, each value with its document."""
    return _one(request, "threshold", pk, "supervision/rules/line.html", rule_words.line_page)


@require_safe
@page(Permission.RULE_VIEW)
def indicator_list(request: HttpRequest) -> HttpResponse:
    """The indicators: what is counted, and when a subject counts."""
    return _list(request, "indicator", "supervision/rules/indicators.html", rule_words.indicator_row)


@require_safe
@page(Permission.RULE_VIEW)
def indicator(request: HttpRequest, pk: int) -> HttpResponse:
    """One indicator: its measure, its conditions, the facts it reads."""
    return _one(request, "indicator", pk, "supervision/rules/indicator.html", rule_words.indicator_page)


@require_safe
@page(Permission.RULE_VIEW)
def check_list(request: HttpRequest) -> HttpResponse:
    """The checks, by family."""
    return _list(request, "check", "supervision/rules/checks.html", rule_words.check_row)


@require_safe
@page(Permission.RULE_VIEW)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One check: when data are suspicious, what the village is asked, where the rule was read."""
    return _one(request, "check", pk, "supervision/rules/check.html", rule_words.check_page)


@require_safe
@page(Permission.RULE_VIEW)
def own_list(request: HttpRequest, kind: str) -> HttpResponse:
    """The warnings, the visit frequencies or the policies."""
    return _list(request, kind, "supervision/rules/own_list.html", own_rules.row)


@require_safe
@page(Permission.RULE_VIEW)
def own(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One warning, frequency or policy: whom it concerns, what is to be done, the facts it reads."""
    return _one(request, kind, pk, "supervision/rules/own.html", own_rules.page)


def _list(request: HttpRequest, kind: str, template: str, row: Any) -> HttpResponse:
    found = rules.standing_here(rules.rules(kind), settings.COUNTY)
    reader = _reader(found)
    rows = [row(version, reader) for version in found]
    rows.sort(key=lambda one: one["order"])
    may_see_drafts = account_of(request).can(Permission.RULE_DRAFT_VIEW)
    context = {"rows": rows, "shared": rule_words.shared(found), "may_see_drafts": may_see_drafts, **_kind(kind)}
    return render(request, template, context)


def _one(request: HttpRequest, kind: str, pk: int, template: str, page_of: Any) -> HttpResponse:
    # Rules are the same for everybody: reference data without a reach.
    version = get_object_or_404(RuleVersion, kind=kind, pk=pk)
    may_draft = (
        kind in draft_bodies.OWN
        and account_of(request).can(Permission.RULE_DRAFT)
        and versions.is_in_force(version, periods.today())
        and settings.COUNTY.startswith(version.division_code)
    )
    context = {**page_of(version, _reader([version])), "may_draft": may_draft, **_kind(kind)}
    return render(request, template, context)


def _kind(kind: str) -> dict[str, Any]:
    """What the pages of the three own kinds are called."""
    if kind not in own_rules.KINDS:
        return {}
    name, note, _condition = own_rules.KINDS[kind]
    return {"kind": kind, "kind_name": name, "kind_note": note, "kind_url": reverse(LISTS[kind])}


LISTS = {"warning": "rule-warnings", "frequency": "rule-frequencies", "policy": "rule-policies"}


def _reader(found: list[RuleVersion]) -> rule_words.Reader:
    return rule_words.Reader.of(found, settings.COUNTY, periods.today())

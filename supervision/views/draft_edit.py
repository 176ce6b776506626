"""Writing a draft: the form of a check with its rows of conditions, a line or a standard from its document."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from assistance.queries import frequencies
from povertycase import periods, slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.models import RuleVersion
from povertycase.rules import conditions
from supervision.actions import drafts
from supervision.forms.drafts import (
    SHOWN,
    CheckForm,
    FrequencyForm,
    LineForm,
    PolicyForm,
    RuleForm,
    StandardForm,
    WarningForm,
)
from supervision.models import RuleDraft
from supervision.queries import condition_fields, condition_rows, draft_bodies
from supervision.queries import drafts as reading
from supervision.views.drafts import conflict, find, version_of

FORMS: dict[str, type[forms.Form]] = {
    "check": CheckForm,
    "warning": WarningForm,
    "frequency": FrequencyForm,
    "policy": PolicyForm,
    "threshold": LineForm,
    "standard": StandardForm,
}


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.RULE_DRAFT)
def new(request: HttpRequest) -> HttpResponse:
    """A new draft of a kind, or of a check that takes the place of one in force."""
    asked = request.POST if request.method == "POST" else request.GET
    kind = asked.get("kind", "check")
    if kind not in draft_bodies.KINDS:
        raise Http404
    number = asked.get("base", "")
    base = None
    if number:
        base = get_object_or_404(RuleVersion, pk=whole(number) or 0)
        if base.kind != kind:
            raise Http404
    return _written(request, kind, None, base)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.RULE_DRAFT)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The author writes his draft anew."""
    draft = find(account_of(request), pk)
    if not reading.rights(draft, account_of(request))["may_change"]:
        return redirect("rule-draft", pk=pk)
    return _written(request, draft.kind, draft, draft.base)


def _written(request: HttpRequest, kind: str, draft: RuleDraft | None, base: RuleVersion | None) -> HttpResponse:
    """The form: rows are added and taken away by its buttons, everything else is read when it is saved."""
    page_of = _Page(request, kind, draft, base)
    if request.method != "POST":
        return page_of.shown()
    if kind in draft_bodies.OWN and (act := request.POST.get("act", "save")) != "save":
        return page_of.moved(act)
    try:
        saved = page_of.saved()
    except ValidationError as error:
        page_of.form.add_error(None, error.messages)  # type: ignore[arg-type]
        saved = None
    except drafts.Moved as moved:
        assert draft is not None
        return conflict(request, draft, moved)
    return redirect("rule-draft", pk=saved.pk) if saved else page_of.shown(status=422)


class _Page:
    """One request to the form of a draft."""

    def __init__(self, request: HttpRequest, kind: str, draft: RuleDraft | None, base: RuleVersion | None) -> None:
        self.request, self.kind, self.draft, self.base = request, kind, draft, base
        self.today = periods.today()
        written = draft.body if draft else base.body if base else None
        self.fixed = None  # a condition that rows cannot say stays as it is
        if kind in draft_bodies.OWN and written is not None:
            self.rows = condition_rows.of_body(written["test"]) or condition_rows.Conditions()
            self.fixed = None if condition_rows.of_body(written["test"]) else written["test"]
        else:
            self.rows = condition_rows.Conditions()
        if request.method == "POST":
            self.rows = condition_rows.posted(request.POST)
            self.form = FORMS[kind](request.POST, request.FILES)
        else:
            self.form = FORMS[kind](initial=self._initial(written))

    @property
    def draft_or_base(self) -> dict[str, Any]:
        """The rule as it is written so far; empty for a new one."""
        return self.draft.body if self.draft else self.base.body if self.base else {}

    def _initial(self, written: dict[str, Any] | None) -> dict[str, Any]:
        document = self.draft.document if self.draft else ""
        if self.kind in draft_bodies.OWN:
            body = written or {"level": "warn"}
            start = body.get("valid_from", "") if self.draft else ""
            return {**body, "valid_from": start or self.today.isoformat(), "document": document}
        if self.kind == "threshold" and written is not None and "line" in written:
            line = written["line"]
            told = {name: line[name] for name in ("division", "value")}
            return {**told, "line": written["code"], "year": line["from"][:4], "document": document}
        if self.kind == "standard" and self.draft is not None:
            return {"text": self.draft.body.get("text", ""), "document": document}
        return {"line": "poverty_line", "year": self.today.year + 1}

    def moved(self, act: str) -> HttpResponse:
        """A row more or less, or other choices for a row: only this part for htmx, the whole page without."""
        self.rows = condition_rows.edited(self.rows, act)
        if self.request.headers.get("HX-Request"):
            return render(self.request, "supervision/drafts/conditions.html", self._conditions())
        self.form = FORMS[self.kind](initial=self.request.POST.dict())
        return self.shown()

    def saved(self) -> RuleDraft | None:
        """The draft as it was stored; None while something is to be mended."""
        body = self._body()
        if body is None:
            return None
        told: dict[str, Any] = {"body": body, "document": self.form.cleaned_data["document"]}
        told |= {"on": self.today, "by": account_of(self.request)}
        if self.draft is not None:
            return drafts.change(draft=self.draft, version=version_of(self.request), **told)
        return drafts.start(kind=self.kind, base=self.base, **told)

    def _body(self) -> dict[str, Any] | None:
        sound = self.form.is_valid()
        if isinstance(self.form, StandardForm):
            return self.form.cleaned_data.get("body") if sound else None
        if isinstance(self.form, LineForm):
            return self.form.body() if sound else None
        assert isinstance(self.form, RuleForm)
        test = self.fixed or condition_rows.body_of(self.rows)
        if not sound or not (self.fixed or self.rows.is_sound):
            return None
        named = sorted(conditions.parse(test).facts())
        before = self.draft_or_base
        shows = [*(code for code in before.get("shows", ()) if code in named), *named]
        kept = [code for code in dict.fromkeys(shows) if slots.FACTS[code].subject == "household"]
        return self.form.body(test, kept[:SHOWN], before)

    def _conditions(self) -> dict[str, Any]:
        only = frequencies.CARD if self.kind == frequencies.KIND else None
        return {"laid": condition_fields.laid(self.rows, self.today, only), "here": self.request.get_full_path()}

    def shown(self, status: int = 200) -> HttpResponse:
        context: dict[str, Any] = {
            "form": self.form,
            "kind": self.kind,
            "kind_words": draft_bodies.KINDS[self.kind],
            "draft": self.draft,
            "base": self.base,
            "tuning": draft_bodies.TUNING,
        }
        if isinstance(self.form, RuleForm):
            context |= self._conditions()
            context["own"] = True
            context["titles"] = condition_fields.TITLES[self.kind]
            context["rows"] = [[self.form[name] for name in row] for row in self.form.rows]
            if self.draft_or_base.get("answered"):
                context["answered"] = condition_fields.words_of(self.draft_or_base["answered"], self.today)
            if self.fixed:
                context["fixed"] = condition_fields.words_of(self.fixed, self.today)
        return render(self.request, "supervision/drafts/edit.html", context, status=status)

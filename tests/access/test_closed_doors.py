"""Closed by default: what nobody opened on purpose cannot be entered, and rows come only through visible_to."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from povertycase import slots
from povertycase.access.guards import PUBLIC
from povertycase.access.permissions import Permission
from povertycase.reach import REFERENCE, Extent, Reach

APPS = ("povertycase", "households", "assistance", "supervision")
KINDS = ("everything", "divisions", "own_pairings", "own_unit", "accounts", "rights", "audit")
# Folders whose code answers requests.
OUTWARD = ("views", "api", "pages")
LOOK_UPS = ("get_object_or_404", "get_list_or_404")


def addresses(patterns: Any = None, before: str = "") -> Iterator[tuple[str, str | None, Any]]:
    """Every address: pattern, name, view."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, before + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield before + str(entry.pattern), entry.name, entry.callback


def permission_of(view: Any) -> Any:
    """The permission a page carries by @page, an API view by its class."""
    api = getattr(view, "cls", None)
    return getattr(api, "permission", None) if api else getattr(view, "permission", None)


@pytest.mark.parametrize(
    ("address", "name", "view"), [pytest.param(*found, id=found[0] or "/") for found in addresses()]
)
def test_every_address_carries_a_permission_or_is_public(address, name, view):
    if name not in PUBLIC:
        assert isinstance(permission_of(view), Permission), f"{address} ({name}) has no @page(Permission…)"
        assert name, f"{address} has no name"


def test_the_public_list_holds_only_addresses_that_exist():
    assert {name for _address, name, _view in addresses()} >= PUBLIC


def own_models() -> list[Any]:
    """The models of the house; field history tables are shown nowhere."""
    return [
        model
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        if not hasattr(model, "pgh_tracked_model")
    ]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model.__name__)
def test_every_model_declares_whose_rows_it_holds(model):
    assert isinstance(getattr(model, "reach", None), Reach) or model.reach == REFERENCE
    assert hasattr(model._default_manager, "visible_to")


class Holder:
    """An account with one post of one kind of reach."""

    pk = 1

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def extents(self) -> list[Extent]:
        return [Extent(self.kind, "220821101" if self.kind == "divisions" else "")]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("model", own_models(), ids=lambda model: model.__name__)
def test_every_reach_path_leads_somewhere(model, kind):
    assert list(model._default_manager.visible_to(Holder(kind))[:1]) == []


def test_an_account_without_a_post_sees_no_rows():
    class Nobody(Holder):
        def extents(self) -> list[Extent]:
            return []

    for model in own_models():
        if model.reach != REFERENCE and not model.reach.own:
            assert model._default_manager.visible_to(Nobody("")).query.is_empty(), model


def test_every_role_reaches_in_a_way_the_house_knows():
    assert {role.reach for role in slots.ROLES} <= set(KINDS)


# --- rows reach a page only through visible_to --------------------------------------------------------------


def outward_files() -> list[Path]:
    """The files whose functions answer requests."""
    found = []
    for app in APPS:
        for part in OUTWARD:
            folder = Path(settings.BASE_DIR) / app / part
            found += sorted(folder.rglob("*.py")) + [folder.with_suffix(".py")] * folder.with_suffix(".py").exists()
    return found


def shortcuts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Model.objects without visible_to, other managers, and get_object_or_404 of a bare model."""
    # Reference data is for everybody who is signed in: divisions, units, versions of rules.
    names = {model.__name__ for model in apps.get_models() if getattr(model, "reach", None) != REFERENCE}
    good = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("visible_to", "none")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("_default_manager", "_base_manager", "raw", "extra"):
            yield node.lineno, node.attr
        if isinstance(node, ast.Attribute) and node.attr == "objects" and id(node) not in good:
            owner = ast.unparse(node.value).split(".")[-1]
            if owner in names:
                yield node.lineno, f"{owner}.objects"
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in LOOK_UPS and node.args:
            model = ast.unparse(node.args[0])
            if model in names:
                yield node.lineno, f"get_object_or_404({model})"


@pytest.mark.parametrize("file", outward_files(), ids=lambda file: str(file.relative_to(settings.BASE_DIR)))
def test_pages_and_api_take_rows_only_through_visible_to(file):
    found = [f"{file.name}:{line} {what}" for line, what in shortcuts(ast.parse(file.read_text(encoding="utf-8")))]
    assert not found, "use Model.objects.visible_to(request.user)"


def test_the_search_for_shortcuts_finds_them():
    text = "\n".join(
        (
            "Household.objects.all()",
            "get_object_or_404(Household, pk=1)",
            "Household.objects.visible_to(user)",
            "Household._default_manager.get()",
            "Division.objects.get(pk=1)",
        )
    )
    assert [line for line, _what in shortcuts(ast.parse(text))] != []
    assert {line for line, _what in shortcuts(ast.parse(text))} == {1, 2, 4}

"""Templates keep to the content policy and to the catalogue."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
INLINE = re.compile(r"\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\bsrc=)", re.IGNORECASE)
HAN = re.compile(r"[\u4e00-\u9fff]+")
TRANSLATED = re.compile(
    r"\{% (?:blocktranslate|blocktrans)\b.*?\{% end(?:blocktranslate|blocktrans) %\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}",
    re.DOTALL,
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_style_or_script(path: Path) -> None:
    assert not INLINE.findall(path.read_text(encoding="utf-8"))


# What a household signs is Chinese in every language of the page.
PAPERS = {"collation/sheets.html", "collation/pairs.html"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_chinese_word_of_a_template_is_translated(path: Path) -> None:
    if f"{path.parent.name}/{path.name}" in PAPERS:
        return
    text = TRANSLATED.sub("", path.read_text(encoding="utf-8"))
    allowed = "" if path.name != "parts_page.html" else "刘某"
    assert [word for word in HAN.findall(text) if word != allowed] == []


def test_nothing_is_loaded_from_another_site() -> None:
    for path in TEMPLATES:
        assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", path.read_text(encoding="utf-8")), path

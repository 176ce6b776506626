"""The English catalogue is collected from code, templates and rule files, and keeps its translations."""

from pathlib import Path

import polib
from django.conf import settings
from django.utils import translation

from assistance.choices import VisitTopic
from households.choices import Health
from povertycase.management.commands import messages


def project(folder: Path) -> Path:
    for name in messages.FOLDERS:
        (folder / name).mkdir(parents=True)
    (folder / "templates" / "a.html").write_text(
        "{% load i18n %}<c-card title=\"{% translate '基本情况' %}\">"
        "{% blocktranslate count n=n %}{{ n }} 户{% plural %}{{ n }} 户{% endblocktranslate %}",
        encoding="utf-8",
    )
    (folder / "households" / "a.py").write_text('LABEL = _("户" "主")\n', encoding="utf-8")
    (folder / "supervision" / "a.toml").write_text('[[criterion]]\nlabel = "住房安全"\ncode = "x"\n', encoding="utf-8")
    return folder


def test_texts_come_from_python_templates_and_rule_files(tmp_path: Path) -> None:
    found = messages.collect(project(tmp_path))
    assert set(found) == {("", "基本情况", ""), ("", "%(n)s 户", "%(n)s 户"), ("", "户主", ""), ("", "住房安全", "")}


def test_a_translation_survives_when_its_text_goes_and_comes_back(tmp_path: Path) -> None:
    book = messages._load(tmp_path / "django.po")
    messages._set(book, {"户主": "Head"})
    messages._merge(book, {("", "户主", ""): ["a.py"]}, prune=False)
    messages._merge(book, {}, prune=False)
    messages._merge(book, {("", "户主", ""): ["a.py"]}, prune=False)
    assert [(entry.msgid, entry.msgstr, bool(entry.obsolete)) for entry in book] == [("户主", "Head", False)]


def test_a_translation_with_another_placeholder_is_noticed() -> None:
    assert messages._same_places(polib.POEntry(msgid="第 %(row)s 行", msgstr="Row %(row)s"))
    assert not messages._same_places(polib.POEntry(msgid="第 %(row)s 行", msgstr="Row %(line)s"))


def test_the_catalogue_is_sorted_so_that_additions_merge() -> None:
    path = Path(settings.BASE_DIR) / "locale" / "en" / "LC_MESSAGES" / "django.po"
    used = [entry.msgid for entry in polib.pofile(str(path), encoding="utf-8") if not entry.obsolete]
    assert used == sorted(used)


def test_a_word_of_two_meanings_has_a_translation_for_each(tmp_path: Path) -> None:
    book = messages._load(tmp_path / "django.po")
    messages._merge(book, {("", "健康", ""): ["a.py"], ("visit topic", "健康", ""): ["b.py"]}, prune=False)
    messages._set(book, {"健康": "Healthy", "visit topic\u0004健康": "Health"})
    assert {entry.msgctxt: entry.msgstr for entry in book} == {None: "Healthy", "visit topic": "Health"}
    with translation.override("en"):
        assert str(VisitTopic.HEALTH.label) == "Health" and str(Health.HEALTHY.label) == "Healthy"


def test_a_text_with_and_without_its_plural_is_noticed() -> None:
    texts = {("", "%(n)s 人", "%(n)s 人"): ["a.html"], ("", "%(n)s 人", ""): ["b.html"], ("", "户主", ""): ["c.py"]}
    assert messages._with_and_without_plural(texts) == ["有的地方带单复数，有的不带：'%(n)s 人'（b.html）"]

"""Who reads English is refused in English, by the pages and by every act behind them."""

import ast
import datetime
import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation

from assistance.actions import visits
from assistance.models import Visit
from povertycase.models import AuditEvent
from povertycase.secrets import identity

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PROJECT = Path(__file__).resolve().parents[2]
HAN = re.compile(r"[\u3400-\u9fff，。；：“”]")
WITH_PAGES = [
    *sorted((PROJECT / "households" / "actions").glob("*.py")),
    *sorted((PROJECT / "assistance" / "actions").glob("*.py")),
    PROJECT / "supervision" / "actions" / "bulletins.py",
]
WORDED = ("_", "gettext_noop", "later")  # at once, or when it is read, as the refusal of a file is
VISIT = {"kind": "home", "visited_on": "2018-11-20", "visitor": "other", "visitor_name": "Li", "findings": "x"}
MEASURE = {"kind": "health", "content": "x", "year": 2018, "state": "planned"}


@pytest.fixture
def reader(client, people, homes):
    """The county office at its English pages."""
    client.force_login(people.office, backend=BACKEND)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def _refusals(answer) -> list[str]:
    """The sentences of a page that stand beside fields or above the form."""
    page = answer.content.decode()
    found = re.findall(
        r'<(?:p|li|ul|div)[^>]*class="[^"]*(?:error|alert bad)[^"]*"[^>]*>(.*?)</(?:p|li|ul|div)>', page, re.S
    )
    return [html.unescape(re.sub(r"<[^>]+>", " ", one)).strip() for one in found]


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("visits/new/", {**VISIT, "visited_on": "2018-12-01"}),
        ("visits/new/", {**VISIT, "visited_on": "2016-01-01"}),
        ("visits/new/", {**VISIT, "visited_on": "2018-13-01"}),
        ("visits/new/", {**VISIT, "visitor_name": ""}),
        ("visits/new/", {**VISIT, "findings": ""}),
        ("visits/new/", VISIT),  # the last visit's request is not answered
        ("visits/new/", {}),
        ("measures/new/", {**MEASURE, "state": "done"}),
        ("measures/new/", {**MEASURE, "state": "done", "done_on": "2018-12-01"}),
        ("measures/new/", {**MEASURE, "amount": "-1"}),
        ("measures/new/", {}),
    ],
)
def test_a_form_that_is_refused_says_why_in_english(reader, address, data):
    answer = reader.post(f"/households/H0001/{address}", data)
    assert answer.status_code == 422
    told = _refusals(answer)
    assert told and not [sentence for sentence in told if HAN.search(sentence)], told


@pytest.mark.parametrize(
    "number",
    [
        "1411001965010200",
        "14110019651302001X",
        "141100196501020012",
        "A4110019650102001X",
        "14110019650102001X91",
        "1.41E+17",
    ],
)
def test_a_broken_number_is_refused_in_english(number):
    with pytest.raises(identity.IdentityError) as refused:
        identity.read(number, datetime.date(2018, 11, 30))
    # Worded when it is read: the same refusal may be told to two readers.
    with translation.override("en"):
        assert not HAN.search(refused.value.sentence) and refused.value.sentence.endswith(".")


def _is_worded(call: ast.Call) -> bool:
    return getattr(call.func, "id", "") in WORDED


def _of_act(file: Path) -> list[str]:
    """Sentences in a module's raise statements that no gettext call holds."""
    bare = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Raise) or node.exc is None:
            continue
        calls = [one for one in ast.walk(node.exc) if isinstance(one, ast.Call) and _is_worded(one)]
        held = {id(part) for call in calls for part in ast.walk(call)}
        words = [one for one in ast.walk(node.exc) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        bare += [
            f"{file.name}:{one.lineno} {one.value}" for one in words if HAN.search(one.value) and id(one) not in held
        ]
    return bare


def test_no_act_refuses_in_chinese_only():
    assert [line for file in WITH_PAGES for line in _of_act(file)] == []


def test_a_refusal_is_in_the_language_of_the_moment_and_the_trail_stays_in_the_office_s(people, homes):
    visit = Visit.objects.get(household=homes.east)
    told = []
    for language in ("zh-hans", "en"):
        with translation.override(language), pytest.raises(ValidationError) as refused:
            visits.correct(visit=visit, values={}, entered_on=datetime.date(2018, 11, 30), by=people.helper)
        told += refused.value.messages
    assert HAN.search(told[0]) and not HAN.search(told[1])
    with translation.override("en"):
        new = {"findings": "玉米卖了。", "minutes": 25}
        visits.correct(visit=visit, values=new, entered_on=datetime.date(2018, 11, 30), by=people.helper)
    assert AuditEvent.objects.get(kind="visit.corrected").params["fields"] == "了解情况、时长(分钟)"

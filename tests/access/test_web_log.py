"""Neither log of the web keeps a number or a name that somebody typed into an address."""

import datetime
import io
import logging
import re
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from povertycase.access.weblog import MaskedLogger, MaskedPaths, masked
from povertycase.launch import run as launcher
from povertycase.launch.installation import PROJECT

ID, PHONE = "220821196102030415", "13987650001"


@pytest.fixture
def written():
    """gunicorn's own logger class with the office's own format; what it wrote."""
    words = launcher._web(8000)
    wanted = Config()
    wanted.set("accesslog", "-")
    for option in ("--access-logformat", "--logger-class"):
        name = {"--access-logformat": "access_log_format", "--logger-class": "logger_class"}[option]
        wanted.set(name, words[words.index(option) + 1])
    logger = wanted.logger_class(wanted)
    assert isinstance(logger, MaskedLogger)
    lines, handler = io.StringIO(), logging.StreamHandler
    logger.access_log.handlers = [handler(lines)]
    logger.error_log.handlers = [handler(lines)]
    return SimpleNamespace(logger=logger, lines=lines)


def asked(written, path, query="", referrer="-"):
    """One request as gunicorn notes it: the path decoded, its bytes as Latin-1."""
    path = path.encode().decode("latin-1")
    environ = {
        "REQUEST_METHOD": "GET", "RAW_URI": f"{path}?{query}", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_REFERER": referrer,
    }  # fmt: skip
    answer = SimpleNamespace(status="400 Bad Request", sent=120, headers=[])
    took = datetime.timedelta(milliseconds=3)
    written.logger.access(answer, SimpleNamespace(headers=[("REFERER", referrer)]), environ, took)
    return written.lines.getvalue()


@pytest.mark.parametrize(
    "typed",
    [
        ID,
        ID[:17] + "X",
        PHONE,
        "220821 19610203 0415",
        "139-8765-0001",
        "２２０８２１１９６１０２０３０４１５",
        "欧阳震霆",
    ],
)
def test_what_was_typed_into_a_path_is_not_in_the_log(written, typed):
    line = asked(written, f"/households/{typed}/", f"q={typed}", f"https://office/households/{typed}/")
    assert "/households/***/" in line and " 400 " in line
    assert typed not in line and not re.search(r"[0-9]{11}", line)


def test_ordinary_addresses_stay_readable_and_a_line_stays_a_line(written):
    assert "/exit/12/households/" in asked(written, "/exit/12/households/")
    assert masked("/a\r\nFAKE 200") == "/a%0D%0AFAKE%20200"
    assert masked("/%E7%8E%8B/13987650001?q=1") == "/***/***"


def test_gunicorns_word_on_a_broken_request_is_masked_too(written):
    written.logger.exception("Error handling request %s", f"/households/{ID}/?q={PHONE}")
    assert "Error handling request /households/***/" in written.lines.getvalue()
    assert ID not in written.lines.getvalue() and PHONE not in written.lines.getvalue()


def test_the_houses_own_lines_about_a_request_are_masked(settings):
    handler = settings.LOGGING["handlers"]["console"]
    assert handler["filters"] == ["paths"]
    record = logging.LogRecord("django.request", 40, "", 0, "Internal Server Error: %s", (f"/households/{ID}/",), None)
    assert MaskedPaths().filter(record)
    assert record.getMessage() == "Internal Server Error: /households/***/"


def nginx_logs(address):
    """What the map of docker/nginx.conf makes of an address: the first pattern that fits, as nginx does."""
    text = (PROJECT / "docker" / "nginx.conf").read_text(encoding="utf-8")
    rules = re.findall(r'^\s+"~(.+)"\s+(\S+);$', text.split("map $uri $logged_uri {")[1].split("\n}")[0], re.M)
    assert len(rules) == 4 and "$logged_uri $status" in text and "error_log /dev/stderr crit" in text
    for pattern, kept in rules:
        # nginx compares bytes.
        found = re.search(pattern.replace("(?<", "(?P<").encode(), address.encode())
        if found:
            first = next(iter(found.groupdict().values()), b"")
            return re.sub(r"\$[a-z]+", first.decode(), kept)
    return address


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        (f"/households/{ID}/", "/households/***"),
        (f"/households/{PHONE}/visits/{ID}/", "/households/***"),
        (f"/{PHONE}", "/***"),
        ("/households/220821 19610203 0415/", "/households/***"),
        ("/households/欧阳震霆/", "/households/***"),
        ("/欧阳震霆", "/***"),
        ("/exit/12/households/", "/exit/12/households/"),
        ("/static/css/app.css", "/static/css/app.css"),
    ],
)
def test_the_proxy_keeps_the_first_part_of_such_an_address(address, kept):
    assert nginx_logs(address) == kept


def test_both_launchers_use_the_masking_logger():
    assert "--logger-class povertycase.access.weblog.MaskedLogger" in (PROJECT / "docker/web").read_text("utf-8")

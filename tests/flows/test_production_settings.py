"""The production profile: nothing for `check --deploy` to say, nothing open that only the demo may have open."""

import secrets
import subprocess
import sys

from povertycase.launch.installation import PROJECT
from tests.servers import clean_environment

PRODUCTION = {
    "PC_PROFILE": "production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "office.example",
    "DATABASE_URL": "postgresql://office@127.0.0.1:1/office",
}


def manage(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *words]
    surroundings = clean_environment() | PRODUCTION | env
    return subprocess.run(command, cwd=PROJECT, env=surroundings, capture_output=True, text=True, timeout=60)


def test_check_deploy_has_nothing_to_say():
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


def test_cookies_travel_by_tls_only_and_the_clock_is_the_real_one():
    done = manage(
        "shell",
        "-v",
        "0",
        "-c",
        "from django.conf import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0, s.DEBUG, s.DEMO, s.OFFICE_DATE)",
        OFFICE_DATE="",
    )
    assert done.stdout.split() == ["True", "True", "True", "True", "False", "False", "None"], done.stderr

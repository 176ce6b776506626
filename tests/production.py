"""The production profile in a test: the settings module read again as production, on the test's own servers."""

import runpy
import secrets

import pytest
from django.test import Client

from povertycase import settings as module

# Where this session's database, keys and files are stays as it is; hashes stay cheap.
KEPT = (
    "DATABASE",
    "CELERY",
    "REDIS",
    "DATA_DIR",
    "KEYS_DIR",
    "UPLOAD_DIR",
    "STATIC",
    "PASSWORD_HASHERS",
    "INSTALLED_APPS",
)
HOST = "office.example"


@pytest.fixture
def production(settings, monkeypatch):
    """Every setting that production changes, as povertycase/settings.py gives it; the business date stays."""
    monkeypatch.setenv("PC_PROFILE", "production")
    monkeypatch.setenv("SECRET_KEY", secrets.token_urlsafe(64))
    monkeypatch.setenv("ALLOWED_HOSTS", HOST)
    monkeypatch.setenv("OFFICE_DATE", "2018-11-30")
    fresh = runpy.run_path(module.__file__)
    for name, value in fresh.items():
        if name.isupper() and not name.startswith(KEPT) and value != getattr(settings, name, None):
            setattr(settings, name, value)
    assert not settings.DEMO and settings.SESSION_COOKIE_SECURE
    return settings


class Visitor(Client):
    """A browser that comes through the proxy by TLS."""

    def __init__(self, **more) -> None:
        super().__init__(headers={"host": HOST, "x-forwarded-proto": "https", "x-forwarded-for": "10.1.2.3"}, **more)


@pytest.fixture
def visitor(production):
    """A browser nobody has signed in with yet."""
    return Visitor()

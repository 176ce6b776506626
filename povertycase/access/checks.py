"""What a production house refuses to start with (`manage.py check`, and every command that checks first)."""

from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import Error, register

SHORTEST_KEY = 50
FEWEST_CHARACTERS = 15


@register()
def secret_key(app_configs: Any, **options: Any) -> list[Error]:
    """A guessable SECRET_KEY lets anybody make himself a session."""
    key = settings.SECRET_KEY
    if settings.DEMO or (len(key) >= SHORTEST_KEY and len(set(key)) >= FEWEST_CHARACTERS and "insecure" not in key):
        return []
    hint = 'python3 -c "import secrets; print(secrets.token_urlsafe(64))"'
    return [Error("SECRET_KEY 太弱：正式运行须有 50 个以上随机字符。", hint=hint, id="povertycase.E001")]


@register()
def allowed_hosts(app_configs: Any, **options: Any) -> list[Error]:
    """A house that answers to every name can be made to write foreign addresses into its pages."""
    if settings.DEMO or (settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS):
        return []
    return [Error("ALLOWED_HOSTS 须写明本系统的域名（逗号分隔，不能是 *）。", id="povertycase.E002")]


@register()
def database_driver(app_configs: Any, **options: Any) -> list[Error]:
    """With psycopg 3 beside psycopg2 Django takes the other one, and COPY and type adaptation change."""
    if find_spec("psycopg") is None:
        return []
    return [Error("环境里装了 psycopg 3，请卸载：本系统使用 psycopg2。", id="povertycase.E003")]

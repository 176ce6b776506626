"""Settings of the installation: everything an office may choose comes from the environment (docs/settings.md)."""

import datetime
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE

from povertycase.launch.places import data_folder, secret_value

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = data_folder(BASE_DIR)
KEYS_DIR = DATA_DIR / "keys"
UPLOAD_DIR = DATA_DIR / "uploads"

PROFILE = os.environ.get("PC_PROFILE", "demo")
DEMO = PROFILE == "demo"
DEBUG = False

SECRET_KEY = secret_value("SECRET_KEY", KEYS_DIR / "django-secret", make=DEMO)
ALLOWED_HOSTS = [h for h in os.environ.get("ALLOWED_HOSTS", "").split(",") if h] or (
    ["127.0.0.1", "localhost", "[::1]", "testserver"] if DEMO else []
)
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]

# --- the office -------------------------------------------------------------------------------------------
COUNTY = os.environ.get("COUNTY", "220821")
_business_date = os.environ.get("OFFICE_DATE", "2018-11-30" if DEMO else "")
OFFICE_DATE = datetime.date.fromisoformat(_business_date) if _business_date else None
OFFICE_NAME = os.environ.get("OFFICE_NAME", "")
# 脱贫攻坚 2014-20, 过渡期 2021-25, 常态化帮扶 2026-: decides labels, not data (county-officer.md E-01).
ERA = os.environ.get("ERA", "campaign" if DEMO else "standing")
BULLETIN_CUTOFF_DAY = int(os.environ.get("BULLETIN_CUTOFF_DAY", "0"))  # 0 = last day of the month
BULLETIN_ENTRY_GRACE_DAYS = int(os.environ.get("BULLETIN_ENTRY_GRACE_DAYS", "3"))

# Names are read character by character: pypinyin's table of phrases would cost every process 45 MB and half a second.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")

# --- applications ------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "povertycase",
    "households",
    "assistance",
    "supervision",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "rest_framework.authtoken",
    "django_filters",
    "drf_spectacular",
    "import_export",
    "axes",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
]
AUTH_USER_MODEL = "povertycase.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "povertycase.urls"
WSGI_APPLICATION = "povertycase.wsgi.application"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "povertycase.access.middleware.DoorMiddleware",
    "axes.middleware.AxesMiddleware",
    "povertycase.pages.too_often.TooOftenMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "povertycase.pages.context.page",
            ],
            "builtins": ["django_cotton.templatetags.cotton", "povertycase.templatetags.ui"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]


# --- database and broker ----------------------------------------------------------------------------------
def _database(url: str) -> dict:
    """postgresql://user:password@host:port/name as Django wants it; every session lives in Shanghai time."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "povertycase",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # A 07:00 visit of the 1st must stay in its month, also inside SQL.
        "TIME_ZONE": "Asia/Shanghai",
        # No office signs in to its database by Kerberos; to ask for it costs a megabyte a process.
        "OPTIONS": {"application_name": "povertycase", "gssencmode": "disable"},
    }


DATABASE_URL = secret_value("DATABASE_URL", None) or "postgresql://povertycase@127.0.0.1:5432/povertycase"
REDIS_URL = secret_value("REDIS_URL", None) or "redis://127.0.0.1:6379/0"
DATABASES = {"default": _database(DATABASE_URL)}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SOFT_TIME_LIMIT = 1800
CELERY_TASK_TIME_LIMIT = 1830
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Redelivery after a killed worker: hard limit + 60 s, swept every few seconds (design: trust.md 6.2).
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1830 + 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 3,
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "run" / "celerybeat-schedule")
# A tick that nobody took in time is worthless: they must not pile up while the workers are busy.
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "povertycase.tasks.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "seal": {"task": "povertycase.tasks.seal", "schedule": 2.0, "options": {"expires": 4}},
    "duties": {"task": "povertycase.tasks.duties", "schedule": 60.0, "options": {"expires": 60}},
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- language and time ------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = None

# --- signing in --------------------------------------------------------------------------------------------
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# dengbao (GB/T 22239 8.1.4.1): three classes of characters, 90 days, not the last five; asvs: 15 characters, nothing more.
PASSWORD_RULES = os.environ.get("PASSWORD_RULES", "asvs" if DEMO else "dengbao")
_LENGTH = 15 if PASSWORD_RULES == "asvs" and not DEMO else 10
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": _LENGTH}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "povertycase.access.passwords.LocalWords"},
]
PASSWORD_DAYS = None
if PASSWORD_RULES == "dengbao":
    PASSWORD_DAYS = 90
    AUTH_PASSWORD_VALIDATORS += [
        {"NAME": "povertycase.access.passwords.Classes"},
        {"NAME": "povertycase.access.passwords.NotUsedBefore"},
    ]
FIRST_PASSWORD_HOURS = None if DEMO else 72
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = "povertycase.access.limits.cool_off"
# A failure during the pause does not make it longer: a stranger could keep somebody out for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_CLIENT_IP_CALLABLE = "povertycase.access.middleware.address_of"
AXES_LOCKOUT_PARAMETERS = ["username"]
# A village office shares one address: counting failures by address would lock all of it out.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "errors/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
# How often, within how many seconds, an account may export lists, search, and look at sealed numbers (trust.md 2.4.1).
LIMITS = {"export": (10, 3600), "search": (120, 60), "reveal": (60, 3600)}
SESSION_COOKIE_AGE = 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "povertycase.pages.errors.csrf_failure"
# Words of the house to the next page may name a household: they stay here, not in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- static files and headers ------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served straight from the source folder: an office without a collectstatic step still gets every file.
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", NONCE],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
if not DEMO:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"

FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
IMPORT_MAX_BYTES = 64 * 1024 * 1024
IMPORT_MAX_UNPACKED_BYTES = 600 * 1024 * 1024

# --- API ----------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "povertycase.access.api.TokenLogin",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["povertycase.access.api.ApiGuard"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "povertycase.access.api.ApiPages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "povertycase.access.api_answers.refused",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "建档立卡帮扶管理系统 API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "povertycase.access.api_answers.described",
    ],
    "ENUM_NAME_OVERRIDES": {
        "JobStates": "povertycase.models.job.JobRun.State",
        "BulletinStates": "supervision.models.bulletin.Bulletin.State",
    },
}

PGHISTORY_ADMIN_ALL_EVENTS = False
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"paths": {"()": "povertycase.access.weblog.MaskedPaths"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["paths"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"axes": {"level": "ERROR"}, "django.request": {"level": "ERROR"}},
}

"""All addresses: pages of the ground here, every floor by its own list."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from povertycase.pages import api_jobs, api_session, errors, health, parts, session, workbench

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error


def floor(prefix: str, *lists: str) -> list[URLPattern | URLResolver]:
    """The address lists that exist (named, not imported: the ground knows no floor)."""
    return [path(prefix, include(name)) for name in lists if find_spec(name)]


urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", workbench.workbench, name="workbench"),
    path("accounts/login/", session.sign_in, name="login"),
    path("accounts/logout/", session.sign_out, name="logout"),
    path("accounts/password/", session.password, name="password"),
    path("language/", session.language, name="language"),
    path("_parts/", parts.parts, name="parts"),
    path("", include("povertycase.pages.jobs_urls")),
    path("", include("povertycase.pages.imports_urls")),
    *floor("", "households.urls", "assistance.urls", "supervision.urls"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/session/", api_session.Session.as_view(), name="api-session"),
    path("api/v1/jobs/", api_jobs.Jobs.as_view(), name="api-jobs"),
    path("api/v1/jobs/<int:pk>/", api_jobs.Job.as_view(), name="api-job"),
    *floor("api/v1/", "households.api_urls", "assistance.api_urls", "supervision.api_urls"),
]

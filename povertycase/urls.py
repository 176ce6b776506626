"""All addresses: pages of the ground here, every floor by its own list, named and not imported."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from povertycase.pages import api_jobs, api_session, errors, health, parts, session, workbench

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error


urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", workbench.workbench, name="workbench"),
    path("accounts/login/", session.sign_in, name="login"),
    path("accounts/login/second/", session.second_step, name="second-step"),
    path("accounts/logout/", session.sign_out, name="logout"),
    path("accounts/password/", session.password, name="password"),
    path("language/", session.language, name="language"),
    path("_parts/", parts.parts, name="parts"),
    path("", include("povertycase.pages.accounts_urls")),
    path("", include("povertycase.pages.audit_urls")),
    path("", include("povertycase.pages.jobs_urls")),
    path("", include("povertycase.pages.imports_urls")),
    path("", include("households.urls")),
    path("", include("assistance.urls")),
    path("", include("supervision.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/session/", api_session.Session.as_view(), name="api-session"),
    path("api/v1/jobs/", api_jobs.Jobs.as_view(), name="api-jobs"),
    path("api/v1/jobs/<int:pk>/", api_jobs.Job.as_view(), name="api-job"),
    path("api/v1/", include("households.api_urls")),
    path("api/v1/", include("supervision.api_urls")),
]

"""Addresses of supervision's API."""

from django.urls import path

from supervision.api import exit_runs

urlpatterns = [
    path("exit-runs/", exit_runs.ExitRuns.as_view(), name="api-exit-runs"),
    path("exit-runs/<int:pk>/", exit_runs.ExitRunOne.as_view(), name="api-exit-run"),
    path("exit-runs/<int:pk>/verdicts/", exit_runs.Verdicts.as_view(), name="api-exit-verdicts"),
]

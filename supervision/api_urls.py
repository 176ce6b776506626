"""Addresses of supervision's API."""

from django.urls import path

from supervision.api import bulletins, checks, exit_runs

urlpatterns = [
    path("exit-runs/", exit_runs.ExitRuns.as_view(), name="api-exit-runs"),
    path("exit-runs/<int:pk>/", exit_runs.ExitRunOne.as_view(), name="api-exit-run"),
    path("exit-runs/<int:pk>/verdicts/", exit_runs.Verdicts.as_view(), name="api-exit-verdicts"),
    path("check-batches/", checks.CheckBatches.as_view(), name="api-check-batches"),
    path("check-items/", checks.CheckItems.as_view(), name="api-check-items"),
    path("bulletins/", bulletins.Bulletins.as_view(), name="api-bulletins"),
    path("bulletins/<int:pk>/", bulletins.OneBulletin.as_view(), name="api-bulletin"),
    path("bulletins/<int:pk>/rows/<str:code>/<slug:column>/", bulletins.FigureRows.as_view(), name="api-bulletin-rows"),
]

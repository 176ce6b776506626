"""Addresses of the jobs pages and of the lists that jobs make."""

from django.urls import path

from povertycase.pages import clear_exports, jobs, list_files

urlpatterns = [
    path("jobs/", jobs.listing, name="jobs"),
    path("jobs/<int:pk>/", jobs.detail, name="job"),
    path("jobs/<int:pk>/progress/", jobs.progress, name="job-progress"),
    path("jobs/<int:pk>/cancel/", jobs.cancel, name="job-cancel"),
    path("jobs/<int:pk>/retry/", jobs.retry, name="job-retry"),
    path("exports/clear/", clear_exports.listing, name="clear-exports"),
    path("exports/clear/<int:pk>/", clear_exports.detail, name="clear-export"),
    path("exports/clear/<int:pk>/decide/", clear_exports.decide, name="clear-export-decide"),
    path("lists/<int:pk>/", list_files.detail, name="list-file"),
    path("lists/<int:pk>/fetch/", list_files.fetch, name="list-file-fetch"),
]

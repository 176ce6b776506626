"""Addresses of the jobs pages."""

from django.urls import path

from povertycase.pages import jobs

urlpatterns = [
    path("jobs/", jobs.listing, name="jobs"),
    path("jobs/<int:pk>/", jobs.detail, name="job"),
    path("jobs/<int:pk>/progress/", jobs.progress, name="job-progress"),
    path("jobs/<int:pk>/cancel/", jobs.cancel, name="job-cancel"),
    path("jobs/<int:pk>/retry/", jobs.retry, name="job-retry"),
]

"""Addresses of the audit trail's pages."""

from django.urls import path

from povertycase.pages import audit_trail

urlpatterns = [
    path("audit/", audit_trail.timeline, name="audit"),
    path("audit/household/", audit_trail.household, name="audit-household"),
    path("audit/export/", audit_trail.export, name="audit-export"),
    path("audit/verify/", audit_trail.verify, name="audit-verify"),
    path("audit/state/", audit_trail.state, name="audit-state"),
    path("audit/<int:pk>/", audit_trail.detail, name="audit-event"),
]

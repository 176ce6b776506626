"""Addresses of assistance: visits and measures of a household, and their ledgers."""

from django.urls import path

from assistance.views import casework, ledgers

urlpatterns = [
    path("households/<str:household_no>/visits/new/", casework.new_visit, name="visit-new"),
    path("households/<str:household_no>/measures/new/", casework.new_measure, name="measure-new"),
    path("households/<str:household_no>/measures/<int:pk>/", casework.measure, name="measure"),
    path("visits/", ledgers.visits, name="visits"),
    path("visits/export/", ledgers.visits_export, name="visits-export"),
    path("measures/", ledgers.measures, name="measures"),
    path("measures/export/", ledgers.measures_export, name="measures-export"),
]

"""Addresses of assistance: visits and measures of a household."""

from django.urls import path

from assistance.views import casework

urlpatterns = [
    path("households/<str:household_no>/visits/new/", casework.new_visit, name="visit-new"),
    path("households/<str:household_no>/measures/new/", casework.new_measure, name="measure-new"),
    path("households/<str:household_no>/measures/<int:pk>/", casework.measure, name="measure"),
]

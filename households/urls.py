"""Addresses of the register's pages."""

from django.urls import path

from households.views import households

urlpatterns = [
    path("households/", households.households, name="households"),
    path("households/search/", households.search, name="household-search"),
    path("households/<str:household_no>/", households.household, name="household"),
    path("households/<str:household_no>/reveal/", households.reveal, name="household-reveal"),
]

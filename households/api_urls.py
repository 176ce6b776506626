"""API paths of the register."""

from django.urls import path

from households.api import households

urlpatterns = [
    path("households/", households.Households.as_view(), name="api-households"),
    path("households/<str:household_no>/", households.OneHousehold.as_view(), name="api-household"),
]

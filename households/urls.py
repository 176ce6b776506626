"""Addresses of the register's pages."""

from django.urls import path

from households.views import batch, changes, editing, figures, file, listing

urlpatterns = [
    path("households/", listing.households, name="households"),
    path("households/search/", listing.search, name="household-search"),
    path("households/columns/", listing.choose_columns, name="household-columns"),
    path("households/filters/save/", listing.save_filter, name="household-filter-save"),
    path("households/filters/<int:pk>/delete/", listing.delete_filter, name="household-filter-delete"),
    path("households/batch/export/", batch.export, name="household-export"),
    path("households/batch/hand-over/", batch.hand_over, name="household-hand-over"),
    path("households/batch/hand-over/<int:pk>/", batch.receipt, name="household-hand-over-receipt"),
    path("households/new/", editing.new_household, name="household-new"),
    path("households/<str:household_no>/", file.household, name="household"),
    path("households/<str:household_no>/timeline/", file.timeline, name="household-timeline"),
    path("households/<str:household_no>/phone/", editing.phone, name="household-phone"),
    path("households/<str:household_no>/change/<slug:kind>/", editing.change, name="household-change"),
    path("households/<str:household_no>/change/<slug:kind>/<int:key>/", editing.change, name="household-change-one"),
    path("households/<str:household_no>/reveal/", file.reveal, name="household-reveal"),
    path("figures/", figures.listing, name="figures"),
    path("figures/<slug:code>/<str:place>/", figures.enter, name="figure-enter"),
    path("changes/", changes.listing, name="changes"),
    path("changes/window/", changes.window, name="change-window"),
    path("changes/<int:pk>/", changes.detail, name="change"),
    path("changes/<int:pk>/decide/", changes.decide, name="change-decide"),
    path("changes/<int:pk>/withdraw/", changes.withdraw, name="change-withdraw"),
    path("changes/<int:pk>/proof/", changes.proof, name="change-proof"),
]

"""Addresses of supervision's pages."""

from django.urls import path

from supervision.views import bulletin_lists, bulletin_recheck, bulletins, integrity, overview, shortfalls
from supervision.views import exit as exit_pages

urlpatterns = [
    path("overview/", overview.show, name="overview"),
    path("exit/", exit_pages.listing, name="exit-runs"),
    path("exit/start/", exit_pages.start, name="exit-start"),
    path("exit/<int:pk>/", exit_pages.detail, name="exit-run"),
    path("exit/<int:pk>/progress/", exit_pages.progress, name="exit-progress"),
    path("exit/<int:pk>/households/", exit_pages.households, name="exit-list"),
    path("exit/<int:pk>/export/", exit_pages.export, name="exit-list-export"),
    path("exit/<int:pk>/households/<str:household_no>/", exit_pages.verdict, name="exit-verdict"),
    path("exit/sample/", integrity.sample, name="exit-sample"),
    path("exit/sample/<str:household_no>/", integrity.seen, name="exit-sample-seen"),
    path("exit/full-run/", integrity.run, name="full-run-start"),
    path("shortfalls/", shortfalls.listing, name="shortfalls"),
    path("shortfalls/export/", shortfalls.export, name="shortfalls-export"),
    path("shortfalls/plan/", shortfalls.plan, name="shortfall-plan"),
    path("shortfalls/<int:pk>/", shortfalls.detail, name="shortfall"),
    path("shortfalls/<int:pk>/close/", shortfalls.close, name="shortfall-close"),
    path("shortfalls/<int:pk>/done/", shortfalls.done, name="shortfall-done"),
    path("bulletins/", bulletins.listing, name="bulletins"),
    path("bulletins/draft/", bulletins.draft, name="bulletin-draft"),
    path("bulletins/<int:pk>/", bulletins.detail, name="bulletin"),
    path("bulletins/<int:pk>/progress/", bulletins.progress, name="bulletin-progress"),
    path("bulletins/<int:pk>/towns/<str:code>/", bulletins.town, name="bulletin-town"),
    path("bulletins/<int:pk>/issue/", bulletins.issue, name="bulletin-issue"),
    path("bulletins/<int:pk>/workbook/", bulletins.workbook, name="bulletin-workbook"),
    path("bulletins/<int:pk>/compare/", bulletins.compare, name="bulletin-compare"),
    path("bulletins/<int:pk>/recheck/", bulletin_recheck.detail, name="bulletin-recheck"),
    path("bulletins/<int:pk>/recheck/start/", bulletin_recheck.start, name="bulletin-recheck-start"),
    path("bulletins/<int:pk>/recheck/progress/", bulletin_recheck.progress, name="bulletin-recheck-progress"),
    path("bulletins/<int:pk>/rows/<str:code>/<slug:column>/", bulletin_lists.rows, name="bulletin-list"),
    path("bulletins/<int:pk>/rows/<str:code>/<slug:column>/export/", bulletin_lists.export, name="bulletin-export"),
    path("bulletins/<int:pk>/rows/<str:code>/<slug:column>/moved/", bulletin_lists.moved, name="bulletin-moved"),
]

"""Addresses of the import pages."""

from django.urls import path

from povertycase.pages import import_changes, import_kinds, import_mapping, imports

urlpatterns = [
    path("imports/", imports.listing, name="imports"),
    path("imports/upload/", imports.upload, name="import-upload"),
    path("imports/template.xlsx", import_kinds.blank, name="import-template"),
    path("imports/<int:pk>/", imports.detail, name="import"),
    path("imports/<int:pk>/problems.xlsx", imports.problems, name="import-problems"),
    path("imports/remembered/", import_mapping.remembered, name="import-remembered"),
    path("imports/remembered/<int:pk>/forget/", import_mapping.forget, name="import-forget"),
    path("imports/<int:pk>/columns/", import_mapping.detail, name="import-columns"),
    path("imports/<int:pk>/columns/correct/", import_mapping.correct, name="import-columns-correct"),
    path("imports/<int:pk>/households/", import_changes.households, name="import-households"),
    path("imports/<int:pk>/households/export/", import_changes.export, name="import-households-export"),
    path("imports/<int:pk>/households/choose/", import_changes.choose, name="import-choose"),
    path("imports/<int:pk>/undo/", import_changes.undo, name="import-undo"),
    path("imports/<int:pk>/lines/", import_kinds.lines, name="import-lines"),
    path("imports/<int:pk>/as/", import_kinds.read_as, name="import-as"),
    path("imports/<int:pk>/row/", imports.row, name="import-row"),
    path("imports/<int:pk>/give-back/", imports.give_back, name="import-give-back"),
    path("imports/<int:pk>/confirm/", imports.confirm, name="import-confirm"),
    path("imports/<int:pk>/resume/", imports.resume, name="import-resume"),
    path("imports/<int:pk>/give-up/", imports.give_up, name="import-give-up"),
]

"""Addresses of what is kept: autosaved pages, saved texts, what readers saw."""

from django.urls import path

from portal.common import autosave
from portal.news.views import drafts, history, legacy

at_desk = [
    path("tu-luu/", drafts.autosave, name="autosave_new"),
    path("tu-luu/khoa/", autosave.token, name="autosave_token"),
    path("doan-dan/", legacy.pasted, name="pasted"),
    path("ban-tu-luu/<uuid:key>/", drafts.draft, name="draft"),
]

of_article = [
    path("tu-luu/", drafts.autosave, name="autosave"),
    path("dang-mo/", drafts.present, name="presence"),
    path("cac-ban/", history.index, name="revisions"),
    path("cac-ban/so-sanh/", history.compare, name="compare"),
    path("cac-ban/<int:n>/", history.revision, name="revision"),
    path("cac-ban/<int:n>/khoi-phuc/", history.restore, name="restore"),
    path("ngay-da-dang/", history.shown_on, name="shown_on"),
]

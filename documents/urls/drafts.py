"""Addresses of what is kept while somebody writes the text of an edition."""

from django.urls import path

from documents.views import drafts
from portal.common import autosave

_EDITION = "lam-viec/van-kien/<int:pk>/lan-<int:n>"

urlpatterns = [
    path("lam-viec/van-kien/tu-luu/khoa/", autosave.token, name="autosave_token"),
    path("lam-viec/van-kien/doan-dan/", drafts.pasted, name="pasted"),
    path("lam-viec/van-kien/ban-tu-luu/<uuid:key>/", drafts.draft, name="draft"),
    path(f"{_EDITION}/tu-luu/", drafts.autosave, name="autosave"),
    path(f"{_EDITION}/dang-mo/", drafts.present, name="presence"),
]

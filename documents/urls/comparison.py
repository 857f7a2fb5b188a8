"""Addresses of comparisons."""

from django.urls import path

from documents.views import columns, comparison, notes

_EDITION = "van-kien/<int:pk>-<slug:slug>/lan-<int:n>/"

urlpatterns = [
    path(f"{_EDITION}so-sanh/", comparison.choose, name="compare_choose"),
    path(f"{_EDITION}so-sanh-<int:m>/", comparison.compare, name="compare"),
    path(f"{_EDITION}so-sanh-<int:m>/ba-cot/", columns.columns, name="columns"),
    path(f"{_EDITION}so-sanh-<int:m>/ba-cot.docx", columns.columns_docx, name="columns_docx"),
    path("lam-viec/van-kien/<int:pk>/lan-<int:n>/ly-do/", notes.notes, name="notes"),
]

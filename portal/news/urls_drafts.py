"""Addresses of what is kept of an article: saved texts, what readers saw."""

from django.urls import path

from portal.news.views import history

of_article = [
    path("cac-ban/", history.index, name="revisions"),
    path("cac-ban/so-sanh/", history.compare, name="compare"),
    path("cac-ban/<int:n>/", history.revision, name="revision"),
    path("cac-ban/<int:n>/khoi-phuc/", history.restore, name="restore"),
    path("ngay-da-dang/", history.shown_on, name="shown_on"),
]

"""Addresses of what goes with an edition: its hour, its approval on paper."""

from django.urls import path

from documents.views import lifecycle

_EDITION = "lam-viec/van-kien/<int:pk>/lan-<int:n>"

urlpatterns = [
    path(f"{_EDITION}/hen-gio/", lifecycle.schedule, name="schedule"),
    path(f"{_EDITION}/phe-duyet-giay/", lifecycle.paper, name="paper"),
]

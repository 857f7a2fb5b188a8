"""Addresses of the life cycle: amendments, and what changed from version to version."""

from django.urls import path

from campaigns.views import amendments

_PUBLIC = "ke-hoach/<slug:slug>-<int:pk>/"

urlpatterns = [
    path(f"{_PUBLIC}thay-doi/", amendments.changes, name="changes"),
    path(f"{_PUBLIC}thay-doi/<int:old>-<int:new>/", amendments.changes, name="changes_between"),
    path(
        "lam-viec/ke-hoach/<int:pk>/sua-doi/<slug:verb>/",
        amendments.amendment_step,
        name="amendment_step",
    ),
]

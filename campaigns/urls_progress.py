"""Addresses of the progress of a plan."""

from django.urls import path

from campaigns.views import progress, progress_export

_PROGRESS = "lam-viec/ke-hoach/<int:pk>/tien-do/"

urlpatterns = [
    path(_PROGRESS, progress.progress, name="progress"),
    path(f"{_PROGRESS}bang/", progress.heat_rows, name="progress_heat"),
    path(f"{_PROGRESS}danh-sach/", progress.listing, name="progress_list"),
    path(f"{_PROGRESS}thoi-gian/", progress.timeline, name="progress_timeline"),
    path(f"{_PROGRESS}ban-in/", progress.paper, name="progress_paper"),
    path(f"{_PROGRESS}xuat/", progress_export.export, name="progress_export"),
    path(f"{_PROGRESS}don-vi/<int:agency>/", progress.unit, name="progress_unit"),
    path(
        f"{_PROGRESS}don-vi/<int:agency>/ben-canh/",
        progress.unit_panel,
        name="progress_unit_panel",
    ),
]

"""Addresses of the page where the lineage is decided."""

from django.urls import path

from documents.views import alignment

_ALIGN = "lam-viec/van-kien/<int:pk>/lan-<int:n>/doi-chieu"

urlpatterns = [
    path(f"{_ALIGN}/", alignment.align, name="align"),
    path(f"{_ALIGN}/quyet-dinh/", alignment.decide, name="align_decide"),
    path(f"{_ALIGN}/quanh/<int:block>/", alignment.around, name="align_around"),
    path(f"{_ALIGN}/chon/", alignment.choose, name="align_choose"),
    path(f"{_ALIGN}/hang-loat/", alignment.many, name="align_many"),
    path(f"{_ALIGN}/hoan-tac/", alignment.undo, name="align_undo"),
]

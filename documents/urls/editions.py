"""Addresses of what goes with an edition and of whom documents are given to."""

from django.urls import path

from documents.views import about, lifecycle, sets

_DOCUMENT = "lam-viec/van-kien/<int:pk>"
_EDITION = f"{_DOCUMENT}/lan-<int:n>"

urlpatterns = [
    path("van-kien/bo/<int:pk>-<slug:slug>/", sets.document_set, name="set"),
    path("lam-viec/van-kien/bo/", sets.sets, name="sets"),
    path("lam-viec/van-kien/bo/moi/", sets.new_set, name="new_set"),
    path("lam-viec/van-kien/bo/<int:pk>/", sets.edit_set, name="edit_set"),
    path("lam-viec/van-kien/bo/<int:pk>/bo-di/", sets.remove_set, name="remove_set"),
    path(f"{_DOCUMENT}/thong-tin/", about.about, name="about"),
    path(f"{_DOCUMENT}/pham-vi/", about.circulation, name="circulation"),
    path(f"{_EDITION}/hen-gio/", lifecycle.schedule, name="schedule"),
    path(f"{_EDITION}/phe-duyet-giay/", lifecycle.paper, name="paper"),
]

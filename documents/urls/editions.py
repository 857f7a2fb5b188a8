"""Addresses of what goes with an edition and of whom documents are given to."""

from django.urls import path

from documents.views import about, files, lifecycle, sets

_DOCUMENT = "lam-viec/van-kien/<int:pk>"
_EDITION = f"{_DOCUMENT}/lan-<int:n>"

urlpatterns = [
    path("van-kien/bo/<int:pk>-<slug:slug>/", sets.document_set, name="set"),
    path("van-kien/<int:pk>-<slug:slug>/lan-<int:n>/tep/<uuid:file>/", files.file, name="file"),
    path(f"{_EDITION}/tep/", files.files, name="files"),
    path(f"{_EDITION}/tep/<uuid:file>/", files.desk_file, name="desk_file"),
    path(f"{_EDITION}/tep/<uuid:file>/bo/", files.remove_file, name="remove_file"),
    path(f"{_EDITION}/so-ky-hieu/", files.symbol, name="symbol"),
    path("lam-viec/van-kien/bo/", sets.sets, name="sets"),
    path("lam-viec/van-kien/bo/moi/", sets.new_set, name="new_set"),
    path("lam-viec/van-kien/bo/<int:pk>/", sets.edit_set, name="edit_set"),
    path("lam-viec/van-kien/bo/<int:pk>/bo-di/", sets.remove_set, name="remove_set"),
    path(f"{_DOCUMENT}/thong-tin/", about.about, name="about"),
    path(f"{_DOCUMENT}/pham-vi/", about.circulation, name="circulation"),
    path(f"{_EDITION}/hen-gio/", lifecycle.schedule, name="schedule"),
    path(f"{_EDITION}/phe-duyet-giay/", lifecycle.paper, name="paper"),
]

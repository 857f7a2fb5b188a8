"""Addresses of reading a text into an edition."""

from django.urls import path

from documents.views.imports import correcting, findings, saving, staging

_HERE = "lam-viec/van-kien/<int:pk>/lan-<int:n>/nhap/"
_ONE = f"{_HERE}<int:which>/"

urlpatterns = [
    path(_HERE, staging.choose, name="import"),
    path(_ONE, staging.preview, name="import_preview"),
    path(f"{_ONE}sua/", correcting.correct, name="import_correct"),
    path(f"{_ONE}doan/<int:block>/", correcting.block, name="import_block"),
    path(f"{_ONE}doan/<int:block>/xem/", correcting.row, name="import_row"),
    path(f"{_ONE}hang-loat/", correcting.batch, name="import_batch"),
    path(f"{_ONE}hoan-tac/", correcting.undo, name="import_undo"),
    path(f"{_ONE}thay-doi/", findings.changes, name="import_changes"),
    path(f"{_ONE}anh/<uuid:upload>/", findings.picture, name="import_picture"),
    path(f"{_ONE}anh/<int:picture>/chu/", findings.describe, name="import_describe"),
    path(f"{_ONE}luu/", saving.save, name="import_save"),
    path(f"{_ONE}bo/", saving.discard, name="import_discard"),
    path(f"{_ONE}lay-lai/", saving.restore, name="import_restore"),
]

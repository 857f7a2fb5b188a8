"""Addresses of reading a text into an edition."""

from django.urls import path

from documents.views import imports as views

_HERE = "lam-viec/van-kien/<int:pk>/lan-<int:n>/nhap/"
_ONE = f"{_HERE}<int:which>/"

urlpatterns = [
    path(_HERE, views.choose, name="import"),
    path(_ONE, views.preview, name="import_preview"),
    path(f"{_ONE}sua/", views.correct, name="import_correct"),
    path(f"{_ONE}doan/<int:block>/", views.block, name="import_block"),
    path(f"{_ONE}doan/<int:block>/xem/", views.row, name="import_row"),
    path(f"{_ONE}hang-loat/", views.batch, name="import_batch"),
    path(f"{_ONE}hoan-tac/", views.undo, name="import_undo"),
    path(f"{_ONE}thay-doi/", views.changes, name="import_changes"),
    path(f"{_ONE}anh/<uuid:upload>/", views.picture, name="import_picture"),
    path(f"{_ONE}anh/<int:picture>/chu/", views.describe, name="import_describe"),
    path(f"{_ONE}luu/", views.save, name="import_save"),
    path(f"{_ONE}bo/", views.discard, name="import_discard"),
    path(f"{_ONE}lay-lai/", views.restore, name="import_restore"),
]

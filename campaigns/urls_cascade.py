"""Addresses of the cascade: tasks for many units, derived plans, what a superior changed."""

from django.urls import path

from campaigns.views import amended, cascade, handing

_PLAN = "lam-viec/ke-hoach/<int:pk>/"
_GIVEN = "lam-viec/nhiem-vu/<int:pk>/"

urlpatterns = [
    path(f"{_PLAN}lap-ke-hoach/", cascade.derive, name="derive"),
    path(f"{_PLAN}cap-tren-sua-doi/", amended.above_changes, name="above_changes"),
    path(f"{_PLAN}trien-khai/", cascade.board, name="cascade_board"),
    path(f"{_PLAN}trien-khai/xlsx/", cascade.board_file, name="cascade_file"),
    path(f"{_PLAN}nhiem-vu/<int:row>/giao-nhieu/", handing.hand_out, name="hand_out"),
    path("lam-viec/lan-giao/<int:batch>/hoan-tac/", handing.undo, name="undo_batch"),
    path(f"{_GIVEN}giao-tiep/", handing.pass_on, name="pass_on"),
    path(f"{_GIVEN}giao-tiep/<int:child>/thu-lai/", handing.take_back, name="take_back"),
    path(f"{_GIVEN}giao-tiep/hoan-thanh/", handing.finish, name="finish_passed"),
]

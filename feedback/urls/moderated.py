"""Addresses of moderation as authors and readers see it; the queue is in portal.moderation."""

from django.urls import path

from feedback.views import appeals, files, moderated, moderation_desk

urlpatterns = [
    path("lay-y-kien/kiem-duyet/", moderated.rules, name="moderation_rules"),
    path("lay-y-kien/<int:pk>-<slug:slug>/kiem-duyet/", moderated.numbers, name="moderation"),
    path("lay-y-kien/<int:pk>-<slug:slug>/y-kien/", moderated.shown, name="shown"),
    path(
        "lam-viec/lay-y-kien/<int:pk>/kiem-duyet/",
        moderation_desk.moderation_desk,
        name="moderation_desk",
    ),
    path("y-kien/tep/<uuid:public_id>/", files.attachment, name="attachment"),
    path("y-kien/tra-cuu/xem-lai/", appeals.by_receipt, name="appeal"),
    path("y-kien/cua-toi/<uuid:public_id>/xem-lai/", appeals.own, name="mine_appeal"),
]

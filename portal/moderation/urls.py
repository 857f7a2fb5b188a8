"""Addresses of the queue."""

from django.urls import include, path

from portal.moderation import views

app_name = "moderation"

_case = [
    path("", views.case, name="case"),
    path("duyet/", views.approve, name="approve"),
    path("khong-dang/", views.hide, name="hide"),
]

urlpatterns = [
    path("lam-viec/kiem-duyet/", views.queue, name="queue"),
    path("lam-viec/kiem-duyet/duyet/", views.approve_many, name="approve_many"),
    path("lam-viec/kiem-duyet/<uuid:pk>/", include(_case)),
]

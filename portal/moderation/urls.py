"""Addresses of the queue."""

from django.urls import include, path

from portal.moderation import views

app_name = "moderation"

_case = [
    path("", views.case, name="case"),
    path("duyet/", views.approve, name="approve"),
    path("khong-dang/", views.hide, name="hide"),
    path("thu-rac/", views.spam, name="spam"),
    path("rut-de-nghi/", views.take_back, name="take_back"),
    path("tra-lai/", views.give_back, name="give_back"),
    path("nhu-nhau/", views.decide_alike, name="decide_alike"),
]

urlpatterns = [
    path("lam-viec/kiem-duyet/", views.queue, name="queue"),
    path("lam-viec/kiem-duyet/chon/", views.decide_many, name="decide_many"),
    path("lam-viec/kiem-duyet/<uuid:pk>/", include(_case)),
]

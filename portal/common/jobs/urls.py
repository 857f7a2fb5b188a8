"""Addresses of jobs; all of them belong to one person."""

from django.urls import path

from . import views

app_name = "jobs"
urlpatterns = [
    path("lam-viec/cong-viec/", views.mine, name="mine"),
    path("lam-viec/cong-viec/<uuid:public_id>/", views.job, name="job"),
    path("lam-viec/cong-viec/<uuid:public_id>/tien-trinh/", views.state, name="state"),
    path("lam-viec/cong-viec/<uuid:public_id>/tai-ve/", views.download, name="download"),
    path("lam-viec/cong-viec/<uuid:public_id>/lam-lai/", views.retry, name="retry"),
]

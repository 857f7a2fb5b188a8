from django.urls import path

from portal import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
]

"""Addresses of the demo only; `portal.urls` includes them when settings.DEMO is true."""

from django.urls import path

from portal.demo import views

app_name = "demo"

urlpatterns = [
    path("demo/thu/", views.mails, name="mails"),
    path("demo/thu/<slug:name>/", views.mail, name="mail"),
]

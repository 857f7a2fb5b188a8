"""Addresses: /tep/anh/ takes pictures, MEDIA_URL gives them back."""

from django.conf import settings
from django.urls import path

from . import serve, views

app_name = "uploads"
urlpatterns = [
    path("tep/anh/", views.upload_image, name="image"),
    path(f"{settings.MEDIA_URL.lstrip('/')}<path:path>", serve.media, name="media"),
]

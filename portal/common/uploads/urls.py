"""Addresses: /tep/anh/ takes pictures, MEDIA_URL gives them back."""

from django.conf import settings
from django.urls import path

from . import serve, views

app_name = "uploads"
urlpatterns = [path("tep/anh/", views.upload_image, name="image")]

if settings.MEDIA_URL.startswith("/"):  # an absolute address means that a store of files serves
    urlpatterns.append(
        path(f"{settings.MEDIA_URL.lstrip('/')}<path:path>", serve.media, name="media")
    )

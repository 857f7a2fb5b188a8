"""Addresses of one passage, of the paper and of the code that leads to a document."""

from django.urls import path

from documents.views import passage

_EDITION = "van-kien/<int:pk>-<slug:slug>/lan-<int:n>/"

urlpatterns = [
    path(f"{_EDITION}khoi-<int:pos>/", passage.block, name="block"),
]

"""Addresses of one passage, of the paper and of the code that leads to a document."""

from django.urls import path

from documents.views import entry, paper, passage

_EDITION = "van-kien/<int:pk>-<slug:slug>/lan-<int:n>/"

urlpatterns = [
    path(f"{_EDITION}khoi-<int:pos>/", passage.block, name="block"),
    path(f"{_EDITION}in/", paper.page, name="print"),
    path(f"{_EDITION}ma-qr/", entry.qr, name="qr"),
    path(f"{_EDITION}ma-qr/ap-phich/", entry.poster, name="qr_poster"),
    path("v/<int:pk>/", entry.enter, name="enter"),
    path("v/<int:pk>/ma.svg", entry.svg, name="qr_svg"),
    path("v/<int:pk>/ma.png", entry.png, name="qr_png"),
]

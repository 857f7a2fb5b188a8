from django.urls import path

from feedback.views import numbers

_DESK = "lam-viec/lay-y-kien/<int:pk>/so-lieu/"

urlpatterns = [
    path("lay-y-kien/<int:pk>-<slug:slug>/ket-qua/", numbers.show, name="participation"),
    path(_DESK, numbers.live, name="numbers"),
    path(f"{_DESK}bao-cao/", numbers.declared, name="declared"),
    path(f"{_DESK}bao-cao/<int:row>/xoa/", numbers.declared_remove, name="declared_remove"),
]

from django.urls import path

from . import views

app_name = "common"
urlpatterns = [
    path("kieu-dang/", views.styleguide, name="styleguide"),
]

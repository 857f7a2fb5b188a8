from django.urls import path

from . import keeping, views

app_name = "common"
urlpatterns = [
    path("tai-khoan/da-vao-lai/", keeping.signed_in, name="signed_in"),
    path("kieu-dang/", views.styleguide, name="styleguide"),
]

from django.urls import path

from portal.accounts import data_views, views

app_name = "accounts"

urlpatterns = [
    path("", views.profile, name="profile"),
    path("thu-dien-tu/<str:value>/", views.confirm_email, name="confirm_email"),
    path("du-lieu/", data_views.my_data, name="my_data"),
    path("xoa/", data_views.erase, name="erase"),
    path("mat-khau-moi/", views.new_password, name="new_password"),
    path("phieu/", views.slip_code, name="slip_code"),
    path("phieu/<slug:secret>/", views.slip, name="slip"),
]

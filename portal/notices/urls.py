from django.urls import path

from portal.notices import views

app_name = "notices"

urlpatterns = [
    path("thong-bao/", views.inbox, name="inbox"),
    path("thong-bao/so-chua-doc/", views.unread, name="unread"),
    path("thong-bao/da-doc/", views.mark_all, name="mark_all"),
    path("thong-bao/tuy-chon/", views.preferences, name="preferences"),
    path("thong-bao/<uuid:public_id>/", views.open_notice, name="open"),
    path("lam-viec/nhac-viec/", views.scheduled, name="scheduled"),
]

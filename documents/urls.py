from django.urls import path

from documents import views, views_desk

app_name = "documents"

urlpatterns = [
    path("van-kien/", views.document_list, name="list"),
    path("van-kien/<int:pk>-<slug:slug>/", views.document, name="document"),
    path("van-kien/<int:pk>-<slug:slug>/lan-<int:n>/", views.edition, name="edition"),
    path("lam-viec/van-kien/", views_desk.desk, name="desk"),
    path("lam-viec/van-kien/moi/", views_desk.create, name="new"),
    path("lam-viec/van-kien/<int:pk>/", views_desk.manage, name="manage"),
    path("lam-viec/van-kien/<int:pk>/lan-moi/", views_desk.start, name="start"),
    path("lam-viec/van-kien/<int:pk>/lan-<int:n>/sua/", views_desk.edit, name="edit"),
    path("lam-viec/van-kien/<int:pk>/lan-<int:n>/xem-truoc/", views_desk.preview, name="preview"),
    path("lam-viec/van-kien/<int:pk>/lan-<int:n>/<slug:step>/", views_desk.act, name="act"),
]

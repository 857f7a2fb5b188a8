from django.urls import path

from . import views

app_name = "official"
urlpatterns = [
    path("van-ban/<int:pk>/", views.document, name="document"),
    path("van-ban/<int:pk>/lien-quan/<slug:part>/", views.linked, name="linked"),
    path("van-ban/<int:pk>/tep/", views.file, name="file"),
    path("van-ban/<int:pk>/tep/<int:n>/", views.file, name="file_n"),
    path("lam-viec/van-ban/<int:pk>/ban-ky/", views.copies, name="copies"),
    path("lam-viec/phe-duyet-giay/", views.approvals, name="approvals"),
    path("lam-viec/phe-duyet-giay/<int:pk>/ban-quet/", views.scan, name="scan"),
]

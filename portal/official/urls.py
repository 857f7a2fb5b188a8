from django.urls import path

from . import views

app_name = "official"
urlpatterns = [
    path("van-ban/<int:pk>/", views.document, name="document"),
    path("van-ban/<int:pk>/tep/", views.file, name="file"),
]

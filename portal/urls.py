from django.conf import settings
from django.urls import include, path

from portal import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("", include("portal.notices.urls")),
    path("", include("portal.common.uploads.urls")),
    path("", include("portal.common.urls")),
    path("", include("portal.news.urls")),
    path("", include("documents.urls")),
    path("", include("feedback.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("", include("portal.demo.urls")))

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from portal import views

urlpatterns = [
    path("quan-tri/", admin.site.urls),
    path("viec-hom-nay/", views.today, name="today"),
    path("tai-khoan/vao/", views.landing, name="landing"),
    path("tai-khoan/", include("portal.accounts.urls")),
    path("tai-khoan/", include("portal.accounts.allauth_urls")),
    path("", include("portal.agencies.urls")),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap_index, name="sitemaps"),
    path("sitemap-<slug:part>.xml", views.sitemap, name="sitemap"),
    path("healthz", views.healthz, name="healthz"),
    path("", views.home, name="home"),
    path("lich/", views.calendar_page, name="calendar"),
    path("chuyen-trang/", views.microsites, name="microsites"),
    path("chuyen-trang/<slug:slug>/", views.microsite, name="microsite"),
    path("chuyen-trang/<slug:slug>/dot/<int:n>/", views.microsite_phase, name="microsite_phase"),
    path("tim-kiem/", views.search, name="search"),
    path("", include("portal.notices.urls")),
    path("", include("portal.moderation.urls")),
    path("", include("portal.common.uploads.urls")),
    path("", include("portal.common.urls")),
    path("", include("portal.common.jobs.urls")),
    path("", include("portal.official.urls")),
    path("", include("portal.news.urls")),
    path("", include("campaigns.urls")),
    path("", include("documents.urls")),
    path("", include("feedback.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("", include("portal.demo.urls")))

"""Addresses of numbers: readers counted, what is read, who wrote what; and the foot of pages."""

from django.urls import path

from portal.news.views import register, site, stats, visits

_DESK = "lam-viec/tin-bai"

urlpatterns = [
    path("dem/", visits.count, name="count_visit"),
    path("lam-viec/co-quan/<slug:slug>/trang-tin/", site.edit, name="agency_site"),
    path(f"{_DESK}/thong-ke/", stats.overview, name="statistics"),
    path(f"{_DESK}/thong-ke/xlsx/", stats.overview_file, name="statistics_xlsx"),
    path(f"{_DESK}/bang-ke/", register.month, name="register"),
    path(f"{_DESK}/bang-ke/xlsx/", register.file, name="register_xlsx"),
    path(f"{_DESK}/<int:pk>/luot-doc/", stats.article, name="article_reads"),
]

"""Addresses below /tin-tuc/ that lead to lists, feeds and other shapes of articles."""

from django.urls import path, re_path, register_converter

from portal.news.views import archive, feeds, gathered, old_addresses, printing


class FeedForm:
    """The end of a feed's address."""

    regex = "rss|atom"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class Year:
    """2026"""

    regex = "[12][0-9]{3}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:04}"


class Month(Year):
    """09"""

    regex = "0[1-9]|1[0-2]"

    def to_url(self, value):
        return f"{value:02}"


register_converter(FeedForm, "feed")
register_converter(Year, "year")
register_converter(Month, "month")

_ARTICLE = r"^(?P<agency_slug>[-\w]+)/(?P<slug>[a-z0-9-]+)-(?P<pk>[1-9][0-9]{0,17})/"

#: Before the addresses of agencies, whose slugs could be such words.
before = [
    path("loat-bai/", gathered.series_index, name="series_index"),
    path("loat-bai/<slug:slug>/", gathered.series, name="series"),
    path("loat-bai/<slug:slug>/<feed:form>/", feeds.of_series, name="series_feed"),
    path("the/<slug:slug>/", gathered.tag, name="tag"),
    path("kenh-rss/", feeds.index, name="feeds"),
    path("luu-tru/", archive.overview, name="archive"),
    path("luu-tru/<year:year>/", archive.overview, name="archive_year"),
    path("luu-tru/<year:year>/<month:number>/", archive.month, name="archive_month"),
    path("<feed:form>/", feeds.of_all, name="feed"),
    path("chuyen-trang/<slug:slug>/<feed:form>/", feeds.of_microsite, name="microsite_feed"),
]

after = [
    path("<slug:agency_slug>/luu-tru/", archive.agency_overview, name="agency_archive"),
    path(
        "<slug:agency_slug>/luu-tru/<year:year>/",
        archive.agency_overview,
        name="agency_archive_year",
    ),
    path(
        "<slug:agency_slug>/luu-tru/<year:year>/<month:number>/",
        archive.agency_month,
        name="agency_archive_month",
    ),
    path("<slug:agency_slug>/<feed:form>/", feeds.of_one, name="agency_feed"),
    path(
        "<slug:agency_slug>/chuyen-muc/<slug:section_slug>/<feed:form>/",
        feeds.of_section,
        name="section_feed",
    ),
    re_path(rf"{_ARTICLE}in/$", printing.page, name="article_print"),
    re_path(rf"{_ARTICLE}luu/$", printing.save, name="article_save"),
]

_old = "dia-chi-cu/<slug:agency_slug>/"
#: At the desk, below /lam-viec/tin-bai/.
desk = [
    path(_old, old_addresses.index, name="old_addresses"),
    path(f"{_old}nhap/", old_addresses.upload, name="import_old_addresses"),
    path(f"{_old}nhap/mau.xlsx", old_addresses.template, name="old_addresses_template"),
    path(f"{_old}<int:pk>/bo/", old_addresses.drop, name="drop_old_address"),
]

"""Addresses below /tin-tuc/ that lead to lists, feeds and other shapes of articles."""

from django.urls import path, register_converter

from portal.news.views import feeds, gathered


class FeedForm:
    """The end of a feed's address."""

    regex = "rss|atom"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(FeedForm, "feed")

#: Before the addresses of agencies, whose slugs could be such words.
before = [
    path("loat-bai/", gathered.series_index, name="series_index"),
    path("loat-bai/<slug:slug>/", gathered.series, name="series"),
    path("loat-bai/<slug:slug>/<feed:form>/", feeds.of_series, name="series_feed"),
    path("the/<slug:slug>/", gathered.tag, name="tag"),
    path("kenh-rss/", feeds.index, name="feeds"),
    path("<feed:form>/", feeds.of_all, name="feed"),
    path("chuyen-trang/<slug:slug>/<feed:form>/", feeds.of_microsite, name="microsite_feed"),
]

after = [
    path("<slug:agency_slug>/<feed:form>/", feeds.of_one, name="agency_feed"),
    path(
        "<slug:agency_slug>/chuyen-muc/<slug:section_slug>/<feed:form>/",
        feeds.of_section,
        name="section_feed",
    ),
]

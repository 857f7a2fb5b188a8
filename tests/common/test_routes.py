"""Addresses in a tree of words lead where they led in a list."""

import pytest
from django.http import HttpResponse
from django.urls import Resolver404, include, path, re_path
from django.urls.resolvers import RegexPattern, URLResolver

from portal.common.routes import by_words


def view(request, **kwargs):
    return HttpResponse("ok")


def other(request, **kwargs):
    return HttpResponse("other")


PATTERNS = [
    path("", view, name="home"),
    path("viec/", view, name="list"),
    path("viec/<int:pk>/", view, {"a": 1}, name="one"),
    path("tin/", view, name="news"),
    path("viec/<int:pk>/sua/", view, name="edit"),
    path("<slug:any>/tre/", other, name="late"),
    path("viec/tre/", view, name="shadowed"),
    path("viec/moi/", view, name="new"),
    re_path(r"^anh/(?P<n>[0-9]+)/$", view, name="picture"),
    path("viec/ben-trong/", include([path("x/", view, name="inner")])),
    path("robots.txt", view, name="robots"),
    path("tin/<slug:slug>/<path:rest>", view, name="rest"),
]


def resolver(patterns):
    return URLResolver(RegexPattern(r"^/"), patterns)


ADDRESSES = [
    "/", "/viec/", "/viec/7/", "/viec/7/sua/", "/viec/tre/", "/viec/moi/", "/tin/", "/anh/3/",
    "/viec/ben-trong/x/", "/robots.txt", "/tin/a/b/c", "/viec", "/viec/x/", "/tre/", "/a/tre/",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_leads_where_it_led(address):
    def found(patterns):
        try:
            match = resolver(patterns).resolve(address)
        except Resolver404:
            return None
        return match.func, match.kwargs, match.url_name, match.route

    assert found(by_words(PATTERNS)) == found(PATTERNS)


def test_names_lead_back():
    tree, flat = resolver(by_words(PATTERNS)), resolver(PATTERNS)
    for name, kwargs in (("home", {}), ("list", {}), ("edit", {"pk": 3}), ("inner", {})):
        assert tree.reverse(name, **kwargs) == flat.reverse(name, **kwargs)


def test_neighbours_share_their_words():
    tree = by_words(PATTERNS[1:5])
    assert [str(entry.pattern) for entry in tree] == ["viec/", "tin/"]
    assert len(tree[0].url_patterns) == 3

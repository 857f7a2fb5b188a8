"""Feeds: who is in them, in full addresses and dates, and asked for again without a change."""

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.news import actions
from portal.news.models import Microsite, Series
from tests.campaigns.factories import PlanFactory
from tests.news import factories as make
from tests.news.factories import at, do

pytestmark = pytest.mark.django_db
NOW = at("2026-09-20 10:00")
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room():
    return make.newsroom(slug="dang-bo-xa-hoa-binh")


def titles(response):
    root = ET.fromstring(response.content)  # noqa: S314  our own
    if root.tag == "rss":
        return [item.findtext("title") for item in root.iter("item")]
    return [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_a_feed_holds_what_readers_get_newest_first(room, client, form):
    make.published(room, now=at("2026-09-18 08:00"), title="Cũ")
    make.published(room, now=at("2026-09-19 08:00"), title="Mới & <b>")
    make.published(room, now=NOW + dt.timedelta(minutes=1), title="Chưa đến giờ")
    make.withdrawn(room, now=at("2026-09-18 09:00"), title="Đã gỡ")
    make.submitted(room, title="Chờ duyệt")
    response = client.get(reverse("news:feed", args=[form]))
    assert titles(response) == ["Mới & <b>", "Cũ"]
    kind = {"rss": "application/rss+xml", "atom": "application/atom+xml"}[form]
    assert response["Content-Type"] == f"{kind}; charset=utf-8"
    assert dict(response.cookies) == {}


def test_an_item_has_full_addresses_and_dates(room, client, settings):
    settings.SITE_URL = "https://daihoi.example.vn"
    cover = make.picture(room.editor, room.agency)
    article = make.published(
        room, now=at("2026-09-18 08:15"), cover=cover, cover_alt="Ảnh", tags=["Đại hội"]
    )
    make.saved(room, article, title="Tít đã sửa")
    do("submit", room.editor, article)
    do("publish", room.approver, article, now=at("2026-09-19 10:40"))
    here = f"https://daihoi.example.vn{article.get_absolute_url()}"
    rss = ET.fromstring(  # noqa: S314
        client.get(reverse("news:agency_feed", args=[room.agency.slug, "rss"])).content
    )
    (item,) = rss.iter("item")
    assert {child.tag: child.text for child in item if child.tag != "enclosure"} == {
        "title": "Tít đã sửa",
        "link": here,
        "description": make.TEXT["lead"],
        "{http://purl.org/dc/elements/1.1/}creator": "Hoài An",
        "pubDate": "Fri, 18 Sep 2026 08:15:00 +0700",
        "guid": here,
        "category": "Đại hội",
    }
    assert item.find("enclosure").attrib == {
        "url": f"https://daihoi.example.vn{cover.url}",
        "length": str(cover.size),
        "type": "image/png",
    }
    assert rss.findtext("channel/link") == "https://daihoi.example.vn/tin-tuc/dang-bo-xa-hoa-binh/"
    atom = ET.fromstring(  # noqa: S314
        client.get(reverse("news:agency_feed", args=[room.agency.slug, "atom"])).content
    )
    entry = atom.find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}published") == "2026-09-18T08:15:00+07:00"
    assert entry.findtext(f"{ATOM}updated") == "2026-09-19T10:40:00+07:00"


def test_each_list_has_its_own_feed(room, client):
    other = make.newsroom("Sở Nội vụ")
    section = actions.create_section(actor=room.approver, agency=room.agency, title="Đại hội")
    series = Series.objects.create(slug="nguoi-tot", title="Người tốt")
    plan = PlanFactory(issued=True)
    site = Microsite.objects.create(
        plan=plan, agency=plan.issuer, title="Đại hội", slug="dai-hoi", opens_at=NOW
    )
    later = {"now": at("2026-09-18 08:00")}
    make.published(room, **later, title="Mục", section=section)
    make.published(other, **later, title="Loạt", series=series)
    make.published(other, **later, title="Chuyên trang", microsite=site)
    assert titles(client.get(f"/tin-tuc/{room.agency.slug}/rss/")) == ["Mục"]
    assert titles(client.get(section.get_absolute_url() + "rss/")) == ["Mục"]
    assert titles(client.get(series.get_absolute_url() + "atom/")) == ["Loạt"]
    address = reverse("news:microsite_feed", args=["dai-hoi", "rss"])
    assert titles(client.get(address)) == ["Chuyên trang"]
    Microsite.objects.update(opens_at=NOW + dt.timedelta(days=1))
    assert client.get(address).status_code == 404


def test_pages_name_their_feeds(room, client):
    section = actions.create_section(actor=room.approver, agency=room.agency, title="Đại hội")
    article = make.published(room, now=at("2026-09-18 08:00"), section=section)
    own = '<link rel="alternate"\n        type="application/rss+xml"\n'
    agency = f'href="/tin-tuc/{room.agency.slug}/rss/"'
    for address, feed in [
        ("/tin-tuc/", 'href="/tin-tuc/rss/"'),
        (f"/tin-tuc/{room.agency.slug}/", agency),
        (section.get_absolute_url(), f'href="{section.get_absolute_url()}rss/"'),
        (article.get_absolute_url(), agency),
    ]:
        html = client.get(address).content.decode()
        assert own in html, address
        assert feed in html, address
    listed = client.get(reverse("news:feeds")).content.decode()
    assert agency in listed


def test_asked_again_without_a_change_the_answer_is_short(room, client):
    article = make.published(room, now=at("2026-09-18 08:00"))
    address = reverse("news:feed", args=["rss"])
    first = client.get(address)
    assert first["Last-Modified"] == "Fri, 18 Sep 2026 01:00:00 GMT"
    for header, value in [
        ("HTTP_IF_NONE_MATCH", first["ETag"]),
        ("HTTP_IF_MODIFIED_SINCE", first["Last-Modified"]),
    ]:
        again = client.get(address, **{header: value})
        assert (again.status_code, again.content) == (304, b"")
    make.saved(room, article, title="Tít đã sửa")
    do("submit", room.editor, article)
    do("publish", room.approver, article, now=at("2026-09-19 10:40"))
    for header, value in [
        ("HTTP_IF_NONE_MATCH", first["ETag"]),
        ("HTTP_IF_MODIFIED_SINCE", first["Last-Modified"]),
    ]:
        assert client.get(address, **{header: value}).status_code == 200


def test_a_withdrawn_article_leaves_the_feed_also_for_those_who_ask_by_day(room, client):
    make.published(room, now=at("2026-09-17 08:00"), title="Còn")
    newest = make.published(room, now=at("2026-09-18 08:00"), title="Sẽ gỡ")
    address = reverse("news:feed", args=["rss"])
    before = client.get(address)
    do("withdraw", room.approver, newest, reason="Sai số liệu.")
    again = client.get(address, HTTP_IF_NONE_MATCH=before["ETag"])
    assert (again.status_code, titles(again)) == (200, ["Còn"])
    by_day = client.get(address, HTTP_IF_MODIFIED_SINCE=before["Last-Modified"])
    assert (by_day.status_code, titles(by_day)) == (200, ["Còn"])


def test_an_empty_feed_is_a_feed(client, room):
    response = client.get(f"/tin-tuc/{room.agency.slug}/rss/")
    assert (response.status_code, titles(response)) == (200, [])
    assert client.get("/tin-tuc/khong-co/rss/").status_code == 404
    assert client.get("/tin-tuc/loat-bai/khong-co/rss/").status_code == 404


def test_a_feed_costs_the_same_for_one_and_for_many(room):
    def cost():
        with CaptureQueriesContext(connection) as caught:
            found = titles(Client().get(f"/tin-tuc/{room.agency.slug}/rss/"))
        return len(caught), len(found)

    make.published(room, now=at("2026-09-18 08:00"))
    assert cost() == (2, 1)
    for n in range(32):
        make.published(room, now=at("2026-09-17 08:00") - dt.timedelta(hours=n), title=f"T{n}")
    assert cost() == (2, 30)

"""What search engines are told."""

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.news import actions, queries
from portal.news.models import Article
from tests.campaigns.factories import PlanFactory
from tests.news import factories as make
from tests.news.factories import at, do

pytestmark = pytest.mark.django_db
NOW = at("2026-09-20 10:00")
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def _today(settings):
    settings.SITE_URL = "https://daihoi.example.vn"
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room():
    return make.newsroom(slug="dang-bo-xa-hoa-binh")


def entries(address, client=None):
    """{address without the site: lastmod or None}, in order."""
    root = ET.fromstring((client or Client()).get(address).content)  # noqa: S314  our own
    return {
        row.findtext(f"{SPACE}loc").removeprefix("https://daihoi.example.vn"): row.findtext(
            f"{SPACE}lastmod"
        )
        for row in root
    }


def test_articles_stand_in_parts_by_their_numbers(room):
    one = make.published(room, now=at("2026-09-18 08:15"))
    two = make.published(room, now=at("2026-09-17 08:00"), title="Hai")
    Article.objects.filter(pk=two.pk).update(updated_at_public=at("2026-09-19 10:40"))
    make.published(room, now=NOW + dt.timedelta(hours=1), title="Chưa đến giờ")
    make.withdrawn(room, now=at("2026-09-17 08:00"), title="Đã gỡ")
    part = (one.pk - 1) // queries.reading.STRETCH
    address = f"/sitemap-tin-{part}.xml"
    assert entries("/sitemap.xml")[address] == "2026-09-19T10:40:00+07:00"
    assert entries(address) == {
        one.get_absolute_url(): "2026-09-18T08:15:00+07:00",
        two.get_absolute_url(): "2026-09-19T10:40:00+07:00",
    }


def test_the_other_pages_have_a_part_of_their_kind(room):
    section = actions.create_section(actor=room.approver, agency=room.agency, title="Đại hội")
    actions.create_section(actor=room.approver, agency=room.agency, title="Trống")
    make.published(room, now=at("2026-09-18 08:15"), section=section)
    PlanFactory()
    home = f"/tin-tuc/{room.agency.slug}/"
    assert entries("/sitemap-tin-tuc.xml") == {home: None, section.get_absolute_url(): None}
    assert f"/co-quan/{room.agency.slug}/" in entries("/sitemap-co-quan.xml")
    assert list(entries("/sitemap-trang.xml"))[:2] == ["/", "/tin-tuc/"]
    assert Client().get("/sitemap-ke-hoach.xml").status_code == 404  # none is public
    named = set(entries("/sitemap.xml"))
    assert {"/sitemap-trang.xml", "/sitemap-ke-hoach.xml", "/sitemap-van-kien.xml"} <= named


@pytest.mark.parametrize("part", ["khac", "tin-", "tin-x", "tin-999999", "tin-²"])
def test_a_part_that_is_none_does_not_exist(part):
    assert Client().get(f"/sitemap-{part}.xml").status_code == 404


def test_parts_cost_the_same_for_one_and_for_many(room):
    def cost(address):
        with CaptureQueriesContext(connection) as caught:
            entries(address)
        return len(caught)

    one = make.published(room, now=at("2026-09-18 08:15"))
    part = f"/sitemap-tin-{(one.pk - 1) // queries.reading.STRETCH}.xml"
    before = [cost(part), cost("/sitemap.xml"), cost("/sitemap-tin-tuc.xml")]
    assert before[:2] == [1, 1]
    for n in range(5):
        make.published(make.newsroom(f"Xã {n}"), now=at("2026-09-18 08:15"), title=f"T{n}")
    assert [cost(part), cost("/sitemap.xml"), cost("/sitemap-tin-tuc.xml")] == before


def test_a_withdrawn_article_leaves_its_part(room):
    article = make.published(room, now=at("2026-09-18 08:15"))
    part = f"/sitemap-tin-{(article.pk - 1) // queries.reading.STRETCH}.xml"
    do("withdraw", room.approver, article, reason="Sai.")
    assert Client().get(part).status_code == 404


def test_robots_keep_off_work_pages_and_find_the_sitemap(client):
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /lam-viec/", "Disallow: /quan-tri/", "Disallow: /tai-khoan/"} < set(lines)
    assert lines[-1] == "Sitemap: https://daihoi.example.vn/sitemap.xml"

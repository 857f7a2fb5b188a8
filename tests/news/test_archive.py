"""The archive by year, month and day; an article on paper and as a file."""

import base64
import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.agencies import actions as agencies
from portal.common.addresses import absolute
from portal.news.files import saving
from portal.news.models import ArticleItem
from tests.news import factories as make
from tests.news.factories import at

pytestmark = pytest.mark.django_db
NOW = at("2026-09-20 10:00")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room():
    return make.newsroom(slug="dang-bo-xa-hoa-binh")


def article_page(article, name):
    return reverse(f"news:{name}", args=[article.agency.slug, article.slug, article.pk])


# --- archive --------------------------------------------------------------------------------------


def test_years_and_months_with_their_numbers(room, client):
    other = make.newsroom("Sở Nội vụ")
    for when in ["2025-12-31 23:59", "2026-01-01 00:00", "2026-09-18 08:00"]:
        make.published(room, now=at(when), title=when)
    make.published(other, now=at("2026-09-01 08:00"), title="Của Sở")
    make.withdrawn(room, now=at("2026-03-01 08:00"), title="Đã gỡ")
    make.published(room, now=NOW + dt.timedelta(days=1), title="Chưa đến ngày")

    def years(address):
        return [
            (y["year"], y["count"], [(m["first"].month, m["count"], m["url"]) for m in y["months"]])
            for y in client.get(address).context["years"]
        ]

    assert years("/tin-tuc/luu-tru/") == [
        (2026, 3, [(1, 1, "/tin-tuc/luu-tru/2026/01/"), (9, 2, "/tin-tuc/luu-tru/2026/09/")]),
        (2025, 1, [(12, 1, "/tin-tuc/luu-tru/2025/12/")]),
    ]
    own = f"/tin-tuc/{room.agency.slug}/luu-tru/"
    assert years(own + "2026/") == [
        (2026, 2, [(1, 1, own + "2026/01/"), (9, 1, own + "2026/09/")]),
    ]
    assert client.get(own + "2024/").status_code == 404


def test_a_month_and_a_day_of_it(room, client):
    late = make.published(room, now=at("2026-08-31 23:59"), title="Khuya")
    early = make.published(room, now=at("2026-08-01 00:00"), title="Sớm")
    make.published(room, now=at("2026-09-01 00:00"), title="Tháng sau")
    own = f"/tin-tuc/{room.agency.slug}/luu-tru/2026/08/"
    for address in [own, "/tin-tuc/luu-tru/2026/08/"]:
        response = client.get(address)
        assert response.context["stories"] == [late, early]
        calendar = response.context["calendar"]
        days = [d for week in calendar["weeks"] for d in week if d["count"]]
        assert [d["url"] for d in days] == [f"{address}?ngay=2026-08-{n}" for n in ("01", "31")]
        assert calendar["next_url"] == address.replace("/08/", "/09/")
        assert calendar["previous_url"] == address.replace("/08/", "/07/")
        by_day = client.get(address + "?ngay=2026-08-31")
        assert by_day.context["stories"] == [late]
        assert client.get(address + "?ngay=2026-09-01").status_code == 404
    september = client.get("/tin-tuc/luu-tru/2026/09/")
    assert september.context["calendar"]["next_url"] == ""


def test_a_month_without_news_says_where_there_is_some(room, client):
    make.published(room, now=at("2026-08-31 08:00"))
    html = client.get(f"/tin-tuc/{room.agency.slug}/luu-tru/2026/07/").content.decode()
    assert "Tháng này không có tin" in html
    assert f'href="/tin-tuc/{room.agency.slug}/luu-tru/"' in html
    empty = make.newsroom("Tỉnh đoàn").agency
    assert "Chưa có tin nào" in client.get(f"/tin-tuc/{empty.slug}/luu-tru/").content.decode()


@pytest.mark.parametrize("part", ["2026/13/", "2026/00/", "2026/9/", "0900/01/", "1200/01/", "26/"])
def test_months_that_are_none_do_not_exist(client, part):
    assert client.get(f"/tin-tuc/luu-tru/{part}").status_code == 404


def test_the_archive_moves_with_the_agency(room, client):
    make.published(room, now=at("2026-09-10 08:00"))
    agencies.rename_agency(
        actor=None,
        agency=room.agency,
        name="Đảng bộ xã Mới",
        on=dt.date(2026, 9, 15),
        slug="dang-bo-xa-moi",
    )
    for tail in ["luu-tru/", "luu-tru/2026/09/", "rss/", "luu-tru/2026/09/?ngay=2026-09-10"]:
        response = client.get(f"/tin-tuc/dang-bo-xa-hoa-binh/{tail}")
        assert (response.status_code, response["Location"]) == (
            301,
            f"/tin-tuc/dang-bo-xa-moi/{tail}",
        )


def test_the_archive_costs_the_same_for_one_and_for_many(room):
    def cost():
        found = []
        for address in ["luu-tru/", "luu-tru/2026/09/", f"{room.agency.slug}/luu-tru/2026/09/"]:
            with CaptureQueriesContext(connection) as caught:
                assert Client().get(f"/tin-tuc/{address}").status_code == 200
            found.append(len(caught))
        return found

    make.published(room, now=at("2026-09-18 08:00"))
    before = cost()
    for n in range(22):
        make.published(room, now=at("2026-09-17 08:00") - dt.timedelta(days=n), title=f"T{n}")
    assert cost() == before


# --- paper and file -------------------------------------------------------------------------------


def test_the_page_for_paper_has_the_text_alone(room, client):
    article = make.published(room, now=at("2026-09-18 08:15"))
    response = client.get(article_page(article, "article_print"))
    html = response.content.decode()
    assert make.TEXT["body"] in html
    assert "18/09/2026 08:15" in html
    assert f'<link rel="canonical" href="{absolute(article.get_absolute_url())}">' in html
    assert "Các tin khác" not in html
    assert '<nav class="nav"' not in html
    assert response["X-Robots-Tag"] == "noindex"
    assert dict(response.cookies) == {}
    shown = client.get(article.get_absolute_url()).content.decode()
    assert f'href="{article_page(article, "article_print")}"' in shown
    assert f'href="{article_page(article, "article_save")}"' in shown


def test_the_file_stands_alone(room, client):
    picture = make.picture(room.editor, room.agency, size=(300, 200))
    link = '<p>Xem <a href="/ke-hoach/" rel="noopener">kế hoạch</a></p>'
    body = f'{link}<p><img src="{picture.url}" alt="Hai"></p>'
    article = make.published(
        room,
        now=at("2026-09-18 08:15"),
        title='Tít "nháy" <b>',
        body=body,
        cover=picture,
        cover_alt="Một",
    )
    ArticleItem.objects.create(
        revision=article.live_revision, kind="image", position=0, upload=picture, alt="Ba"
    )
    response = client.get(article_page(article, "article_save"))
    html = response.content.decode()
    assert response["Content-Disposition"] == 'attachment; filename="2026-09-18-tit-nhay-b.html"'
    data = base64.b64encode(picture.file.open().read()).decode()
    pictures = re.findall(r'<img[^>]*src="([^"]*)"[^>]*', html)
    assert pictures == [f"data:image/png;base64,{data}"] * 3
    assert f'href="{absolute("/ke-hoach/")}"' in html
    assert "<title>Tít &quot;nháy&quot; &lt;b&gt;</title>" in html
    assert 'rel="stylesheet"' not in html and "<script" not in html
    assert "Lưu lúc 20/09/2026 10:00" in html


def test_files_are_not_made_without_end_for_one_address(room, client):
    article = make.published(room, now=at("2026-09-18 08:15"))
    found = [client.get(article_page(article, "article_save")).status_code for _n in range(61)]
    assert found == [200] * 60 + [429]
    assert client.get(article_page(article, "article")).status_code == 200


def test_a_file_stays_small_enough_to_send(room):
    picture = make.picture(room.editor, room.agency, size=(300, 200))
    album = saving.Album(most=picture.size + 5)
    assert album.picture(picture.url).startswith("data:image/png;base64,")
    assert album.picture(picture.url) == absolute(picture.url)
    assert saving.Album().picture("/media/anh/2026/09/khong-co.png") == absolute(
        "/media/anh/2026/09/khong-co.png"
    )
    assert saving.Album().picture("https://khac.example/a.png") == "https://khac.example/a.png"


@pytest.mark.parametrize("name", ["article", "article_print", "article_save"])
def test_a_withdrawn_article_is_on_no_page(room, client, name):
    gone = make.withdrawn(room, now=at("2026-09-18 08:15"))
    response = client.get(article_page(gone, name))
    assert response.status_code == 410
    html = response.content.decode()
    assert "Số liệu chưa chính xác." in html
    assert make.TEXT["body"] not in html
    assert '<meta name="robots" content="noindex">' in html
    later = make.published(room, now=NOW + dt.timedelta(hours=1), title="Sau")
    assert client.get(article_page(later, name)).status_code == 404


def test_print_and_file_follow_the_address(room, client):
    article = make.published(room, now=at("2026-09-18 08:15"))
    for name, tail in [("article_print", "in/"), ("article_save", "luu/")]:
        response = client.get(f"/tin-tuc/khac/tit-khac-{article.pk}/{tail}")
        assert (response.status_code, response["Location"]) == (301, article_page(article, name))

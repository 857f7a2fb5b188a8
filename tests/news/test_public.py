"""News for readers: what they see, at which address, at which cost, and never a cookie."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.agencies import actions as agencies
from portal.agencies.models import Role
from portal.news import actions, queries
from portal.news.queries import front
from tests.agencies.factories import AgencyFactory, give
from tests.news import factories as make
from tests.news.factories import at, do

pytestmark = pytest.mark.django_db
NOW = at("2026-09-20 10:00")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room():
    return make.newsroom(slug="dang-bo-xa-hoa-binh")


def cost(address):
    """(number of queries, response) of an anonymous reader with nothing kept."""
    with CaptureQueriesContext(connection) as queries_:
        response = Client().get(address)
    return len(queries_), response


# --- the article --------------------------------------------------------------------------------


def test_an_article_says_everything_a_reader_needs(room, client):
    section = actions.create_section(actor=room.approver, agency=room.agency, title="Đại hội")
    cover = make.picture(room.editor, room.agency)
    article = make.published(
        room,
        now=at("2026-09-18 08:15"),
        section=section,
        cover=cover,
        cover_alt="Đại biểu giơ thẻ",
        cover_caption="Biểu quyết thông qua Nghị quyết",
        cover_credit="Văn Phúc",
    )
    make.saved(room, article, lead="Tóm tắt đã sửa.")
    do("submit", room.editor, article)
    do("publish", room.approver, article, now=at("2026-09-19 10:40"))
    other = make.published(room, now=at("2026-09-17 08:00"), title="Tin khác của xã")

    html = client.get(article.get_absolute_url()).content.decode()
    for words in [
        make.TEXT["title"],
        "Tóm tắt đã sửa.",
        "<b>Hoài An</b>",
        "Nguồn: Đảng bộ xã Hòa Bình",
        "18/09/2026 08:15",
        "19/09/2026 10:40",
        'alt="Đại biểu giơ thẻ"',
        'width="1200"',
        'height="800"',
        "Biểu quyết thông qua Nghị quyết",
        "Ảnh: Văn Phúc",
        make.TEXT["body"],
        f'href="{section.get_absolute_url()}"',
        "Các tin khác",
        f'href="{other.get_absolute_url()}"',
        f'<link rel="canonical" href="http://testserver{article.get_absolute_url()}">',
    ]:
        assert words in html, words


def test_another_slug_or_agency_leads_to_the_one_address(room, client):
    article = make.published(room, now=at("2026-09-18 08:15"))
    right = article.get_absolute_url()
    assert right == (
        f"/tin-tuc/dang-bo-xa-hoa-binh/dang-bo-xa-hoa-binh-lay-y-kien-tung-chi-bo-{article.pk}/"
    )
    for wrong in [
        f"/tin-tuc/dang-bo-xa-hoa-binh/tit-khac-{article.pk}/",
        f"/tin-tuc/co-quan-khac/{article.slug}-{article.pk}/",
    ]:
        response = client.get(wrong)
        assert (response.status_code, response["Location"]) == (301, right)
    assert client.get(right).status_code == 200


@pytest.mark.parametrize("state", [make.written, make.returned, make.submitted])
def test_unpublished_articles_do_not_exist_for_readers(room, client, state):
    article = state(room)
    for address in [
        f"/tin-tuc/dang-bo-xa-hoa-binh/x-{article.pk}/",
        f"/tin-tuc/dang-bo-xa-hoa-binh/dang-bo-xa-hoa-binh-lay-y-kien-tung-chi-bo-{article.pk}/",
    ]:
        assert client.get(address).status_code == 404


def test_a_number_beyond_every_row_is_not_found(client):
    assert client.get("/tin-tuc/x/y-999999999999999999/").status_code == 404
    assert client.get("/tin-tuc/x/y-9999999999999999999999/").status_code == 404


def test_what_is_published_later_is_not_there_yet(room, client):
    article = make.published(room, now=NOW + dt.timedelta(minutes=1))
    assert client.get(article.get_absolute_url()).status_code == 404
    assert make.TEXT["title"] not in client.get(reverse("news:index")).content.decode()
    with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
        assert client.get(article.get_absolute_url()).status_code == 200
        assert make.TEXT["title"] in client.get(reverse("news:index")).content.decode()


def test_a_withdrawn_article_says_so_with_its_reason(room, client):
    article = make.withdrawn(room, now=at("2026-09-18 08:15"))
    response = client.get(article.get_absolute_url())
    html = response.content.decode()
    assert response.status_code == 410
    assert "Số liệu chưa chính xác." in html
    assert make.TEXT["lead"] not in html
    assert make.TEXT["body"] not in html
    assert make.TEXT["title"] not in client.get(reverse("news:index")).content.decode()


def test_readers_see_the_approved_text_while_the_desk_works_on_another(room, client):
    article = make.published(room, now=at("2026-09-18 08:15"))
    make.saved(room, article, body="<p>Chưa ai duyệt câu này.</p>", title="Tít chưa duyệt")
    html = client.get(article.get_absolute_url()).content.decode()
    assert "Chưa ai duyệt" not in html
    assert "Tít chưa duyệt" not in html


def test_the_name_of_the_agency_is_that_of_the_day(room, client):
    article = make.published(room, now=at("2026-09-10 08:15"))
    agencies.rename_agency(
        actor=None, agency=room.agency, name="Đảng bộ xã Hòa Bình Mới", on=dt.date(2026, 9, 15)
    )
    html = client.get(article.get_absolute_url()).content.decode()
    assert "Đảng bộ xã Hòa Bình</a>" in html
    assert "Đảng bộ xã Hòa Bình Mới" not in html
    page = client.get(reverse("news:agency", args=["dang-bo-xa-hoa-binh"])).content.decode()
    assert "Đảng bộ xã Hòa Bình Mới" in page


SCRIPT = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def test_scripts_in_every_field_stay_words(room, client):
    section = actions.create_section(actor=room.approver, agency=room.agency, title=SCRIPT)
    cover = make.picture(room.editor, room.agency)
    text = dict.fromkeys(make.TEXT, SCRIPT) | {
        "section": section,
        "cover": cover,
        "cover_alt": SCRIPT,
        "cover_caption": SCRIPT,
        "cover_credit": SCRIPT,
        "body": SCRIPT + "<p>Nội dung</p>",
    }
    article = make.published(room, now=at("2026-09-18 08:15"), **text)
    pages = [client.get(article.get_absolute_url())]
    pages += [client.get(reverse("news:index"))]
    pages += [client.get(reverse("news:agency", args=[room.agency.slug]))]
    client.force_login(room.approver)
    pages += [client.get(reverse("news:desk_article", args=[article.pk]))]
    pages += [client.get(reverse("news:desk"))]
    client.force_login(room.editor)
    pages += [client.get(reverse("news:edit", args=[article.pk]))]
    gone = do("withdraw", room.approver, article, reason=SCRIPT)
    pages += [client.get(gone.get_absolute_url())]
    for page in pages:
        html = page.content.decode()
        assert "alert(1)" in html or page.status_code == 410, page.request["PATH_INFO"]
        assert "<script>alert" not in html, page.request["PATH_INFO"]
        assert "<img src=x" not in html, page.request["PATH_INFO"]


# --- lists ----------------------------------------------------------------------------------------


def test_the_section_page_leads_with_a_picture_and_counts_its_sections(room, client):
    give(room.editor, Role.ADMIN, room.agency)
    first, second, empty = (
        actions.create_section(actor=room.approver, agency=room.agency, title=title)
        for title in ["Đại hội", "Góp ý", "Trống"]
    )
    cover = make.picture(room.editor, room.agency)
    with_picture = make.published(
        room,
        now=at("2026-09-18 08:00"),
        title="Có ảnh",
        section=first,
        cover=cover,
        cover_alt="Ảnh",
    )
    newest = make.published(room, now=at("2026-09-19 08:00"), title="Mới nhất", section=second)
    third = make.published(room, now=at("2026-09-17 08:00"), title="Thứ ba", section=second)
    response = client.get(reverse("news:agency", args=[room.agency.slug]))
    assert response.context["lead"] == with_picture
    assert response.context["stories"] == [newest, third]
    assert [(t["label"], t["count"], t["current"]) for t in response.context["tabs"]] == [
        ("Tất cả", 3, True),
        ("Đại hội", 1, False),
        ("Góp ý", 2, False),
    ]
    response = client.get(second.get_absolute_url())
    assert [response.context["lead"], *response.context["stories"]] == [newest, third]
    assert client.get(empty.get_absolute_url()).context["page"].count == 0


def test_news_by_date(room, client):
    late = make.published(room, now=at("2026-09-18 23:59"), title="Khuya")
    early = make.published(room, now=at("2026-09-18 00:00"), title="Sớm")
    make.published(room, now=at("2026-09-19 00:00"), title="Hôm sau")
    home = reverse("news:agency", args=[room.agency.slug])
    response = client.get(home + "?ngay=2026-09-18")
    assert response.context["stories"] == [late, early]
    assert response.context["lead"] is None
    days = [d for week in response.context["calendar"]["weeks"] for d in week if d["count"]]
    assert [(d["date"].isoformat(), d["count"], d["url"], d["current"]) for d in days] == [
        ("2026-09-18", 2, f"{home}?ngay=2026-09-18", True),
        ("2026-09-19", 1, f"{home}?ngay=2026-09-19", False),
    ]
    calendar = client.get(home + "?thang=2026-08").context["calendar"]
    assert (calendar["year"], calendar["number"]) == (2026, 8)
    assert calendar["next_url"] == f"{home}?thang=2026-09#tin-theo-ngay"
    assert client.get(home).context["calendar"]["next_url"] == ""


@pytest.mark.parametrize(
    "query",
    ["?ngay=2026-02-30", "?ngay=hom-nay", "?ngay=0001-01-01", "?thang=2026-13", "?thang=9999-12"],
)
def test_dates_that_are_none_do_not_exist(room, client, query):
    for name, args in [("news:index", []), ("news:agency", [room.agency.slug])]:
        assert client.get(reverse(name, args=args) + query).status_code == 404


def test_a_former_address_of_an_agency_leads_on(room, client):
    assert client.get("/tin-tuc/khong-co/").status_code == 404
    article = make.published(room, now=at("2026-09-10 08:00"))
    former = article.get_absolute_url()
    agencies.rename_agency(
        actor=None,
        agency=room.agency,
        name="Đảng bộ xã Mới",
        on=dt.date(2026, 9, 15),
        slug="dang-bo-xa-moi",
    )
    response = client.get(former)
    now_at = f"/tin-tuc/dang-bo-xa-moi/{article.slug}-{article.pk}/"
    assert (response.status_code, response["Location"]) == (301, now_at)
    response = client.get("/tin-tuc/dang-bo-xa-hoa-binh/")
    assert (response.status_code, response["Location"]) == (301, "/tin-tuc/dang-bo-xa-moi/")


def test_the_front_page_leads_with_a_picture(room):
    cover = make.picture(room.editor, room.agency)
    made = [
        make.published(room, now=at(f"2026-09-{day} 08:00"), title=f"Tin {day}") for day in (11, 12)
    ]
    assert front.front_page(NOW, 5) == (made[1], [made[0]])
    pictured = make.published(
        room, now=at("2026-09-10 08:00"), title="Ảnh", cover=cover, cover_alt="Ảnh"
    )
    assert front.front_page(NOW, 5) == (pictured, [made[1], made[0]])
    assert front.front_page(at("2026-01-01 00:00"), 5) == (None, [])


def test_latest_by_agency_keeps_the_order_and_leaves_out_the_silent(room):
    other, silent = make.newsroom("Sở Nội vụ"), AgencyFactory()
    ours = [
        make.published(room, now=at(f"2026-09-{day} 08:00"), title=f"Tin {day}")
        for day in (14, 13, 12, 11)
    ]
    theirs = make.published(other, now=at("2026-09-01 08:00"))
    rows = queries.latest_by_agency(NOW, [other.agency, silent, room.agency], per_agency=3)
    assert rows == [(other.agency, [theirs]), (room.agency, ours[:3])]


def test_lists_cost_the_same_for_one_and_for_many(room, django_assert_num_queries):
    cover = make.picture(room.editor, room.agency)
    section = actions.create_section(actor=room.approver, agency=room.agency, title="Đại hội")
    other = make.newsroom("Sở Nội vụ")

    def fill(times):
        for n in times:
            when = at("2026-09-18 08:00") - dt.timedelta(hours=n)
            make.published(
                room, now=when, title=f"Tin {n}", section=section, cover=cover, cover_alt="Ảnh"
            )
            make.published(other, now=when, title=f"Tin của Sở {n}")

    fill(range(1))
    addresses = [
        reverse("news:index"),
        reverse("news:agency", args=[room.agency.slug]),
        section.get_absolute_url(),
        queries.served(NOW)[0].get_absolute_url(),
    ]
    before = {address: cost(address)[0] for address in addresses}
    with django_assert_num_queries(2):
        front.front_page(NOW)
    with django_assert_num_queries(2):
        queries.latest_by_agency(NOW, [room.agency, other.agency])
    fill(range(1, 25))
    assert {address: cost(address)[0] for address in addresses} == before
    assert before[addresses[3]] <= 3
    with django_assert_num_queries(2):
        front.front_page(NOW)
    with django_assert_num_queries(2):
        queries.latest_by_agency(NOW, [room.agency, other.agency])


def test_readers_get_no_cookie(room):
    article = make.published(room, now=at("2026-09-18 08:00"))
    gone = make.withdrawn(room, now=at("2026-09-18 08:00"))
    for address in [
        reverse("news:index"),
        reverse("news:agency", args=[room.agency.slug]),
        article.get_absolute_url(),
        gone.get_absolute_url(),
    ]:
        _, response = cost(address)
        assert (dict(response.cookies), response.get("Set-Cookie")) == ({}, None), address

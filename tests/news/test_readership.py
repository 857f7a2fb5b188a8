"""Numbers of readers for the newsroom: by day, by article, for one agency or with its units."""

import datetime as dt
import io

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from portal.agencies.models import Role
from portal.news import actions
from portal.news.queries import readership
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.news import factories as make

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 9, 30)
OVERVIEW = "/lam-viec/tin-bai/thong-ke/"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(make.at("2026-09-30 10:00"), tick=False):
        yield


@pytest.fixture
def room():
    return make.newsroom(slug="hoa-binh")


def cell(day):
    """A day as openpyxl reads it."""
    return dt.datetime.combine(day, dt.time())


def read(*rows):
    """(scope, target, days ago, views, visitors)."""
    actions.record_days(
        rows=[
            (s, t, TODAY - dt.timedelta(days=ago), views, people)
            for s, t, ago, views, people in rows
        ]
    )


def published(room, title="Tin", day="2026-09-20 08:00", **text):
    return make.published(room, now=make.at(day), title=title, **text)


def test_days_without_readers_are_days_too(room):
    read(("g", room.agency.pk, 0, 30, 20), ("g", room.agency.pk, 2, 10, 5))
    found = readership.of_agencies([room.agency.pk], TODAY - dt.timedelta(days=3), TODAY)
    assert [day.views for day in found.days] == [0, 10, 0, 30]
    assert (found.views, found.visitors, found.average) == (40, 25, 10)
    assert [bar.height for bar in found.bars] == [0, 33, 0, 100]
    assert found.best.day == TODAY


def test_what_was_read_once_is_seen_beside_much(room):
    read(("g", room.agency.pk, 0, 5000, 9), ("g", room.agency.pk, 1, 1, 1))
    found = readership.of_agencies([room.agency.pk], TODAY - dt.timedelta(days=2), TODAY)
    assert [bar.height for bar in found.bars] == [0, 1, 100]


def test_a_long_stretch_is_drawn_by_weeks_that_add_up(room):
    read(*(("g", room.agency.pk, ago, ago + 1, 1) for ago in range(120)))
    found = readership.of_agencies([room.agency.pk], TODAY - dt.timedelta(days=119), TODAY)
    assert found.by_week
    assert sum(bar.views for bar in found.bars) == found.views == 120 * 121 // 2
    assert all(bar.day.weekday() == 0 for bar in found.bars[1:])
    assert found.bars[-1].ends == TODAY


def test_the_overview_shows_own_numbers_and_articles_most_read_first(room, client):
    one, two = published(room, "Bài ít đọc"), published(room, "Bài đọc nhiều")
    other = make.newsroom("Sở Nội vụ")
    theirs = published(other, "Bài nơi khác")
    read(
        ("g", room.agency.pk, 0, 300, 100),
        ("a", one.pk, 1, 5, 5),
        ("a", two.pk, 1, 7, 6),
        ("a", two.pk, 0, 1200, 6),
        ("a", theirs.pk, 0, 9999, 9),
        ("g", other.agency.pk, 0, 9999, 9),
    )
    client.force_login(room.editor)
    page = client.get(OVERVIEW)
    html = page.content.decode()
    assert [(line.article, line.views) for line in page.context["lines"]] == [
        (two, 1207),
        (one, 5),
    ]
    assert page.context["read"].views == 300
    assert "9.999" not in html
    assert "Bài nơi khác" not in html
    assert "1.207" in html


def test_units_below_are_added_for_whom_may_see_them(room, client):
    below = make.newsroom("Chi bộ Một", parent=room.agency)
    read(("g", room.agency.pk, 0, 10, 1), ("g", below.agency.pk, 0, 5, 1))
    overseer = UserFactory(full_name="Phan Giám Sát")
    give(overseer, Role.SUPERVISOR, room.agency)
    client.force_login(overseer)
    chosen = f"{OVERVIEW}?co_quan=hoa-binh"
    assert client.get(chosen).context["read"].views == 10
    assert client.get(f"{chosen}&cap_duoi=on").context["read"].views == 15
    client.force_login(room.editor)  # an editor's role does not reach down
    give(room.editor, Role.EDITOR, AgencyFactory(name="Sở Khác"))
    assert client.get(f"{chosen}&cap_duoi=on").context["read"].views == 10


def test_agencies_of_others_are_refused(room, client):
    other = make.newsroom("Sở Nội vụ", slug="snv")
    give(room.editor, Role.EDITOR, AgencyFactory(name="Sở Khác"))
    read(("g", other.agency.pk, 0, 77, 1))
    client.force_login(room.editor)
    page = client.get(f"{OVERVIEW}?co_quan=snv")
    assert page.context["form"].errors["co_quan"]
    assert page.context["read"].views == 0


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("tu=2026-09-20&den=2026-09-10", "tu", "Ngày bắt đầu phải trước ngày kết thúc."),
        ("den=2026-10-01", "den", "Ngày này chưa đến."),
        ("tu=2025-01-01&den=2026-09-01", "tu", "Xem nhiều nhất một năm một lần."),
        ("tu=hom-qua", "tu", "Nhập"),
    ],
)
def test_wrong_days_are_told_and_the_usual_ones_shown(room, client, query, field, sentence):
    client.force_login(room.editor)
    page = client.get(f"{OVERVIEW}?{query}")
    assert page.status_code == 200
    assert page.context["form"].errors[field]
    assert sentence in str(page.context["form"].errors[field]) or field == "tu"
    assert (page.context["first"], page.context["last"]) == (dt.date(2026, 9, 1), TODAY)


def test_chosen_days_count_with_both_ends(room, client):
    read(*(("g", room.agency.pk, ago, 1, 1) for ago in range(20)))
    client.force_login(room.editor)
    page = client.get(f"{OVERVIEW}?tu=2026-09-20&den=2026-09-25")
    assert page.context["read"].views == 6


def test_many_articles_are_paged_and_cost_the_same(room, client):
    client.force_login(room.editor)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(OVERVIEW)
        return len(queries), page

    first = published(room, "Bài 0")
    read(("a", first.pk, 0, 1, 1))
    client.get(OVERVIEW)  # the first page after signing in writes the session
    before, _page = cost()
    for n in range(1, 25):
        article = published(room, f"Bài {n}")
        read(("a", article.pk, 0, n + 1, 1))
    after, page = cost()
    assert (before, len(page.context["lines"]), page.context["page"].pages) == (after, 20, 2)
    second = client.get(f"{OVERVIEW}?trang=2").context["lines"]
    assert [line.article.title for line in second] == [f"Bài {n}" for n in (4, 3, 2, 1, 0)]


def test_one_article_by_day(room, client):
    article = published(room)
    read(("a", article.pk, 0, 3, 2), ("a", article.pk, 60, 40, 2))
    client.force_login(room.editor)
    page = client.get(reverse("news:article_reads", args=[article.pk]))
    assert (page.context["total"], page.context["read"].views) == (43, 3)
    client.force_login(room.outsider)
    assert client.get(reverse("news:article_reads", args=[article.pk])).status_code == 404


def test_an_article_that_was_never_published_says_so(room, client):
    draft = make.written(room)
    client.force_login(room.editor)
    page = client.get(reverse("news:article_reads", args=[draft.pk])).content.decode()
    assert "Bài chưa đăng" in page


def test_people_without_a_newsroom_get_nothing(room, client):
    client.force_login(room.member)
    assert client.get(OVERVIEW).status_code == 403
    assert client.get(f"{OVERVIEW}xlsx/").status_code == 403


def test_the_workbook_says_the_same_and_runs_nothing(room, client):
    article = published(room, '=HYPERLINK("http://xau.vn","Bấm")', byline="+84@SUM(1)")
    read(("g", room.agency.pk, 0, 30, 20), ("a", article.pk, 0, 12, 9))
    client.force_login(room.editor)
    answer = client.get(f"{OVERVIEW}xlsx/?tu=2026-09-29&den=2026-09-30")
    assert answer["Content-Disposition"] == (
        'attachment; filename="Luot-doc-hoa-binh-20260929-20260930.xlsx"'
    )
    book = load_workbook(io.BytesIO(answer.content))
    days = list(book.worksheets[0].iter_rows(min_row=6, values_only=True))
    assert days == [
        (cell(dt.date(2026, 9, 29)), 0, 0),
        (cell(TODAY), 30, 20),
        ("Cộng", 30, 20),
    ]
    (row,) = book.worksheets[1].iter_rows(min_row=6)
    assert [field.value for field in row[:7]] == [
        1,
        '=HYPERLINK("http://xau.vn","Bấm")',
        "Đảng bộ xã Hòa Bình",
        "+84@SUM(1)",
        cell(dt.date(2026, 9, 20)),
        12,
        9,
    ]
    assert {field.data_type for field in row} == {"n", "s", "d"}
    assert row[1].data_type == "s"

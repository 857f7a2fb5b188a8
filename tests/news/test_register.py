"""Bảng kê tin bài theo tác giả, thể loại: sums, months of Vietnam, safe workbooks."""

import datetime as dt
import io
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from portal.agencies.models import Role
from portal.common import jobs
from portal.common.models import Job
from portal.news import actions
from portal.news.files import register as register_jobs
from portal.news.models import Genre
from portal.news.queries import register
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.news import factories as make

pytestmark = pytest.mark.django_db

SEPTEMBER = dt.date(2026, 9, 1)
NOW = make.at("2026-10-15 10:00")
PAGE = "/lam-viec/tin-bai/bang-ke/"
FILE = "/lam-viec/tin-bai/bang-ke/xlsx/"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room():
    return make.newsroom(slug="hoa-binh")


@pytest.fixture
def genres():
    tin, _made = Genre.objects.get_or_create(slug="tin", defaults={"name": "Tin", "order": 1})
    bai, _made = Genre.objects.get_or_create(slug="phong-su", defaults={"name": "Phóng sự"})
    Genre.objects.filter(pk=tin.pk).update(order=1, active=True)
    Genre.objects.filter(pk=bai.pk).update(order=2, active=True)
    return Genre.objects.get(pk=tin.pk), Genre.objects.get(pk=bai.pk)


def published(room, byline, genre=None, day="2026-09-20 08:00", title="Tin"):
    return make.published(room, now=make.at(day), title=title, byline=byline, genre=genre)


def found(*agencies, month=SEPTEMBER, now=NOW):
    return register.of_month([a.pk for a in agencies], month, now=now, no_genre="Chưa ghi")


def day(text):
    return dt.datetime.combine(dt.date.fromisoformat(text), dt.time())


# --- Counting ---------------------------------------------------------------------------------


def test_numbers_by_author_and_genre_add_up(room, genres):
    tin, bai = genres
    published(room, "Hoài An", tin)
    published(room, "Hoài An", tin)
    published(room, "Hoài An", bai)
    published(room, "Lê Bình", bai)
    published(room, "", None)
    month = found(room.agency)
    assert [name for _pk, name in month.columns] == [tin.name, bai.name, "Chưa ghi"]
    assert [(a.byline, month.counts_of(a), a.total) for a in month.authors] == [
        ("Hoài An", [2, 1, 0], 3),
        ("Lê Bình", [0, 1, 0], 1),
        ("", [0, 0, 1], 1),
    ]
    assert (month.sums, month.total) == ([2, 2, 1], 5)
    assert sum(a.total for a in month.authors) == sum(month.sums) == month.total


def test_authors_stand_by_their_given_names(room):
    for name in ("Trần Văn Ước", "Nguyễn Thị Đào", "Lê Ánh", "Phạm Dung"):
        published(room, name)
    assert [a.byline for a in found(room.agency).authors] == [
        "Lê Ánh",
        "Phạm Dung",
        "Nguyễn Thị Đào",
        "Trần Văn Ước",
    ]


def test_the_byline_counts_as_printed_and_the_account_stands_beside(room):
    published(room, "Nhóm phóng viên")
    article = actions.create_article(
        actor=room.colleague,
        agency=room.agency,
        text={**make.TEXT, "byline": "Nhóm phóng viên"},
        now=make.at("2026-09-21 08:00"),
    )
    with time_machine.travel(make.at("2026-09-21 09:00"), tick=False):
        article = make.do("submit", room.colleague, article)
        make.do("publish", room.approver, article)
    (author,) = found(room.agency).authors
    assert (author.byline, author.accounts, author.total) == (
        "Nhóm phóng viên",
        ["Mai Phương", "Quang Huy"],
        2,
    )


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        ("2026-08-31 23:59", 0),
        ("2026-09-01 00:00", 1),  # still August in UTC
        ("2026-09-30 23:59", 1),
        ("2026-10-01 00:00", 0),
    ],
)
def test_months_are_those_of_vietnam(room, at, counts):
    published(room, "Hoài An", day=at)
    assert found(room.agency).total == counts


def test_what_is_not_published_yet_does_not_count(room):
    published(room, "Hoài An", day="2026-09-20 08:00")
    assert found(room.agency, now=make.at("2026-09-20 07:59")).total == 0
    make.submitted(room, now=make.at("2026-09-20 08:00"))
    assert found(room.agency).total == 1


def test_what_was_taken_down_still_counts_and_is_marked(room):
    article = published(room, "Hoài An")
    make.do("withdraw", room.approver, article, reason="Số liệu sai.")
    month = found(room.agency)
    assert (month.total, month.withdrawn) == (1, 1)


def test_it_costs_the_same_for_one_and_for_many(room, client, genres):
    client.force_login(room.editor)
    client.get(PAGE)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"{PAGE}?thang=2026-09")
        return len(queries), page

    published(room, "Hoài An", genres[0])
    before, _page = cost()
    for n in range(60):
        published(room, f"Tác giả {n % 40}", genres[n % 2])
    after, page = cost()
    assert before == after
    assert (page.context["authors"].pages, page.context["page"].pages) == (2, 2)
    assert page.context["register"].total == 61


# --- The page ---------------------------------------------------------------------------------


def test_the_page_shows_the_month_and_one_author(room, client, genres):
    tin, bai = genres
    one = published(room, "Hoài An", tin, title="Bài thứ nhất")
    two = published(room, "Lê Bình", bai, title="Bài thứ hai")
    actions.record_days(rows=[("a", one.pk, dt.date(2026, 9, 21), 1234, 900)])
    client.force_login(room.editor)
    page = client.get(f"{PAGE}?thang=2026-09")
    html = page.content.decode()
    assert [line.article for line in page.context["lines"]] == [one, two]
    assert "1.234" in html
    assert "Tài khoản soạn: Mai Phương" in html
    page = client.get(f"{PAGE}?thang=2026-09&tac_gia=Lê Bình")
    assert [line.article for line in page.context["lines"]] == [two]
    assert page.context["register"].total == 2
    assert client.get(PAGE).context["register"].total == 0  # this month


@pytest.mark.parametrize("text", ["2026-11", "2026-13", "thang-chin", "0001-01", "9" * 9])
def test_wrong_months_are_told(room, client, text):
    client.force_login(room.editor)
    page = client.get(PAGE, {"thang": text})
    assert page.status_code == 200
    assert page.context["form"].errors["thang"]
    assert page.context["month"] == dt.date(2026, 10, 1)


def test_a_month_typed_by_hand(room, client):
    client.force_login(room.editor)
    assert client.get(PAGE, {"thang": "9/2026"}).context["month"] == SEPTEMBER


def test_units_below_only_for_whom_may_see_them(room, client):
    below = make.newsroom("Chi bộ Một", parent=room.agency)
    published(room, "Hoài An")
    published(below, "Lê Bình")
    overseer = UserFactory(full_name="Phan Giám Sát")
    give(overseer, Role.SUPERVISOR, room.agency)
    client.force_login(overseer)
    address = f"{PAGE}?co_quan=hoa-binh&thang=2026-09"
    assert client.get(address).context["register"].total == 1
    assert client.get(f"{address}&cap_duoi=on").context["register"].total == 2
    give(room.editor, Role.EDITOR, AgencyFactory(name="Sở Khác"))
    client.force_login(room.editor)
    assert client.get(f"{address}&cap_duoi=on").context["register"].total == 1


# --- The workbook -----------------------------------------------------------------------------


def rows(data, sheet, first=6):
    book = load_workbook(io.BytesIO(data))
    return list(book.worksheets[sheet].iter_rows(min_row=first))


def test_the_workbook_adds_up_and_runs_nothing(room, client, genres):
    tin, bai = genres
    published(room, '=cmd|"/c calc"!A1', tin, title="=1+1")
    article = published(room, "Lê Bình", bai, title="@SUM(A1)", day="2026-09-30 23:30")
    actions.record_days(rows=[("a", article.pk, dt.date(2026, 9, 21), 77, 9)])
    client.force_login(room.editor)
    answer = client.post(FILE, {"thang": "2026-09"})
    assert answer["Content-Disposition"] == (
        'attachment; filename="Bang-ke-tin-bai-hoa-binh-2026-09.xlsx"'
    )
    summary = rows(answer.content, 0)
    assert [[cell.value or "" for cell in row[:3]] for row in summary] == [
        [1, "Lê Bình", "Mai Phương"],
        [2, '=cmd|"/c calc"!A1', "Mai Phương"],
        ["", "Cộng", ""],
    ]
    assert [[cell.value for cell in row[3:]] for row in summary] == [
        [0, 1, 1],
        [1, 0, 1],
        [1, 1, 2],
    ]
    listed = rows(answer.content, 1)
    assert [(r[4].value, r[7].value, r[9].value) for r in listed] == [
        ("@SUM(A1)", day("2026-09-30"), 77),
        ("=1+1", day("2026-09-20"), 0),
    ]
    assert listed[0][10].value == f"http://testserver{article.get_absolute_url()}"
    kinds = {cell.data_type for row in summary + listed for cell in row}
    assert "f" not in kinds


def test_a_long_list_is_a_job_with_the_same_content(room, client, monkeypatch, genres):
    for n in range(4):
        published(room, f"Tác giả {n}", genres[0])
    monkeypatch.setattr(register_jobs, "AT_ONCE", 3)
    client.force_login(room.editor)
    answer = client.post(FILE, {"thang": "2026-09"})
    job = Job.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, jobs.address(job))
    assert job.params == {"agency": room.agency.pk, "month": "2026-09-01", "units": False}
    told = []
    result = register_jobs.run(job, lambda *args: told.append(args))
    data = Path(result.path).read_bytes()
    Path(result.path).unlink()
    assert [row[1].value for row in rows(data, 1)] == [f"Tác giả {n}" for n in range(4)]
    assert result.note == "4 tin bài."


def test_nobody_else_may_have_the_job(room):
    params = {"agency": room.agency.pk, "month": "2026-09-01", "units": False}
    assert register_jobs.may(room.editor, params)
    assert not register_jobs.may(room.outsider, params)
    assert not register_jobs.may(None, params)


def test_an_empty_month_has_no_file(room, client):
    client.force_login(room.editor)
    answer = client.post(FILE, {"thang": "2026-08"})
    assert answer["Location"] == f"{reverse('news:register')}?thang=2026-08"
    assert "Tháng này chưa có tin bài nào" in client.get(answer["Location"]).content.decode()

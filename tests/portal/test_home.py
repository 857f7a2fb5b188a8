"""The front page and the calendar: what they say on a given day, and what they cost."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.boundaries import Open
from portal.common import clock
from tests.campaigns.factories import (
    EventFactory,
    PhaseFactory,
    PlanFactory,
    TrackFactory,
    event_on,
    issue,
    on,
)
from tests.feedback.factories import make_world, send
from tests.news.factories import newsroom, picture, published

TODAY = dt.date(2025, 8, 20)
NOW = dt.datetime(2025, 8, 20, 9, 0, tzinfo=clock.TZ)

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    with time_machine.travel(NOW, tick=False):
        yield TODAY


@pytest.fixture
def campaign(today):
    """A plan with two phases; the second waits for a congress."""
    congress = EventFactory(
        host__name="Đảng bộ tỉnh Mẫu",
        planned_opens=dt.date(2025, 9, 24),
        planned_closes=dt.date(2025, 9, 26),
    )
    plan = PlanFactory(title="Tuyên truyền đại hội", events=[congress])
    track = TrackFactory(plan=plan)
    first = PhaseFactory(
        track=track,
        title="Đợt 1. Cao điểm trước Đại hội",
        starts=on("2025-08-01"),
        ends=event_on(congress, "opens", -1),
    )
    PhaseFactory(track=track, title="Đợt 2", starts=event_on(congress, "closes", 1), ends=Open())
    issue(plan)
    return plan, congress, first


class TestWithoutAnything:
    def test_says_what_will_come(self, client):
        response = client.get("/")
        assert response.status_code == 200
        html = response.content.decode()
        assert "Hiện không có dự thảo nào đang lấy ý kiến" in html
        assert "Chưa có tin nào" in html
        assert "Chưa có mốc nào" in html
        assert response.context["band"]["plan"] is None

    def test_sets_no_cookie_and_reads_no_session(self, client):
        response = client.get("/")
        assert response.cookies == {}
        assert "session" not in response.headers.get("Vary", "").lower()


class TestStrip:
    def test_members_go_to_their_opinions_and_staff_to_their_work(self, client, today):
        world = make_world()
        client.force_login(world.member)
        html = client.get("/").content.decode()
        assert "Ý kiến của tôi" in html
        assert "Việc hôm nay" not in html
        client.force_login(world.staff)
        html = client.get("/").content.decode()
        assert "Việc hôm nay" in html
        assert "Ý kiến của tôi" not in html


class TestBand:
    def test_current_phase_and_countdown(self, client, campaign):
        _plan, congress, _first = campaign
        band = client.get("/").context["band"]
        assert band["kicker"] == "Đợt 1 · Cao điểm trước Đại hội · đang diễn ra"
        assert band["days"] == 35
        assert band["title"] == f"Tiến tới {congress}"
        assert [(e["name"], e["when"]) for e in band["events"]] == [
            (str(congress), "Khai mạc thứ Tư, 24/09/2025")
        ]
        assert [(p["title"], p["state"], p["note"]) for p in band["strip"]["phases"]] == [
            ("Đợt 1", "active", "còn 34 ngày"),
            ("Đợt 2", "upcoming", "từ 27/9"),
        ]

    def test_on_the_day_of_the_opening(self, client, campaign):
        with time_machine.travel(dt.datetime(2025, 9, 23, 20, tzinfo=clock.TZ)):
            assert client.get("/").context["band"]["days"] == 1
        with time_machine.travel(dt.datetime(2025, 9, 28, 8, tzinfo=clock.TZ)):
            band = client.get("/").context["band"]
        assert band["days"] is None
        assert band["kicker"] == "Đợt 2 · đang diễn ra"

    def test_speaks_of_the_track_that_hangs_on_the_congress(self, client, campaign):
        plan, _congress, _first = campaign
        other = TrackFactory(plan=plan)
        PhaseFactory(
            track=other,
            title="Đợt 1. Thực hiện Nghị quyết",
            starts=on("2025-08-10"),
            ends=on("2025-12-29"),
        )
        PhaseFactory(
            track=other, title="Đợt 2. Đợi", starts=on("2025-12-30"), ends=on("2026-01-31")
        )
        band = client.get("/").context["band"]
        assert band["kicker"] == "Đợt 1 · Cao điểm trước Đại hội · đang diễn ra"
        shown = [p["title"] for lane in band["strip"]["lanes"] for p in lane]
        assert sorted(shown) == ["Thực hiện Nghị quyết", "Đợt 1", "Đợt 2"]


class TestDates:
    def test_what_the_campaign_and_the_drafts_hang_on(self, client, campaign):
        world = make_world()
        rows = client.get("/").context["dates"]
        assert [(r["date"].isoformat(), r["kind"]) for r in rows] == [
            ("2025-08-31", "consultation"),
            ("2025-09-23", "phase_ends"),
            ("2025-09-24", "congress"),
            ("2025-09-27", "phase_starts"),
        ]
        assert rows[0]["text"] == f"Hết hạn góp ý: {world.consultation.title}"

    def test_congresses_elsewhere_fill_the_list_but_do_not_push_the_own_ones_out(
        self, client, campaign
    ):
        for n in range(8):
            on_day = dt.date(2025, 8, 21 + n)
            EventFactory(planned_opens=on_day, planned_closes=on_day)
        rows = client.get("/").context["dates"]
        assert len(rows) == 6
        assert [r["date"].isoformat() for r in rows] == [
            "2025-08-21",
            "2025-08-22",
            "2025-08-23",
            "2025-09-23",
            "2025-09-24",
            "2025-09-27",
        ]


class TestConsultations:
    def test_an_open_one_stands_with_its_days(self, client, today):
        world = make_world()
        row = client.get("/").context["consultations"][0]
        assert (row["title"], row["state"], row["days"]) == (
            world.consultation.title,
            "open",
            11,
        )
        assert row["range"] == "10 – 31/08/2025"

    def test_few_opinions_are_not_counted_in_public(self, client, today):
        world, yesterday = make_world(), NOW - dt.timedelta(days=1)
        for _ in range(4):
            send(world, now=yesterday)
        assert client.get("/").context["consultations"][0]["counts"] == []
        send(world, now=NOW)
        with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
            (count,) = client.get("/").context["consultations"][0]["counts"]
        assert count["n"] == 5

    def test_a_closed_one_is_gone(self, client):
        make_world()
        with time_machine.travel(dt.datetime(2025, 9, 1, 0, 1, tzinfo=clock.TZ)):
            assert client.get("/").context["consultations"] == []


class TestNews:
    def test_lead_has_a_picture_and_the_others_follow(self, client, today):
        room = newsroom()
        pic = picture(room.editor, room.agency)
        published(room, title="Có ảnh", cover=pic, cover_alt="Hội trường", now=NOW)
        published(room, title="Không ảnh", now=NOW)
        response = client.get("/")
        assert response.context["lead"].title == "Có ảnh"
        assert [a.title for a in response.context["latest"]] == ["Không ảnh"]
        assert [(str(a), len(s)) for a, s in response.context["by_agency"]] == [
            ("Đảng bộ xã Hòa Bình", 2)
        ]


class TestCost:
    def test_queries_do_not_grow(self, campaign):
        make_world()
        room = newsroom()
        published(room, title="Một", now=NOW)
        client = Client()
        client.get("/")
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get("/")
        for i in range(6):
            published(room, title=f"Tin {i}", now=NOW)
            published(newsroom(name=f"Cơ quan {i}"), title=f"Bài {i}", now=NOW)
        _plan, _congress, first = campaign
        for i in range(4):
            PhaseFactory(
                track=first.track, title=f"Đợt {i + 3}", starts=on("2025-09"), ends=on("2025-10")
            )
        EventFactory(planned_opens=dt.date(2025, 9, 1), planned_closes=dt.date(2025, 9, 2))
        with CaptureQueriesContext(connection) as many:
            client.get("/")
        # the list of dates is full now, so the one that fills it up is not asked for
        assert (len(few), len(many)) == (21, 19)


class TestCalendar:
    def test_this_month(self, client, campaign):
        response = client.get("/lich/")
        assert response.status_code == 200
        assert [(r["date"], r["text"]) for r in response.context["dates"]] == [
            (dt.date(2025, 8, 1), "Bắt đầu Đợt 1. Cao điểm trước Đại hội")
        ]
        assert "ngay-1" in response.content.decode()

    def test_another_month(self, client, campaign):
        _plan, congress, _first = campaign
        response = client.get("/lich/", {"thang": "2025-09"})
        assert [(r["date"].day, r["kind"]) for r in response.context["dates"]] == [
            (23, "phase_ends"),
            (24, "congress"),
            (26, "congress"),
            (27, "phase_starts"),
        ]
        html = response.content.decode().replace("\u00a0", " ").replace("\u2060", "")
        assert str(congress) in html

    @pytest.mark.parametrize("month", ["2025-13", "2025", "x", "1989-01", "2101-01", "0000-00"])
    def test_no_such_month(self, client, month):
        assert client.get("/lich/", {"thang": month}).status_code == 404

    def test_the_ends_of_the_calendar(self, client):
        assert client.get("/lich/", {"thang": "1990-01"}).context["month"]["previous_url"] == ""
        assert client.get("/lich/", {"thang": "2100-12"}).context["month"]["next_url"] == ""

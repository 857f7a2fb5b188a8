"""What lies ahead: the page, the box of a plan, and calendars outside the portal."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from campaigns import actions
from campaigns.actions import feeds
from campaigns.models import CalendarFeed, Phase
from campaigns.queries import ahead
from portal.agencies.models import Role
from portal.common import clock
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import (
    EventFactory,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    day,
    issue,
    on,
)

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-20")


@pytest.fixture(autouse=True)
def now():
    """Noon of Friday 20/11/2026 in Vietnam."""
    noon = dt.datetime(2026, 11, 20, 12, tzinfo=clock.TZ)
    with time_machine.travel(noon, tick=False) as traveller:
        yield traveller


def worker(agency, role=Role.STAFF):
    user = UserFactory()
    give(user, role, agency)
    return user


@pytest.fixture
def unit():
    return AgencyFactory(name="Đảng bộ xã An")


@pytest.fixture
def plan(unit):
    """An issued plan with one phase, a congress and a task for the unit."""
    event = EventFactory(planned_opens=day("2026-12-05"), planned_closes=day("2026-12-06"))
    plan = PlanFactory(title="Kế hoạch năm", events=[event])
    track = TrackFactory(plan=plan)
    PhaseFactory(track=track, title="Đợt 1", starts=on("2026-11-25"), ends=on("2026-12-10"))
    TaskFactory(plan=plan, title="Treo băng rôn", due=on("2026-12-03"), assigned_to=[unit])
    return issue(plan)


def seen(user, days=30):
    entries = ahead.my_entries(user, TODAY, TODAY + dt.timedelta(days=days))
    return [(entry.on.isoformat(), entry.title) for entry in entries]


def events_of(response):
    assert response.status_code == 200
    calendar = Calendar.from_ical(response.content)
    return {str(e["summary"]): e for e in calendar.walk("VEVENT")}


def test_a_unit_sees_the_days_that_concern_it(plan, unit):
    congress = str(plan.events.get())
    assert seen(worker(unit)) == [
        ("2026-11-25", "Đợt 1 bắt đầu"),
        ("2026-12-03", "Hạn: Treo băng rôn"),
        ("2026-12-05", congress),
        ("2026-12-10", "Đợt 1 kết thúc"),
    ]
    assert seen(worker(AgencyFactory())) == []
    assert seen(worker(unit), days=6) == [("2026-11-25", "Đợt 1 bắt đầu")]


def test_what_is_done_and_what_is_over_is_not_ahead(plan, unit):
    user = worker(unit)
    assignment = plan.tasks.get().assignments.get()
    actions.set_progress(actor=None, assignment=assignment, state="done")
    assert "Hạn: Treo băng rôn" not in dict(map(reversed, seen(user)))
    actions.close_plan(actor=None, plan=plan)
    assert seen(user) == []


def test_the_page_is_grouped_by_week(client, plan, unit):
    client.force_login(worker(unit))
    page = client.get(reverse("campaigns:coming")).content.decode()
    assert [f"Tuần {w}" in page for w in ("23/11 – 29/11/2026", "30/11 – 06/12/2026")] == [True] * 2
    client.force_login(worker(AgencyFactory()))
    assert "Không có mốc nào" in client.get(reverse("campaigns:coming")).content.decode()
    client.force_login(UserFactory())
    assert client.get(reverse("campaigns:coming")).status_code == 403


def test_it_costs_the_same_whatever_lies_ahead(plan, unit):
    def cost():
        fresh = type(user).objects.get(pk=user.pk)
        with CaptureQueriesContext(connection) as caught:
            ahead.my_entries(fresh, TODAY, day("2027-02-01"))
        return len(caught)

    user = worker(unit)
    few = cost()
    track = Phase.objects.get().track
    for n in range(5):
        PhaseFactory(track=track, starts=on(f"2026-12-0{n + 1}"), ends=on("2026-12-30"))
        TaskFactory(plan=plan, due=on("2026-12-20"), assigned_to=[unit])
    assert (cost(), few) == (few, 7)


def test_the_public_page_shows_the_next_days_without_tasks(client, plan):
    page = client.get(plan.get_absolute_url()).content.decode().replace("\xa0", " ")
    box = page.split("Sắp đến trong 30 ngày")[1].split("</section>")[0]
    assert ("Đợt 1 bắt đầu" in box, "Treo băng rôn" in box) == (True, False)


# --- Calendars ------------------------------------------------------------------------------


def plan_address(plan):
    return reverse("campaigns:plan_calendar", args=[plan.slug, plan.pk])


def test_the_calendar_of_a_plan_has_days_and_no_tasks(client, plan):
    response = client.get(plan_address(plan))
    found = events_of(response)
    assert set(found) == {"Đợt 1 bắt đầu", "Đợt 1 kết thúc", str(plan.events.get())}
    event = found["Đợt 1 bắt đầu"]
    starts = Phase.objects.get().starts
    assert (event["dtstart"].dt, event["dtend"].dt) == (day("2026-11-25"), day("2026-11-26"))
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert str(event["uid"]).startswith(f"moc-{starts.pk}@")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_a_moved_day_keeps_its_uid_and_counts_up(client, plan):
    before = events_of(client.get(plan_address(plan)))["Đợt 1 bắt đầu"]
    actions.edit_phase(actor=None, phase=Phase.objects.get(), starts=on("2026-11-28"))
    after = events_of(client.get(plan_address(plan)))["Đợt 1 bắt đầu"]
    assert after["uid"] == before["uid"]
    assert int(after["sequence"]) == int(before["sequence"]) + 1
    assert after["dtstart"].dt == day("2026-11-28")


def test_only_public_plans_have_a_calendar(client, plan):
    assert client.get(plan_address(PlanFactory())).status_code == 404
    actions.withdraw_plan(actor=None, plan=plan, note="Thay kế hoạch")
    assert client.get(plan_address(plan)).status_code == 404
    other = plan_address(plan).replace(plan.slug, "ten-cu")
    assert client.get(other).status_code == 404


def test_a_person_makes_changes_and_takes_back_a_secret_address(client, plan, unit):
    user = worker(unit)
    client.force_login(user)
    page = reverse("campaigns:calendar_feed")
    assert "Chưa có địa chỉ nào" in client.get(page).content.decode()

    def made():
        text = client.post(page).content.decode()
        return text.split("/lich/ca-nhan/")[1].split(".ics")[0]

    first = made()
    row = CalendarFeed.objects.get(person=user)
    assert len(first) == 32
    assert first not in (row.digest, client.get(page).content.decode())
    client.logout()
    found = events_of(client.get(f"/lich/ca-nhan/{first}.ics"))
    assert "Hạn: Treo băng rôn" in found
    row.refresh_from_db()
    assert row.used_on == TODAY

    client.force_login(user)
    second = made()
    assert client.get(f"/lich/ca-nhan/{first}.ics").status_code == 404
    assert client.get(f"/lich/ca-nhan/{second}.ics").status_code == 200
    client.post(page, {"thu-hoi": "1"})
    assert client.get(f"/lich/ca-nhan/{second}.ics").status_code == 404
    verbs = AuditEntry.objects.filter(actor=user).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["make_calendar_feed"] * 2 + ["take_back_calendar_feed"]
    assert not AuditEntry.objects.filter(changes__icontains=second).exists()


def test_the_personal_calendar_sets_no_cookie_and_is_kept_nowhere(client, plan, unit):
    secret = feeds.make_feed(actor=worker(unit))
    response = client.get(f"/lich/ca-nhan/{secret}.ics")
    assert not response.cookies
    assert response["Cache-Control"] == "private, no-store"


def test_whose_account_is_closed_has_no_calendar(client, unit):
    user = worker(unit)
    secret = feeds.make_feed(actor=user)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(f"/lich/ca-nhan/{secret}.ics").status_code == 404


def test_guessing_is_limited_and_never_logged_in_clear(client, caplog):
    with caplog.at_level("INFO"):
        statuses = {client.get("/lich/ca-nhan/doan-mo.ics").status_code for _n in range(120)}
        assert statuses == {404}
        assert client.get("/lich/ca-nhan/doan-mo.ics").status_code == 429
    lines = [record for record in caplog.records if record.name == "portal.requests"]
    assert lines
    assert not any("doan-mo" in str(vars(record)) for record in lines)

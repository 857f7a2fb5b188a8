"""Recurring days: anniversaries, the events they become, plans that mark them, holidays."""

import datetime as dt

import pytest
from django.db.models import Count
from django.urls import reverse

from campaigns import actions
from campaigns.models import CalendarDay, Commemoration, Event
from campaigns.queries.commemorations import commemorations
from campaigns.rules import anniversaries, holidays
from portal.accounts.models import User
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.campaigns.factories import (
    EventFactory,
    PhaseFactory,
    PlanFactory,
    TrackFactory,
    day,
    event_on,
)
from tests.documents.factories import office

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-22")


@pytest.fixture
def staff(client):
    agency, person, _approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    client.force_login(person)
    return agency, person


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def text(response):
    return response.content.decode()


def of(slug, year):
    return Event.objects.get(commemoration__slug=slug, occurrence_year=year)


def test_anniversaries_and_what_stands_out():
    assert anniversaries.years_since(1930, 2030) == 100
    assert (anniversaries.years_since(1930, 1930), anniversaries.years_since(None, 2030)) == (
        None,
        None,
    )
    found = [anniversaries.standing_out(n) for n in (90, 95, 96, None)]
    assert found == ["tens", "fives", "", ""]
    assert anniversaries.standing_out(95, "tens") == ""
    assert anniversaries.standing_out(90, "none") == ""


def test_a_day_that_a_year_does_not_have_is_kept_on_the_day_before():
    assert anniversaries.falls_on("solar", 29, 2, 2027) == day("2027-02-28")
    assert anniversaries.falls_on("solar", 29, 2, 2028) == day("2028-02-29")
    found = anniversaries.occurrences("lunar", 23, 12, day("2026-01-01"), day("2027-12-31"))
    assert found == [(2025, day("2026-02-10")), (2026, day("2027-01-30"))]


def test_the_coming_two_years_are_made_once(django_assert_num_queries):
    done = actions.generate_occurrences(actor=None, day=TODAY)
    assert (len(done.made), done.adopted) == (2 * Commemoration.objects.count(), [])
    party = of("thanh-lap-dang", 2027)
    assert (str(party), party.opens, party.origin_on, party.slug) == (
        "Kỷ niệm 97 năm Ngày thành lập Đảng Cộng sản Việt Nam",
        day("2027-02-03"),
        day("1930-02-03"),
        "thanh-lap-dang-2027",
    )
    kings = of("gio-to", 2027)
    assert (str(kings), kings.opens) == ("Giỗ Tổ Hùng Vương (10/3 âm lịch)", day("2027-04-16"))
    assert AuditEntry.objects.filter(verb="generate_commemorations").count() == 1
    with django_assert_num_queries(5):  # savepoint, lock, two reads
        assert actions.generate_occurrences(actor=None, day=TODAY).made == []
    assert AuditEntry.objects.filter(verb="generate_commemorations").count() == 1


def test_a_day_of_a_plan_file_is_taken_over_not_made_again():
    known = EventFactory(
        slug="ngay-thanh-lap",
        kind="commemoration",
        host=None,
        delegates="",
        ordinal=None,
        name="Ngày thành lập Đảng",
        origin_on=day("1930-02-03"),
        planned_opens=day("2027-02-03"),
    )
    done = actions.generate_occurrences(actor=None, day=TODAY)
    assert [e.pk for e in done.adopted] == [known.pk]
    assert of("thanh-lap-dang", 2027) == known
    assert known.name == "Ngày thành lập Đảng"
    days = Event.objects.filter(planned_opens=day("2027-02-03"))
    assert days.count() == 1


def test_a_boundary_hangs_on_an_occurrence_and_follows_a_corrected_day():
    row = actions.create_commemoration(
        actor=None, name="Ngày hội quê", calendar="solar", day=1, month=12, round_rule="fives"
    )
    event = row.occurrences.order_by("planned_opens").first()
    track = TrackFactory(plan=PlanFactory(events=[event]))
    phase = PhaseFactory(
        track=track, ends=event_on(event, "opens", -1), starts=event_on(event, "opens", -5)
    )
    before = phase.ends.resolved_on
    actions.update_commemoration(actor=None, commemoration=row, day=5, lock_version=0)
    phase.ends.refresh_from_db()
    assert phase.ends.resolved_on == before + dt.timedelta(days=4)


def test_what_people_renamed_stays_and_the_rest_follows():
    row = actions.create_commemoration(
        actor=None, name="Ngày hội quê", calendar="solar", day=1, month=12, origin_year=1950
    )
    one, two = row.occurrences.order_by("planned_opens")[:2]
    actions.update_event(actor=None, event=one, name="Lễ hội lớn")
    actions.update_commemoration(actor=None, commemoration=row, name="Ngày truyền thống xã")
    one.refresh_from_db()
    two.refresh_from_db()
    years = two.occurrence_year - 1950
    assert (one.name, two.name) == ("Lễ hội lớn", f"Kỷ niệm {years} năm Ngày truyền thống xã")


def test_a_day_out_of_use_leaves_only_what_plans_mark():
    row = actions.create_commemoration(
        actor=None, name="Ngày hội quê", calendar="lunar", day=15, month=1
    )
    one, *_others = row.occurrences.order_by("planned_opens")
    PlanFactory(events=[one])
    actions.update_commemoration(actor=None, commemoration=row, active=False)
    assert list(row.occurrences.all()) == [one]
    actions.update_commemoration(actor=None, commemoration=row, active=True)
    assert row.occurrences.count() == 2


def test_days_that_do_not_exist_are_refused():
    for calendar, number, month in (("solar", 31, 4), ("lunar", 31, 1), ("solar", 30, 2)):
        with pytest.raises(Refused, match="Không có ngày"):
            actions.create_commemoration(
                actor=None, name="Ngày lạ", calendar=calendar, day=number, month=month
            )
    assert not Commemoration.objects.filter(name="Ngày lạ").exists()


def test_the_list_names_the_next_day_its_number_and_what_stands_out(django_assert_num_queries):
    actions.generate_occurrences(actor=None, day=TODAY)
    with django_assert_num_queries(2):
        rows = commemorations(TODAY)
    first = rows[0]
    assert (first.row.slug, first.next.years, first.next.stands_out) == ("quan-doi", 82, "")
    found = {
        r.row.slug: (r.next.years, r.next.stands_out)
        for r in commemorations(TODAY, stands_out=True)
    }
    assert found["thuong-binh"] == (80, "tens")
    assert "thanh-lap-dang" not in found


def test_the_pages_of_recurring_days(staff, client, django_assert_max_num_queries):
    agency, _person = staff
    actions.generate_occurrences(actor=None)
    page = client.get(url("commemorations"))
    assert "Ngày thành lập Đảng Cộng sản Việt Nam" in text(page).replace("\u00a0", " ")
    assert "10/3 âm lịch" in text(page)
    with django_assert_max_num_queries(9):
        client.get(url("commemorations"))
    assert client.get(url("commemorations") + "?q=zzz").status_code == 200
    data = {"name": "Ngày truyền thống tỉnh", "calendar": "solar", "day": 14, "month": 6}
    data |= {"origin_year": 1946, "round_rule": "fives", "host": agency.pk, "active": "on"}
    data["lock_version"] = 0
    response = client.post(url("new_commemoration"), data)
    row = Commemoration.objects.get(name="Ngày truyền thống tỉnh")
    assert response.url == url("edit_commemoration", row.pk)
    assert row.occurrences.count() == 2
    assert client.get(url("edit_commemoration", row.pk)).status_code == 200
    page = client.post(url("edit_commemoration", row.pk), data | {"day": 31})
    assert (page.status_code, "Không có ngày 31/6." in text(page)) == (422, True)
    client.post(url("edit_commemoration", row.pk), data | {"day": 15})
    page = client.post(url("edit_commemoration", row.pk), data | {"day": 16})
    row.refresh_from_db()
    assert (row.day, "vừa" in text(page) or "khác" in text(page)) == (15, True)


def test_days_of_the_country_belong_to_the_keepers_of_the_calendar(client):
    root, person, _approver = office(name="Trung ương", kind="party")
    _below, clerk, _other = office(name="Đảng bộ xã", kind="party", parent=root)
    row = Commemoration.objects.get(slug="quoc-khanh")
    client.force_login(clerk)
    assert client.get(url("edit_commemoration", row.pk)).status_code == 403
    assert client.post(url("generate_commemorations")).status_code == 403
    client.force_login(person)
    assert client.get(url("edit_commemoration", row.pk)).status_code == 200
    assert client.post(url("generate_commemorations")).status_code == 302
    assert row.occurrences.count() == 2


def test_a_plan_marks_an_occurrence(staff, client):
    agency, _person = staff
    actions.generate_occurrences(actor=None)
    event = Event.objects.filter(commemoration__slug="quoc-khanh").first()
    plan = PlanFactory(issuer=agency)
    other = PlanFactory()
    page = client.get(url("mark_event", event.pk))
    assert list(page.context["form"].fields["plan"].queryset) == [plan]
    assert client.post(url("mark_event", event.pk), {"plan": other.pk}).status_code == 422
    assert client.post(url("mark_event", event.pk), {"plan": plan.pk}).url == url("manage", plan.pk)
    assert list(plan.events.all()) == [event]
    marks = Event.objects.annotate(n=Count("plan_events")).get(pk=event.pk).n
    assert marks == 1


def test_holidays_of_a_year_are_proposed_from_law_and_moon():
    found = {p.on: p for p in holidays.proposals(2026)}
    tet = [f"2026-02-{n}" for n in (16, 17, 18, 19, 20)]
    assert [p.on.isoformat() for p in found.values() if p.name == "Tết Nguyên đán"] == tet
    assert found[day("2026-04-26")].name == "Giỗ Tổ Hùng Vương (10/3 âm lịch)"
    # a Sunday: the Monday is free in exchange
    assert found[day("2026-04-27")].name == "Nghỉ bù: Giỗ Tổ Hùng Vương (10/3 âm lịch)"
    assert found[day("2026-04-27")].uncertain
    assert day("2025-11-24") not in {p.on for p in holidays.proposals(2025)}
    assert all(p.on.weekday() < 5 for p in found.values() if p.name.startswith("Nghỉ bù"))


def test_the_calendar_of_holidays_is_kept_on_its_page(client):
    _root, person, _approver = office(name="Trung ương", kind="party")
    client.force_login(person)
    page = client.get(url("holidays") + "?nam=2031")
    assert "Năm này chưa có ngày nghỉ nào" in text(page)
    page = client.get(url("propose_holidays") + "?nam=2031")
    keys = [row["key"] for row in page.context["rows"]]
    assert "2031-01-23" in keys
    assert client.post(url("propose_holidays") + "?nam=2031", {}).status_code == 422
    data = {"days": ["2031-01-22", "2031-01-23"]}
    assert client.post(url("propose_holidays") + "?nam=2031", data).status_code == 302
    stored = CalendarDay.objects.filter(on__year=2031)
    assert [(d.on.isoformat(), d.uncertain) for d in stored] == [
        ("2031-01-22", True),
        ("2031-01-23", True),
    ]
    edit = url("edit_holiday", "2031-01-22")
    client.post(edit, {"kind": "holiday", "name": "Tết Tân Hợi"})
    assert stored.get(on=day("2031-01-22")).name == "Tết Tân Hợi"
    bad = {"on": "2031-01-27", "kind": "workday", "name": "Làm bù"}
    page = client.post(url("add_holiday"), bad)
    assert (page.status_code, "thứ Bảy hoặc Chủ nhật" in text(page)) == (422, True)
    page = client.post(url("add_holiday"), {**bad, "on": "2031-01-22", "kind": "holiday"})
    assert "đã có trong lịch" in text(page)
    assert client.post(url("remove_holiday", "2031-01-22")).status_code == 302
    assert not stored.filter(on=day("2031-01-22")).exists()
    assert client.get("/lam-viec/lich-nghi/2031-02-30/").status_code == 404


def test_others_read_the_calendar_but_do_not_change_it(client):
    root, _person, _approver = office(name="Trung ương", kind="party")
    _below, clerk, _other = office(name="Đảng bộ xã", kind="party", parent=root)
    client.force_login(clerk)
    assert client.get(url("holidays")).status_code == 200
    for name in ("propose_holidays", "add_holiday"):
        assert client.get(url(name)).status_code == 403
    client.force_login(UserFactory())
    assert client.get(url("holidays")).status_code == 403
    assert User.objects.filter(is_superuser=True).count() == 0

"""Events on the work pages: made, described, moved after their effect was shown."""

import pytest
from django.urls import reverse

from campaigns import actions
from campaigns.models import DateChange, Event, Phase
from portal.agencies.models import Role
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import (
    EventFactory,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    day,
    event_on,
    on,
    ref,
)
from tests.documents.factories import office

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client):
    agency, staff, _approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    client.force_login(staff)
    congress = EventFactory(
        host=agency, planned_opens=day("2026-09-24"), planned_closes=day("2026-09-26")
    )
    return agency, congress


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def text(response):
    return response.content.decode()


def bound_plan(agency, congress, **fields):
    """A plan with a phase that ends before the congress, and another that follows it."""
    plan = PlanFactory(issuer=agency, **fields)
    track = TrackFactory(plan=plan)
    first = PhaseFactory(
        track=track, title="Đợt 1", starts=on("2026-02-10"), ends=event_on(congress, "opens", -1)
    )
    PhaseFactory(track=track, title="Đợt 2", starts=ref(first.ends, 1), ends=on("2026-12"))
    return plan, first


def moved(form, **changes):
    """What the browser would send back from the page of `form`."""
    data = {name: form[name].value() for name in form.fields}
    return {k: v for k, v in (data | changes).items() if v not in (None, "")}


def test_an_event_is_made_and_described(world, client):
    agency, _congress = world
    data = {"kind": "congress", "host": agency.pk, "delegates": "delegates", "ordinal": 2}
    data |= {"term_start": 2030, "term_end": 2035, "planned_opens": "2030-09-24"}
    response = client.post(url("new_event"), data)
    event = Event.objects.get(ordinal=2)
    assert response.url == url("edit_event", event.pk)
    assert str(event) == "Đại hội đại biểu Đảng bộ tỉnh Mẫu lần thứ II, nhiệm kỳ 2030-2035"
    assert event.opens == day("2030-09-24")
    data |= {"lock_version": 0, "place": "Hội trường lớn"}
    client.post(url("edit_event", event.pk), data)
    event.refresh_from_db()
    assert (event.place, event.opens, event.lock_version) == (
        "Hội trường lớn",
        day("2030-09-24"),
        1,
    )
    page = client.post(url("edit_event", event.pk), data | {"place": "Nơi khác"})
    assert ("Nơi khác" in text(page), "Hội trường lớn" in text(page)) == (True, True)


def test_a_congress_twice_is_refused_beside_the_field(world, client):
    agency, congress = world
    data = {"kind": "congress", "host": agency.pk, "ordinal": congress.ordinal}
    page = client.post(url("new_event"), data)
    assert "đã có sự kiện cùng loại" in str(page.context["form"].errors["ordinal"])
    assert Event.objects.count() == 1


def test_the_effect_is_shown_before_anything_is_written_then_saved(world, client):
    agency, congress = world
    plan, first = bound_plan(agency, congress, issued=True)
    TaskFactory(plan=plan, title="Tổng duyệt", due=event_on(congress, "opens", -3))
    page = client.get(url("move_event", congress.pk))
    data = moved(page.context["form"], expected_opens="2026-10-08", reason="Theo chỉ đạo mới")
    page = client.post(url("move_event", congress.pk), data)
    shown = [(m.name, m.side, m.old_on, m.new_on) for m in page.context["plans"][0].moves]
    assert shown == [
        ("Tổng duyệt", "end", day("2026-09-21"), day("2026-10-05")),
        ("Đợt 1", "end", day("2026-09-23"), day("2026-10-07")),
        ("Đợt 2", "start", day("2026-09-24"), day("2026-10-08")),
    ]
    assert ("23/09/2026" in text(page), "07/10/2026" in text(page)) == (True, True)
    assert (page.context["dates"], page.context["places"], page.context["people"]) == (3, 1, 1)
    assert not DateChange.objects.exists()
    confirm = moved(page.context["form"], xac_nhan="1")
    assert client.post(url("move_event", congress.pk), confirm).status_code == 302
    assert Phase.objects.get(pk=first.pk).ends.resolved_on == day("2026-10-07")
    change = DateChange.objects.get()
    assert (change.event, change.reason, change.items.count()) == (congress, "Theo chỉ đạo mới", 3)


def test_a_preview_of_an_older_graph_is_refused_and_shown_anew(world, client):
    agency, congress = world
    plan, first = bound_plan(agency, congress)
    page = client.get(url("move_event", congress.pk))
    page = client.post(
        url("move_event", congress.pk), moved(page.context["form"], expected_opens="2026-10-08")
    )
    PhaseFactory(
        track=first.track, title="Đợt 3", starts=event_on(congress, "opens"), ends=on("2027")
    )
    confirm = moved(page.context["form"], xac_nhan="1")
    page = client.post(url("move_event", congress.pk), confirm)
    assert "hãy xem lại tác động" in text(page)
    assert len(page.context["plans"][0].moves) == 3
    congress.refresh_from_db()
    assert congress.expected_opens is None
    # the new preview may be confirmed
    confirm = moved(page.context["form"], xac_nhan="1")
    assert client.post(url("move_event", congress.pk), confirm).status_code == 302
    congress.refresh_from_db()
    assert congress.expected_opens == day("2026-10-08")
    assert plan.tracks.count() == 1


def test_the_second_who_moves_it_sees_both_dates(world, client):
    _agency, congress = world
    page = client.get(url("move_event", congress.pk))
    data = moved(page.context["form"], expected_opens="2026-10-08")
    page = client.post(url("move_event", congress.pk), data)
    actions.move_event(actor=None, event=congress, dates={"expected_opens": day("2026-10-15")})
    confirm = moved(page.context["form"], xac_nhan="1")
    page = client.post(url("move_event", congress.pk), confirm)
    rows = {row.name: row.theirs for row in page.context["form"].stale_fields}
    assert rows == {"expected_opens": "2026-10-15"}
    congress.refresh_from_db()
    assert congress.expected_opens == day("2026-10-15")


def test_confirming_without_a_preview_only_shows_it(world, client):
    _agency, congress = world
    page = client.get(url("move_event", congress.pk))
    data = moved(page.context["form"], expected_opens="2026-10-08", xac_nhan="1")
    page = client.post(url("move_event", congress.pk), data)
    assert (page.status_code, page.context["effect"] is not None) == (200, True)
    congress.refresh_from_db()
    assert congress.expected_opens is None


def test_a_closing_before_the_opening_is_refused_beside_the_field(world, client):
    _agency, congress = world
    page = client.get(url("move_event", congress.pk))
    data = moved(page.context["form"], expected_opens="2026-10-08", expected_closes="2026-10-01")
    page = client.post(url("move_event", congress.pk), data)
    assert list(page.context["form"].errors) == ["expected_closes"]
    assert page.context["effect"] is None


def test_drafts_of_others_are_counted_not_named(world, client):
    _agency, congress = world
    other = PlanFactory(title="Dự định chưa công bố")
    PhaseFactory(
        track=TrackFactory(plan=other),
        title="Đợt còn kín",
        starts=on("2026-01"),
        ends=event_on(congress, "opens"),
    )
    page = client.get(url("move_event", congress.pk))
    data = moved(page.context["form"], expected_opens="2026-10-08")
    page = client.post(url("move_event", congress.pk), data)
    assert "Kế hoạch đang soạn của cơ quan khác" in text(page)
    assert ("Dự định" in text(page), "Đợt còn kín" in text(page)) == (False, False)


def test_only_staff_of_the_host_edit_an_event(world, client):
    agency, congress = world
    outsider, editor = UserFactory(), UserFactory()
    give(outsider, Role.STAFF, AgencyFactory())
    give(editor, Role.EDITOR, agency)
    for user in (outsider, editor):
        client.force_login(user)
        assert client.get(url("edit_event", congress.pk)).status_code == 403
        assert client.post(url("move_event", congress.pk)).status_code == 403
        assert client.get(url("events_desk")).status_code == 200


def test_an_event_is_not_given_to_a_host_that_is_not_mine(world, client):
    _agency, _congress = world
    other = AgencyFactory()
    data = {"kind": "session", "host": other.pk, "name": "Kỳ họp"}
    page = client.post(url("new_event"), data)
    assert list(page.context["form"].errors) == ["host"]
    assert Event.objects.count() == 1

"""Dates of phases and tasks changed on the work pages: refused, shown before, told once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import actions, boundaries, notify
from campaigns.models import Boundary, DateChange, Phase, Task
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
    issue,
    on,
    ref,
)
from tests.documents.factories import office

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def text(response):
    return response.content.decode()


@pytest.fixture
def world(client):
    """A province's plan in force with one phase, carried out by a ministry's plan in force."""
    agency, staff, _approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    client.force_login(staff)
    plan = PlanFactory(issuer=agency, actor=staff)
    phase = PhaseFactory(
        track=TrackFactory(plan=plan), title="Đợt 1", starts=on("2027-02-01"), ends=on("2027-03-31")
    )
    issue(plan)
    below = PlanFactory(implements=plan, title="Kế hoạch của sở")
    PhaseFactory(
        track=TrackFactory(plan=below),
        title="Đợt của sở",
        starts=ref(phase.starts),
        ends=ref(phase.ends),
    )
    issue(below)
    for person in (UserFactory(), UserFactory()):
        give(person, Role.STAFF, below.issuer)
    return plan, phase, below


def sent(form, **values):
    """What the browser would send of a form with boundaries, with some values changed."""
    data = {n: form[n].value() for n in form.fields}
    for name, sub in form.boundaries.items():
        data |= {f"{name}-{n}": sub[n].value() for n in sub.fields}
    data |= values
    lines = {n: "\n".join(v) for n, v in data.items() if isinstance(v, list) and n != "themes"}
    return {n: v for n, v in (data | lines).items() if v is not None}


def ends_of(phase):
    return Boundary.objects.get(phase_ending=phase).resolved_on


def test_a_date_of_a_plan_in_force_moves_after_its_effect_was_seen(world, client):
    _plan, phase, below = world
    address = url("edit_phase", phase.track.plan_id, phase.pk)
    form = client.get(address).context["form"]
    page = client.post(address, sent(form, **{"ends-on": "2027-04-10", "reason": "Theo cấp trên"}))
    # first what moves, in this plan and in the one below, and how many people hear of it
    shown = [(p.name, [(m.name, m.new_on) for m in p.moves]) for p in page.context["plans"]]
    assert shown == [
        (phase.track.plan.title, [("Đợt 1", day("2027-04-10"))]),
        (below.title, [("Đợt của sở", day("2027-04-10"))]),
    ]
    assert page.context["people"] == 3
    assert (ends_of(phase), DateChange.objects.count()) == (day("2027-03-31"), 0)
    # then it is saved as it was shown
    confirm = sent(page.context["form"], xac_nhan="1")
    assert client.post(address, confirm).status_code == 302
    assert ends_of(phase) == day("2027-04-10")
    change = DateChange.objects.get()
    assert (change.reason, change.items.count()) == ("Theo cấp trên", 2)


def test_the_number_of_people_is_the_number_that_is_told(world):
    _plan, phase, _below = world
    moves = boundaries.preview_specs({phase.ends_id: ("end", on("2027-04-10"))}).moves
    actions.edit_phase(actor=None, phase=phase, ends=on("2027-04-10"))
    from portal.notices import actions as notices
    from portal.notices.models import Delivery, ScheduledNotice

    notice = ScheduledNotice.objects.get(kind="dates_changed")
    notices.sweep()
    told = Delivery.objects.filter(notice=notice).values("person").distinct().count()
    assert (notify.people_told(moves), told) == (3, 3)


def test_a_preview_of_an_older_graph_is_shown_anew(world, client):
    _plan, phase, _below = world
    address = url("edit_phase", phase.track.plan_id, phase.pk)
    page = client.post(
        address, sent(client.get(address).context["form"], **{"ends-on": "2027-04-10"})
    )
    PhaseFactory(starts=ref(phase.ends, 1), ends=ref(phase.ends, 9))
    page = client.post(address, sent(page.context["form"], xac_nhan="1"))
    assert "hãy xem lại tác động" in text(page)
    assert (page.context["dates"], ends_of(phase)) == (4, day("2027-03-31"))
    assert client.post(address, sent(page.context["form"], xac_nhan="1")).status_code == 302
    assert ends_of(phase) == day("2027-04-10")


def test_confirming_what_was_not_shown_only_shows_it(world, client):
    _plan, phase, _below = world
    address = url("edit_phase", phase.track.plan_id, phase.pk)
    data = sent(client.get(address).context["form"], **{"ends-on": "2027-04-10", "xac_nhan": "1"})
    page = client.post(address, data)
    assert (page.status_code, ends_of(phase)) == (200, day("2027-03-31"))
    assert page.context["effect"].moves != []


def test_the_second_editor_sees_both_dates_before_any_preview(world, client):
    _plan, phase, _below = world
    address = url("edit_phase", phase.track.plan_id, phase.pk)
    form = client.get(address).context["form"]
    actions.edit_phase(actor=None, phase=phase, ends=on("2027-05-05"))
    page = client.post(address, sent(form, **{"ends-on": "2027-04-10"}))
    rows = {r.name: (r.mine, r.theirs) for r in page.context["form"].stale_fields}
    assert rows == {"ends": ("ngày 10/04/2027", "ngày 05/05/2027 (05/05/2027)")}
    assert page.context["effect"] is None


def test_words_alone_need_no_preview(world, client):
    _plan, phase, _below = world
    address = url("edit_phase", phase.track.plan_id, phase.pk)
    form = client.get(address).context["form"]
    data = sent(form, **{"title": "Đợt mở đầu", "ends-verbatim": "đến hết quý I"})
    assert client.post(address, data).status_code == 302
    phase.refresh_from_db()
    assert (phase.title, DateChange.objects.count()) == ("Đợt mở đầu", 0)


def test_a_draft_that_nothing_in_force_hangs_on_is_saved_at_once(client):
    agency, staff, _ = office()
    client.force_login(staff)
    plan = PlanFactory(issuer=agency)
    phase = PhaseFactory(track=TrackFactory(plan=plan))
    PhaseFactory(starts=ref(phase.ends, 1), ends=ref(phase.ends, 5))  # a draft of others
    address = url("edit_phase", plan.pk, phase.pk)
    form = client.get(address).context["form"]
    assert client.post(address, sent(form, **{"ends-on": "2026-02-05"})).status_code == 302
    assert ends_of(phase) == day("2026-02-05")


def test_a_draft_that_a_plan_in_force_hangs_on_shows_the_effect(client):
    agency, staff, _ = office()
    client.force_login(staff)
    phase = PhaseFactory(track=TrackFactory(plan=PlanFactory(issuer=agency)))
    other = PlanFactory(title="Kế hoạch của bạn")
    PhaseFactory(track=TrackFactory(plan=other), starts=ref(phase.ends, 1), ends=on("2028"))
    issue(other)
    address = url("edit_phase", phase.track.plan_id, phase.pk)
    page = client.get(address)
    assert 'name="reason"' not in text(page)  # nobody is told of the dates of a draft
    page = client.post(address, sent(page.context["form"], **{"ends-on": "2026-02-05"}))
    assert [p.name for p in page.context["plans"]] == [phase.track.plan.title, "Kế hoạch của bạn"]
    assert 'name="reason"' in text(page)
    assert ends_of(phase) == day("2026-01-31")


def test_a_due_date_moves_after_its_effect_was_seen(world, client):
    plan, _phase, _below = world
    unit = AgencyFactory(parent=plan.issuer)
    give(UserFactory(), Role.SECRETARY, unit)
    task = TaskFactory(plan=plan, title="Báo cáo", due=on("2027-03-01"), assigned_to=[unit])
    address = url("edit_task", plan.pk, task.pk)
    form = client.get(address).context["form"]
    page = client.post(address, sent(form, **{"due-on": "2027-03-08", "reason": "Gia hạn"}))
    # the issuer's staff and the unit's secretary; the units of other tasks do not hear of it
    assert (page.context["dates"], page.context["people"]) == (1, 2)
    assert Task.objects.get(pk=task.pk).due.resolved_on == day("2027-03-01")
    assert client.post(address, sent(page.context["form"], xac_nhan="1")).status_code == 302
    assert Task.objects.get(pk=task.pk).due.resolved_on == day("2027-03-08")
    assert DateChange.objects.get().reason == "Gia hạn"


def test_an_end_before_its_start_is_refused_at_the_field(client):
    agency, staff, _ = office()
    client.force_login(staff)
    congress = EventFactory(planned_opens=day("2026-06-15"))
    track = TrackFactory(plan=PlanFactory(issuer=agency))
    data = {
        "title": "Đợt 1",
        "starts-kind": "event",
        "starts-event": congress.pk,
        "starts-moment": "opens",
        "ends-kind": "day",
        "ends-on": "2026-06-14",
    }
    page = client.post(url("add_phase", track.plan_id, track.pk), data)
    form = page.context["form"]
    assert form.boundaries["ends"].errors == {
        "on": ["Kết thúc ngày 14/06/2026, trước ngày bắt đầu 15/06/2026."]
    }
    assert (form["title"].value(), Phase.objects.count()) == ("Đợt 1", 0)
    # the same day is a phase of one day
    client.post(url("add_phase", track.plan_id, track.pk), data | {"ends-on": "2026-06-15"})
    assert Phase.objects.count() == 1


def test_an_end_that_came_before_its_start_later_is_only_warned_of(client):
    agency, staff, _ = office()
    client.force_login(staff)
    congress = EventFactory(planned_opens=day("2026-06-15"))
    plan = PlanFactory(issuer=agency)
    phase = PhaseFactory(
        track=TrackFactory(plan=plan),
        title="Đợt 1",
        starts=event_on(congress, "opens"),
        ends=on("2026-06-30"),
    )
    actions.move_event(actor=None, event=congress, dates={"actual_opens": day("2026-07-05")})
    assert "trước ngày bắt đầu 05/07/2026" in text(client.get(url("manage", plan.pk)))
    # its name can still be mended
    address = url("edit_phase", plan.pk, phase.pk)
    data = sent(client.get(address).context["form"], title="Đợt đầu")
    assert client.post(address, data).status_code == 302
    # but not moved to another day that is as wrong
    data = sent(client.get(address).context["form"], **{"ends-on": "2026-07-01"})
    assert "on" in client.post(address, data).context["form"].boundaries["ends"].errors


def test_a_loop_is_said_at_the_field_that_closes_it(client):
    agency, staff, _ = office()
    client.force_login(staff)
    plan = PlanFactory(issuer=agency)
    track = TrackFactory(plan=plan)
    first = PhaseFactory(track=track, title="Đợt 1", starts=on("2026-02-10"), ends=on("2026-06"))
    second = PhaseFactory(track=track, title="Đợt 2", starts=ref(first.ends, 1), ends=on("2026-09"))
    address = url("edit_phase", plan.pk, first.pk)
    data = sent(
        client.get(address).context["form"],
        **{"ends-kind": "phase", "ends-point": second.starts_id, "ends-direction": "before"},
        **{"ends-amount": 1, "ends-unit": "days"},
    )
    ends = client.post(address, data).context["form"].boundaries["ends"]
    assert "phụ thuộc vòng quanh" in str(ends.errors["point"])
    assert ends_of(first) == day("2026-06-30")


def test_the_day_is_told_with_its_weekday_and_holidays(client):
    agency, staff, _ = office()
    client.force_login(staff)
    plan = PlanFactory(issuer=agency)
    address = url("boundary", plan.pk)
    data = {"moc": "due", "due-kind": "day", "due-on": "2026-06-28"}
    said = " ".join(text(client.get(address, data)).split())
    assert "<b>Chủ nhật, 28/06/2026</b>" in said
    assert "ngày nghỉ cuối tuần" in said
    data["due-before"] = "exclusive"
    data["due-on"] = "2026-06-30"
    said = " ".join(text(client.get(address, data)).split())
    assert ("<b>Thứ Hai, 29/06/2026</b>" in said, "ngày nghỉ" in said) == (True, False)


def test_events_are_found_by_words_without_marks(client):
    agency, staff, _ = office()
    client.force_login(staff)
    plan = PlanFactory(issuer=agency)
    track = TrackFactory(plan=plan)
    wanted = EventFactory(host=AgencyFactory(name="Đảng bộ xã Hòa Bình"), slug="xa-1")
    for number in range(45):
        actions.create_event(
            actor=None,
            kind="other",
            name=f"Sự kiện thứ {number}",
            slug=f"su-kien-{number}",
            planned_opens=day("2026-05-01"),
        )
    address = url("add_phase", plan.pk, track.pk)
    page = client.get(address)
    offered = [pk for _g, rows in page.context["form"].boundaries["starts"].choices.events
               for pk, _n in rows]  # fmt: skip
    assert (len(offered), wanted.pk in offered) == (40, False)
    # by htmx, and by the button without it; what was typed elsewhere stays, nothing is judged
    found = client.get(url("boundary_events", plan.pk), {"moc": "starts", "starts-tim": "hoa binh"})
    assert (f'value="{wanted.pk}"' in text(found), "field__error" in text(found)) == (True, False)
    page = client.post(
        address, {"title": "Đợt đang soạn", "starts-kind": "event", "starts-tim": "hoa binh",
                  "tim": "starts"}
    )  # fmt: skip
    form = page.context["form"]
    assert (form.problems, form["title"].value()) == ([], "Đợt đang soạn")
    assert f'value="{wanted.pk}"' in text(page)
    # and what was found may be chosen
    client.post(
        address,
        {"title": "Đợt 1", "starts-kind": "event", "starts-event": wanted.pk,
         "starts-moment": "opens", "ends-kind": "open"},
    )  # fmt: skip
    assert Phase.objects.get().starts.event == wanted


def test_the_preview_of_a_move_costs_the_same_for_many_plans(client):
    agency, staff, _ = office()
    client.force_login(staff)
    congress = EventFactory(host=agency, planned_opens=day("2027-01-10"))

    def bound_plan():
        plan = PlanFactory()
        give(UserFactory(), Role.STAFF, plan.issuer)
        TaskFactory(plan=plan, due=event_on(congress, "opens", -9), assigned_to=[plan.issuer])
        PhaseFactory(
            track=TrackFactory(plan=plan),
            starts=event_on(congress, "opens", -30),
            ends=event_on(congress, "opens", -1),
        )
        issue(plan)

    def cost():
        page = client.get(url("move_event", congress.pk))
        data = {"lock_version": 0, "planned_opens": "2027-01-11"}
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.post(url("move_event", congress.pk), data)
        return len(queries), page.context["people"]

    bound_plan()
    few = cost()
    for _n in range(5):
        bound_plan()
    many = cost()
    assert (many[0], few[1], many[1]) == (few[0], 1, 6)

"""Reading: warnings, timeline, running campaign, upcoming days; the number of queries."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import actions, queries
from campaigns.models import Plan
from portal.agencies.models import Role
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import (
    EventFactory,
    Open,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    Unknown,
    day,
    event_on,
    issue,
    on,
    ref,
)

pytestmark = pytest.mark.django_db


def warned(plan, on_day="2026-01-01"):
    return [(w.code, w.text) for w in queries.plan_page(plan, day=day(on_day)).warnings]


def test_what_looks_odd_is_told():
    actions.set_calendar(
        actor=None,
        days={day("2026-09-02"): {"kind": "holiday", "name": "Quốc khánh", "uncertain": False}},
    )
    plan = PlanFactory()
    track = TrackFactory(plan=plan, title="Mạch", declared_phases=2)
    PhaseFactory(track=track, title="A", starts=on("2026-01"), ends=on("2026-02"))
    PhaseFactory(track=track, title="B", starts=on("2026-02-15"), ends=on("2026-03"))
    PhaseFactory(track=track, title="C", starts=on("2026-05"), ends=Open())
    other = TrackFactory(plan=plan, declared_phases=1)
    PhaseFactory(track=other, title="D", starts=on("2026-06-02"), ends=on("2026-06-01"))
    TaskFactory(plan=plan, title="Treo cờ", due=on("2026-09-02"))
    TaskFactory(plan=plan, title="Báo cáo", due=on("2026-09-03"))
    assert warned(plan) == [
        ("declared", "Mạch “Mạch”: văn bản ghi 2 đợt nhưng liệt kê 3 đợt."),
        ("overlap", "“A” và “B” gối lên nhau từ ngày 15/02/2026 đến ngày 28/02/2026."),
        ("gap", "Từ 01/04/2026 đến 30/04/2026 không thuộc đợt nào (trước “C”)."),
        ("reversed", "“D” kết thúc ngày 01/06/2026, trước ngày bắt đầu 02/06/2026."),
        ("holiday", "Hạn của nhiệm vụ “Treo cờ” rơi vào ngày nghỉ 02/09/2026."),
    ]


def test_free_last_days_and_tasks_outside_their_phase_are_told():
    plan = PlanFactory()
    track = TrackFactory(plan=plan, title="Mạch")
    # a Sunday that was written down; the end of a month falls where it falls
    PhaseFactory(track=track, title="A", starts=on("2026-01"), ends=on("2026-02-15"))
    phase = PhaseFactory(track=track, title="B", starts=on("2026-02-16"), ends=on("2026-05"))
    TaskFactory(plan=plan, title="Sớm", phase=phase, due=on("2026-02-13"))
    TaskFactory(plan=plan, title="Muộn", phase=phase, due=on("2026-06-01"))
    TaskFactory(plan=plan, title="Đúng", phase=phase, due=on("2026-02-16"))
    TaskFactory(plan=plan, title="Không đợt", due=on("2027-06-01"))
    assert warned(plan) == [
        ("holiday", "“A” kết thúc vào ngày nghỉ 15/02/2026."),
        ("outside", "Hạn 13/02/2026 của nhiệm vụ “Sớm” nằm ngoài “B”."),
        ("outside", "Hạn 01/06/2026 của nhiệm vụ “Muộn” nằm ngoài “B”."),
    ]
    page = queries.plan_page(plan)
    assert page.text_warnings == []


def test_an_unknown_limit_is_no_reason_to_warn():
    plan = PlanFactory()
    track = TrackFactory(plan=plan)
    PhaseFactory(track=track, title="A", starts=on("2026-01"), ends=on("2026-01"))
    PhaseFactory(track=track, title="B", starts=Unknown(), ends=Unknown())
    PhaseFactory(track=track, title="C", starts=on("2026-05"), ends=Open())
    assert warned(plan) == []


def test_two_open_ends_overlap():
    track = TrackFactory()
    PhaseFactory(track=track, title="A", starts=on("2026-01-01"), ends=Open())
    PhaseFactory(track=track, title="B", starts=on("2026-05-01"), ends=Open())
    assert warned(track.plan) == [("overlap", "“A” và “B” gối lên nhau từ ngày 01/05/2026.")]


def test_the_running_campaign_is_the_one_that_began_last():
    old = PhaseFactory(starts=on("2020-11-01"), ends=Open())
    event = EventFactory(planned_opens=day("2026-12-27"), planned_closes=day("2026-12-29"))
    near = EventFactory(
        kind="session", name="Kỳ họp", ordinal=None, planned_opens=day("2026-12-01")
    )
    plan = PlanFactory(events=[event, near])
    track = TrackFactory(plan=plan)
    PhaseFactory(track=track, title="Đợt 1", starts=on("2026-11-01"), ends=on("2026-11-30"))
    PhaseFactory(track=track, title="Đợt 2", starts=on("2026-12-01"), ends=Open())
    below = PlanFactory(implements=plan)
    PhaseFactory(track=TrackFactory(plan=below), title="Dưới", starts=on("2026-11-10"), ends=Open())
    assert queries.running_campaign(day("2026-11-22")) is None
    for one in (old.track.plan, plan, below):
        issue(one)
    running = queries.running_campaign(day("2026-11-22"))
    assert (running.plan, [p.title for p in running.phases], running.next_phase.title) == (
        plan,
        ["Đợt 1"],
        "Đợt 2",
    )
    assert (running.event, running.days_left) == (event, 35)
    assert queries.running_campaign(day("2026-12-28")).days_left == 0
    assert queries.running_campaign(day("2026-12-30")).event is None
    assert queries.running_campaign(day("2026-10-01")).plan == old.track.plan


def test_days_to_come_in_order():
    host = AgencyFactory(name="Đảng bộ tỉnh")
    event = EventFactory(host=host, planned_opens=day("2026-12-27"), actual_opens=day("2026-12-20"))
    actions.create_event(
        actor=None,
        kind="commemoration",
        name="Quốc khánh",
        planned_opens=day("2026-12-22"),
        planned_closes=day("2026-12-22"),
    )
    plan = PlanFactory(title="Kế hoạch")
    phase = PhaseFactory(
        track=TrackFactory(plan=plan),
        title="Đợt 1",
        starts=event_on(event, "opens", -5),
        ends=event_on(event, "opens", 100),
    )
    PhaseFactory(track=TrackFactory(title="Nháp"), starts=on("2026-12-16"), ends=Open())
    issue(plan)
    found = queries.upcoming(first=day("2026-12-01"))
    assert [(u.on, u.kind, u.title, u.context) for u in found] == [
        (day("2026-12-15"), "phase_starts", "Đợt 1", "Kế hoạch"),
        (day("2026-12-20"), "opens", str(event), "Đảng bộ tỉnh"),
        (day("2026-12-22"), "commemoration", "Quốc khánh", ""),
    ]
    assert phase.ends.resolved_on not in {u.on for u in found}
    assert queries.upcoming(first=day("2026-12-21"), last=day("2026-12-21")) == []
    assert len(queries.upcoming(first=day("2026-12-01"), limit=1)) == 1


def test_an_event_page_tells_what_hangs_on_it():
    event = EventFactory(planned_opens=day("2026-12-27"), planned_closes=day("2026-12-29"))
    plan = PlanFactory(events=[event])
    PhaseFactory(
        track=TrackFactory(plan=plan), title="Đợt 1", starts=Open(), ends=event_on(event, "opens")
    )
    PhaseFactory(title="Nháp", starts=event_on(event, "opens"), ends=Open())
    issue(plan)
    actions.move_event(actor=None, event=event, dates={"planned_opens": day("2026-12-26")})
    event.refresh_from_db()
    page = queries.event_page(event, user=AnonymousUser(), day=day("2026-12-20"))
    assert [p.pk for p in page.plans] == [plan.pk]
    assert [v.title for v in page.phases] == ["Đợt 1"]
    assert (len(page.changes), page.days_left) == (1, 6)
    page = queries.event_page(event, user=AnonymousUser(), day=day("2026-12-30"))
    assert page.days_left is None


def test_progress_adds_up_per_unit():
    a, b = AgencyFactory(name="A", protocol_no=2), AgencyFactory(name="B", protocol_no=1)
    plan = PlanFactory()
    late = TaskFactory(plan=plan, due=on("2026-01-31"), assigned_to=[a, b])
    TaskFactory(plan=plan, due=on("2026-03-31"), assigned_to=[a])
    issue(plan)
    actions.set_progress(
        actor=None,
        assignment=late.assignments.get(agency=a),
        state="done",
        done_on=day("2026-02-15"),
    )
    found = queries.progress(plan, day=day("2026-02-20"))
    assert dict(found.counts) == {"done": 1, "overdue": 1, "todo": 1}
    assert (found.total, found.done_percent) == (3, 33)
    assert [(agency.name, dict(counts)) for agency, counts in found.by_agency] == [
        ("B", {"overdue": 1}),
        ("A", {"done": 1, "todo": 1}),
    ]
    views = found.tasks[0][1]
    assert [(v.agency.name, v.state, v.days_left) for v in views] == [
        ("B", "overdue", -20),
        ("A", "done", -20),
    ]


def test_my_assignments_come_by_deadline():
    cell = AgencyFactory()
    user = UserFactory()
    give(user, Role.SECRETARY, cell)
    plan = PlanFactory()
    for title, due in (("Sau", on("2026-05")), ("Không hạn", None), ("Trước", on("2026-03"))):
        TaskFactory(plan=plan, title=title, due=due, assigned_to=[cell])
    draft = TaskFactory(title="Nháp", assigned_to=[cell])
    issue(plan)
    rows = queries.my_assignments(user, day=day("2026-04-01"))
    assert [(v.task.title, v.state) for v in rows] == [
        ("Trước", "overdue"),
        ("Sau", "todo"),
        ("Không hạn", "todo"),
    ]
    assert draft.assignments.count() == 1


def test_has_every_unit_issued_its_plan():
    plan = PlanFactory()
    one, two = AgencyFactory(protocol_no=1), AgencyFactory(protocol_no=2)
    TaskFactory(plan=plan, assigned_to=[two, one, plan.issuer])
    issue(plan)
    own = PlanFactory(issuer=two, implements=plan, issued=True)
    PlanFactory(issuer=one, implements=plan)
    assert queries.units_without_plan(plan) == [(one, None), (two, own)]


def test_a_plan_is_found_by_symbol_slug_or_number():
    plan = PlanFactory(symbol="107/KH-SNV", slug="so-noi-vu-2020")
    assert queries.find_plan("107/KH-SNV") == plan
    assert queries.find_plan(" 107 /KH-SNV") == plan
    assert queries.find_plan("so-noi-vu-2020") == plan
    assert queries.find_plan(plan.pk) == plan
    assert queries.find_plan("108/KH-SNV") is None
    PlanFactory(symbol="107/KH-SNV", issued_on=day("2021-01-01"))
    from campaigns.queries.data import AmbiguousPlan

    with pytest.raises(AmbiguousPlan):
        queries.find_plan("107/KH-SNV")
    assert queries.find_plan("107/KH-SNV", issuer=plan.issuer) == plan


# --- The number of queries ------------------------------------------------------------------


def build(plans, size, units):
    """Plans with `size` tracks of `size` phases and as many tasks, each given to all units."""
    event = EventFactory(planned_opens=day("2026-03-01"), planned_closes=day("2026-03-03"))
    made = []
    for _n in range(plans):
        plan = PlanFactory(events=[event])
        actions.set_themes(actor=None, plan=plan, texts=[f"Nội dung {i}" for i in range(size)])
        actions.set_forms(
            actor=None, plan=plan, forms=[(f"Hình thức {i}", f"Nhóm {i}") for i in range(size)]
        )
        for _t in range(size):
            track, before = TrackFactory(plan=plan), None
            for _p in range(size):
                phase = PhaseFactory(
                    track=track,
                    starts=ref(before.ends, 1) if before else event_on(event, "opens", -5),
                    ends=Open(),
                    themes=["Một", "Hai"],
                    forms=["Hình thức 0"],
                )
                actions.edit_phase(actor=None, phase=phase, ends=ref(phase.starts, 40))
                TaskFactory(plan=plan, phase=phase, due=ref(phase.ends, -2), assigned_to=units)
                before = phase
        issue(plan)
        made.append(plan)
    return made


def counted(call):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        call()
    return len(caught)


def fresh(user):
    """The user as a new request has it, without remembered grants."""
    return type(user).objects.get(pk=user.pk)


def test_every_reading_costs_the_same_for_one_and_for_many():
    unit = AgencyFactory()
    staff = UserFactory()
    give(staff, Role.STAFF, unit)
    others = [AgencyFactory() for _n in range(3)]
    one = build(1, 1, [unit])[0]
    today = dt.date(2026, 3, 1)
    calls = {
        "plan page": lambda plan: queries.plan_page(
            Plan.objects.select_related("document", "issuer").get(pk=plan.pk),
            user=fresh(staff),
            day=today,
        ),
        "progress": lambda plan: queries.progress(plan, user=fresh(staff), day=today),
        "data": lambda plan: queries.plan_data(Plan.objects.get(pk=plan.pk), day=today),
        "list": lambda plan: queries.current_phases(
            list(queries.visible_plans(fresh(staff))), day=today
        ),
        "mine": lambda plan: queries.my_assignments(fresh(staff), day=today),
        "running": lambda plan: queries.running_campaign(today),
        "upcoming": lambda plan: queries.upcoming(first=today),
        "event": lambda plan: queries.event_page(plan.events.get(), user=fresh(staff), day=today),
        "units": lambda plan: queries.units_without_plan(plan),
    }
    few = {name: counted(lambda c=call: c(one)) for name, call in calls.items()}
    many = build(3, 3, [unit, *others])[0]
    assert {name: counted(lambda c=call: c(many)) for name, call in calls.items()} == few
    assert few["plan page"] <= 24


def test_the_units_of_a_task_are_counted_and_the_first_named(django_assert_num_queries):
    from campaigns.queries.given import given_of

    units = [AgencyFactory(name=f"Đơn vị {n}", protocol_no=10 - n) for n in range(5)]
    task = TaskFactory(plan=PlanFactory(issued=True), due=on("2020-06-15"), assigned_to=units)
    nobody = TaskFactory(plan=task.plan)
    done = task.assignments.get(agency=units[0])
    actions.set_progress(
        actor=None, assignment=done, state="done", done_on=day("2020-06-01"), note="Đã xong."
    )
    with django_assert_num_queries(2):
        given = given_of([task, nobody], day=day("2020-06-15"))
    assert given[task.pk].names == ["Đơn vị 4", "Đơn vị 3", "Đơn vị 2"]
    assert given[task.pk].counts == {"todo": 4, "done": 1}
    assert nobody.pk not in given
    late = given_of([task], day=day("2020-06-16"), agency_ids=[units[1].pk])[task.pk]
    assert (late.names, late.counts, late.total) == (["Đơn vị 1"], {"overdue": 1}, 1)

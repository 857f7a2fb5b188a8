"""What campaigns schedules and tells; the way through sweep and mail is in tests/notices."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import actions, notify
from campaigns.models import DateChange, Phase
from portal.agencies.models import Role
from portal.common import clock as portal_clock
from portal.notices import queries, registry
from portal.notices.actions import sweep
from portal.notices.models import Delivery, ScheduledNotice
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import (
    EventFactory,
    Open,
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

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    """Noon of Friday 20/11/2026 in Vietnam; tests may move it."""
    noon = dt.datetime(2026, 11, 20, 12, tzinfo=portal_clock.TZ)
    with time_machine.travel(noon, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def far(settings):
    """These tests look at all that will be told, however far ahead; the horizon has its own."""
    settings.NOTICE_HORIZON_DAYS = 90


def pending():
    """(kind, due day in Vietnam, offset) of what is scheduled, by due time."""
    rows = ScheduledNotice.objects.filter(state="pending").order_by("due_at", "kind")
    return [(n.kind, portal_clock.local(n.due_at).date().isoformat(), n.offset_days) for n in rows]


def told(user):
    rows = Delivery.objects.filter(person=user, channel="inbox").order_by("id")
    return [(d.title, d.text) for d in rows]


def worker(agency, role=Role.STAFF):
    user = UserFactory()
    give(user, role, agency)
    return user


def phase_of_issued_plan(**kwargs):
    phase = PhaseFactory(**kwargs)
    issue(phase.track.plan)
    ScheduledNotice.objects.filter(subject_kind="campaigns.plan").delete()
    return Phase.objects.get(pk=phase.pk)


def test_a_draft_reminds_nobody():
    PhaseFactory(starts=on("2026-12-10"), ends=on("2026-12-20"))
    assert pending() == []


def test_issuing_reminds_of_what_is_still_to_come():
    phase_of_issued_plan(starts=on("2026-12-10"), ends=on("2026-12-20"))
    assert pending() == [
        (registry.PHASE_STARTS_SOON, "2026-12-07", -3),
        (registry.PHASE_STARTED, "2026-12-10", 0),
        (registry.PHASE_ENDS_SOON, "2026-12-17", -3),
        (registry.PHASE_ENDED, "2026-12-21", 0),
    ]


def test_a_reminder_on_a_day_off_comes_the_working_day_before():
    phase_of_issued_plan(starts=on("2026-12-09"), ends=Open())  # three days before is a Sunday
    assert pending()[0] == (registry.PHASE_STARTS_SOON, "2026-12-04", -3)


def test_what_has_happened_is_not_told():
    phase_of_issued_plan(starts=on("2026-11-20"), ends=on("2026-11-22"))
    # The start is past since midnight; "ends soon" is overdue, but its moment is still to come.
    assert pending() == [
        (registry.PHASE_ENDS_SOON, "2026-11-19", -3),
        (registry.PHASE_ENDED, "2026-11-23", 0),
    ]


def test_an_added_phase_of_a_plan_in_force_reminds_at_once():
    plan = PlanFactory(issued=True)
    track = TrackFactory(plan=plan)
    PhaseFactory(track=track, starts=on("2026-12-10"), ends=Open())
    assert [kind for kind, *_rest in pending() if kind.startswith("phase")] == [
        registry.PHASE_STARTS_SOON,
        registry.PHASE_STARTED,
    ]
    assert not DateChange.objects.exists()


def test_a_moved_end_leaves_the_start_alone():
    phase = phase_of_issued_plan(starts=on("2026-12-10"), ends=on("2026-12-20"))
    actions.edit_phase(actor=None, phase=phase, ends=on("2026-12-31"))
    assert [row for row in pending() if row[0].startswith("phase")] == [
        (registry.PHASE_STARTS_SOON, "2026-12-07", -3),
        (registry.PHASE_STARTED, "2026-12-10", 0),
        (registry.PHASE_ENDS_SOON, "2026-12-28", -3),
        (registry.PHASE_ENDED, "2027-01-01", 0),
    ]
    gone = ScheduledNotice.objects.filter(state="superseded").values_list("kind", flat=True)
    assert sorted(gone) == [registry.PHASE_ENDED, registry.PHASE_ENDS_SOON]


def test_a_start_moved_into_the_past_is_not_told():
    phase = phase_of_issued_plan(starts=on("2026-12-10"), ends=Open())
    actions.edit_phase(actor=None, phase=phase, starts=on("2026-11-01"))
    assert [kind for kind, *_rest in pending()] == [registry.DATES_CHANGED]


def test_a_start_moved_back_into_the_future_is_told_again(now):
    phase = phase_of_issued_plan(starts=on("2026-11-25"), ends=Open())
    worker(phase.track.plan.issuer)
    now.move_to(dt.datetime(2026, 11, 25, 8, tzinfo=portal_clock.TZ))
    sweep()
    actions.edit_phase(actor=None, phase=phase, starts=on("2026-12-10"))
    assert [row for row in pending() if row[0].startswith("phase")] == [
        (registry.PHASE_STARTS_SOON, "2026-12-07", -3),
        (registry.PHASE_STARTED, "2026-12-10", 0),
    ]


@pytest.mark.parametrize(
    "end", [lambda p: actions.close_plan(actor=None, plan=p),
            lambda p: actions.withdraw_plan(actor=None, plan=p, note="Thay bằng kế hoạch mới")]
)  # fmt: skip
def test_a_plan_that_is_over_reminds_nobody(end):
    phase = phase_of_issued_plan(starts=on("2026-12-10"), ends=on("2026-12-20"))
    end(phase.track.plan)
    # That it is over is told to the units that carry it out.
    assert [row for row in pending() if row[0] != registry.INFORMATION] == []


def test_a_removed_phase_reminds_nobody():
    phase = phase_of_issued_plan(starts=on("2026-12-10"), ends=on("2026-12-20"))
    actions.remove_phase(actor=None, phase=phase)
    assert pending() == []


def test_each_unit_reads_of_its_own_plans_once(now):
    event = EventFactory(host__name="Đảng bộ tỉnh", planned_opens=day("2026-12-27"))
    plans, people = [], []
    for n in (1, 2):
        plan = PlanFactory(title=f"Kế hoạch {n}")
        PhaseFactory(
            track=TrackFactory(plan=plan),
            title=f"Đợt của {n}",
            starts=event_on(event, "opens", -7),
            ends=event_on(event, "opens", -1),
        )
        issue(plan)
        plans.append(plan)
        people.append(worker(plan.issuer))
    cell = AgencyFactory(name="Chi bộ")
    TaskFactory(
        plan=plans[0], title="Treo cờ", due=event_on(event, "opens", -3), assigned_to=[cell]
    )
    secretary, member = worker(cell, Role.SECRETARY), worker(cell, Role.MEMBER)
    draft = PhaseFactory(starts=event_on(event, "opens"))
    drafter = worker(draft.track.plan.issuer)
    sweep()
    Delivery.objects.all().delete()
    actions.move_event(
        actor=None,
        event=event,
        dates={"planned_opens": day("2026-12-30")},
        reason="Theo lịch của Trung ương",
    )
    assert ScheduledNotice.objects.filter(kind=registry.DATES_CHANGED).count() == 1
    sweep()
    title = f"Đổi ngày: {event}"
    first = (
        title,
        "Đợt của 1: bắt đầu 20/12/2026 → 23/12/2026\n"
        "Treo cờ: kết thúc, hạn 24/12/2026 → 27/12/2026\n"
        "Đợt của 1: kết thúc, hạn 26/12/2026 → 29/12/2026\n"
        "Lý do: Theo lịch của Trung ương",
    )
    assert told(people[0]) == [first]
    assert told(secretary) == [first]
    assert [title_ for title_, _text in told(people[1])] == [title]
    assert told(people[1])[0][1].startswith("Đợt của 2: bắt đầu 20/12/2026 → 23/12/2026\n")
    assert (told(member), told(drafter)) == ([], [])


def test_a_unit_reads_nothing_of_the_tasks_of_others():
    event = EventFactory(planned_opens=day("2026-12-27"))
    meeting = EventFactory(planned_opens=day("2026-12-20"))
    plan = PlanFactory()
    PhaseFactory(
        track=TrackFactory(plan=plan), title="Đợt 1", starts=event_on(event, "opens"), ends=Open()
    )
    units = [AgencyFactory(), AgencyFactory()]
    TaskFactory(
        plan=plan, title="Việc một", due=event_on(event, "opens", -3), assigned_to=[units[0]]
    )
    TaskFactory(plan=plan, title="Việc hai", due=event_on(meeting, "opens"), assigned_to=[units[1]])
    issue(plan)
    one, two, office = worker(units[0]), worker(units[1]), worker(plan.issuer)
    sweep()
    Delivery.objects.all().delete()
    actions.move_event(actor=None, event=event, dates={"planned_opens": day("2026-12-30")})
    actions.move_event(actor=None, event=meeting, dates={"planned_opens": day("2026-12-22")})
    sweep()
    phase = "Đợt 1: bắt đầu 27/12/2026 → 30/12/2026"
    first = "Việc một: kết thúc, hạn 24/12/2026 → 27/12/2026"
    second = "Việc hai: kết thúc, hạn 20/12/2026 → 22/12/2026"
    assert [text for _title, text in told(one)] == [f"{first}\n{phase}"]
    assert [text for _title, text in told(two)] == [phase, second]
    assert [text for _title, text in told(office)] == [f"{first}\n{phase}", second]


def test_a_long_list_is_cut():
    event = EventFactory(planned_opens=day("2026-12-27"))
    track = TrackFactory()
    for n in range(20):
        PhaseFactory(track=track, title=f"Đợt {n}", starts=event_on(event, "opens", n), ends=Open())
    plan = issue(track.plan)
    user = worker(plan.issuer)
    sweep()
    actions.move_event(actor=None, event=event, dates={"planned_opens": day("2026-12-30")})
    sweep()
    lines = told(user)[-1][1].splitlines()
    assert (len(lines), lines[-1]) == (13, "và 8 mốc khác")


def test_near_dates_travel_with_the_notice():
    event = EventFactory(planned_opens=day("2026-11-22"))
    phase_of_issued_plan(starts=event_on(event, "opens"), ends=Open())
    actions.move_event(actor=None, event=event, dates={"planned_opens": day("2026-12-05")})
    notice = ScheduledNotice.objects.get(kind=registry.DATES_CHANGED)
    assert notice.payload == {"dates": ["2026-11-22", "2026-12-05"]}
    assert notice.agency == Phase.objects.get().track.plan.issuer


def test_approvers_and_drafters_hear_of_a_plan():
    plan = PlanFactory()
    staff, approver = worker(plan.issuer), worker(plan.issuer, Role.APPROVER)
    actions.submit_plan(actor=staff, plan=plan)
    sweep()
    assert told(approver) == [(f"Chờ duyệt kế hoạch: {plan.title}", "")]
    assert told(staff) == []
    actions.send_back_plan(actor=approver, plan=plan, note="Thiếu đợt 3")
    sweep()
    assert told(staff) == [(f"Kế hoạch bị trả lại: {plan.title}", "Thiếu đợt 3")]
    actions.submit_plan(actor=staff, plan=plan)
    actions.issue_plan(actor=approver, plan=plan)
    sweep()
    assert told(staff)[1:] == [(f"Kế hoạch đã ban hành: {plan.title}", "")]
    assert len(told(approver)) == 1  # decided before the second one was told


def test_the_digest_knows_holidays():
    assert registry.is_working_day(day("2026-11-24")) is True
    holiday = {"kind": "holiday", "name": "Ngày Văn hóa Việt Nam", "uncertain": True}
    swapped = {"kind": "workday", "name": "Làm bù", "uncertain": False}
    actions.set_calendar(actor=None, days={day("2026-11-24"): holiday, day("2026-11-28"): swapped})
    assert registry.is_working_day(day("2026-11-24")) is False
    assert registry.is_working_day(day("2026-11-28")) is True
    assert registry.is_working_day(day("2026-11-29")) is False
    with CaptureQueriesContext(connection) as caught:
        registry.is_working_day(day("2026-11-30"))
    assert len(caught) == 0
    cache.clear()
    assert notify.is_working_day(day("2026-11-24")) is False


def test_a_batch_of_notices_costs_the_same_whatever_its_size():
    def load(notices):
        with CaptureQueriesContext(connection) as caught:
            queries.load_subjects(notices)
            for notice in notices:
                registry.kinds[notice.subject_kind].render(notice)
                registry.kinds[notice.subject_kind].audience(notice)
        return len(caught)

    event = EventFactory(planned_opens=day("2026-12-27"))
    track = TrackFactory()
    first = PhaseFactory(track=track, starts=event_on(event, "opens"), ends=Open())
    for _n in range(5):
        PhaseFactory(track=track, starts=ref(first.starts, 3), ends=on("2027-02"))
    issue(track.plan)
    for text in ("2026-12-28", "2026-12-29", "2026-12-30"):
        actions.move_event(actor=None, event=event, dates={"planned_opens": day(text)})
    rows = ScheduledNotice.objects.filter(state="pending").exclude(subject_kind="campaigns.plan")
    kinds = {n.subject_kind: n for n in rows}
    assert set(kinds) == {"campaigns.phase", "campaigns.date_change"}
    assert load(list(rows)) == load(list(kinds.values()))


def test_a_moved_congress_is_one_message_whatever_hangs_on_it(now):
    """Phases and tasks of a superior's plan and of the unit's own, some due in that moment."""
    event = EventFactory(planned_opens=day("2026-11-27"))
    above = PlanFactory(issuer=AgencyFactory(name="Đảng bộ tỉnh"))
    unit = AgencyFactory(name="Đảng bộ xã", parent=above.issuer)
    track = TrackFactory(plan=above)
    for n in (-2, 0, 3):
        PhaseFactory(
            track=track,
            title=f"Đợt {n}",
            starts=event_on(event, "opens", n),
            ends=event_on(event, "opens", n + 2),
        )
        TaskFactory(plan=above, due=event_on(event, "opens", n), assigned_to=[unit])
    issue(above)
    issue(actions.derive_plan(actor=None, above=above, issuer=unit, title="Kế hoạch của xã"))
    user = worker(unit)
    give(user, Role.SECRETARY, unit)
    type(user).objects.filter(pk=user.pk).update(email="xa@mau.example.vn")
    sweep()
    Delivery.objects.all().delete()
    actions.move_event(actor=None, event=event, dates={"planned_opens": day("2026-11-26")})
    sweep()
    assert [title for title, _text in told(user)] == [f"Đổi ngày: {event}"]
    assert Delivery.objects.filter(person=user, channel="mail").count() == 1

"""Reminders of tasks: one notice per task and day, each unit reads of itself only."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import actions
from campaigns.models import Assignment, Task
from portal.agencies.models import Role
from portal.common import clock
from portal.notices import queries, registry
from portal.notices.actions import sweep
from portal.notices.models import Delivery, ScheduledNotice
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import PlanFactory, TaskFactory, issue, on

pytestmark = pytest.mark.django_db


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.TZ)


@pytest.fixture(autouse=True)
def now():
    """Noon of Friday 20/11/2026 in Vietnam."""
    with time_machine.travel(at("2026-11-20 12:00"), tick=False) as traveller:
        yield traveller


def worker(agency, role=Role.STAFF):
    user = UserFactory()
    give(user, role, agency)
    return user


def told(user, kind=None):
    rows = Delivery.objects.filter(person=user, channel="inbox").order_by("id")
    if kind:
        rows = rows.filter(notice__kind=kind)
    return [(d.title, d.text, d.url) for d in rows]


def pending(kind=None):
    rows = ScheduledNotice.objects.filter(state="pending", subject_kind="campaigns.task")
    if kind:
        rows = rows.filter(kind=kind)
    return [
        (n.kind, clock.local(n.due_at).date().isoformat(), n.offset_days)
        for n in rows.order_by("due_at", "kind")
    ]


@pytest.fixture
def province():
    return AgencyFactory(name="Đảng bộ tỉnh")


@pytest.fixture
def task(province):
    """A task due on Thursday 3/12/2026, given to two units of a plan in force."""
    plan = PlanFactory(issuer=province, title="Kế hoạch năm")
    units = [
        AgencyFactory(name="Đảng bộ xã An", parent=province),
        AgencyFactory(name="Đảng bộ xã Bình", parent=province),
    ]
    task = TaskFactory(plan=plan, title="Treo băng rôn", due=on("2026-12-03"), assigned_to=units)
    issue(plan)
    return Task.objects.get(pk=task.pk)


def unit(task, name):
    return task.assignments.get(agency__name__endswith=name)


def finish(task, name):
    actions.set_progress(actor=None, assignment=unit(task, name), state="done")


def test_a_task_has_one_reminder_a_day_whatever_the_number_of_units(task):
    assert pending() == [
        (registry.TASK_DUE_SOON, "2026-11-30", -3),
        (registry.TASK_DUE_SOON, "2026-12-03", 0),
        (registry.TASK_OVERDUE, "2026-12-04", 1),
        (registry.TASK_ESCALATED, "2026-12-10", 7),
    ]


def test_who_has_done_it_is_not_reminded(task, now):
    done, late = worker(unit(task, "An").agency), worker(unit(task, "Bình").agency)
    finish(task, "An")
    now.move_to(at("2026-11-30 06:00"))
    sweep()
    mine = unit(task, "Bình")
    assert told(done) == []
    assert told(late) == [
        (
            "Sắp đến hạn 03/12/2026: Treo băng rôn",
            "Kế hoạch năm",
            f"/lam-viec/nhiem-vu/{mine.pk}/",
        )
    ]


def test_when_all_have_done_it_nothing_goes_out(task, now):
    worker(unit(task, "An").agency)
    finish(task, "An")
    finish(task, "Bình")
    now.move_to(at("2026-12-11 08:00"))
    assert sweep().sent == 0
    states = ScheduledNotice.objects.filter(subject_kind="campaigns.task").values_list("state")
    assert set(states) == {("cancelled",)}
    assert not Delivery.objects.filter(notice__subject_kind="campaigns.task").exists()


def test_the_day_itself_then_overdue(task, now):
    user = worker(unit(task, "Bình").agency, Role.SECRETARY)
    now.move_to(at("2026-12-03 06:00"))
    sweep()
    now.move_to(at("2026-12-04 06:00"))
    sweep()
    assert [title for title, *_rest in told(user)] == [
        "Hạn hôm nay, 03/12/2026: Treo băng rôn",
        "Quá hạn từ 03/12/2026: Treo băng rôn",
    ]


def test_what_is_due_on_a_day_off_is_told_the_working_day_before(task, now):
    actions.edit_task(actor=None, task=task, due=on("2026-12-06"))  # a Sunday
    user = worker(unit(task, "An").agency)
    now.move_to(at("2026-12-04 06:00"))
    sweep()
    assert [title for title, *_rest in told(user) if "Đổi" not in title] == [
        "Sắp đến hạn 06/12/2026: Treo băng rôn"
    ]


def test_the_person_responsible_is_told_once_though_also_staff(task, now):
    assignment = unit(task, "An")
    user = worker(assignment.agency)
    actions.set_responsible(actor=None, assignment=assignment, responsible=user)
    now.move_to(at("2026-11-30 06:00"))
    sweep()
    assert len(told(user)) == 1


def test_the_unit_above_reads_which_of_its_own_are_late(task, now, province):
    above, elsewhere = worker(province), worker(AgencyFactory(name="Đảng bộ khác"))
    supervisor, unit_staff = worker(province, Role.SUPERVISOR), worker(unit(task, "Bình").agency)
    finish(task, "An")
    now.move_to(at("2026-12-10 06:00"))
    sweep()
    text = "Kế hoạch năm\n1 đơn vị chưa hoàn thành:\nĐảng bộ xã Bình"
    assert [row[1] for row in told(above, registry.TASK_ESCALATED)] == [text]
    assert [row[1] for row in told(supervisor, registry.TASK_ESCALATED)] == [text]
    assert told(above)[0][0] == "Đơn vị bên dưới quá hạn từ 03/12/2026: Treo băng rôn"
    assert told(elsewhere) == []
    assert told(unit_staff, registry.TASK_ESCALATED) == []


def test_many_late_units_are_counted_and_twelve_named(province, now):
    plan = PlanFactory(issuer=province)
    units = [AgencyFactory(name=f"Đảng bộ xã {n:02}", parent=province) for n in range(15)]
    TaskFactory(plan=plan, title="Họp dân", due=on("2026-11-30"), assigned_to=units)
    issue(plan)
    user = worker(province)
    now.move_to(at("2026-12-07 06:00"))
    sweep()
    lines = told(user, registry.TASK_ESCALATED)[0][1].splitlines()
    assert (lines[1], len(lines), lines[-1]) == (
        "15 đơn vị chưa hoàn thành:", 15, "và 3 đơn vị khác",
    )  # fmt: skip


def test_the_issuers_own_task_is_not_reported_above(province, now):
    plan = PlanFactory(issuer=AgencyFactory(parent=province))
    TaskFactory(plan=plan, due=on("2026-11-30"), assigned_to=[plan.issuer])
    issue(plan)
    user = worker(province)
    now.move_to(at("2026-12-07 06:00"))
    sweep()
    assert told(user) == []


def test_a_moved_due_date_ends_the_old_reminders(task):
    actions.edit_task(actor=None, task=task, due=on("2026-12-08"))
    assert pending() == [
        (registry.TASK_DUE_SOON, "2026-12-04", -3),  # the 5th is a Saturday
        (registry.TASK_DUE_SOON, "2026-12-08", 0),
        (registry.TASK_OVERDUE, "2026-12-09", 1),
    ]  # the escalation lies beyond the horizon
    assert ScheduledNotice.objects.filter(state="superseded").count() == 4


def test_a_reminder_due_in_the_moment_of_the_move_is_not_a_second_message(task, now):
    user = worker(unit(task, "An").agency)
    now.move_to(at("2026-11-25 09:00"))
    actions.edit_task(actor=None, task=task, due=on("2026-11-27"))
    sweep()
    assert [title for title, *_rest in told(user)] == ["Đổi mốc thời gian: Kế hoạch năm"]
    now.move_to(at("2026-11-27 06:00"))
    sweep()
    assert [title for title, *_rest in told(user)][1:] == ["Hạn hôm nay, 27/11/2026: Treo băng rôn"]


def test_a_task_without_due_date_any_more_reminds_nobody(task):
    actions.edit_task(actor=None, task=task, due=None)
    assert pending() == []


def test_a_removed_task_reminds_nobody(task):
    actions.remove_task(actor=None, task=task)
    assert pending() == []


def test_units_are_told_once_of_all_tasks_of_a_plan_that_comes_into_force(province):
    plan = PlanFactory(issuer=province, title="Kế hoạch quý")
    units = [AgencyFactory(parent=province), AgencyFactory(parent=province)]
    TaskFactory(plan=plan, title="Việc một", due=on("2026-12-30"), assigned_to=units)
    TaskFactory(plan=plan, title="Việc hai", assigned_to=units[:1])
    one, two = worker(units[0]), worker(units[1], Role.SECRETARY)
    actions.submit_plan(actor=worker(province), plan=plan)
    actions.issue_plan(actor=worker(province, Role.APPROVER), plan=plan)
    sweep()
    assert told(one) == [
        (
            "Kế hoạch quý: đơn vị được giao 2 nhiệm vụ",
            "Kế hoạch quý\nViệc một: hạn 30/12/2026\nViệc hai",
            "/lam-viec/nhiem-vu/",
        )
    ]
    assert [row[1] for row in told(two)] == ["Kế hoạch quý\nViệc một: hạn 30/12/2026"]


def test_a_task_given_later_is_told_after_the_time_for_second_thoughts(task, province, now):
    staff = worker(province)
    new = AgencyFactory(name="Đảng bộ xã Cường", parent=province)
    old, fresh = worker(unit(task, "An").agency), worker(new)
    actions.assign_task(actor=staff, task=task, agencies=[new])
    sweep()
    assert told(fresh) == []
    now.shift(dt.timedelta(minutes=10))
    sweep()
    assert [title for title, *_rest in told(fresh)] == [
        "Được giao nhiệm vụ, hạn 03/12/2026: Treo băng rôn"
    ]
    assert told(old) == []


def test_a_task_taken_back_in_time_is_not_told(task, province, now):
    new = AgencyFactory(parent=province)
    user = worker(new)
    made = actions.assign_task(actor=worker(province), task=task, agencies=[new])
    actions.unassign(actor=None, assignment=made[0])
    now.shift(dt.timedelta(minutes=11))
    sweep()
    assert told(user) == []


def test_a_batch_of_task_notices_costs_the_same_whatever_its_size(province):
    def load(notices):
        with CaptureQueriesContext(connection) as caught:
            queries.load_subjects(notices)
            for notice in notices:
                handler = registry.kinds[notice.subject_kind]
                handler.still_due(notice, clock.now())
                handler.render_for(notice, handler.audience(notice).agency_ids)
        return len(caught)

    plan = PlanFactory(issuer=province)
    units = [AgencyFactory(parent=province) for _n in range(3)]
    for n in range(6):
        TaskFactory(plan=plan, title=f"Việc {n}", due=on("2026-12-01"), assigned_to=units)
    issue(plan)
    rows = list(ScheduledNotice.objects.filter(subject_kind="campaigns.task"))
    assert len(rows) == 24
    escalated = [n for n in rows if n.kind == registry.TASK_ESCALATED]
    assert load(rows) == load(escalated[:1]) == 4
    assert Assignment.objects.count() == 18

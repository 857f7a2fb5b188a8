"""Rules of plans, the page they are set on, and the horizon up to which reminders are made."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import actions, notify
from campaigns.models import NoticeHorizon, NoticeRule, Phase, Plan
from campaigns.rules.reminding import KINDS, Rule
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from portal.notices import registry
from portal.notices.actions import sweep
from portal.notices.models import Delivery, ScheduledNotice
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import (
    Open,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    issue,
    on,
)

SOON = registry.PHASE_STARTS_SOON


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.TZ)


@pytest.fixture(autouse=True)
def now():
    """Noon of Friday 20/11/2026 in Vietnam."""
    with time_machine.travel(at("2026-11-20 12:00"), tick=False) as traveller:
        yield traveller


def rule(kind, *, switch=True, before=(), after=(), audience=("staff",)):
    return {kind: Rule(kind, switch, tuple(before), tuple(after), frozenset(audience))}


def worker(agency, role=Role.STAFF):
    user = UserFactory()
    give(user, role, agency)
    return user


def days_of(kind):
    rows = ScheduledNotice.objects.filter(state="pending", kind=kind).order_by("due_at")
    return [clock.local(n.due_at).date().isoformat() for n in rows]


def plan_with_phase(starts="2026-12-08"):
    phase = PhaseFactory(starts=on(starts), ends=Open())
    return issue(phase.track.plan)


# --- Rules ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_other_days_make_other_reminders_in_the_same_breath():
    plan = plan_with_phase()
    assert days_of(SOON) == ["2026-12-04"]
    actions.set_notice_rules(actor=None, plan=plan, rules=rule(SOON, before=(7, 1)))
    assert days_of(SOON) == ["2026-12-01", "2026-12-07"]
    row = NoticeRule.objects.get()
    assert (row.kind, row.on, row.days_before, row.audience) == (SOON, True, [7, 1], ["staff"])
    entry = AuditEntry.objects.get(verb="set_notice_rules")
    assert entry.changes[SOON][1] == {"on": True, "days": [-7, -1], "audience": ["staff"]}


@pytest.mark.django_db
def test_a_rule_switched_off_and_on_again_reminds_again():
    plan = plan_with_phase()
    actions.set_notice_rules(actor=None, plan=plan, rules=rule(SOON, switch=False))
    assert days_of(SOON) == []
    actions.set_notice_rules(actor=None, plan=plan, rules={SOON: KINDS[SOON].default})
    assert days_of(SOON) == ["2026-12-04"]
    assert not NoticeRule.objects.exists()  # as the default, so it is not kept


@pytest.mark.django_db
def test_a_changed_rule_repeats_nothing(now):
    plan = plan_with_phase()
    user = worker(plan.issuer)
    now.move_to(at("2026-12-04 06:00"))
    sweep()
    actions.set_notice_rules(actor=None, plan=plan, rules=rule(SOON, before=(5,)))
    sweep()
    assert Delivery.objects.filter(person=user, channel="inbox").count() == 1


@pytest.mark.django_db
def test_of_several_that_are_due_by_now_only_the_nearest_goes():
    plan = PlanFactory()
    actions.set_notice_rules(actor=None, plan=plan, rules=rule(SOON, before=(30, 20, 3)))
    PhaseFactory(track=TrackFactory(plan=plan), starts=on("2026-12-08"), ends=Open())
    issue(plan)
    assert days_of(SOON) == ["2026-11-18", "2026-12-04"]


@pytest.mark.django_db
def test_who_is_told_follows_the_rule_when_it_goes_out(now):
    plan = plan_with_phase()
    child = AgencyFactory(parent=plan.issuer)
    staff, approver, below = (
        worker(plan.issuer), worker(plan.issuer, Role.APPROVER), worker(child, Role.APPROVER),
    )  # fmt: skip
    actions.set_notice_rules(
        actor=None, plan=plan, rules=rule(SOON, before=(3,), audience=("approver", "subtree"))
    )
    now.move_to(at("2026-12-04 06:00"))
    sweep()
    told = set(Delivery.objects.filter(notice__kind=SOON).values_list("person", flat=True))
    assert told == {approver.pk, below.pk}
    assert staff.pk not in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (rule(SOON, before=(46,)), "days"),
        (rule(SOON, before=(3, 3)), "days"),
        (rule(SOON, before=()), "days"),
        (rule(SOON, before=(3,), after=(1,)), "days"),
        (rule(registry.TASK_OVERDUE, after=(0,)), "days"),
        (rule(SOON, before=(3,), audience=()), "nobody"),
        (rule(SOON, before=(3,), audience=("subtree",)), "nobody"),
    ],
)
def test_rules_that_make_no_sense_are_refused(changed, code):
    plan = plan_with_phase()
    with pytest.raises(Refused) as refused:
        actions.set_notice_rules(actor=None, plan=plan, rules=changed)
    assert refused.value.code == code
    assert days_of(SOON) == ["2026-12-04"]


@pytest.mark.django_db
def test_the_second_of_two_editors_is_told():
    plan = plan_with_phase()
    actions.set_notice_rules(
        actor=None, plan=plan, rules=rule(SOON, before=(7,)), lock_version=plan.lock_version
    )
    with pytest.raises(StaleVersion):
        actions.set_notice_rules(
            actor=None, plan=plan, rules=rule(SOON, before=(1,)), lock_version=plan.lock_version
        )


# --- The horizon ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_is_far_is_made_when_it_comes_near(now):
    notify.top_up()
    plan_with_phase(starts="2027-01-15")
    assert days_of(SOON) == []
    now.move_to(at("2026-12-21 00:12"))
    notify.top_up()
    assert days_of(SOON) == []
    now.move_to(at("2026-12-22 00:12"))
    assert notify.top_up() == 1
    assert notify.top_up() == 0
    assert days_of(SOON) == ["2027-01-12"]


@pytest.mark.django_db
def test_nights_without_a_run_lose_nothing(now):
    notify.top_up()
    plan = plan_with_phase(starts="2027-01-15")
    user = worker(plan.issuer)
    now.move_to(at("2027-01-15 08:00"))  # nobody ran for eight weeks
    notify.top_up()
    sweep()
    told = Delivery.objects.filter(person=user, channel="inbox").values_list("notice__kind")
    assert list(told) == [(registry.PHASE_STARTED,)]
    assert ScheduledNotice.objects.get(kind=SOON).state == "missed"


@pytest.mark.django_db
def test_a_far_move_writes_no_reminder(now):
    notify.top_up()
    plan = plan_with_phase(starts="2027-03-01")
    phase = Phase.objects.get(track__plan=plan)
    actions.edit_phase(actor=None, phase=phase, starts=on("2027-03-05"))
    assert not ScheduledNotice.objects.filter(subject_kind="campaigns.phase").exists()
    actions.edit_phase(actor=None, phase=phase, starts=on("2026-12-08"))
    assert days_of(SOON) == ["2026-12-04"]
    actions.edit_phase(actor=None, phase=phase, starts=on("2027-03-05"))
    assert days_of(SOON) == []


@pytest.mark.django_db
def test_a_rule_that_looks_further_back_is_not_lost(now):
    plan = plan_with_phase(starts="2027-01-15")
    notify.top_up()
    actions.set_notice_rules(actor=None, plan=plan, rules=rule(SOON, before=(45, 3)))
    assert days_of(SOON) == ["2026-12-01"]
    now.move_to(at("2026-12-23 00:12"))
    notify.top_up()
    assert days_of(SOON) == ["2026-12-01", "2027-01-12"]


@pytest.mark.django_db
def test_a_holiday_declared_later_brings_a_reminder_over_the_horizon(now):
    notify.top_up()  # up to Friday 11/12
    plan_with_phase(starts="2026-12-17")  # reminded on Monday 14/12
    assert days_of(SOON) == []
    holiday = {"kind": "holiday", "name": "Nghỉ bù", "uncertain": False}
    actions.set_calendar(actor=None, days={dt.date(2026, 12, 14): holiday})
    notify.top_up()
    assert days_of(SOON) == ["2026-12-11"]


@pytest.mark.django_db
def test_closed_plans_and_drafts_are_passed_over():
    PhaseFactory(starts=on("2026-12-08"), ends=Open())
    actions.close_plan(actor=None, plan=plan_with_phase())
    notify.top_up()
    assert not ScheduledNotice.objects.filter(state="pending").exists()


@pytest.mark.django_db
def test_topping_up_costs_the_same_for_many_plans():
    def cost():
        NoticeHorizon.objects.all().delete()
        with CaptureQueriesContext(connection) as caught:
            notify.top_up()
        return len(caught)

    plan_with_phase()
    TaskFactory(plan=PlanFactory(issued=True), due=on("2026-12-01"))
    few = cost()
    for _n in range(4):
        plan_with_phase()
        TaskFactory(plan=PlanFactory(issued=True), due=on("2026-12-01"))
    assert cost() == few


@pytest.mark.django_db(transaction=True)
def test_a_move_during_the_nightly_run_is_not_overtaken():
    """The run waits for the move: it never makes a reminder of a day that has just changed."""
    plan = plan_with_phase()
    phase = Phase.objects.get(track__plan=plan)
    ScheduledNotice.objects.all().delete()
    moved, done = threading.Event(), []

    def run():
        moved.wait(10)
        done.append(notify.top_up())
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    with transaction.atomic():
        actions.edit_phase(actor=None, phase=phase, starts=on("2026-12-10"))
        moved.set()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(10)
    assert days_of(SOON) == ["2026-12-07"]
    rows = ScheduledNotice.objects.filter(kind=SOON)
    assert {n.revision for n in rows} == {Phase.objects.get().starts.revision}


# --- The page -------------------------------------------------------------------------------


def address(plan):
    return reverse("campaigns:notice_rules", args=[plan.pk])


def filled(plan, **changes):
    data = {"lock_version": Plan.objects.get(pk=plan.pk).lock_version}
    for name, kind in KINDS.items():
        default = kind.default
        data |= {f"{name}_on": "on", f"{name}_audience": sorted(default.audience)}
        if kind.before is not None:
            data[f"{name}_before"] = ", ".join(map(str, default.before))
        if kind.after is not None:
            data[f"{name}_after"] = ", ".join(map(str, default.after))
    return {key: value for key, value in (data | changes).items() if value is not None}


@pytest.mark.django_db
def test_staff_set_the_days_on_a_page(client):
    plan = plan_with_phase()
    client.force_login(worker(plan.issuer))
    page = client.get(address(plan)).content.decode()
    assert "Sắp gửi" in page
    assert "04/12/2026" in page
    answer = client.post(address(plan), filled(plan, **{f"{SOON}_before": "7; 1"}))
    assert answer.status_code == 302
    assert days_of(SOON) == ["2026-12-01", "2026-12-07"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (f"{SOON}_before", "ba", "Ghi số ngày, cách nhau bằng dấu phẩy"),
        (f"{SOON}_before", "60", "Mỗi số ngày từ 0 đến 45"),
        (f"{SOON}_before", "", "Hãy ghi số ngày, hoặc tắt loại nhắc này."),
        (f"{SOON}_before", "1,2,3,4,5,6", "Nhiều nhất 5 lần nhắc cho một mốc."),
        (f"{SOON}_audience", None, "Hãy chọn ít nhất một người nhận."),
    ],
)
def test_bad_entries_come_back_with_a_sentence(client, field, value, words):
    plan = plan_with_phase()
    client.force_login(worker(plan.issuer))
    answer = client.post(address(plan), filled(plan, **{field: value}))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert days_of(SOON) == ["2026-12-04"]


@pytest.mark.django_db
def test_a_stale_form_shows_both_and_saves_the_second_time(client):
    plan = plan_with_phase()
    client.force_login(worker(plan.issuer))
    mine = filled(plan, **{f"{SOON}_before": "9"})
    actions.set_notice_rules(actor=None, plan=plan, rules=rule(SOON, before=(7,)))
    answer = client.post(address(plan), mine)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Người khác đã lưu" in page
    again = filled(plan, **{f"{SOON}_before": "9"})
    assert client.post(address(plan), again).status_code == 302
    assert NoticeRule.objects.get(kind=SOON).days_before == [9]


@pytest.mark.django_db
def test_readers_see_the_rules_but_change_nothing(client):
    plan = plan_with_phase()
    client.force_login(worker(plan.issuer, Role.SUPERVISOR))
    assert "Lưu cách nhắc" not in client.get(address(plan)).content.decode()
    assert client.post(address(plan), filled(plan)).status_code == 403
    client.force_login(worker(AgencyFactory()))
    assert client.get(address(plan)).status_code == 404


@pytest.mark.django_db
def test_the_page_costs_the_same_whatever_comes(client):
    def cost(plan):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address(plan)).status_code == 200
        return len(caught)

    plan = plan_with_phase()
    task = TaskFactory(plan=plan, due=on("2026-12-01"), assigned_to=[plan.issuer])
    client.force_login(worker(plan.issuer))
    cost(plan)
    few = cost(plan)
    track = Phase.objects.get().track
    for n in range(5):
        PhaseFactory(track=track, starts=on(f"2026-12-1{n}"), ends=on("2027-02"))
        TaskFactory(plan=plan, due=on(f"2026-12-2{n}"), assigned_to=[plan.issuer])
    assert (cost(plan), task.plan_id) == (few, plan.pk)

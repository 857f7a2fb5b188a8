"""Nhắc đơn vị chậm, and reminders of plans that units have not issued."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import actions
from campaigns.actions.cascade import set_derive_by
from campaigns.models import LateReminder, Plan
from campaigns.queries.late import REASONS, late_units
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from portal.notices import registry
from portal.notices.actions import sweep
from portal.notices.models import Delivery, ScheduledNotice
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import PlanFactory, TaskFactory, issue, on


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.TZ)


@pytest.fixture(autouse=True)
def now():
    """Noon of Friday 20/11/2026 in Vietnam."""
    with time_machine.travel(at("2026-11-20 12:00"), tick=False) as traveller:
        yield traveller


def worker(agency, role=Role.STAFF, **kwargs):
    user = UserFactory(**kwargs)
    give(user, role, agency)
    return user


def told(user, kind):
    rows = Delivery.objects.filter(person=user, channel="inbox", notice__kind=kind)
    return [(d.title, d.text) for d in rows.order_by("id")]


@pytest.fixture
def plan():
    """A plan of the province: An is late with one task, Bình is in time."""
    province = AgencyFactory(name="Đảng bộ tỉnh", committee_name="Tỉnh ủy Mẫu")
    an = AgencyFactory(name="Đảng bộ xã An", parent=province)
    binh = AgencyFactory(name="Đảng bộ xã Bình", parent=province)
    plan = PlanFactory(issuer=province, title="Kế hoạch năm", symbol="5-KH/TU")
    TaskFactory(plan=plan, title="Treo băng rôn", due=on("2026-11-10"), assigned_to=[an])
    TaskFactory(plan=plan, title="Họp dân", due=on("2026-12-10"), assigned_to=[an, binh])
    return issue(plan)


def unit(plan, name):
    return plan.tasks.first().assignments.model.objects.filter(
        task__plan=plan, agency__name__endswith=name
    ).first().agency  # fmt: skip


def call(plan, **kwargs):
    kwargs = {"actor": None, "text": "Đề nghị làm ngay.", "reasons": REASONS} | kwargs
    return actions.remind_late_units(plan=plan, **kwargs)


@pytest.mark.django_db
def test_late_units_read_the_words_of_the_committee_and_their_own_list(plan):
    an, binh = worker(unit(plan, "An")), worker(unit(plan, "Bình"))
    row = call(plan)
    assert (row.agencies, row.people, row.signed) == ([unit(plan, "An").pk], 1, "Tỉnh ủy Mẫu")
    sweep()
    assert told(an, registry.LATE_REMINDER) == [
        (
            "Tỉnh ủy Mẫu nhắc việc chậm: 5-KH/TU",
            "Đề nghị làm ngay.\nTreo băng rôn (hạn 10/11/2026)\nTM. Tỉnh ủy Mẫu",
        )
    ]
    assert told(binh, registry.LATE_REMINDER) == []


@pytest.mark.django_db
def test_once_a_day_and_again_on_the_next(plan, now):
    call(plan)
    with pytest.raises(Refused) as refused:
        call(plan)
    assert refused.value.code == "today"
    now.move_to(at("2026-11-21 08:00"))
    call(plan)
    assert LateReminder.objects.count() == 2


@pytest.mark.django_db
def test_the_database_stands_behind_it(plan):
    row = call(plan)
    with pytest.raises(IntegrityError), transaction.atomic():
        LateReminder.objects.create(plan=plan, on=row.on, text="Nữa", signed="Ai đó")


@pytest.mark.django_db(transaction=True)
def test_two_calls_at_once_are_one(plan):
    meeting, results = threading.Barrier(2, timeout=20), []

    def run():
        meeting.wait()
        try:
            call(plan)
            results.append("sent")
        except Refused as refused:
            results.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == ["sent", "today"]
    assert ScheduledNotice.objects.filter(kind=registry.LATE_REMINDER).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kwargs", "code"),
    [
        ({"reasons": ["bao-cao"]}, "nobody"),
        ({"text": "  "}, "text"),
        ({"text": "a" * 1501}, "text"),
    ],
)
def test_a_call_that_reaches_nobody_or_says_nothing_is_refused(plan, kwargs, code):
    with pytest.raises(Refused) as refused:
        call(plan, **kwargs)
    assert refused.value.code == code
    assert not LateReminder.objects.exists()


@pytest.mark.django_db
def test_a_plan_over_is_not_called(plan):
    actions.close_plan(actor=None, plan=plan)
    with pytest.raises(Refused) as refused:
        call(plan)
    assert refused.value.code == "not_in_force"


@pytest.mark.django_db
def test_who_finished_before_it_went_out_is_not_told(plan):
    an = worker(unit(plan, "An"))
    call(plan)
    assignment = plan.tasks.get(title="Treo băng rôn").assignments.get()
    actions.set_progress(actor=None, assignment=assignment, state="done")
    sweep()
    assert told(an, registry.LATE_REMINDER) == []


@pytest.mark.django_db
def test_the_page_shows_sends_and_counts_the_same(client, plan):
    an = worker(unit(plan, "An"))
    client.force_login(worker(plan.issuer))
    address = reverse("campaigns:call_late", args=[plan.pk])
    page = client.get(address).content.decode()
    assert "<b>1 đơn vị</b>, <b>1 người</b>" in page
    assert "TM. Tỉnh ủy Mẫu" in page
    assert f"/k/{plan.pk}/" in page
    assert client.post(address, {"vi_sao": ["nhiem-vu"], "text": ""}).status_code == 422
    data = {"vi_sao": ["nhiem-vu"], "text": "Đề nghị làm ngay."}
    left_out = data | {"bo": [str(unit(plan, "An").pk)]}
    assert client.post(address, left_out).status_code == 422
    assert client.post(address, data).status_code == 302
    assert "mai mới nhắc được nữa" in client.get(address).content.decode()
    sweep()
    assert len(told(an, registry.LATE_REMINDER)) == 1


@pytest.mark.django_db
def test_numbers_are_for_those_with_the_duty_and_looks_are_logged(client, plan):
    an = unit(plan, "An")
    worker(an, phone="0912345678", full_name="Nguyễn Văn Ân")
    worker(an, Role.MEMBER, phone="0987654321")
    staff = worker(plan.issuer)
    address = reverse("campaigns:call_list", args=[plan.pk])
    client.force_login(staff)
    page = client.get(address).content.decode()
    assert "Nguyễn Văn Ân" in page
    assert "0912345678" in page
    assert "0987654321" not in page
    entry = AuditEntry.objects.get(verb="look_at_phones")
    assert (entry.actor, entry.changes) == (staff, {"agencies": [None, 1]})
    client.force_login(worker(plan.issuer, Role.SUPERVISOR))
    assert client.get(address).status_code == 403
    client.force_login(worker(an))
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_both_pages_cost_the_same_for_many_units(client, plan):
    def cost(name):
        address = reverse(name, args=[plan.pk])
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    worker(unit(plan, "An"), phone="0912345678")
    client.force_login(worker(plan.issuer))
    names = ("campaigns:call_late", "campaigns:call_list")
    for name in names:
        cost(name)
    few = [cost(name) for name in names]
    task = plan.tasks.get(title="Treo băng rôn")
    units = [AgencyFactory(parent=plan.issuer) for _n in range(6)]
    actions.assign_task(actor=None, task=task, agencies=units)
    for n, extra in enumerate(units):
        worker(extra, phone=f"09000000{n:02}")
    assert [cost(name) for name in names] == few
    assert len(late_units(plan, clock.now(), clock.today())) == 7


@pytest.mark.django_db
def test_the_short_address_leads_to_public_plans_only(client, plan):
    assert client.get(f"/k/{plan.pk}/")["Location"] == plan.get_absolute_url()
    assert client.get(f"/k/{PlanFactory().pk}/").status_code == 404


# --- Plans that units have not issued -------------------------------------------------------


def pending():
    rows = ScheduledNotice.objects.filter(state="pending", kind=registry.PLAN_MISSING)
    return [
        (clock.local(n.due_at).date().isoformat(), n.offset_days) for n in rows.order_by("due_at")
    ]


@pytest.mark.django_db
def test_units_without_a_plan_are_reminded_before_and_after_the_day(plan, now):
    set_derive_by(actor=None, plan=plan, on=dt.date(2026, 12, 1))
    assert pending() == [
        ("2026-11-24", -7), ("2026-11-30", -1), ("2026-12-02", 1), ("2026-12-08", 7),
    ]  # fmt: skip
    an, binh = worker(unit(plan, "An")), worker(unit(plan, "Bình"), Role.SECRETARY)
    mine = actions.derive_plan(
        actor=None, above=Plan.objects.get(pk=plan.pk), issuer=unit(plan, "An"), title="KH của An"
    )
    issue(mine)
    now.move_to(at("2026-11-30 06:00"))
    sweep()
    now.move_to(at("2026-12-02 06:00"))
    sweep()
    assert told(an, registry.PLAN_MISSING) == []
    assert [title for title, _text in told(binh, registry.PLAN_MISSING)] == [
        "Ban hành kế hoạch triển khai 5-KH/TU trước hết ngày 01/12/2026",
        "Quá hạn 01/12/2026 mà chưa ban hành kế hoạch triển khai 5-KH/TU",
    ]


@pytest.mark.django_db
def test_another_day_and_no_day(plan):
    set_derive_by(actor=None, plan=plan, on=dt.date(2026, 12, 1))
    set_derive_by(actor=None, plan=plan, on=dt.date(2026, 12, 4))
    assert pending() == [
        ("2026-11-27", -7),
        ("2026-12-03", -1),
        ("2026-12-05", 1),
        ("2026-12-11", 7),
    ]
    set_derive_by(actor=None, plan=plan, on=None)
    assert pending() == []


@pytest.mark.django_db
def test_a_plan_over_reminds_nobody_of_theirs(plan):
    set_derive_by(actor=None, plan=plan, on=dt.date(2026, 12, 1))
    actions.withdraw_plan(actor=None, plan=Plan.objects.get(pk=plan.pk), note="Thay kế hoạch")
    assert pending() == []


@pytest.mark.django_db
def test_units_late_with_their_plan_are_called_for_it(plan, now):
    set_derive_by(actor=None, plan=plan, on=dt.date(2026, 11, 19))
    binh = worker(unit(plan, "Bình"))
    row = call(Plan.objects.get(pk=plan.pk), reasons=["ke-hoach"])
    assert len(row.agencies) == 2
    sweep()
    assert told(binh, registry.LATE_REMINDER)[0][1] == (
        "Đề nghị làm ngay.\nChưa ban hành kế hoạch triển khai\nTM. Tỉnh ủy Mẫu"
    )

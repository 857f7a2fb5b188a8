"""Whom an issuer may hand a task, and who may move what belongs to nobody."""

import datetime as dt

import pytest
from django.urls import reverse

from campaigns import actions
from campaigns.models import Assignment
from campaigns.rules import access
from portal.agencies.models import Role
from portal.agencies.queries import reachable
from portal.common import clock
from portal.common.errors import Refused
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, LevelFactory, give
from tests.campaigns.factories import EventFactory, PlanFactory, TaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def province():
    return AgencyFactory(name="Đảng bộ tỉnh Mẫu", kind="party")


@pytest.fixture
def staff(province):
    user = UserFactory()
    give(user, Role.STAFF, province)
    return user


def test_a_committee_reaches_its_subtree_and_the_bodies_it_leads(province):
    commune = AgencyFactory(name="Đảng bộ xã", kind="party", parent=province)
    cell = AgencyFactory(name="Chi bộ", kind="party", parent=commune)
    board = AgencyFactory(name="Ủy ban nhân dân tỉnh", led_by=province)
    department = AgencyFactory(name="Sở Nội vụ", parent=board)
    school = AgencyFactory(name="Trường", led_by=commune)
    AgencyFactory(name="Tỉnh khác")
    assert set(reachable(province)) == {province, commune, cell, board, department, school}
    assert set(reachable(board)) == {board, department}  # being led gives nothing upwards
    assert set(reachable(commune)) == {commune, cell, school}


def test_units_outside_are_refused_by_name_and_nothing_is_given(province, staff):
    commune = AgencyFactory(name="Đảng bộ xã", parent=province)
    strangers = [AgencyFactory(name=f"Sở số {n}") for n in range(7)]
    task = TaskFactory(plan=PlanFactory(issuer=province))
    with pytest.raises(Refused) as refusal:
        actions.assign_task(actor=staff, task=task, agencies=[commune, *strangers])
    assert refusal.value.code == "outside"
    assert refusal.value.message.endswith(
        "Sở số 0; Sở số 1; Sở số 2; Sở số 3; Sở số 4 và 2 đơn vị khác."
    )
    assert not Assignment.objects.exists()
    # what a paper gave out in its day is recorded as it was
    actions.assign_task(actor=None, task=task, agencies=[strangers[0]])
    # and whoever has the task already is no hindrance
    actions.assign_task(actor=staff, task=task, agencies=[commune, strangers[0]])
    assert {a.agency for a in task.assignments.all()} == {commune, strangers[0]}


def test_a_unit_that_is_over_or_not_yet_there_gets_no_task(province, staff):
    today = clock.today()
    old = AgencyFactory(name="Huyện ủy cũ", parent=province, ends=today - dt.timedelta(days=1))
    coming = AgencyFactory(name="Đảng bộ mới", parent=province, starts=today + dt.timedelta(9))
    task = TaskFactory(plan=PlanFactory(issuer=province))
    for unit in (old, coming):
        with pytest.raises(Refused) as refusal:
            actions.assign_task(actor=staff, task=task, agencies=[unit])
        assert refusal.value.code == "expired"
        assert refusal.value.message == f"Đơn vị không còn hoặc chưa hoạt động: {unit.name}."
    assert not Assignment.objects.exists()


def test_what_belongs_to_nobody_is_moved_at_the_top_only(province, staff, client):
    top = AgencyFactory(
        name="Trung ương", kind="party", level=LevelFactory(slug="tw", name="Trung ương", order=1)
    )
    chief = UserFactory()
    give(chief, Role.STAFF, top)
    led = AgencyFactory(name="Văn phòng", level=top.level, led_by=top)
    clerk = UserFactory()
    give(clerk, Role.STAFF, led)
    event = EventFactory(host=None, kind="commemoration", name="Quốc khánh", ordinal=None)
    for user, may in ((chief, True), (staff, False), (clerk, False), (UserFactory(), False)):
        assert access.may_edit_event(user, event) is may
        assert access.may_create_event(user) is may
    own = EventFactory(host=province)
    assert access.may_edit_event(staff, own)
    assert not access.may_edit_event(chief, own)

    client.force_login(staff)
    assert client.get(reverse("campaigns:move_event", args=[event.pk])).status_code == 403
    new = reverse("campaigns:new_event")
    sent = {"kind": "commemoration", "name": "Ngày của tôi"}
    page = client.post(new, sent)
    assert page.context["form"].errors["host"]
    client.force_login(chief)
    assert client.post(new, sent).status_code == 302


def test_the_list_of_events_asks_once_who_is_at_the_top(staff, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(staff)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("campaigns:events_desk")).status_code == 200
        return len(seen)

    make = {"host": None, "kind": "commemoration", "ordinal": None}
    EventFactory(name="Ngày một", **make)
    queries()
    one = queries()
    for n in range(5):
        EventFactory(name=f"Ngày {n} nữa", **make)
    assert queries() == one

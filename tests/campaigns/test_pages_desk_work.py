"""Progress of a plan, the tasks of a unit, evidence, and "Việc hôm nay"."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import actions
from campaigns.models import Assignment, Evidence
from portal.agencies import today as work
from portal.agencies.models import Role
from portal.common import clock
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import (
    DateSpec,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    issue,
)
from tests.documents.factories import office

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def text(response):
    return response.content.decode()


def in_days(n):
    return DateSpec(date=clock.today() + dt.timedelta(days=n))


@pytest.fixture
def world(client):
    """(plan, unit, clerk of the unit): a plan in force with one task, five days late."""
    agency, staff, _approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    unit, clerk = AgencyFactory(name="Đảng bộ xã Tân Lập", parent=agency), UserFactory()
    give(clerk, Role.SECRETARY, unit)
    plan = PlanFactory(issuer=agency, actor=staff)
    phase = PhaseFactory(track=TrackFactory(plan=plan), starts=in_days(-30), ends=in_days(30))
    TaskFactory(plan=plan, title="Mở chuyên mục", phase=phase, due=in_days(-5), assigned_to=[unit])
    issue(plan)
    client.force_login(clerk)
    return plan, unit, clerk


def given():
    return Assignment.objects.order_by("pk").first()


def test_the_unit_sees_what_is_late_and_by_how_much(world, client):
    page = client.get(url("my_assignments"))
    assert "Quá hạn 5 ngày" in text(page)
    assert "Quá hạn 5 ngày" in text(client.get(url("assignment", given().pk)))


def add_address(kind="viec-khac"):
    return url("add_evidence", given().pk, kind)


def test_done_with_evidence(world, client):
    address = url("assignment", given().pk)
    evidence = {"title": "Chuyên mục mở ngày đầu", "happened_on": clock.today().isoformat()}
    evidence |= {"url": "https://xatanlap.example/dai-hoi", "note": "Có ảnh."}
    client.post(add_address(), evidence)
    assert given().state == "doing"
    assert "Chuyên mục mở ngày đầu" in text(client.get(address))
    client.post(address, {"state": "done", "note": "Xong", "lock_version": given().lock_version})
    row = given()
    assert (row.state, row.done_on, row.note) == ("done", clock.today(), "Xong")
    assert text(client.get(url("my_assignments"))).count("Mở chuyên mục") == 0
    done = client.get(url("my_assignments"), {"trang_thai": "done"})
    assert text(done).count("Mở chuyên mục") == 1


def test_two_who_enter_progress_see_both_notes(world, client):
    actions.set_progress(actor=None, assignment=given(), state="doing", note="Của người kia")
    page = client.post(
        url("assignment", given().pk), {"state": "done", "note": "Của tôi", "lock_version": 0}
    )
    assert ("Của tôi" in text(page), "Của người kia" in text(page)) == (True, True)
    assert given().state == "doing"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"happened_on": "2999-01-01"}, "happened_on"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"title": ""}, "title"),
    ],
)
def test_refused_evidence_stays_in_the_form(world, client, data, field):
    entered = {"title": "Ảnh", "happened_on": clock.today().isoformat(), "note": "giữ"}
    page = client.post(add_address(), entered | data)
    assert list(page.context["form"].errors) == [field]
    assert "giữ" in text(page)
    assert not Evidence.objects.exists()


def test_a_day_that_has_not_come_is_refused_beside_the_field(world, client):
    page = client.post(
        url("assignment", given().pk),
        {"state": "done", "done_on": "2999-01-01", "lock_version": 0, "note": "chữ của tôi"},
    )
    assert list(page.context["form"].errors) == ["done_on"]
    assert "chữ của tôi" in text(page)


def test_evidence_by_hand_is_taken_back_that_of_an_article_is_not(world, client):
    mine = actions.add_manual_evidence(
        actor=None, assignment=given(), title="Ảnh", happened_on=clock.today()
    )
    actions.record_evidence(
        source_kind="news.article",
        source_id=7,
        title="Tin đã đăng",
        url="/tin-tuc/7/",
        happened_on=clock.today(),
        assignment=given(),
    )
    article = Evidence.objects.get(source_kind="news.article")
    client.post(url("retract_evidence", given().pk, mine.pk))
    client.post(url("retract_evidence", given().pk, article.pk))
    mine.refresh_from_db()
    article.refresh_from_db()
    assert (mine.retracted_at is None, article.retracted_at is None) == (False, True)
    page = text(client.get(url("assignment", given().pk)))
    assert ("/tin-tuc/7/" in page, "Tin bài trên cổng" in page) == (True, True)


def test_tasks_of_other_units_do_not_exist(world, client):
    plan, _unit, _clerk = world
    other = AgencyFactory(parent=plan.issuer, name="Đảng bộ xã Yên Sơn")
    actions.assign_task(actor=None, task=given().task, agencies=[other])
    theirs = Assignment.objects.get(agency=other)
    assert client.get(url("assignment", theirs.pk)).status_code == 404
    assert client.post(url("add_evidence", theirs.pk, "anh")).status_code == 404
    assert "Yên Sơn" not in text(client.get(url("progress", plan.pk)))
    assert text(client.get(url("my_assignments"))).count("Mở chuyên mục") == 1


def test_those_who_gave_it_see_it_and_do_not_write(world, client):
    plan, _unit, _clerk = world
    giver = UserFactory()
    give(giver, Role.STAFF, plan.issuer)
    client.force_login(giver)
    page = client.get(url("assignment", given().pk))
    assert (page.status_code, "Lưu tiến độ" in text(page)) == (200, False)
    assert client.post(url("assignment", given().pk), {"state": "done"}).status_code == 403
    assert client.post(add_address()).status_code == 403


def test_a_plain_member_has_no_list(world, client):
    _plan, unit, _clerk = world
    member = UserFactory()
    give(member, Role.MEMBER, unit)
    client.force_login(member)
    assert client.get(url("my_assignments")).status_code == 403
    assert client.get(url("assignment", given().pk)).status_code == 404


def test_the_person_responsible_works_without_a_role(world, client):
    person = UserFactory()
    Assignment.objects.filter(pk=given().pk).update(responsible=person)
    client.force_login(person)
    assert "Mở chuyên mục" in text(client.get(url("my_assignments")))
    address = url("assignment", given().pk)
    assert client.post(address, {"state": "doing", "lock_version": 0}).status_code == 302
    assert given().state == "doing"


def test_my_list_costs_the_same_for_one_and_many(world, client):
    _plan, _unit, clerk = world

    def cost():
        client.force_login(clerk)
        client.get(url("my_assignments"))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url("my_assignments")).status_code == 200
        return len(seen)

    one = cost()
    for _n in range(6):
        TaskFactory(plan=given().task.plan, due=in_days(3), assigned_to=[given().agency])
    assert cost() == one


def sections_of(user):
    day = work.collect(user)
    return {
        section.key: [item.title for item in section.items]
        for section in day.sections
        if section.key.startswith("campaigns.")
    }


def test_today_of_a_unit(world):
    plan, unit, clerk = world
    TaskFactory(plan=plan, title="Tuần này", due=in_days(6), assigned_to=[unit])
    TaskFactory(plan=plan, title="Còn lâu", due=in_days(40), assigned_to=[unit])
    TaskFactory(plan=plan, title="Không hạn", assigned_to=[unit])
    PhaseFactory(track=plan.tracks.get(), title="Đợt 9", starts=in_days(4), ends=in_days(90))
    assert sections_of(clerk) == {
        "campaigns.assignments": ["Mở chuyên mục", "Tuần này"],
        "campaigns.phases": ["Đợt 9 bắt đầu"],
    }
    assert [x.item.title for x in work.collect(clerk).late] == ["Mở chuyên mục"]


def test_today_of_staff_whose_units_are_late(world):
    plan, unit, _clerk = world
    staff = UserFactory()
    give(staff, Role.STAFF, plan.issuer)
    symbol = plan.document.symbol or plan.title
    # one is late already ("Mở chuyên mục"); a second of the same unit, one done, one of another
    TaskFactory(plan=plan, due=in_days(-1), assigned_to=[unit, AgencyFactory()])
    done = TaskFactory(plan=plan, due=in_days(-1), assigned_to=[unit]).assignments.get()
    actions.set_progress(actor=None, assignment=done, state="done", done_on=clock.today())
    found = sections_of(staff)["campaigns.late_units"]
    assert found == [f"{symbol}: 3 phân công quá hạn ở 2 đơn vị"]


def test_today_of_an_approver_and_of_those_sent_back(client):
    agency, staff, approver = office()
    plan = PlanFactory(issuer=agency, actor=staff, title="Kế hoạch chờ")
    actions.submit_plan(actor=staff, plan=plan)
    assert sections_of(approver) == {"campaigns.issue": ["Kế hoạch chờ"]}
    assert sections_of(staff) == {}
    actions.send_back_plan(actor=approver, plan=plan, note="Thiếu căn cứ")
    assert sections_of(approver) == {}
    assert sections_of(staff) == {"campaigns.returned": ["Kế hoạch chờ"]}


def test_today_costs_the_same_for_one_and_many(world):
    plan, unit, clerk = world

    def cost():
        user = type(clerk).objects.get(pk=clerk.pk)
        with CaptureQueriesContext(connection) as seen:
            work.collect(user)
        return len(seen)

    PhaseFactory(track=plan.tracks.get(), starts=in_days(4), ends=in_days(90))
    one = cost()
    for _n in range(5):
        TaskFactory(plan=plan, due=in_days(2), assigned_to=[unit])
        PhaseFactory(track=plan.tracks.get(), starts=in_days(4), ends=in_days(90))
    assert cost() == one

"""Agencies merge, split, end: open tasks pass on, plans keep their name, people are told."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import actions
from campaigns.models import Assignment, Evidence, ProgressNote
from campaigns.rules import access
from portal.agencies import actions as agencies
from portal.agencies import tasks
from portal.agencies.models import Agency, Role, Succession
from portal.agencies.rules import grants_of, path_of
from portal.common import clock
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from portal.notices import actions as notices
from portal.notices.models import Delivery, ScheduledNotice
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, CellFactory, give
from tests.campaigns.factories import PlanFactory, TaskFactory

pytestmark = pytest.mark.django_db
MERGE, SPLIT, ABOLISH = Succession.Kind.MERGE, Succession.Kind.SPLIT, Succession.Kind.ABOLISH


class World:
    """A province with two communes that become one, and the tasks the province gave them."""

    def __init__(self):
        self.province = AgencyFactory(name="Đảng bộ tỉnh Mẫu", kind="party")
        self.a, self.b, self.c = (
            AgencyFactory(name=f"Đảng bộ xã {n}", kind="party", parent=self.province)
            for n in ("An Bình", "Bình Minh", "An Minh")
        )
        self.clerk = UserFactory(full_name="Cán bộ xã mới")
        give(self.clerk, Role.STAFF, self.c)
        self.old = UserFactory(full_name="Cán bộ xã cũ")
        give(self.old, Role.STAFF, self.a)
        self.plan = PlanFactory(issuer=self.province)
        self.banners = TaskFactory(plan=self.plan, title="Treo băng rôn", assigned_to=[self.a])
        self.talks = TaskFactory(
            plan=self.plan, title="Nói chuyện", assigned_to=[self.a, self.b, self.c]
        )
        self.done = TaskFactory(plan=self.plan, title="Treo cờ", assigned_to=[self.a, self.c])
        actions.submit_plan(actor=None, plan=self.plan)
        actions.issue_plan(actor=None, plan=self.plan)

    def given(self, task, agency):
        return Assignment.objects.get(task=task, agency=agency)

    def merge(self, source, on=None, **more):
        return agencies.succeed(
            actor=None,
            source=source,
            kind=MERGE,
            targets=[self.c],
            on=on or clock.today(),
            decision="15/QĐ-TU",
            **more,
        )


@pytest.fixture
def world():
    return World()


def units(task):
    return sorted(task.assignments.values_list("agency__name", flat=True))


def test_open_tasks_pass_on_and_those_done_stay(world):
    actions.set_progress(actor=None, assignment=world.given(world.done, world.a), state="done")
    actions.set_progress(
        actor=None, assignment=world.given(world.banners, world.a), state="doing", note="Đã đặt in"
    )
    world.merge(world.a)
    moved = world.given(world.banners, world.c)
    assert (moved.state, moved.note, moved.received_from) == ("doing", "Đã đặt in", world.a)
    assert moved.notes.first().text == "Tiếp nhận từ Đảng bộ xã An Bình (15/QĐ-TU)"
    assert units(world.done) == ["Đảng bộ xã An Bình", "Đảng bộ xã An Minh"]
    assert units(world.banners) == ["Đảng bộ xã An Minh"]
    entry = AuditEntry.objects.get(verb="apply_succession")
    assert entry.changes["moved"] == [
        None,
        ["1 nhiệm vụ", "1 nhiệm vụ nhập vào nhiệm vụ cùng loại của nơi kế tục"],
    ]


def test_the_same_task_is_done_once_after_the_merger_and_keeps_what_both_showed(world):
    one, two = world.given(world.talks, world.a), world.given(world.talks, world.c)
    for row, title in ((one, "Buổi ở An Bình"), (two, "Buổi ở An Minh")):
        actions.add_manual_evidence(
            actor=None, assignment=row, title=title, happened_on=clock.today()
        )
    both = {"title": "Tin chung", "url": "/tin/1", "happened_on": clock.today()}
    actions.record_evidence(
        source_kind="news.article", source_id=7, assignment_ids=[one.pk, two.pk], **both
    )
    actions.set_progress(actor=None, assignment=one, state="doing", note="Còn một thôn")
    world.merge(world.a)
    world.merge(world.b)
    assert units(world.talks) == ["Đảng bộ xã An Minh"]
    two.refresh_from_db()
    titles = sorted(two.evidence.values_list("title", flat=True))
    assert titles == ["Buổi ở An Bình", "Buổi ở An Minh", "Tin chung"]
    assert two.note == "Tiếp nhận từ Đảng bộ xã An Bình (15/QĐ-TU): Còn một thôn"
    assert not Evidence.objects.exclude(assignment=two).exists()
    assert (
        ProgressNote.objects.exclude(assignment=two).filter(assignment__task=world.talks).count()
        == 0
    )


def test_an_article_withdrawn_at_one_of_both_counts_still(world):
    one, two = world.given(world.talks, world.a), world.given(world.talks, world.c)
    both = {"title": "Tin chung", "url": "/tin/1", "happened_on": clock.today()}
    actions.record_evidence(
        source_kind="news.article", source_id=7, assignment_ids=[one.pk, two.pk], **both
    )
    actions.record_evidence(
        source_kind="news.article", source_id=7, assignment_ids=[one.pk], **both
    )
    assert two.evidence.get().retracted_at is not None
    world.merge(world.a)
    assert two.evidence.get().retracted_at is None


def test_who_answers_for_a_task_stays_only_where_they_work_at_the_successor(world):
    row = world.given(world.banners, world.a)
    actions.set_responsible(actor=None, assignment=row, responsible=world.old)
    world.merge(world.a, carry_roles=True)
    assert world.given(world.banners, world.c).responsible == world.old
    stays = UserFactory()
    give(stays, Role.STAFF, world.b)
    row = world.given(world.talks, world.b)
    actions.set_responsible(actor=None, assignment=row, responsible=stays)
    Assignment.objects.filter(task=world.talks, agency=world.c).delete()
    world.merge(world.b)
    assert world.given(world.talks, world.c).responsible is None


def test_closed_plans_keep_their_tasks_where_they_were(world):
    actions.close_plan(actor=None, plan=world.plan)
    world.merge(world.a)
    assert units(world.banners) == ["Đảng bộ xã An Bình"]


def test_on_a_day_to_come_nothing_passes_on_before_it(world):
    tomorrow = clock.today() + dt.timedelta(days=1)
    world.merge(world.a, on=tomorrow)
    assert units(world.banners) == ["Đảng bộ xã An Bình"]
    assert grants_of(world.old).agency_ids(Role.STAFF) == {world.a.pk}
    tasks.project_today()
    assert units(world.banners) == ["Đảng bộ xã An Bình"]
    with time_machine.travel(clock.now() + dt.timedelta(days=2)):
        tasks.project_today()
        tasks.project_today()
        assert units(world.banners) == ["Đảng bộ xã An Minh"]
        world.a.refresh_from_db()
        assert (world.a.heir, world.a.parent) == (world.c, None)
    assert AuditEntry.objects.filter(verb="apply_succession").count() == 1


def test_a_split_gives_each_task_where_it_was_meant_to_go(world):
    row = world.given(world.banners, world.a)
    agencies.succeed(
        actor=None,
        source=world.a,
        kind=SPLIT,
        targets=[world.b, world.c],
        on=clock.today(),
        heir=world.c,
        shares={"campaigns": {str(row.pk): world.b.pk}},
    )
    assert units(world.banners) == ["Đảng bộ xã Bình Minh"]
    assert units(world.talks) == ["Đảng bộ xã An Minh", "Đảng bộ xã Bình Minh"]
    world.a.refresh_from_db()
    assert world.a.heir == world.c
    with pytest.raises(Refused, match="một cơ quan kế tục"):
        agencies.succeed(
            actor=None,
            source=world.b,
            kind=MERGE,
            targets=[world.c],
            on=clock.today(),
            heir=world.province,
        )


def test_an_abolished_unit_leaves_its_work_to_whoever_stood_above(world):
    boss = UserFactory()
    give(boss, Role.STAFF, world.province)
    agencies.succeed(actor=None, source=world.a, kind=ABOLISH, on=clock.today())
    row = world.given(world.banners, world.a)
    assert access.may_work_on(boss, row)
    assert not access.may_work_on(UserFactory(), row)


def test_the_successors_staff_carry_on_plans_that_keep_their_name(world, client):
    mine = PlanFactory(issuer=world.a, title="Kế hoạch của An Bình", issued=True)
    assert not access.may_edit_plan(world.clerk, mine)
    world.merge(world.a)
    clerk = type(world.clerk).objects.get(pk=world.clerk.pk)
    assert access.may_edit_plan(clerk, mine)
    assert not access.may_create_plan(UserFactory(), mine.issuer_id)
    client.force_login(clerk)
    assert client.get(reverse("campaigns:manage", args=[mine.pk])).status_code == 200
    page = client.get(mine.get_absolute_url()).content.decode()
    assert "Đảng bộ xã An Bình" in page
    # nothing new is made there
    offered = client.get(reverse("campaigns:new_plan")).context["form"].fields["issuer"].queryset
    assert list(offered) == [world.c]


def test_what_was_taken_over_goes_on_to_the_next_heir(world):
    world.merge(world.a)
    agencies.succeed(
        actor=None,
        source=world.c,
        kind=MERGE,
        targets=[world.b],
        on=clock.today() + dt.timedelta(1),
    )
    with time_machine.travel(clock.now() + dt.timedelta(days=1)):
        tasks.project_today()
        found = Agency.objects.get(pk=world.a.pk)
        assert found.heir == world.b
        assert path_of(found) == path_of(world.b) != ""


def test_members_keep_what_they_are_but_inherit_no_membership(world):
    cell, other = CellFactory(parent=world.c), CellFactory(parent=world.c)
    member = UserFactory()
    give(member, Role.MEMBER, other)
    agencies.succeed(actor=None, source=cell, kind=MERGE, targets=[other], on=clock.today())
    assert grants_of(member).agency_ids(Role.MEMBER) == {other.pk}


def test_people_of_both_units_are_told_once(world):
    world.merge(world.a, on=clock.today() + dt.timedelta(days=7))
    notices.sweep()
    notice = ScheduledNotice.objects.get(subject_kind="agencies.succession")
    told = set(Delivery.objects.filter(notice=notice).values_list("person_id", flat=True))
    assert told == {world.clerk.pk, world.old.pk}
    day = clock.today() + dt.timedelta(days=7)
    delivery = Delivery.objects.filter(notice=notice).first()
    assert delivery.title == (
        f"Từ ngày {day:%d/%m/%Y}, Đảng bộ xã An Bình sáp nhập vào Đảng bộ xã An Minh"
    )


def test_history_entered_late_tells_nobody(world):
    world.merge(world.a, on=clock.today() - dt.timedelta(days=200))
    assert not ScheduledNotice.objects.filter(subject_kind="agencies.succession").exists()


def test_the_old_address_leads_on(world, client):
    slug = world.a.slug
    world.merge(world.a)
    page = client.get(f"/co-quan/{slug}/").content.decode()
    assert "không còn hoạt động" in page
    assert f'href="/co-quan/{world.c.slug}/"' in page
    agencies.rename_agency(
        actor=None, agency=world.c, name="Đảng bộ xã Tân An", on=clock.today(), slug="xa-tan-an"
    )
    response = client.get("/co-quan/dang-bo-xa-an-minh/")
    assert (response.status_code, response.url) == (301, "/co-quan/xa-tan-an/")


def test_the_administrator_sees_what_will_happen_before_it_does(world, client):
    boss = UserFactory()
    give(boss, Role.ADMIN, world.province)
    client.force_login(boss)
    address = reverse("agencies:succeed", args=[world.a.slug])
    data = {"kind": "merge", "targets": world.c.slug, "on": clock.today(), "decision": "15/QĐ-TU"}
    page = client.post(address, data)
    assert {
        "3 nhiệm vụ chưa xong chuyển sang nơi kế tục, cùng ghi chú và minh chứng.",
        "1 người có vai trò ở đây và người của nơi kế tục được thông báo; vai trò ở đây kết thúc.",
    } <= set(page.context["effects"])
    assert not Succession.objects.exists()
    actions.set_progress(actor=None, assignment=world.given(world.done, world.a), state="done")
    seen = page.context["seen"]
    page = client.post(address, data | {"xac_nhan": seen})
    assert (page.context["again"], Succession.objects.exists()) == (True, False)
    response = client.post(address, data | {"xac_nhan": page.context["seen"]})
    assert response.status_code == 302
    assert units(world.banners) == ["Đảng bộ xã An Minh"]
    page = client.post(
        reverse("agencies:succeed", args=[world.b.slug]), data | {"on": "1999-01-01"}
    )
    assert (page.status_code, page.context["effects"]) == (422, None)


def test_the_form_shares_the_tasks_of_a_split_out(world, client):
    boss = UserFactory()
    give(boss, Role.ADMIN, world.province)
    client.force_login(boss)
    address = reverse("agencies:succeed", args=[world.a.slug])
    data = {"kind": "split", "targets": f"{world.b.slug}\n{world.c.slug}", "on": clock.today()}
    data["decision"] = "16/QĐ-TU"
    page = client.post(address, data)
    row = world.given(world.banners, world.a)
    names = {item["name"] for item in page.context["offered"]}
    assert f"campaigns:{row.pk}" in names
    data |= {"xac_nhan": page.context["seen"], "noi_nhan": world.b.pk}
    assert client.post(address, data | {f"campaigns:{row.pk}": world.c.pk}).status_code == 302
    assert units(world.banners) == ["Đảng bộ xã An Minh"]
    assert Agency.objects.get(pk=world.a.pk).heir == world.b


def test_many_tasks_pass_on_in_as_many_queries_as_two(world):
    def cost(source):
        with CaptureQueriesContext(connection) as queries:
            world.merge(source)
        return len(queries)

    for n in range(60):
        TaskFactory(plan=world.plan, assigned_to=[world.b, world.c] if n % 2 else [world.b])
    few, many = cost(world.a), cost(world.b)
    assert (many <= few, Assignment.objects.filter(agency=world.b).exists()) == (True, False)
    assert Assignment.objects.filter(agency=world.c).count() == 63


def test_two_communes_become_a_new_one_in_one_step(world, client):
    boss = UserFactory()
    give(boss, Role.ADMIN, world.province)
    client.force_login(boss)
    address = reverse("agencies:merge", args=[world.province.slug])
    data = {"sources": [world.a.pk, world.b.pk], "on": clock.today(), "decision": "20/QĐ-TU"}
    data["carry_roles"] = "on"
    page = client.post(address, data)
    assert (page.status_code, "Ghi tên đơn vị mới" in str(page.context["form"].errors)) == (
        422,
        True,
    )
    data |= {"name": "Đảng bộ xã Minh An", "committee_name": "Đảng ủy xã Minh An"}
    page = client.post(address, data)
    assert [source for source, _effects in page.context["groups"]] == [world.a, world.b]
    assert not Succession.objects.exists()
    response = client.post(address, data | {"xac_nhan": page.context["seen"]})
    made = Agency.objects.get(name="Đảng bộ xã Minh An")
    assert response.url == reverse("agencies:overview", args=[made.slug])
    assert (made.parent, made.level) == (world.province, world.a.level)
    assert units(world.talks) == ["Đảng bộ xã An Minh", "Đảng bộ xã Minh An"]
    assert units(world.banners) == ["Đảng bộ xã Minh An"]
    assert grants_of(type(world.old).objects.get(pk=world.old.pk)).has(Role.STAFF, made)


def test_a_commune_takes_in_its_neighbour_and_goes_on(world):
    merged = agencies.merge_agencies(
        actor=None,
        parent=world.province,
        sources=[world.a, world.c],
        target=world.c,
        on=clock.today(),
        decision="21/QĐ-TU",
    )
    assert merged == world.c
    assert units(world.banners) == ["Đảng bộ xã An Minh"]


def test_a_merger_is_refused_as_a_whole(world):
    with pytest.raises(Refused, match="ít nhất hai đơn vị"):
        agencies.merge_agencies(
            actor=None, parent=world.province, sources=[world.a], on=clock.today(), decision="1",
            new={"name": "Đảng bộ xã Mới"},
        )  # fmt: skip
    before = dt.date(1999, 1, 1)
    with pytest.raises(Refused, match="ngoài thời gian hoạt động"):
        agencies.merge_agencies(
            actor=None, parent=world.province, sources=[world.a, world.b], on=before, decision="1",
            new={"name": "Đảng bộ xã Mới"},
        )  # fmt: skip
    assert not Agency.objects.filter(name="Đảng bộ xã Mới").exists()

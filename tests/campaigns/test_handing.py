"""Tasks for many units at once, undone for ten minutes, and passed on down the tree."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import actions, queries
from campaigns.models import Assignment, AssignmentBatch
from campaigns.notify.batches import BATCH
from campaigns.queries import desk, handing
from portal.agencies.models import Agency, Role
from portal.agencies.queries import select_units, subtree
from portal.common import clock
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from portal.notices import registry
from portal.notices.models import ScheduledNotice
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, CellFactory, LevelFactory, give
from tests.campaigns.factories import PlanFactory, TaskFactory, issue
from tests.documents.factories import office

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def text(response):
    return response.content.decode()


class World:
    """A province with two communes, three cells in the first, a state body, and a plan in force."""

    def __init__(self):
        self.province, self.staff, _approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
        party = {"kind": "party", "level": LevelFactory()}
        self.one = AgencyFactory(name="Đảng bộ xã Một", parent=self.province, **party)
        self.two = AgencyFactory(name="Đảng bộ xã Hai", parent=self.province, **party)
        self.cells = [CellFactory(name=f"Chi bộ {n}", parent=self.one) for n in range(3)]
        self.body = AgencyFactory(name="Sở Nội vụ", parent=self.province, kind="state")
        self.stranger = AgencyFactory(name="Đảng bộ tỉnh khác", kind="party")
        self.plan = PlanFactory(issuer=self.province, title="Kế hoạch tỉnh")
        self.task = TaskFactory(plan=self.plan, title="Treo cờ")
        issue(self.plan)
        self.clerk = UserFactory()
        give(self.clerk, Role.SECRETARY, self.one)

    def given(self, agency):
        """Its Assignment as it stands now."""
        return Assignment.objects.get(task=self.task, agency=agency)


@pytest.fixture
def world():
    return World()


def names(rows):
    return [agency.name for agency in rows]


def holders(task):
    return sorted(task.assignments.values_list("agency__name", flat=True))


# --- Choosing units -------------------------------------------------------------------------


def test_units_are_chosen_by_kind_level_subtree_and_cell(world):
    def chosen(**conditions):
        return sorted(names(select_units(world.province, **conditions)))

    everything = ["Chi bộ 0", "Chi bộ 1", "Chi bộ 2", "Sở Nội vụ", "Đảng bộ xã Hai"]
    assert chosen() == sorted([*everything, "Đảng bộ xã Một"])
    assert chosen(kinds=["state"]) == ["Sở Nội vụ"]
    assert chosen(cells=True) == ["Chi bộ 0", "Chi bộ 1", "Chi bộ 2"]
    assert chosen(cells=False, kinds=["party"]) == ["Đảng bộ xã Hai", "Đảng bộ xã Một"]
    assert chosen(under=world.one, cells=True, without=[world.cells[1].pk]) == [
        "Chi bộ 0",
        "Chi bộ 2",
    ]
    assert chosen(levels=[LevelFactory(slug="chi-bo")]) == ["Chi bộ 0", "Chi bộ 1", "Chi bộ 2"]
    assert chosen(direct=True) == ["Sở Nội vụ", "Đảng bộ xã Hai", "Đảng bộ xã Một"]
    assert chosen(words="xa hai") == ["Đảng bộ xã Hai"]
    assert chosen(under=world.stranger) == []


# --- Giving to many -------------------------------------------------------------------------


def test_many_units_in_one_act(world):
    before = AuditEntry.objects.count()
    batch = actions.hand_out(
        actor=world.staff, task=world.task, agencies=select_units(world.province, cells=True)
    )
    assert (batch.count, holders(world.task)) == (3, ["Chi bộ 0", "Chi bộ 1", "Chi bộ 2"])
    assert AuditEntry.objects.count() == before + 1
    notice = ScheduledNotice.objects.get(subject_kind=BATCH)
    assert (notice.subject_id, notice.due_at) == (
        batch.pk,
        batch.made_at + dt.timedelta(minutes=10),
    )
    again = actions.hand_out(
        actor=world.staff, task=world.task, agencies=select_units(world.province)
    )
    assert again.count == 3  # the other three; those who have it keep it
    with pytest.raises(Refused) as caught:
        actions.hand_out(actor=world.staff, task=world.task, agencies=select_units(world.province))
    assert caught.value.code == "nobody"
    assert AssignmentBatch.objects.count() == 2


def test_a_unit_outside_is_refused_by_name_and_nothing_is_given(world):
    with pytest.raises(Refused) as caught:
        actions.hand_out(actor=world.staff, task=world.task, agencies=[world.one, world.stranger])
    assert "Đảng bộ tỉnh khác" in caught.value.message
    assert (holders(world.task), AssignmentBatch.objects.count()) == ([], 0)


def test_undo_takes_back_from_those_who_have_not_begun(world, monkeypatch):
    batch = actions.hand_out(actor=world.staff, task=world.task, agencies=world.cells)
    actions.set_progress(actor=None, assignment=world.given(world.cells[1]), state="doing")
    assert list(handing.undoable(task=world.task)) == [batch]
    count, left = actions.undo_batch(actor=world.staff, batch=batch)
    assert (count, left, holders(world.task)) == (2, ["Chi bộ 1"], ["Chi bộ 1"])
    assert list(handing.undoable(task=world.task)) == []
    with pytest.raises(Refused) as caught:
        actions.undo_batch(actor=world.staff, batch=batch)
    assert caught.value.code == "undone"


def test_undo_is_over_after_ten_minutes(world, monkeypatch):
    batch = actions.hand_out(actor=world.staff, task=world.task, agencies=world.cells)
    later = clock.now() + dt.timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(Refused) as caught:
        actions.undo_batch(actor=world.staff, batch=batch)
    assert caught.value.code == "too_late"
    assert (world.task.assignments.count(), list(handing.undoable(task=world.task))) == (3, [])


def test_nothing_is_undone_when_all_have_begun(world):
    batch = actions.hand_out(actor=world.staff, task=world.task, agencies=[world.one])
    actions.set_progress(actor=None, assignment=world.given(world.one), state="doing")
    with pytest.raises(Refused) as caught:
        actions.undo_batch(actor=world.staff, batch=batch)
    assert caught.value.code == "begun"
    assert holders(world.task) == ["Đảng bộ xã Một"]


# --- The pages ------------------------------------------------------------------------------


def listed(response, step, **more):
    """What a browser sends from the page that was shown, all ticks left as they are."""
    form = response.context["form"]
    data = {
        "buoc": step,
        "without": form.carried,
        "listed": form.shown,
        "seen": form.digest,
        "kept": [unit.pk for unit in form.page if unit.is_kept],
    }
    return data | more


def test_from_conditions_over_the_list_to_the_confirmation(world, client, monkeypatch):
    monkeypatch.setattr("portal.agencies.forms.selection.PER_PAGE", 2)
    client.force_login(world.staff)
    address = url("hand_out", world.plan.pk, world.task.pk)
    assert "Xem danh sách" in text(client.get(address))
    page = client.post(address, {"buoc": "xem", "cells": "chi-bo"})
    form = page.context["form"]
    assert (form.count, names(form.page)) == (3, ["Chi bộ 0", "Chi bộ 1"])
    kept = [world.cells[1].pk]
    page = client.post(address, listed(page, "trang-2", cells="chi-bo", kept=kept))
    form = page.context["form"]
    assert (form.count, form.left_out, names(form.page)) == (2, 1, ["Chi bộ 2"])
    assert Assignment.objects.count() == 0
    page = client.post(address, listed(page, "xac-nhan", cells="chi-bo"))
    assert page["Location"] == url("units", world.plan.pk, world.task.pk)
    assert holders(world.task) == ["Chi bộ 1", "Chi bộ 2"]
    shown = text(client.get(page["Location"]))
    assert "Đã giao cho 2 đơn vị" in shown and "Hoàn tác" in shown
    batch = AssignmentBatch.objects.get()
    page = client.post(url("undo_batch", batch.pk), follow=True)
    assert "Đã thu lại nhiệm vụ ở 2 đơn vị" in text(page)
    assert holders(world.task) == []
    page = client.post(url("undo_batch", batch.pk), follow=True)
    assert "Lần giao này đã được hoàn tác" in text(page)


def test_other_conditions_than_listed_are_shown_again_before_anything_is_given(world, client):
    client.force_login(world.staff)
    address = url("hand_out", world.plan.pk, world.task.pk)
    page = client.post(address, {"buoc": "xem", "cells": "chi-bo"})
    page = client.post(address, listed(page, "xac-nhan", cells=""))
    assert "đã thay đổi so với danh sách vừa xem" in text(page)
    assert page.context["form"].count == 6
    page = client.post(address, {"buoc": "xac-nhan", "cells": ""})
    assert "đã thay đổi so với danh sách vừa xem" in text(page)
    page = client.post(address, {"buoc": "xem", "words": "không có tên nào như vậy"})
    assert "Không có đơn vị nào như vậy" in text(page)
    page = client.post(address, {"buoc": "xem", "without": "1,x"})
    assert "Danh sách đơn vị bị hỏng" in text(page)
    assert Assignment.objects.count() == 0


def test_all_unticked_is_nobody(world, client):
    client.force_login(world.staff)
    address = url("hand_out", world.plan.pk, world.task.pk)
    page = client.post(address, {"buoc": "xem", "kinds": "state"})
    page = client.post(address, listed(page, "xac-nhan", kinds="state", kept=[]))
    assert "Chưa chọn đơn vị nào" in text(page)
    assert Assignment.objects.count() == 0


def test_only_staff_of_the_issuer_gives_and_undoes(world, client):
    batch = actions.hand_out(actor=world.staff, task=world.task, agencies=[world.one])
    client.force_login(world.clerk)
    assert client.get(url("hand_out", world.plan.pk, world.task.pk)).status_code == 404
    assert client.post(url("undo_batch", batch.pk)).status_code == 404
    assert holders(world.task) == ["Đảng bộ xã Một"]


def test_the_list_costs_the_same_for_many_units(world, client):
    client.force_login(world.staff)
    address = url("hand_out", world.plan.pk, world.task.pk)

    def cost():
        with CaptureQueriesContext(connection) as found:
            client.post(address, {"buoc": "xem"})
        return len(found)

    cost()
    few = cost()
    for n in range(20):
        CellFactory(name=f"Chi bộ thêm {n}", parent=world.two)
    assert cost() == few


# --- Passing on -----------------------------------------------------------------------------


@pytest.fixture
def passed(world):
    """The commune has the task and passed it on to its three cells."""
    actions.assign_task(actor=world.staff, task=world.task, agencies=[world.one, world.two])
    actions.pass_on(actor=world.clerk, assignment=world.given(world.one), agencies=world.cells)
    return world


def test_what_is_passed_on_belongs_to_the_unit_and_is_not_counted_above(passed):
    world, day = passed, clock.today()
    own = world.given(world.one)
    assert {a.parent for a in Assignment.objects.filter(agency__in=world.cells)} == {own}
    assert queries.progress(world.plan, day=day).total == 2
    assert queries.plan_data(world.plan)["tasks"][0]["assigned_to"] == sorted(
        [world.one.slug, world.two.slug]
    )
    plan = desk.working_plans(world.staff, day).get(pk=world.plan.pk)
    assert plan.given == 2


def test_a_unit_sees_its_children_and_is_offered_to_finish(passed, client):
    world = passed
    own = world.given(world.one)
    client.force_login(world.clerk)
    address = url("assignment", own.pk)
    page = text(client.get(address))
    assert "Chi bộ 1" in page and "0/3" in page and "Ghi đơn vị hoàn thành" not in page
    refused = client.post(url("finish_passed", own.pk), follow=True)
    assert "Vẫn còn đơn vị cấp dưới chưa hoàn thành" in text(refused)
    for cell in world.cells:
        actions.set_progress(actor=None, assignment=world.given(cell), state="done")
    assert "Ghi đơn vị hoàn thành" in text(client.get(address))
    assert world.given(world.one).state == "todo"  # offered, not done by itself
    client.post(url("finish_passed", own.pk))
    assert world.given(world.one).state == "done"


def test_passing_on_stays_inside_the_unit(passed, client):
    world = passed
    own = world.given(world.one)
    with pytest.raises(Refused) as caught:
        actions.pass_on(actor=world.clerk, assignment=own, agencies=[world.body])
    assert (caught.value.code, "Sở Nội vụ" in caught.value.message) == ("outside", True)
    with pytest.raises(Refused) as caught:
        actions.pass_on(actor=world.clerk, assignment=own, agencies=world.cells)
    assert caught.value.code == "nobody"
    actions.set_progress(actor=None, assignment=own, state="done")
    with pytest.raises(Refused) as caught:
        actions.pass_on(actor=world.clerk, assignment=own, agencies=[CellFactory(parent=world.one)])
    assert caught.value.code == "done"


def test_a_unit_takes_back_and_undoes_like_its_superior(passed, client):
    world = passed
    own = world.given(world.one)
    client.force_login(world.clerk)
    first = world.given(world.cells[0])
    page = client.post(url("take_back", own.pk, first.pk), follow=True)
    assert "Đã thu lại nhiệm vụ của Chi bộ 0" in text(page)
    actions.set_progress(actor=None, assignment=world.given(world.cells[1]), state="doing")
    second = world.given(world.cells[1])
    page = client.post(url("take_back", own.pk, second.pk), follow=True)
    assert "không thu hồi được" in text(page)
    batch = AssignmentBatch.objects.get(parent=own)
    page = client.post(url("undo_batch", batch.pk), follow=True)
    assert "Giữ nguyên ở 1 đơn vị đã bắt đầu: Chi bộ 1" in text(page)
    assert set(handing.passed_rows(own).values_list("agency__name", flat=True)) == {"Chi bộ 1"}
    with pytest.raises(Refused) as caught:
        actions.take_back(actor=world.clerk, assignment=own)
    assert caught.value.code == "not_passed"


def test_what_was_passed_on_is_not_pulled_from_under_the_cells(passed):
    world = passed
    with pytest.raises(Refused) as caught:
        actions.unassign(actor=world.staff, assignment=world.given(world.one))
    assert caught.value.code == "begun"
    actions.remove_task(actor=world.staff, task=world.task)  # nobody has begun: it goes as a whole
    assert Assignment.objects.count() == 0


def test_the_page_to_pass_on_offers_units_below_only(world, client):
    actions.assign_task(actor=world.staff, task=world.task, agencies=[world.one])
    own = world.given(world.one)
    client.force_login(world.clerk)
    assert "Giao tiếp" in text(client.get(url("assignment", own.pk)))
    address = url("pass_on", own.pk)
    page = client.post(address, {"buoc": "xem"})
    assert names(page.context["form"].page) == ["Chi bộ 0", "Chi bộ 1", "Chi bộ 2"]
    page = client.post(address, listed(page, "xac-nhan"))
    assert page["Location"] == url("assignment", own.pk)
    assert handing.passed(own) == handing.Passed(3, 0, 0)
    client.force_login(world.staff)  # sees it, does not do it
    assert "Chi bộ 0" in text(client.get(url("assignment", own.pk)))
    assert client.get(address).status_code == 403
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404


def test_whole_subtree_is_left_alone_by_the_helper(world):
    assert set(select_units(world.one)) == set(subtree(world.one)) - {world.one}
    assert Agency.objects.filter(pk=world.stranger.pk).count() == 1


# --- Telling the units ----------------------------------------------------------------------


def test_each_unit_is_led_to_its_own_assignment_and_nobody_after_an_undo(world):
    batch = actions.hand_out(actor=world.staff, task=world.task, agencies=world.cells)
    notice = ScheduledNotice.objects.get(subject_kind=BATCH)
    handler = registry.kinds[BATCH]
    handler.load([notice])
    assert handler.still_due(notice, clock.now()) is True
    assert handler.audience(notice).agency_ids == {cell.pk for cell in world.cells}
    own = world.given(world.cells[0])
    message = handler.render_for(notice, frozenset({own.agency_id}))
    assert (message.title, message.url) == ("Nhiệm vụ mới: Treo cờ", url("assignment", own.pk))
    assert "Đảng bộ tỉnh Mẫu giao" in message.text
    actions.undo_batch(actor=world.staff, batch=batch)
    handler.load([notice])
    assert handler.still_due(notice, clock.now()) is False


def test_a_draft_tells_nobody(world):
    draft = PlanFactory(issuer=world.province)
    actions.hand_out(actor=None, task=TaskFactory(plan=draft), agencies=[world.one])
    assert ScheduledNotice.objects.filter(subject_kind=BATCH).count() == 0

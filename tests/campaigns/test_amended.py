"""A superior amends its plan: what units take over, what they keep, three levels deep."""

import datetime as dt
import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import actions
from campaigns.actions.taking import KEPT, TAKEN
from campaigns.models import CascadeChoice, Phase, Plan, PlanAmendment, Task, Theme, Track
from campaigns.queries.amended import compare, plans_changed_above
from portal.agencies.models import Role
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, CellFactory, give
from tests.campaigns.factories import (
    Open,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    day,
    issue,
    on,
)
from tests.documents.factories import office

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def text(response):
    return response.content.decode()


class World:
    """A province, a commune and a cell, each with a plan in force carrying out the one above."""

    def __init__(self):
        self.province, self.staff, _approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
        self.commune = AgencyFactory(name="Đảng bộ xã Một", parent=self.province, kind="party")
        self.cell = CellFactory(name="Chi bộ 1", parent=self.commune)
        plan = PlanFactory(issuer=self.province, title="Kế hoạch tỉnh", symbol="12-KH/TU")
        actions.set_themes(actor=None, plan=plan, texts=["Niềm tin", "Đoàn kết", "Thi đua"])
        actions.set_forms(actor=None, plan=plan, forms=["Phát thanh"])
        track = TrackFactory(plan=plan, title="Mạch chính")
        self.first = PhaseFactory(
            track=track, title="Đợt 1", starts=on("2026-11-01"), ends=on("2026-11-30")
        )
        self.last = PhaseFactory(
            track=track, title="Đợt 2", starts=on("2026-12-01"), ends=Open(), themes=["Chào mừng"]
        )
        self.task = TaskFactory(
            plan=plan,
            title="Treo cờ",
            detail="Trước trụ sở",
            phase=self.first,
            due=on("2026-11-20"),
            assigned_to=[self.commune],
        )
        self.top = issue(plan)
        self.clerk = UserFactory()
        give(self.clerk, Role.STAFF, self.commune)
        self.middle = self.derive(self.top, self.commune)
        actions.assign_task(
            actor=None, task=Task.objects.get(plan=self.middle), agencies=[self.cell]
        )
        self.bottom = self.derive(self.middle, self.cell)

    def derive(self, above, unit):
        made = actions.derive_plan(
            actor=None, above=above, issuer=unit, title=f"Kế hoạch {unit.name}"
        )
        return issue(made)


@pytest.fixture
def world():
    return World()


def fresh(plan):
    return Plan.objects.select_related("implements", "issuer", "document").get(pk=plan.pk)


def items(plan):
    """{(where, what): item} of what waits."""
    return {(item.where, item.what): item for item in compare(fresh(plan)).items}


def summary(plan):
    return sorted(
        (item.where, item.what, item.mine, item.theirs, item.conflict)
        for item in compare(fresh(plan)).items
    )


def phase(plan, title):
    return Phase.objects.select_related("track__plan", "starts", "ends").get(
        track__plan=plan, title=title
    )


def choose(plan, *chosen):
    """`chosen`: (item, choice) pairs. Returns how many wait after."""
    choices = {item.key: (choice, item.digest) for item, choice in chosen}
    return actions.decide(actor=None, plan=plan, choices=choices)


def take_all(plan):
    return choose(plan, *((item, TAKEN) for item in compare(fresh(plan)).items))


def themes(plan):
    rows = Theme.objects.filter(plan=plan, phase=None).order_by("position", "id")
    return list(rows.values_list("text", flat=True))


def synced(plan):
    row = fresh(plan)
    return row.synced_version, row.implements.version


# --- What only the superior changed ---------------------------------------------------------


def test_nothing_waits_while_nothing_was_amended(world):
    assert summary(world.middle) == []
    assert list(plans_changed_above(world.clerk)) == []


def test_everything_that_the_superior_changed_is_offered_and_taken(world):
    top = world.top
    actions.set_themes(actor=None, plan=top, texts=["Niềm tin son sắt", "Đoàn kết", "Nêu gương"])
    actions.set_forms(actor=None, plan=top, forms=["Phát thanh", "Pa nô"])
    actions.edit_phase(actor=None, phase=world.first, title="Đợt 1: chuẩn bị", summary="Cờ, hoa")
    actions.edit_phase(actor=None, phase=phase(top, "Đợt 2"), themes=["Chào mừng", "Kết quả"])
    PhaseFactory(
        track=Track.objects.get(plan=top),
        title="Đợt 3",
        starts=on("2027-01-01"),
        ends=on("2027-01-31"),
        themes=["Nghị quyết"],
    )
    new_track = TrackFactory(plan=top, title="Mạch toàn quốc")
    PhaseFactory(track=new_track, title="Trước Đại hội")
    actions.edit_task(actor=None, task=world.task, title="Treo cờ Tổ quốc", detail="Mọi nhà")
    TaskFactory(plan=top, title="Phát thanh", assigned_to=[world.commune], due=on("2026-11-25"))
    assert [plan.pk for plan in plans_changed_above(world.clerk)] == [world.middle.pk]
    seen = summary(world.middle)
    assert [row[:2] for row in seen] == [
        ("Cả kế hoạch", "Hình thức tuyên truyền"),
        ("Cả kế hoạch", "Nội dung tuyên truyền"),
        ("Cả kế hoạch", "Nội dung tuyên truyền"),
        ("Mạch “Mạch toàn quốc”", "Mạch mới"),
        ("Nhiệm vụ “Phát thanh”", "Nhiệm vụ mới được giao"),
        ("Nhiệm vụ “Treo cờ”", "Nhiệm vụ"),
        ("Nhiệm vụ “Treo cờ”", "Yêu cầu"),
        ("Đợt “Đợt 1”", "Nội dung chính"),
        ("Đợt “Đợt 1”", "Tên đợt"),
        ("Đợt “Đợt 2”", "Nội dung tuyên truyền"),
        ("Đợt “Đợt 3”", "Đợt mới"),
    ]
    assert {row[4] for row in seen} == {False}
    assert take_all(world.middle) == 0
    assert synced(world.middle) == (fresh(top).version, fresh(top).version)
    assert themes(world.middle) == ["Niềm tin son sắt", "Đoàn kết", "Nêu gương"]
    assert list(
        Phase.objects.filter(track__plan=world.middle)
        .order_by("track__position", "position")
        .values_list("track__title", "title")
    ) == [
        ("Mạch chính", "Đợt 1: chuẩn bị"),
        ("Mạch chính", "Đợt 2"),
        ("Mạch chính", "Đợt 3"),
        ("Mạch toàn quốc", "Trước Đại hội"),
    ]
    third = phase(world.middle, "Đợt 3")
    assert (third.starts.resolved_on, third.origin) == (day("2027-01-01"), phase(top, "Đợt 3").key)
    radio = Task.objects.select_related("due").get(plan=world.middle, title="Phát thanh")
    assert (radio.due.resolved_on, radio.assignments.get().agency) == (
        day("2026-11-25"),
        world.commune,
    )
    flags = Task.objects.get(plan=world.middle, origin=world.task.key)
    assert (flags.title, flags.detail) == ("Treo cờ Tổ quốc", "Mọi nhà")
    assert list(plans_changed_above(world.clerk)) == []


def test_bound_dates_follow_and_are_only_told(world):
    actions.edit_phase(actor=None, phase=world.first, ends=on("2026-12-05"))
    found = compare(fresh(world.middle))
    assert (found.items, [row[:2] for row in found.followed]) == (
        [],
        [("Đợt “Đợt 1”", "Ngày kết thúc")],
    )
    assert phase(world.middle, "Đợt 1").ends.resolved_on == day("2026-12-05")
    assert phase(world.bottom, "Đợt 1").ends.resolved_on == day("2026-12-05")
    actions.mark_compared(actor=None, plan=world.middle)
    assert synced(world.middle) == (2, 2)


def test_an_end_that_was_open_is_offered_when_it_gets_a_day(world):
    actions.edit_phase(actor=None, phase=world.last, ends=on("2027-02-28"))
    item = items(world.middle)["Đợt “Đợt 2”", "Ngày kết thúc"]
    assert (item.conflict, item.theirs) == (False, "28/02/2027")
    assert choose(world.middle, (item, TAKEN)) == 0
    assert phase(world.middle, "Đợt 2").ends.resolved_on == day("2027-02-28")
    actions.edit_phase(actor=None, phase=phase(world.top, "Đợt 2"), ends=Open())
    assert choose(world.middle, (items(world.middle)["Đợt “Đợt 2”", "Ngày kết thúc"], TAKEN)) == 0
    assert phase(world.middle, "Đợt 2").ends.kind == "open"


def test_what_the_superior_drops_is_kept_with_its_dates_until_the_unit_drops_it(world):
    actions.edit_task(actor=None, task=Task.objects.get(plan=world.top), phase=None)
    take_all(world.middle)
    first = phase(world.top, "Đợt 1")
    actions.remove_phase(actor=None, phase=first)
    kept = phase(world.middle, "Đợt 1")
    assert (kept.starts.resolved_on, kept.ends.resolved_on) == (
        day("2026-11-01"),
        day("2026-11-30"),
    )
    item = items(world.middle)["Đợt “Đợt 1”", "Cấp trên đã bỏ"]
    assert (item.conflict, item.mine, item.theirs) == (False, "Đợt 1", "")
    # the cell below hangs on the commune's, which is still there
    assert phase(world.bottom, "Đợt 1").ends.resolved_on == day("2026-11-30")
    assert choose(world.middle, (item, TAKEN)) == 0
    assert Phase.objects.filter(track__plan=world.middle, title="Đợt 1").count() == 0
    below = phase(world.bottom, "Đợt 1")
    assert below.ends.resolved_on == day("2026-11-30")
    assert ("Đợt “Đợt 1”", "Cấp trên đã bỏ") in items(world.bottom)


def test_what_cannot_be_taken_is_said_by_name_and_nothing_is_half_done(world):
    actions.remove_task(actor=None, task=Task.objects.get(plan=world.top))
    actions.remove_phase(actor=None, phase=phase(world.top, "Đợt 1"))
    found = items(world.middle)
    gone = found["Đợt “Đợt 1”", "Cấp trên đã bỏ"]
    with pytest.raises(Refused) as caught:
        choose(world.middle, (gone, TAKEN))
    assert caught.value.code == "has_tasks" and "Đợt “Đợt 1”" in caught.value.message
    assert CascadeChoice.objects.filter(plan=world.middle).count() == 0
    assert take_all_in_turn(world.middle) == 0


def take_all_in_turn(plan):
    """Tasks first, then the phases they stood in."""
    while found := compare(fresh(plan)).items:
        found.sort(key=lambda item: not item.where.startswith("Nhiệm vụ"))
        choose(plan, (found[0], TAKEN))
    return len(compare(fresh(plan)).items)


# --- Conflicts ------------------------------------------------------------------------------


@pytest.fixture
def conflict(world):
    """The commune reworded a theme and a title and set its own end; so did the province."""
    mine = phase(world.middle, "Đợt 1")
    actions.edit_phase(actor=None, phase=mine, title="Đợt 1 của xã", ends=on("2026-11-28"))
    actions.set_themes(
        actor=None, plan=world.middle, texts=["Niềm tin của xã", "Đoàn kết", "Thi đua", "Riêng xã"]
    )
    actions.edit_phase(actor=None, phase=world.first, title="Đợt 1 mở rộng", ends=on("2026-12-10"))
    actions.set_themes(
        actor=None, plan=world.top, texts=["Niềm tin mới", "Đoàn kết", "Thi đua", "Nêu gương"]
    )
    return world


def test_where_both_changed_the_same_both_stand_side_by_side(conflict):
    assert summary(conflict.middle) == [
        ("Cả kế hoạch", "Nội dung tuyên truyền", "", "Nêu gương", False),
        ("Cả kế hoạch", "Nội dung tuyên truyền", "Niềm tin của xã", "Niềm tin mới", True),
        ("Đợt “Đợt 1 của xã”", "Ngày kết thúc", "28/11/2026", "10/12/2026", True),
        ("Đợt “Đợt 1 của xã”", "Tên đợt", "Đợt 1 của xã", "Đợt 1 mở rộng", True),
    ]


def test_the_unit_chooses_and_is_not_asked_again_until_it_changes_again(conflict):
    world = conflict
    found = items(world.middle)
    title = found["Đợt “Đợt 1 của xã”", "Tên đợt"]
    end = found["Đợt “Đợt 1 của xã”", "Ngày kết thúc"]
    before = AuditEntry.objects.filter(verb="decide_cascade").count()
    assert choose(world.middle, (title, KEPT)) == 3
    assert ("Đợt “Đợt 1 của xã”", "Tên đợt") not in items(world.middle)
    assert choose(world.middle, (end, TAKEN)) == 2
    assert phase(world.middle, "Đợt 1 của xã").ends.resolved_on == day("2026-12-10")
    assert synced(world.middle) == (1, fresh(world.top).version)  # two still wait
    assert take_all(world.middle) == 0
    assert themes(world.middle) == [
        "Niềm tin mới",
        "Đoàn kết",
        "Thi đua",
        "Riêng xã",
        "Nêu gương",
    ]
    assert synced(world.middle)[0] == fresh(world.top).version
    assert phase(world.middle, "Đợt 1 của xã").title == "Đợt 1 của xã"
    assert AuditEntry.objects.filter(verb="decide_cascade").count() == before + 3
    # the end is bound again: it follows from now on
    actions.edit_phase(
        actor=None, phase=phase(world.top, "Đợt 1 mở rộng"), title="Đợt I", ends=on("2026-12-12")
    )
    assert phase(world.middle, "Đợt 1 của xã").ends.resolved_on == day("2026-12-12")
    assert summary(world.middle) == [
        ("Đợt “Đợt 1 của xã”", "Tên đợt", "Đợt 1 của xã", "Đợt I", True)
    ]


def test_keeping_everything_loses_nothing(conflict):
    world = conflict
    kept = [(item, KEPT) for item in compare(fresh(world.middle)).items]
    assert choose(world.middle, *kept) == 0
    mine = phase(world.middle, "Đợt 1 của xã")
    assert mine.ends.resolved_on == day("2026-11-28")
    assert themes(world.middle)[0] == "Niềm tin của xã"
    assert summary(world.middle) == []


def test_a_task_that_the_unit_left_out_is_not_offered_again(world):
    actions.remove_task(actor=None, task=Task.objects.get(plan=world.bottom))
    assert summary(world.bottom) == []
    actions.edit_task(actor=None, task=Task.objects.get(plan=world.middle), detail="Mọi cổng")
    item = items(world.bottom)["Nhiệm vụ “Treo cờ”", "Nhiệm vụ mới được giao"]
    assert item.conflict is True
    assert choose(world.bottom, (item, KEPT)) == 0
    assert Task.objects.filter(plan=world.bottom).count() == 0


# --- Three levels ---------------------------------------------------------------------------


def test_the_third_level_sees_what_the_second_took_over_and_only_that(conflict):
    world = conflict
    # The commune's own rewording reached the cell as the commune's amendment.
    assert take_all(world.bottom) == 0
    assert phase(world.bottom, "Đợt 1 của xã").ends.resolved_on == day("2026-11-28")
    actions.edit_phase(
        actor=None, phase=phase(world.bottom, "Đợt 1 của xã"), title="Đợt 1 của chi bộ"
    )
    assert summary(world.bottom) == []  # nothing of the province's before the commune takes it
    found = items(world.middle)
    title = found["Đợt “Đợt 1 của xã”", "Tên đợt"]
    end = found["Đợt “Đợt 1 của xã”", "Ngày kết thúc"]
    choose(world.middle, (title, TAKEN), (end, TAKEN))
    assert summary(world.bottom) == [
        ("Đợt “Đợt 1 của chi bộ”", "Tên đợt", "Đợt 1 của chi bộ", "Đợt 1 mở rộng", True)
    ]
    # the date came down through two bindings by itself
    assert phase(world.bottom, "Đợt 1 của chi bộ").ends.resolved_on == day("2026-12-10")
    assert [row[:2] for row in compare(fresh(world.bottom)).followed] == [
        ("Đợt “Đợt 1 của chi bộ”", "Ngày kết thúc")
    ]
    assert choose(world.bottom, *((i, KEPT) for i in compare(fresh(world.bottom)).items)) == 0
    assert phase(world.bottom, "Đợt 1 của chi bộ").title == "Đợt 1 của chi bộ"


def test_a_unit_waits_until_the_superior_has_published_its_amendment(world, client):
    approver = UserFactory()
    give(approver, Role.APPROVER, world.province)
    actions.edit_phase(actor=world.staff, phase=world.first, title="Đợt I")
    assert list(plans_changed_above(world.clerk)) == []
    item = items(world.middle)["Đợt “Đợt 1”", "Tên đợt"]
    with pytest.raises(Refused) as caught:
        choose(world.middle, (item, TAKEN))
    assert caught.value.code == "being_amended"
    client.force_login(world.clerk)
    address = url("above_changes", world.middle.pk)
    page = text(client.get(address))
    assert "chưa công bố bản sửa đổi" in page and "Nhận của cấp trên" not in page
    amendment = PlanAmendment.objects.get(plan=world.top)
    amendment = actions.submit_amendment(
        actor=world.staff, amendment=amendment, reason="Đổi tên đợt"
    )
    actions.publish_amendment(actor=approver, amendment=amendment)
    assert [plan.pk for plan in plans_changed_above(world.clerk)] == [world.middle.pk]
    assert "Nhận của cấp trên" in text(client.get(address))
    assert choose(world.middle, (item, TAKEN)) == 0
    assert phase(world.middle, "Đợt I").title == "Đợt I"


# --- Races ----------------------------------------------------------------------------------


def test_a_choice_made_on_an_older_text_is_refused(conflict):
    world = conflict
    title = items(world.middle)["Đợt “Đợt 1 của xã”", "Tên đợt"]
    mine = phase(world.middle, "Đợt 1 của xã")
    actions.edit_phase(actor=None, phase=mine, title="Đợt 1 viết lại")
    with pytest.raises(Refused) as caught:
        choose(world.middle, (title, TAKEN))
    assert caught.value.code == "moved"
    actions.edit_phase(actor=None, phase=phase(world.top, "Đợt 1 mở rộng"), title="Đợt một")
    title = items(world.middle)["Đợt “Đợt 1 viết lại”", "Tên đợt"]
    assert (title.mine, title.theirs) == ("Đợt 1 viết lại", "Đợt một")
    choose(world.middle, (title, TAKEN))
    with pytest.raises(Refused) as caught:
        choose(world.middle, (title, KEPT))
    assert caught.value.code == "moved"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_choose_at_once_one_is_told(conflict):
    world = conflict
    title = items(world.middle)["Đợt “Đợt 1 của xã”", "Tên đợt"]
    barrier, outcomes = threading.Barrier(2), []

    def decide(choice):
        barrier.wait()
        try:
            choose(world.middle, (title, choice))
            outcomes.append(str(choice))
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(c,)) for c in (TAKEN, KEPT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = CascadeChoice.objects.get(plan=world.middle).choice
    assert sorted(outcomes) == sorted(["moved", winner])
    expected = "Đợt 1 mở rộng" if winner == "taken" else "Đợt 1 của xã"
    assert Phase.objects.filter(track__plan=world.middle, title=expected).count() == 1


# --- The page -------------------------------------------------------------------------------


def test_the_page_shows_both_and_takes_the_choice(conflict, client):
    world = conflict
    client.force_login(world.clerk)
    address = url("above_changes", world.middle.pk)
    assert address in text(client.get(url("manage", world.middle.pk)))
    assert address in text(client.get("/viec-hom-nay/"))
    page = text(client.get(address))
    assert "Niềm tin của xã" in page and "Niềm tin mới" in page and "Giữ của đơn vị" in page
    title = items(world.middle)["Đợt “Đợt 1 của xã”", "Tên đợt"]
    sent = {"muc": title.key, "ban": title.digest, "buoc": "giu"}
    done = client.post(address, sent, follow=True)
    assert "Còn 3 nội dung chờ" in text(done)
    again = client.post(address, sent, follow=True)
    assert "Chưa có gì được lưu" in text(again)
    assert client.post(address, sent | {"buoc": "khác"}).status_code == 404


def test_all_plain_ones_at_one_go(world, client):
    actions.set_themes(actor=None, plan=world.top, texts=["Niềm tin", "Đoàn kết", "Mới một"])
    actions.set_forms(actor=None, plan=world.top, forms=["Phát thanh", "Pa nô"])
    client.force_login(world.clerk)
    address = url("above_changes", world.middle.pk)
    page = client.get(address)
    assert "Nhận cả 2 nội dung" in text(page)
    digest = page.context["found"].digest
    stale = client.post(address, {"buoc": "nhan-het", "ban": "cũ"}, follow=True)
    assert "vừa thay đổi" in text(stale)
    done = client.post(address, {"buoc": "nhan-het", "ban": digest}, follow=True)
    assert "đã đối chiếu xong" in text(done)
    assert themes(world.middle) == ["Niềm tin", "Đoàn kết", "Mới một"]
    assert "Không có nội dung nào chờ chọn" in text(client.get(address))


def test_a_version_without_anything_to_choose_is_marked_as_seen(world, client):
    actions.edit_phase(actor=None, phase=world.first, ends=on("2026-12-05"))
    client.force_login(world.clerk)
    address = url("above_changes", world.middle.pk)
    page = text(client.get(address))
    assert "Ngày đã tự theo cấp trên" in page and "Đã đối chiếu, không còn gì phải chọn" in page
    client.post(address, {"buoc": "da-doi-chieu"})
    assert synced(world.middle) == (2, 2)


def test_who_may_choose_and_when(conflict, client):
    world = conflict
    address = url("above_changes", world.middle.pk)
    title = items(world.middle)["Đợt “Đợt 1 của xã”", "Tên đợt"]
    sent = {"muc": title.key, "ban": title.digest, "buoc": "giu"}
    editor = UserFactory()
    give(editor, Role.EDITOR, world.commune)
    client.force_login(editor)
    assert "Giữ của đơn vị" not in text(client.get(address))
    assert client.post(address, sent).status_code == 403
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404
    client.force_login(world.staff)
    assert client.get(url("above_changes", world.top.pk)).status_code == 404
    draft = actions.derive_plan(
        actor=None,
        above=world.top,
        issuer=AgencyFactory(name="Đảng bộ xã Hai", parent=world.province),
        title="Kế hoạch xã Hai",
    )
    actions.edit_phase(actor=None, phase=phase(world.top, "Đợt 2"), title="Đợt hai")
    waiting = items(draft)["Đợt “Đợt 2”", "Tên đợt"]
    actions.submit_plan(actor=None, plan=draft)
    with pytest.raises(Refused) as caught:
        choose(draft, (waiting, TAKEN))
    assert caught.value.code == "not_editable"


def test_comparing_costs_the_same_for_many_changes(world):
    def cost():
        plan = fresh(world.middle)
        with CaptureQueriesContext(connection) as found:
            compare(plan)
        return len(found)

    actions.edit_phase(actor=None, phase=world.first, title="Đợt I")
    few = cost()
    track = Track.objects.get(plan=world.top)
    for n in range(8):
        PhaseFactory(track=track, title=f"Đợt thêm {n}", starts=on("2027-03-01"))
    actions.edit_phase(actor=None, phase=phase(world.top, "Đợt 2"), summary="Thêm")
    assert cost() == few
    assert dt.date(2027, 3, 1) == phase(world.top, "Đợt thêm 0").starts.resolved_on

"""Amendments of plans in force: gathered, approved by somebody else, shown to readers."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from campaigns import actions
from campaigns.models import Plan, PlanAmendment, PlanVersion
from campaigns.queries.amendments import amendments_of, changes_between, hands_of_amendment
from campaigns.rules.changes import amounts_to_something, compare
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from portal.notices.models import Delivery
from portal.official.models import DocumentLink, OfficialDocument, PaperApproval
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import (
    EventFactory,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    day,
    event_on,
    issue,
    on,
)
from tests.documents.factories import office

pytestmark = pytest.mark.django_db

State = PlanAmendment.State


@pytest.fixture
def world():
    return office(name="Đảng bộ tỉnh Mẫu", kind="party")


@pytest.fixture
def event(world):
    return EventFactory(
        host=world[0], planned_opens=day("2026-09-24"), planned_closes=day("2026-09-26")
    )


@pytest.fixture
def plan(world, event):
    """A plan in force: a track with two phases, the first bound to the congress, and a task."""
    plan = PlanFactory(issuer=world[0], title="Kế hoạch tuyên truyền", symbol="12-KH/TU")
    actions.set_themes(actor=None, plan=plan, texts=["Niềm tin", "Nêu gương"])
    actions.set_forms(actor=None, plan=plan, forms=["Báo chí"])
    track = TrackFactory(plan=plan, title="Mạch một")
    first = PhaseFactory(
        track=track, title="Đợt 1", starts=on("2026-02"), ends=event_on(event, "opens", -1)
    )
    PhaseFactory(track=track, title="Đợt 2", starts=event_on(event, "closes", 1), ends=on("2026"))
    TaskFactory(plan=plan, title="Treo cờ", phase=first, due=on("2026-09-20"))
    return issue(plan)


def phase(plan, title):
    return plan.tracks.get().phases.get(title=title)


def submit(plan, actor, **values):
    amendment = amendments_of(Plan.objects.get(pk=plan.pk)).under_way
    values = {"reason": "Theo công văn của Ban Bí thư"} | values
    return actions.submit_amendment(actor=actor, amendment=amendment, **values)


def step(plan, verb):
    return reverse("campaigns:amendment_step", args=[plan.pk, verb])


def text(response):
    return " ".join(response.content.decode().replace("\xa0", " ").split())


# --- gathered, approved, published ----------------------------------------------------------


def test_many_small_edits_are_one_amendment(world, plan):
    _agency, staff, approver = world
    actions.edit_phase(actor=staff, phase=phase(plan, "Đợt 1"), summary="Chuẩn bị")
    actions.edit_phase(actor=staff, phase=phase(plan, "Đợt 2"), title="Đợt hai")
    actions.set_themes(actor=staff, plan=plan, texts=["Niềm tin", "Không phô trương"])
    amendment = PlanAmendment.objects.get()
    assert (amendment.state, amendment.base_version, amendment.opened_by) == ("open", 1, staff)
    submit(plan, staff, amended_on=dt.date(2026, 3, 1))
    done = actions.publish_amendment(actor=approver, amendment=amendment)
    assert (done.state, done.n, done.version, done.approved_by) == ("published", 1, 4, approver)
    assert done.amended_on == dt.date(2026, 3, 1)
    # the next edit is the next amendment
    actions.edit_track(actor=staff, track=plan.tracks.get(), title="Mạch chung")
    second = PlanAmendment.objects.get(state="open")
    assert second.base_version == 4
    submit(plan, staff)
    assert actions.publish_amendment(actor=approver, amendment=second).n == 2
    verbs = AuditEntry.objects.filter(verb__endswith="_amendment").order_by("id")
    assert [e.verb for e in verbs] == ["submit_amendment", "publish_amendment"] * 2


def test_a_draft_and_a_loader_open_no_amendment(world, plan):
    actions.edit_track(actor=None, track=plan.tracks.get(), title="Mạch của tệp")
    draft = PlanFactory(issuer=world[0])
    actions.add_track(actor=world[1], plan=draft, title="Mạch")
    assert not PlanAmendment.objects.exists()


def test_nobody_with_a_hand_in_it_publishes(world, plan):
    agency, staff, approver = world
    editor = UserFactory()
    give(editor, Role.STAFF, agency)
    for user in (staff, editor):
        give(user, Role.APPROVER, agency)
    actions.edit_track(actor=editor, track=plan.tracks.get(), title="Mạch A")
    amendment = submit(plan, staff)
    assert hands_of_amendment(amendment) == {staff.pk, editor.pk}
    for user in (staff, editor):
        with pytest.raises(Refused) as refusal:
            actions.publish_amendment(actor=user, amendment=amendment)
        assert refusal.value.code == "self_approval"
    assert actions.publish_amendment(actor=approver, amendment=amendment).n == 1


def test_what_is_edited_after_submission_is_submitted_again(world, plan):
    _agency, staff, approver = world
    actions.edit_track(actor=staff, track=plan.tracks.get(), title="Mạch A")
    seen = submit(plan, staff)
    actions.edit_track(actor=staff, track=plan.tracks.get(), title="Mạch B")
    with pytest.raises(Refused) as refusal:
        actions.publish_amendment(actor=approver, amendment=seen)
    assert refusal.value.code == "transition:publish:open"
    submit(plan, staff)
    with pytest.raises(StaleVersion):  # the approver still looks at the first submission
        actions.publish_amendment(actor=approver, amendment=seen, lock_version=seen.lock_version)


def test_nothing_changed_is_nothing_to_publish(world, plan, event):
    _agency, staff, _approver = world
    amendment = actions.begin_amendment(actor=staff, plan=plan)
    assert actions.begin_amendment(actor=staff, plan=plan) == amendment
    with pytest.raises(Refused) as refusal:
        submit(plan, staff)
    assert refusal.value.code == "nothing"
    # back and forth, and a congress that moved meanwhile: the text is the same
    actions.edit_track(actor=staff, track=plan.tracks.get(), title="Mạch khác")
    with pytest.raises(Refused) as refusal:
        actions.drop_amendment(actor=staff, amendment=amendment)
    assert refusal.value.code == "differs"
    actions.move_event(actor=None, event=event, dates={"expected_opens": day("2026-09-20")})
    actions.edit_track(actor=staff, track=plan.tracks.get(), title="Mạch một")
    with pytest.raises(Refused) as refusal:
        submit(plan, staff)
    assert refusal.value.code == "nothing"
    assert actions.drop_amendment(actor=staff, amendment=amendment).state == "dropped"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"reason": "  "}, "missing"),
        ({"reason": "a" * 501}, "long"),
        ({"amended_on": clock.today() + dt.timedelta(days=2)}, "future"),
    ],
)
def test_a_submission_gives_its_reason_and_a_day_that_has_come(world, plan, values, code):
    actions.edit_track(actor=world[1], track=plan.tracks.get(), title="Mạch A")
    with pytest.raises(Refused) as refusal:
        submit(plan, world[1], **values)
    assert refusal.value.code == code
    assert PlanAmendment.objects.get().state == "open"


def test_a_plan_that_is_being_amended_is_not_closed_but_can_be_withdrawn(world, plan):
    _agency, staff, approver = world
    actions.edit_track(actor=staff, track=plan.tracks.get(), title="Mạch A")
    with pytest.raises(Refused) as refusal:
        actions.close_plan(actor=approver, plan=plan)
    assert refusal.value.code == "amending"
    actions.withdraw_plan(actor=approver, plan=plan, note="Ban hành nhầm")
    assert PlanAmendment.objects.get().state == "dropped"


def test_an_empty_amendment_does_not_keep_a_plan_open(world, plan):
    actions.begin_amendment(actor=world[1], plan=plan)
    assert actions.close_plan(actor=world[2], plan=plan).state == "closed"
    assert PlanAmendment.objects.get().state == "dropped"


# --- on the pages ---------------------------------------------------------------------------


def test_from_an_edit_to_the_mark_readers_see(world, plan, client):
    _agency, staff, approver = world
    client.force_login(staff)
    actions.set_themes(actor=staff, plan=plan, texts=["Niềm vui", "Nêu gương"])
    TaskFactory(actor=staff, plan=plan, title="Việc nội bộ")
    desk = text(client.get(reverse("campaigns:manage", args=[plan.pk])))
    assert "Kế hoạch đang khác bản đã công bố." in desk
    assert step(plan, "trinh") in desk
    client.logout()
    page = text(client.get(plan.get_absolute_url()))
    assert "phần sửa đổi chưa được công bố" in page
    changed = text(client.get(reverse("campaigns:changes", args=[plan.slug, plan.pk])))
    assert "Đang sửa đổi, chưa công bố" in changed
    assert "Niềm <del>tin</del> <ins>vui</ins>" in changed
    assert "Việc nội bộ" not in changed

    client.force_login(staff)
    own = text(client.get(reverse("campaigns:changes", args=[plan.slug, plan.pk])))
    assert "Việc nội bộ" in own
    assert client.get(step(plan, "cong-bo")).status_code == 403
    form = {
        "reason": "Theo công văn 20-CV/TU",
        "amended_on": "2026-03-01",
        "document": "20-CV/TU ngày 28/02/2026",
    }
    two = client.post(step(plan, "trinh"), form | {"document": "20-CV/TU\n21-CV/TU"})
    assert two.context["form"].errors["document"] == ["Chỉ ghi một văn bản."]
    assert client.post(step(plan, "trinh"), form).status_code == 302
    again = client.post(step(plan, "trinh"), form, follow=True)
    assert "Bước này không còn làm được" in text(again)

    client.force_login(approver)
    shown = client.get(step(plan, "cong-bo"))
    assert "Theo công văn 20-CV/TU" in text(shown)
    assert "Việc nội bộ" in text(shown)
    stale = client.post(step(plan, "cong-bo"), {"lock_version": 0})
    assert "vừa được sửa thêm" in text(stale)
    seen = shown.context["seen"]
    assert client.post(step(plan, "cong-bo"), {"lock_version": seen}).status_code == 302
    amending = OfficialDocument.objects.get(symbol="20-CV/TU")
    link = DocumentLink.objects.get(kind="amends")
    assert (link.source, link.target_id) == (amending, plan.document_id)

    client.logout()
    page = text(client.get(plan.get_absolute_url()))
    assert "Sửa đổi lần 1, ngày 01/03/2026" in page
    assert "chưa được công bố" not in page
    page = client.get(reverse("campaigns:changes_between", args=[plan.slug, plan.pk, 1, 3]))
    assert "20-CV/TU" in text(page)
    assert "20-CV/TU" in text(client.get(reverse("official:document", args=[plan.document_id])))


def test_readers_compare_published_versions_only(world, plan, client):
    _agency, staff, approver = world
    for title in ("Mạch A", "Mạch B"):
        actions.edit_track(actor=staff, track=plan.tracks.get(), title=title)
    actions.publish_amendment(actor=approver, amendment=submit(plan, staff))

    def status(old, new):
        url = reverse("campaigns:changes_between", args=[plan.slug, plan.pk, old, new])
        return client.get(url).status_code

    assert PlanVersion.objects.filter(plan=plan).count() == 3
    assert [status(1, 3), status(1, 2), status(2, 3), status(3, 1), status(1, 9)] == [
        200, 404, 404, 404, 404,
    ]  # fmt: skip
    other = reverse("campaigns:changes", args=["sai", plan.pk])
    assert client.get(other).url == plan.get_absolute_url()
    draft = PlanFactory()
    url = reverse("campaigns:changes", args=[draft.slug, draft.pk])
    assert client.get(url).status_code == 404


def test_the_page_of_changes_costs_the_same_for_one_and_many(
    world, plan, client, django_assert_num_queries
):
    _agency, staff, approver = world
    url = reverse("campaigns:changes", args=[plan.slug, plan.pk])

    def amend(n):
        actions.edit_track(actor=staff, track=plan.tracks.get(), title=f"Mạch {n}")
        actions.publish_amendment(actor=approver, amendment=submit(plan, staff))

    amend(1)
    client.get(url)
    with django_assert_num_queries(3):
        client.get(url)
    for n in range(2, 6):
        amend(n)
    with django_assert_num_queries(3):
        client.get(url)


def test_sent_back_with_the_reason_and_taken_up_again(world, plan, client):
    _agency, staff, approver = world
    actions.edit_track(actor=staff, track=plan.tracks.get(), title="Mạch A")
    submit(plan, staff)
    client.force_login(approver)
    empty = client.post(step(plan, "tra-lai"), {"note": " "})
    assert list(empty.context["form"].errors) == ["note"]
    assert client.post(step(plan, "tra-lai"), {"note": "Nêu rõ căn cứ"}).status_code == 302
    client.force_login(staff)
    desk = text(client.get(reverse("campaigns:manage", args=[plan.pk])))
    assert "Nêu rõ căn cứ" in desk
    assert client.get(step(plan, "khong-co")).status_code == 404
    actions.publish_amendment(actor=approver, amendment=submit(plan, staff))


def test_an_office_of_one_publishes_by_a_signature_on_paper(client):
    commune = AgencyFactory(name="Đảng bộ xã", kind="party")
    clerk = UserFactory()
    give(clerk, Role.STAFF, commune)
    plan = issue(PlanFactory(issuer=commune))
    actions.add_track(actor=clerk, plan=plan, title="Mạch")
    submit(plan, clerk)
    client.force_login(clerk)
    assert client.get(step(plan, "cong-bo")).status_code == 403
    paper = {
        "number": "05-QĐ/ĐU",
        "signed_on": "2026-03-01",
        "signer": "Lương Đức Long",
        "position": "Bí thư",
    }
    without = client.post(step(plan, "cong-bo-giay"), paper)
    assert list(without.context["form"].errors) == ["scan"]
    scan = ContentFile(b"%PDF-1.7 %%EOF", name="quyet dinh.pdf")
    assert client.post(step(plan, "cong-bo-giay"), paper | {"scan": scan}).status_code == 302
    approval = PaperApproval.objects.get()
    amendment = PlanAmendment.objects.get()
    assert (approval.act, approval.subject_id) == ("amend", str(plan.pk))
    assert (amendment.n, amendment.approved_by, amendment.paper_approval) == (1, None, approval)


def test_paper_is_refused_while_somebody_else_can_approve(world, plan, client):
    actions.edit_track(actor=world[1], track=plan.tracks.get(), title="Mạch A")
    submit(plan, world[1])
    client.force_login(world[1])
    assert client.get(step(plan, "cong-bo-giay")).status_code == 403


# --- who is told ----------------------------------------------------------------------------


def told(kind):
    rows = Delivery.objects.filter(notice__kind=kind, channel="inbox")
    return set(rows.values_list("person_id", flat=True))


def test_units_below_are_told_of_amendments_and_withdrawal(world, plan):
    from portal.notices import actions as notices

    agency, staff, approver = world
    unit, given = (AgencyFactory(parent=agency, kind="party") for _n in range(2))
    below, doer, stranger = UserFactory(), UserFactory(), UserFactory()
    give(below, Role.STAFF, unit)
    give(doer, Role.SECRETARY, given)
    give(stranger, Role.STAFF, AgencyFactory())
    actions.derive_plan(actor=None, above=plan, issuer=unit, title="Kế hoạch xã")
    actions.assign_task(actor=None, task=plan.tasks.get(), agencies=[given])
    actions.edit_track(actor=staff, track=plan.tracks.get(), title="Mạch A")
    amendment = submit(plan, staff)
    notices.sweep()
    assert told("awaiting_approval") == {approver.pk}
    actions.publish_amendment(actor=approver, amendment=amendment)
    notices.sweep()
    assert told("information") == {below.pk, doer.pk}
    Delivery.objects.all().delete()
    actions.withdraw_plan(actor=approver, plan=plan, note="Ban hành nhầm")
    notices.sweep()
    assert told("information") == {below.pk, doer.pk}


def test_amendments_wait_on_the_approvers_page_of_today(world, plan, client):
    _agency, staff, approver = world
    actions.edit_track(actor=staff, track=plan.tracks.get(), title="Mạch A")
    submit(plan, staff)
    client.force_login(approver)
    assert "Sửa đổi kế hoạch chờ công bố" in text(client.get("/viec-hom-nay/"))


# --- what differs ---------------------------------------------------------------------------


def items(plan, old=1, new=None, tasks=True):
    plan = Plan.objects.get(pk=plan.pk)
    found = changes_between(plan, old, new or plan.version, tasks=tasks)
    return [(i.kind, i.what, i.name, [(str(r.label), r.old, r.new) for r in i.rows]) for i in found]


def test_added_removed_and_changed_are_told_apart(world, plan):
    staff = world[1]
    track = plan.tracks.get()
    actions.edit_phase(actor=staff, phase=phase(plan, "Đợt 1"), starts=on("2026-03-10"))
    actions.remove_phase(actor=staff, phase=phase(plan, "Đợt 2"))
    PhaseFactory(actor=staff, track=track, title="Đợt 3", starts=on("2027"), ends=on("2028"))
    actions.set_forms(actor=staff, plan=plan, forms=["Báo chí", "Phát thanh"])
    found = items(plan)
    assert ("removed", "phase", "Đợt 2", []) in found
    assert (
        "changed",
        "phase",
        "Đợt 1",
        [("Bắt đầu", "tháng 2/2026 (01/02/2026)", "ngày 10/03/2026")],
    ) in found
    assert (
        "changed",
        "plan",
        "",
        [("Hình thức tuyên truyền", "Báo chí", "Báo chí\nPhát thanh")],
    ) in found
    added = next(i for i in found if i[0] == "added")
    assert added[1:3] == ("phase", "Đợt 3")


def test_a_day_that_followed_an_event_is_no_amendment(world, plan, event):
    actions.move_event(actor=None, event=event, dates={"expected_opens": day("2026-09-20")})
    actions.edit_plan(actor=world[1], plan=plan, summary="Mới")
    current = Plan.objects.get(pk=plan.pk)
    found = changes_between(current, 1, current.version, tasks=False)
    moved = [item for item in found if item.by_event]
    assert [(i.what, i.name) for i in moved] == [("phase", "Đợt 1")]
    assert moved[0].rows[0].old.endswith("(23/09/2026)")
    assert moved[0].rows[0].new.endswith("(19/09/2026)")
    assert amounts_to_something(found)
    assert not amounts_to_something(moved)


def test_tasks_are_compared_for_those_who_may_see_them(world, plan):
    actions.edit_task(actor=world[1], task=plan.tasks.get(), due=on("2026-09-21"))
    assert items(plan, tasks=False) == []
    assert items(plan) == [
        ("changed", "task", "Treo cờ", [("Hạn", "ngày 20/09/2026", "ngày 21/09/2026")])
    ]


def test_handing_out_a_task_is_no_amendment(world, plan):
    unit = AgencyFactory(name="Đảng bộ xã", parent=world[0])
    actions.assign_task(actor=world[1], task=plan.tasks.get(), agencies=[unit])
    assert not PlanAmendment.objects.exists()


def test_rows_without_keys_are_matched_by_title():
    def version(**phase):
        row = {"title": "Đợt 1", "starts": {}, "ends": {}} | phase
        return {"tracks": [{"title": "Mạch", "phases": [row]}], "tasks": []}

    assert compare(version(), version(key="x")) == []
    renamed = compare(version(key="x"), version(key="x", title="Đợt một"))
    assert [(i.kind, i.name, i.rows[0].old) for i in renamed] == [("changed", "Đợt một", "Đợt 1")]
    other = compare(version(key="x"), version(key="y"))
    assert [i.kind for i in other] == ["added", "removed"]


def test_a_renamed_phase_is_one_change_not_one_of_all_that_name_it():
    def version(title):
        due = {"as_written": f"ngày kết thúc {title}", "resolved": "2026-09-20"}
        phase = {"key": "p", "title": title, "starts": {}, "ends": {}}
        return {
            "tracks": [{"key": "t", "title": "Mạch", "phases": [phase]}],
            "tasks": [{"key": "v", "title": "Treo cờ", "phase": title, "due": due}],
        }

    found = compare(version("Đợt 1"), version("Đợt một"), tasks=True)
    assert [(i.what, [(r.old, r.new) for r in i.rows]) for i in found] == [
        ("phase", [("Đợt 1", "Đợt một")])
    ]


def test_a_renamed_track_is_no_change_of_its_phases(world, plan):
    actions.edit_track(actor=world[1], track=plan.tracks.get(), title="Mạch chung")
    assert items(plan) == [("changed", "track", "Mạch chung", [("Tên", "Mạch một", "Mạch chung")])]


def test_a_unit_reads_on_its_desk_why_the_superior_withdrew(world, plan, client):
    unit = AgencyFactory(parent=world[0], kind="party")
    clerk = UserFactory()
    give(clerk, Role.STAFF, unit)
    own = actions.derive_plan(actor=clerk, above=plan, issuer=unit, title="Kế hoạch xã")
    actions.withdraw_plan(actor=world[2], plan=plan, note="Ban hành nhầm")
    client.force_login(clerk)
    desk = text(client.get(reverse("campaigns:manage", args=[own.pk])))
    assert "Đã thu hồi: Ban hành nhầm" in desk
    assert plan.get_absolute_url() not in desk


def test_the_order_of_phases_is_a_change(world, plan):
    actions.move_phase(actor=world[1], phase=phase(plan, "Đợt 2"), position=0)
    assert items(plan) == [("changed", "phase", "", [("Thứ tự", "Đợt 1; Đợt 2", "Đợt 2; Đợt 1")])]

"""Done, done without evidence, accepted, returned: who says what, and who hears of it."""

import pytest

from campaigns import actions, notify
from campaigns.models import Assignment, ProgressNote
from campaigns.rules import access
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.notices import registry
from portal.notices.models import ScheduledNotice
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import PlanFactory, TaskFactory, issue
from tests.documents.factories import office

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """(assignment, clerk of the unit, staff of the issuer) of a plan that asks for acceptance."""
    agency, staff, _approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    unit, clerk = AgencyFactory(name="Đảng bộ xã Tân Lập", parent=agency), UserFactory()
    give(clerk, Role.SECRETARY, unit)
    plan = PlanFactory(issuer=agency, actor=staff, needs_acceptance=True)
    TaskFactory(plan=plan, title="Mở chuyên mục", assigned_to=[unit])
    issue(plan)
    return Assignment.objects.get(), clerk, staff


def evidence(row):
    return actions.add_manual_evidence(
        actor=None, assignment=row, title="Ảnh", happened_on=clock.today()
    )


def done(row, clerk=None):
    evidence(row)
    return actions.set_progress(actor=clerk, assignment=row, state="done")


def code_of(call, **kwargs):
    with pytest.raises(Refused) as refused:
        call(**kwargs)
    return refused.value.code


def lines(row):
    """What the dated notes say, oldest first."""
    rows = row.notes.order_by("id").values_list("kind", "state", "text")
    return [tuple(filter(None, line)) for line in rows]


def test_done_without_evidence_is_said_and_explained(world):
    row, clerk, _staff = world
    bare = {"actor": clerk, "assignment": row, "state": "done"}
    assert code_of(actions.set_progress, **bare) == "no_evidence"
    assert code_of(actions.set_progress, **bare, without_evidence=True) == "note_needed"
    assert code_of(actions.set_progress, **bare, without_evidence=True, note=" ") == "note_needed"
    row.refresh_from_db()
    assert (row.state, row.lock_version, lines(row)) == ("todo", 0, [])
    row = actions.set_progress(**bare, without_evidence=True, note="Đã phổ biến tại buổi họp.")
    assert (row.state, row.without_evidence) == ("done", True)
    assert lines(row) == [("state", "done", "Đã phổ biến tại buổi họp.")]
    row = actions.set_progress(actor=clerk, assignment=row, state="doing")
    assert (row.without_evidence, row.done_on) == (False, None)


def test_done_with_evidence_is_not_marked_even_if_it_was_ticked(world):
    row, clerk, _staff = world
    evidence(row)
    row = actions.set_progress(
        actor=clerk, assignment=row, state="done", without_evidence=True, note="Xong"
    )
    assert row.without_evidence is False


def test_notes_are_kept_by_day_and_author(world):
    row, clerk, _staff = world
    for note in ("Đã họp phân công", "Đã in băng rôn"):
        actions.set_progress(actor=clerk, assignment=row, state="doing", note=note)
    row.refresh_from_db()
    assert lines(row) == [("state", "doing", "Đã họp phân công"), ("note", "Đã in băng rôn")]
    assert set(row.notes.values_list("author", flat=True)) == {clerk.pk}
    assert row.note == "Đã in băng rôn"


def test_the_superior_accepts_and_the_unit_changes_no_more(world):
    row, clerk, staff = world
    shown = evidence(row)
    row = actions.set_progress(actor=clerk, assignment=row, state="done")
    row = actions.accept_assignment(actor=staff, assignment=row, lock_version=row.lock_version)
    assert (row.accepted_by, row.accepted_at is not None) == (staff, True)
    step = {"actor": clerk, "assignment": row, "state": "doing"}
    assert code_of(actions.set_progress, **step) == "accepted"
    assert code_of(actions.retract_manual_evidence, actor=clerk, evidence=shown) == "accepted"
    again = {"actor": staff, "assignment": row}
    assert code_of(actions.accept_assignment, **again) == "not_waiting"
    note = actions.set_progress(actor=clerk, assignment=row, state="done", note="Xin cảm ơn")
    assert note.accepted_at is not None


def test_a_return_says_why_and_the_unit_works_on(world):
    row, clerk, staff = world
    row = done(row, clerk)
    blank = {"actor": staff, "assignment": row, "note": "  "}
    assert code_of(actions.return_assignment, **blank) == "missing"
    row = actions.return_assignment(actor=staff, assignment=row, note="Thiếu ảnh hội nghị.")
    assert (row.state, row.done_on, row.returned_note) == ("doing", None, "Thiếu ảnh hội nghị.")
    assert lines(row)[-1] == ("returned", "doing", "Thiếu ảnh hội nghị.")
    row = actions.set_progress(actor=clerk, assignment=row, state="done")
    assert row.returned_note == "Thiếu ảnh hội nghị."
    row = actions.accept_assignment(actor=staff, assignment=row)
    assert (row.returned_at, row.returned_note) == (None, "")
    assert lines(row)[-1] == ("accepted",)


def test_what_was_accepted_can_still_be_returned(world):
    row, clerk, staff = world
    actions.accept_assignment(actor=staff, assignment=done(row, clerk))
    row = actions.return_assignment(actor=staff, assignment=row, note="Bấm nhầm.")
    assert (row.accepted_at, row.accepted_by, row.state) == (None, None, "doing")


def test_nobody_accepts_for_their_own_unit(world):
    row, clerk, staff = world
    row = done(row, clerk)
    assert code_of(actions.accept_assignment, actor=clerk, assignment=row) == "no_right"
    both = UserFactory()
    give(both, Role.STAFF, row.task.plan.issuer)
    assert access.may_accept(both, row) is True
    give(both, Role.STAFF, row.agency)
    assert access.may_accept(type(both).objects.get(pk=both.pk), row) is False
    Assignment.objects.filter(pk=row.pk).update(responsible=staff)
    row.refresh_from_db()
    assert code_of(actions.accept_assignment, actor=staff, assignment=row) == "no_right"


def test_the_issuers_own_work_waits_for_nobody(world):
    row, _clerk, staff = world
    plan = row.task.plan
    actions.assign_task(actor=None, task=row.task, agencies=[plan.issuer])
    own = Assignment.objects.get(agency=plan.issuer)
    approver = UserFactory()
    give(approver, Role.APPROVER, plan.issuer)
    assert (access.may_accept(staff, own), access.may_accept(approver, own)) == (False, False)


def test_a_plan_that_does_not_ask_has_no_acceptance(world):
    row, clerk, staff = world
    plan = row.task.plan
    row = done(row, clerk)
    actions.edit_plan(actor=None, plan=plan, needs_acceptance=False)
    row = Assignment.objects.select_related("task__plan").get()
    assert code_of(actions.accept_assignment, actor=staff, assignment=row) == "no_right"


def test_many_are_accepted_at_once_but_not_what_moved_meanwhile(world):
    row, clerk, staff = world
    other = AgencyFactory(name="Đảng bộ xã Yên Sơn", parent=row.task.plan.issuer)
    actions.assign_task(actor=None, task=row.task, agencies=[other])
    theirs = done(Assignment.objects.get(agency=other))
    row = done(row, clerk)
    seen = [(row, row.lock_version), (theirs, theirs.lock_version)]
    actions.set_progress(actor=clerk, assignment=row, state="done", note="Bổ sung số liệu")
    accepted, left = actions.accept_many(actor=staff, chosen=seen)
    assert [a.agency.name for a in accepted] == ["Đảng bộ xã Yên Sơn"]
    assert left == [(row, "vừa thay đổi, cần xem lại")]
    with pytest.raises(StaleVersion):
        actions.accept_assignment(actor=staff, assignment=row, lock_version=seen[0][1])


def notices_of(row):
    rows = ScheduledNotice.objects.filter(
        subject_kind=notify.acceptance.ACCEPTANCE, subject_id=row.pk
    )
    return list(rows.order_by("id").values_list("kind", "state"))


def test_the_unit_hears_at_once_what_was_returned_and_why(world):
    row, clerk, staff = world
    row = done(row, clerk)
    actions.return_assignment(actor=staff, assignment=row, note="Thiếu ảnh hội nghị.")
    notice = ScheduledNotice.objects.get(subject_kind=notify.acceptance.ACCEPTANCE)
    handler = registry.kinds[notice.subject_kind]
    handler.load([notice])
    message = handler.render(notice)
    assert (message.title, message.text) == (
        "Nhiệm vụ bị trả lại: Mở chuyên mục",
        "Đảng bộ tỉnh Mẫu: Thiếu ảnh hội nghị.",
    )
    audience = handler.audience(notice)
    assert audience.agency_ids == {row.agency_id}
    assert registry.kind_of(notice).urgency is registry.Urgency.AT_ONCE
    actions.set_progress(actor=clerk, assignment=row, state="done")
    assert notices_of(row) == [("returned", "cancelled")]
    handler.load([notice])
    assert handler.still_due(notice, clock.now()) is False


def test_a_note_needs_words_in_the_database_too(world):
    from django.db import IntegrityError, transaction

    row, _clerk, _staff = world
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressNote.objects.create(assignment=row, kind="note", text="", at=clock.now())

"""The verbs: life cycle, two people, stale edits, versions, work and evidence."""

import datetime as dt

import pytest

from campaigns import actions
from campaigns.models import Assignment, Evidence, Plan, PlanVersion
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from portal.official.models import DocumentLink
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import (
    EventFactory,
    Open,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    day,
    event_on,
    on,
    ref,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def province():
    return AgencyFactory(name="Đảng bộ tỉnh Mẫu", slug="dang-bo-tinh-mau", kind="party")


@pytest.fixture
def staff(province):
    user = UserFactory(full_name="Trần Thị Kế Hoạch")
    give(user, Role.STAFF, province)
    return user


@pytest.fixture
def approver(province):
    user = UserFactory(full_name="Lê Văn Duyệt")
    give(user, Role.APPROVER, province)
    return user


@pytest.fixture
def plan(province, staff):
    return PlanFactory(
        actor=staff, issuer=province, title="Kế hoạch tuyên truyền", symbol="12-KH/TU"
    )


def code_of(call, **kwargs):
    with pytest.raises(Refused) as caught:
        call(**kwargs)
    return caught.value.code


# --- Life cycle -----------------------------------------------------------------------------


def test_a_plan_is_drafted_submitted_and_issued_by_another_person(plan, staff, approver):
    assert (plan.state, plan.version, plan.slug) == ("editing", 0, "12-kh-tu")
    actions.submit_plan(actor=staff, plan=plan)
    issued = actions.issue_plan(
        actor=approver, plan=plan, issued_on=day("2026-11-20"), signer="Nguyễn Văn A"
    )
    issued.refresh_from_db()
    assert (issued.state, issued.submitted_by, issued.issued_by, issued.version) == (
        "issued",
        staff,
        approver,
        1,
    )
    assert (issued.document.issued_on, issued.document.signer) == (
        day("2026-11-20"),
        "Nguyễn Văn A",
    )
    assert PlanVersion.objects.get().data["issued_on"] == "2026-11-20"
    verbs = AuditEntry.objects.filter(object_kind="campaigns.plan").order_by("id")
    assert list(verbs.values_list("verb", "actor")) == [
        ("create_plan", staff.pk),
        ("submit_plan", staff.pk),
        ("issue_plan", approver.pk),
    ]


def test_nobody_issues_what_they_submitted(plan, staff):
    actions.submit_plan(actor=staff, plan=plan)
    assert code_of(actions.issue_plan, actor=staff, plan=plan) == "self_approval"
    plan.refresh_from_db()
    assert (plan.state, plan.version) == ("submitted", 0)


def test_a_plan_is_sent_back_with_a_reason_and_can_come_again(plan, staff, approver):
    actions.submit_plan(actor=staff, plan=plan)
    assert code_of(actions.send_back_plan, actor=approver, plan=plan, note=" ") == "missing"
    returned = actions.send_back_plan(actor=approver, plan=plan, note="Thiếu đợt 3")
    assert (returned.state, returned.state_note) == ("editing", "Thiếu đợt 3")
    again = actions.submit_plan(actor=staff, plan=plan)
    assert (again.state, again.state_note) == ("submitted", "")


@pytest.mark.parametrize(
    ("verb", "extra"),
    [
        (actions.issue_plan, {}),
        (actions.send_back_plan, {"note": "x"}),
        (actions.close_plan, {}),
        (actions.withdraw_plan, {"note": "x"}),
    ],
)
def test_steps_out_of_order_are_refused_with_a_sentence(plan, approver, verb, extra):
    with pytest.raises(Refused) as caught:
        verb(actor=approver, plan=plan, **extra)
    assert caught.value.code.startswith("transition:")
    assert str(caught.value.message).startswith("Chỉ kế hoạch ")


def test_a_submitted_plan_is_not_edited(plan, staff):
    track = TrackFactory(plan=plan)
    phase = PhaseFactory(track=track)
    task = TaskFactory(plan=plan)
    actions.submit_plan(actor=staff, plan=plan)
    for call, values in (
        (actions.edit_plan, {"plan": plan, "title": "Khác"}),
        (actions.add_track, {"plan": plan, "title": "Khác"}),
        (actions.edit_track, {"track": track, "title": "Khác"}),
        (actions.add_phase, {"track": track, "title": "X", "starts": Open(), "ends": Open()}),
        (actions.edit_phase, {"phase": phase, "title": "Khác"}),
        (actions.remove_phase, {"phase": phase}),
        (actions.add_task, {"plan": plan, "title": "Khác"}),
        (actions.edit_task, {"task": task, "title": "Khác"}),
        (actions.set_themes, {"plan": plan, "texts": ["Khác"]}),
        (actions.set_forms, {"plan": plan, "forms": ["Khác"]}),
    ):
        assert code_of(call, actor=staff, **values) == "not_editable"


def test_two_editors_the_second_sees_the_row_as_it_stands(plan, staff):
    first = Plan.objects.get(pk=plan.pk)
    actions.edit_plan(actor=staff, plan=plan, lock_version=0, title="Tên mới")
    with pytest.raises(StaleVersion) as caught:
        actions.edit_plan(actor=staff, plan=first, lock_version=0, title="Tên của người thứ hai")
    assert caught.value.current.title == "Tên mới"


def test_each_change_of_a_plan_in_force_is_a_version(plan, staff, approver):
    actions.submit_plan(actor=staff, plan=plan)
    actions.issue_plan(actor=approver, plan=plan)
    track = actions.add_track(actor=staff, plan=plan, title="Mạch", declared_phases=1)
    phase = actions.add_phase(
        actor=staff, track=track, title="Đợt 1", starts=on("2026-11"), ends=Open()
    )
    actions.edit_phase(actor=staff, phase=phase, title="Đợt 1", starts=on("2026-11"))
    versions = list(PlanVersion.objects.order_by("n").values_list("n", "data__tracks"))
    assert [(n, len(tracks)) for n, tracks in versions] == [(1, 0), (2, 1), (3, 1)]
    assert versions[2][1][0]["phases"][0]["starts"] == {
        "as_written": "tháng 11/2026",
        "resolved": "2026-11-01",
        "source": {"kind": "date", "date": "2026-11-01", "precision": "month"},
    }


def test_the_register_knows_basis_and_superior(plan, province, staff):
    above = PlanFactory(issuer=province, symbol="1-KH/TW", issued=True)
    actions.edit_plan(actor=staff, plan=plan, basis=[above.document], implements=above)
    links = DocumentLink.objects.filter(source=plan.document).values_list("kind", "target")
    assert sorted(links) == [
        ("basis", above.document_id),
        ("implements", above.document_id),
    ]
    actions.edit_plan(actor=staff, plan=plan, basis=[], implements=None)
    assert not DocumentLink.objects.exists()


def test_a_plan_cannot_carry_out_itself_through_others(plan, province):
    below = PlanFactory(issuer=province, implements=plan)
    assert code_of(actions.edit_plan, actor=None, plan=plan, implements=below) == "implements"


def test_a_symbol_is_registered_once(plan, province):
    assert (
        code_of(actions.create_plan, actor=None, issuer=province, title="Khác", symbol="12 -KH/TU")
        == "duplicate"
    )


# --- Structure ------------------------------------------------------------------------------


def test_tracks_phases_and_tasks_move(plan):
    one, two = TrackFactory(plan=plan, title="Một"), TrackFactory(plan=plan, title="Hai")
    phases = [PhaseFactory(track=one, title=f"Đợt {n}") for n in (1, 2, 3)]
    actions.move_track(actor=None, track=two, position=0)
    actions.move_phase(actor=None, phase=phases[2], position=0)
    assert list(plan.tracks.values_list("title", flat=True)) == ["Hai", "Một"]
    assert list(one.phases.values_list("title", "position")) == [
        ("Đợt 3", 0),
        ("Đợt 1", 1),
        ("Đợt 2", 2),
    ]
    tasks = [TaskFactory(plan=plan, title=f"Việc {n}") for n in (1, 2)]
    actions.move_task(actor=None, task=tasks[0], position=9)
    assert list(plan.tasks.values_list("title", flat=True)) == ["Việc 2", "Việc 1"]


def test_a_title_is_free_once_per_track(plan):
    track = TrackFactory(plan=plan)
    PhaseFactory(track=track, title="Đợt 1")
    assert (
        code_of(
            actions.add_phase,
            actor=None,
            track=track,
            title=" Đợt\u00a01 ",
            starts=Open(),
            ends=Open(),
        )
        == "title_taken"
    )


def test_themes_are_a_list_that_is_replaced(plan):
    actions.set_themes(actor=None, plan=plan, texts=["Một", "", "Hai", "Ba"])
    actions.set_themes(actor=None, plan=plan, texts=["Hai", "Bốn"])
    assert list(plan.themes.values_list("text", "position")) == [("Hai", 0), ("Bốn", 1)]
    before = AuditEntry.objects.count()
    actions.set_themes(actor=None, plan=plan, texts=["Hai", "Bốn"])
    assert AuditEntry.objects.count() == before


def test_a_form_is_one_word_for_all_plans(plan):
    actions.set_forms(actor=None, plan=plan, forms=[("Báo chí", "Đại chúng"), "Loa"])
    other = PlanFactory()
    actions.set_forms(actor=None, plan=other, forms=["Báo chí"])
    form = other.plan_forms.get().form
    assert (form.family.name, form.plans.count()) == ("Đại chúng", 2)


def test_a_phase_with_tasks_is_not_removed(plan):
    phase = PhaseFactory(track=TrackFactory(plan=plan))
    TaskFactory(plan=plan, phase=phase)
    assert code_of(actions.remove_phase, actor=None, phase=phase) == "has_tasks"


def test_a_track_goes_with_its_phases(plan):
    track = TrackFactory(plan=plan)
    first = PhaseFactory(track=track)
    PhaseFactory(track=track, starts=ref(first.ends, 1), ends=Open())
    actions.remove_track(actor=None, track=track)
    assert plan.tracks.count() == 0


def test_a_task_belongs_to_a_phase_of_its_own_plan(plan):
    assert (
        code_of(actions.add_task, actor=None, plan=plan, title="x", phase=PhaseFactory())
        == "phase_elsewhere"
    )


def test_a_due_date_comes_and_goes(plan):
    task = TaskFactory(plan=plan)
    task = actions.edit_task(actor=None, task=task, due=on("2026-12"))
    assert task.due.resolved_on == day("2026-12-31")
    task = actions.edit_task(actor=None, task=task, due=None)
    assert (task.due, task.lock_version) == (None, 2)


def test_events_are_named_and_checked(province):
    event = EventFactory(host=province, ordinal=1, term_start=2025, term_end=2030, slug=None)
    assert event.slug == "dai-hoi-dai-bieu-dang-bo-tinh-mau-lan-thu-i-nhiem-ky-2025-2030"
    assert code_of(EventFactory, host=province, ordinal=1) == "ordinal"
    assert (
        code_of(
            actions.move_event,
            actor=None,
            event=event,
            dates={"planned_opens": day("2026-12-27"), "planned_closes": day("2026-12-26")},
        )
        == "dates"
    )
    assert code_of(actions.create_event, actor=None, kind="session", host=province) == "name"


# --- Work -----------------------------------------------------------------------------------


@pytest.fixture
def assignment(province):
    plan = PlanFactory(issuer=province)
    task = TaskFactory(plan=plan, assigned_to=[AgencyFactory(name="Đảng bộ xã Hòa Bình")])
    from tests.campaigns.factories import issue

    issue(plan)
    return Assignment.objects.get(task=task)


def test_progress_is_entered_and_taken_back(assignment):
    row = actions.set_progress(actor=None, assignment=assignment, state="done", note="Xong")
    assert (row.state, row.done_on, row.note, row.lock_version) == (
        "done",
        clock.today(),
        "Xong",
        1,
    )
    row = actions.set_progress(actor=None, assignment=row, state="doing", lock_version=1)
    assert (row.state, row.done_on, row.note) == ("doing", None, "Xong")
    with pytest.raises(StaleVersion):
        actions.set_progress(actor=None, assignment=row, state="done", lock_version=1)
    tomorrow = clock.today() + dt.timedelta(days=1)
    assert (
        code_of(actions.set_progress, actor=None, assignment=row, state="done", done_on=tomorrow)
        == "future"
    )


def test_work_waits_for_the_plan_to_be_in_force():
    task = TaskFactory(assigned_to=[AgencyFactory()])
    row = task.assignments.get()
    assert code_of(actions.set_progress, actor=None, assignment=row, state="doing") == (
        "not_in_force"
    )


def test_manual_evidence_begins_the_task(assignment):
    evidence = actions.add_manual_evidence(
        actor=None,
        assignment=assignment,
        title="Hội nghị 120 người dự",
        happened_on=clock.today(),
        url="https://mau.example.vn/anh",
    )
    assignment.refresh_from_db()
    assert (assignment.state, evidence.source_kind) == ("doing", "manual")
    actions.retract_manual_evidence(actor=None, evidence=evidence)
    evidence.refresh_from_db()
    assert evidence.retracted_at is not None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//mau.example.vn", "ftp://x", "/a b"])
def test_an_address_of_evidence_is_http_or_local(assignment, url):
    assert (
        code_of(
            actions.add_manual_evidence,
            actor=None,
            assignment=assignment,
            title="x",
            happened_on=clock.today(),
            url=url,
        )
        == "url"
    )


def test_evidence_of_an_article_comes_goes_and_comes_back(assignment):
    def record(title="Bài viết", ids=(assignment.pk,)):
        return actions.record_evidence(
            source_kind="news.article",
            source_id=7,
            assignment_ids=ids,
            title=title,
            url="/tin-tuc/bai-7/",
            happened_on=day("2026-11-20"),
        )

    record()
    record("Bài viết sửa tên")
    evidence = Evidence.objects.get()
    assert (evidence.title, evidence.source_id, evidence.retracted_at) == (
        "Bài viết sửa tên",
        "7",
        None,
    )
    assert actions.retract_evidence(source_kind="news.article", source_id=7) == 1
    assert actions.retract_evidence(source_kind="news.article", source_id=7) == 0
    record()
    assert Evidence.objects.get().retracted_at is None
    record(ids=())
    assert Evidence.objects.get().retracted_at is not None
    verbs = AuditEntry.objects.filter(object_kind="campaigns.assignment").order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == [
        "add_evidence",
        "set_progress",
        "retract_evidence",
        "add_evidence",
        "retract_evidence",
    ]


def test_a_begun_task_is_neither_taken_back_nor_removed(assignment):
    actions.set_progress(actor=None, assignment=assignment, state="doing")
    assert code_of(actions.unassign, actor=None, assignment=assignment) == "begun"
    assert code_of(actions.remove_task, actor=None, task=assignment.task) == "begun"


def test_units_are_assigned_once_and_taken_back(province):
    task = TaskFactory(plan__issuer=province)
    a, b = AgencyFactory(), AgencyFactory()
    assert len(actions.assign_task(actor=None, task=task, agencies=[a, b])) == 2
    assert actions.assign_task(actor=None, task=task, agencies=[a]) == []
    actions.unassign(actor=None, assignment=task.assignments.get(agency=a))
    assert list(task.assignments.values_list("agency", flat=True)) == [b.pk]
    actions.remove_task(actor=None, task=task)
    assert Assignment.objects.count() == 0


def test_a_moved_event_does_not_touch_what_was_typed(province):
    event = EventFactory(host=province, planned_opens=day("2026-12-27"))
    task = TaskFactory(due=event_on(event, "opens", -5))
    actions.move_event(
        actor=None, event=event, dates={"planned_opens": day("2026-12-30")}, lock_version=0
    )
    task.refresh_from_db()
    assert (task.lock_version, task.due.offset, task.due.resolved_on) == (
        0,
        -5,
        day("2026-12-25"),
    )
    with pytest.raises(StaleVersion):
        actions.move_event(actor=None, event=event, dates={}, lock_version=0)

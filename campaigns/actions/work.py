"""Work on tasks: handed out, reported on."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import notify
from campaigns.actions._common import editable, lock
from campaigns.models import Assignment, Plan, ProgressNote
from portal.agencies import ranges
from portal.agencies.queries import reachable
from portal.agencies.rules import grants_of
from portal.common import audit, clock, text
from portal.common.errors import Refused

State = Assignment.State
Note = ProgressNote.Kind
#: Longest note on progress or reason of a return.
NOTE = 4000


@transaction.atomic
def assign_task(*, actor, task, agencies, responsible=None):
    """Give a task to units; those who have it keep it. Returns the new Assignments.

    A loader (`actor` None) records what a paper gave out in its day and is not checked.

    Raises:
        Refused: "outside" when the issuer may not give tasks to a unit, "expired" when a unit no
            longer exists; the sentence names the units. Nothing is given then.
    """
    plan = editable(task.plan)
    have = set(task.assignments.values_list("agency_id", flat=True))
    wanted = {a.pk: a for a in agencies if a.pk not in have}
    if actor is not None:
        check_reach(plan, list(wanted.values()))
    made = Assignment.objects.bulk_create(
        Assignment(task=task, agency=agency, responsible=responsible) for agency in wanted.values()
    )
    if made:
        audit.record(
            actor=actor,
            verb="assign_task",
            obj=task,
            agency=plan.issuer_id,
            changes=given_to(wanted.values()),
        )
        if actor is not None and plan.state == Plan.State.ISSUED:
            notify.assigned(task, made)
    return made


def check_reach(plan, agencies):
    """Refuse, with their names, units that the issuer of `plan` may not hand a task today.

    Raises:
        Refused: "expired", "outside".
    """
    today = clock.today()
    ended = [a for a in agencies if not ranges.contains(a.valid, today)]
    if ended:
        raise Refused(
            _("Đơn vị không còn hoặc chưa hoạt động: %s.") % _named(ended), code="expired"
        )
    ids = {a.pk for a in agencies}
    inside = set(reachable(plan.issuer).filter(pk__in=ids).values_list("pk", flat=True))
    outside = [a for a in agencies if a.pk not in inside]
    if outside:
        raise Refused(
            _(
                "Đơn vị không trực thuộc %(issuer)s và không do %(issuer)s lãnh đạo nên không giao "
                "nhiệm vụ được: %(names)s."
            )
            % {"issuer": plan.issuer.name, "names": _named(outside)},
            code="outside",
        )


def given_to(agencies, most=20):
    """Changes for the audit log: a row that names 12.000 units helps nobody."""
    names = [a.name for a in agencies]
    if len(names) <= most:
        return {"agencies": [None, names]}
    return {"agencies": [None, [*names[:most], "…"]], "count": [None, len(names)]}


def _named(agencies, most=5):
    names = "; ".join(a.name for a in agencies[:most])
    more = len(agencies) - most
    return _("%(names)s và %(n)d đơn vị khác") % {"names": names, "n": more} if more > 0 else names


@transaction.atomic
def unassign(*, actor, assignment):
    """Take a task back from a unit that has not begun.

    Raises:
        Refused: "begun".
    """
    plan = editable(assignment.task.plan)
    row = lock(assignment)
    if row.state != State.TODO or row.evidence.exists() or row.passed.exists():
        raise Refused(_("Đơn vị đã thực hiện nhiệm vụ này nên không thu hồi được."), code="begun")
    audit.record(
        actor=actor,
        verb="unassign_task",
        obj=row.task,
        agency=plan.issuer_id,
        changes={"agency": [row.agency.name, None]},
    )
    row.delete()


@transaction.atomic
def set_progress(
    *,
    actor,
    assignment,
    state,
    note=None,
    done_on=None,
    without_evidence=False,
    lock_version=None,
):
    """Say how far a unit is, and what there is to say about it.

    Args:
        state: todo, doing or done.
        note: added to the dated notes; None or blank adds none.
        done_on: the day it was done, today if not given; kept only for "done".
        without_evidence: "Hoàn thành, không có tệp": done although nothing shows it, with a note
            that says why. The system may leave out both.

    Raises:
        StaleVersion; Refused: "future" for a day that has not come, "not_in_force", "accepted"
            for a step back from what the superior accepted, "no_evidence", "note_needed".
    """
    row = lock(assignment, lock_version)
    check_in_force(row)
    if state not in State.values:
        raise ValueError(f"unknown state of an assignment: {state!r}")
    if row.accepted_at is not None and state != row.state:
        raise Refused(
            _("Nhiệm vụ đã được nghiệm thu. Muốn làm lại, hãy đề nghị cấp trên trả lại."),
            code="accepted",
        )
    note = text.clean(note or "")[:NOTE]
    today = clock.today()
    if state == State.DONE:
        done_on = done_on or row.done_on or today
        if done_on > today:
            raise Refused(_("Ngày hoàn thành chưa đến."), code="future")
    else:
        done_on = None
    fields = ("state", "note", "done_on", "without_evidence")
    before = audit.snapshot(row, fields)
    if state != State.DONE:
        row.without_evidence = False
    elif row.state != State.DONE or without_evidence:
        row.without_evidence = _nothing_shown(actor, row, without_evidence, note)
    step = state if state != row.state else ""
    row.state, row.done_on = state, done_on
    if note:
        row.note = note
    changes = audit.diff(before, audit.snapshot(row, fields))
    if note or step:
        say(row, actor, Note.STATE if step else Note.NOTE, note, state=step)
    if changes:
        row.lock_version += 1
        row.save(update_fields=[*fields, "lock_version"])
        record(actor, "set_progress", row, changes)
    if step:
        notify.assignment_moved_on(row)
    return row


def _nothing_shown(actor, row, said, note):
    """Whether nothing shows what is being called done; a person has to say so, and why."""
    if row.evidence.filter(retracted_at=None).exists():
        return False
    if actor is not None and not said:
        raise Refused(
            _(
                "Chưa có minh chứng nào. Hãy thêm minh chứng, hoặc chọn “Hoàn thành, không có "
                "tệp” và ghi lý do."
            ),
            code="no_evidence",
        )
    if actor is not None and not note:
        raise Refused(
            _("Hoàn thành mà không có tệp thì cần ghi rõ đã làm gì, kết quả ra sao."),
            code="note_needed",
        )
    return True


@transaction.atomic
def set_responsible(*, actor, assignment, responsible, lock_version=None):
    """Name the person of the unit who answers for an assignment (None: nobody by name).

    Raises:
        StaleVersion; Refused: "not_a_member" for somebody without a role at the unit.
    """
    row = lock(assignment, lock_version)
    if responsible is not None and not any(
        grant.agency_id == row.agency_id for grant in grants_of(responsible)
    ):
        raise Refused(_("Người này không có vai trò tại đơn vị."), code="not_a_member")
    before = audit.snapshot(row, ("responsible",))
    row.responsible = responsible
    changes = audit.diff(before, audit.snapshot(row, ("responsible",)))
    if changes:
        row.lock_version += 1
        row.save(update_fields=["responsible", "lock_version"])
        record(actor, "set_responsible", row, changes)
    return row


def hand_over_assignments(*, from_user, to_user, agencies, on, actor):
    """Registry callback (`agencies.registries.HOLDINGS`): open tasks in a person's name move along.

    What is done keeps the name of who did it.
    """
    rows = Assignment.objects.select_for_update().filter(
        responsible=from_user, agency_id__in=agencies
    )
    moved = list(rows.exclude(state=State.DONE))
    for row in moved:
        row.responsible = to_user
        row.lock_version += 1
        row.save(update_fields=["responsible", "lock_version"])
        record(actor, "set_responsible", row, {"responsible": [from_user.pk, to_user.pk]})
    return [_("%d nhiệm vụ") % len(moved)] if moved else []


def check_in_force(row):
    plan = row.task.plan
    if plan.state != plan.State.ISSUED:
        raise Refused(_("Kế hoạch này không còn hoặc chưa được thực hiện."), code="not_in_force")


def record(actor, verb, assignment, changes):
    audit.record(
        actor=actor, verb=verb, obj=assignment, agency=assignment.agency_id, changes=changes
    )


def say(row, actor, kind, words="", state=""):
    """Add a dated line to the assignment."""
    ProgressNote.objects.create(
        assignment=row, kind=kind, text=words, state=state, author=actor, at=clock.now()
    )

"""Work on tasks: handed out, reported, shown by evidence."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.actions._common import editable, lock, one_line
from campaigns.models import Assignment, Evidence
from campaigns.registry import evidence_sources
from portal.agencies import ranges
from portal.agencies.queries import reachable
from portal.agencies.rules import grants_of
from portal.common import audit, clock, text
from portal.common.errors import Refused

State = Assignment.State
MANUAL = "manual"
TITLE, URL = 300, 500


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
            changes={"agencies": [None, [a.name for a in wanted.values()]]},
        )
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
    if row.state != State.TODO or row.evidence.exists():
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
def set_progress(*, actor, assignment, state, note=None, done_on=None, lock_version=None):
    """Say how far a unit is.

    Args:
        state: todo, doing or done.
        note: None leaves what is written.
        done_on: the day it was done, today if not given; kept only for "done".

    Raises:
        StaleVersion; Refused: "future" for a day that has not come, "not_in_force".
    """
    row = lock(assignment, lock_version)
    _check_in_force(row)
    if state not in State.values:
        raise ValueError(f"unknown state of an assignment: {state!r}")
    today = clock.today()
    if state == State.DONE:
        done_on = done_on or row.done_on or today
        if done_on > today:
            raise Refused(_("Ngày hoàn thành chưa đến."), code="future")
    else:
        done_on = None
    before = audit.snapshot(row, ("state", "note", "done_on"))
    row.state, row.done_on = state, done_on
    if note is not None:
        row.note = text.clean(note)
    changes = audit.diff(before, audit.snapshot(row, ("state", "note", "done_on")))
    if changes:
        row.lock_version += 1
        row.save(update_fields=["state", "note", "done_on", "lock_version"])
        _record(actor, "set_progress", row, changes)
    return row


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
        _record(actor, "set_responsible", row, changes)
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
        _record(actor, "set_responsible", row, {"responsible": [from_user.pk, to_user.pk]})
    return [_("%d nhiệm vụ") % len(moved)] if moved else []


@transaction.atomic
def add_manual_evidence(*, actor, assignment, title, happened_on, url="", note=""):
    """Show by hand what was done: a meeting, photos kept elsewhere, a link.

    Raises:
        Refused: "future", "url" for anything but http(s) and local paths, "not_in_force".
    """
    row = lock(assignment)
    _check_in_force(row)
    if happened_on > clock.today():
        raise Refused(_("Ngày thực hiện chưa đến."), code="future")
    evidence = Evidence.objects.create(
        assignment=row,
        source_kind=MANUAL,
        source_id=uuid.uuid4().hex,
        title=one_line(title, limit=TITLE, what=_("tên minh chứng")),
        url=_checked_url(url),
        note=text.clean(note or ""),
        happened_on=happened_on,
        added_by=actor,
    )
    _begin(actor, row)
    _record(actor, "add_evidence", row, {"evidence": [None, evidence.title]})
    return evidence


@transaction.atomic
def retract_manual_evidence(*, actor, evidence):
    """Take back evidence that was added by hand; the row stays, marked."""
    if evidence.source_kind != MANUAL:
        raise Refused(
            _("Minh chứng này do hệ thống ghi; hãy gỡ ở nơi nó phát sinh."), code="source"
        )
    _check_in_force(evidence.assignment)
    retract_evidence(source_kind=MANUAL, source_id=evidence.source_id, actor=actor)


@transaction.atomic
def record_evidence(
    *,
    source_kind,
    source_id,
    title,
    url,
    happened_on,
    actor=None,
    assignment=None,
    assignment_ids=None,
    note="",
):
    """For upper apps: something happened that shows work on assignments.

    Idempotent: calling it again brings title, address and day up to date, and evidence that was
    retracted counts again. With `assignment_ids` (or one `assignment`) the list is complete:
    evidence of this source for other assignments is retracted, except where somebody picked it by
    hand. An untouched task becomes "doing".

    Args:
        source_kind: stable kind of row ("news.article"), best one of the registry
            `evidence_sources`, which tells the kind of evidence; source_id: its key.
        happened_on: a date.

    Returns the Evidence rows.
    """
    ids = set(assignment_ids or ()) | ({assignment.pk} if assignment is not None else set())
    source_id = str(source_id)
    known = Evidence.objects.select_for_update().filter(
        source_kind=source_kind, source_id=source_id
    )
    ids |= set(known.filter(picked=True).values_list("assignment_id", flat=True))
    gone = known.filter(retracted_at=None).exclude(assignment_id__in=ids)
    for row in gone.select_related("assignment"):
        _record(actor, "retract_evidence", row.assignment, {"evidence": [row.title, None]})
    gone.update(retracted_at=clock.now())
    source = evidence_sources.get(source_kind)
    values = {
        "kind": source.kind if source else Evidence.Kind.OTHER,
        "title": text.one_line(title)[:TITLE],
        "url": _checked_url(url),
        "happened_on": happened_on,
        "note": text.clean(note or ""),
        "retracted_at": None,
    }
    rows = []
    have = {row.assignment_id: row for row in known.filter(assignment_id__in=ids)}
    targets = Assignment.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    for target in targets:
        row = have.get(target.pk)
        if row is None:
            row = Evidence.objects.create(
                assignment=target,
                source_kind=source_kind,
                source_id=source_id,
                added_by=actor,
                **values,
            )
            _record(actor, "add_evidence", target, {"evidence": [None, row.title]})
        elif any(getattr(row, name) != value for name, value in values.items()):
            was_gone = row.retracted_at is not None
            for name, value in values.items():
                setattr(row, name, value)
            row.save(update_fields=list(values))
            if was_gone:
                _record(actor, "add_evidence", target, {"evidence": [None, row.title]})
        _begin(actor, target)
        rows.append(row)
    return rows


@transaction.atomic
def retract_evidence(*, source_kind, source_id, actor=None):
    """For upper apps: what was shown is gone (an article withdrawn). Rows stay, marked.

    Progress that a person entered stays too. Returns how many rows were retracted.
    """
    rows = Evidence.objects.select_for_update().filter(
        source_kind=source_kind, source_id=str(source_id), retracted_at=None
    )
    found = list(rows.select_related("assignment"))
    for row in found:
        _record(actor, "retract_evidence", row.assignment, {"evidence": [row.title, None]})
    Evidence.objects.filter(pk__in=[row.pk for row in found]).update(retracted_at=clock.now())
    return len(found)


def _begin(actor, row):
    if row.state == State.TODO:
        row.state = State.DOING
        row.lock_version += 1
        row.save(update_fields=["state", "lock_version"])
        _record(actor, "set_progress", row, {"state": [State.TODO, State.DOING]})


def _check_in_force(row):
    plan = row.task.plan
    if plan.state != plan.State.ISSUED:
        raise Refused(_("Kế hoạch này không còn hoặc chưa được thực hiện."), code="not_in_force")


def _checked_url(url):
    url = (url or "").strip()
    if not url:
        return ""
    local = url.startswith("/") and not url.startswith("//") and "\\" not in url
    if not (local or url.startswith(("https://", "http://"))) or any(c.isspace() for c in url):
        raise Refused(_("Đường dẫn phải bắt đầu bằng http:// hoặc https://."), code="url")
    if len(url) > URL:
        raise Refused(_("Đường dẫn dài quá %d ký tự.") % URL, code="long")
    return url


def _record(actor, verb, assignment, changes):
    audit.record(
        actor=actor, verb=verb, obj=assignment, agency=assignment.agency_id, changes=changes
    )

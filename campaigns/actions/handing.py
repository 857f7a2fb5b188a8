"""Tasks for many units in one act, taken back for ten minutes, and passed on down the tree."""

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from campaigns import notify
from campaigns.actions._common import editable, lock
from campaigns.actions.work import _named, check_reach, given_to
from campaigns.models import Assignment, AssignmentBatch, Plan
from campaigns.rules.states import UNDO
from portal.agencies.queries import reachable
from portal.common import audit, clock
from portal.common.errors import Refused

State = Assignment.State


@transaction.atomic
def hand_out(*, actor, task, agencies):
    """Give a task to many units in one act. Returns the AssignmentBatch.

    Those who have it keep it as it is and do not belong to the batch. One audit row and one
    notice, whatever the number of units.

    Args:
        agencies: a queryset or list of Agency.

    Raises:
        Refused: as `assign_task`; "nobody" when all of them have it already.
    """
    plan = editable(task.plan)
    wanted = _without_task(task, agencies)
    if actor is not None:
        check_reach(plan, wanted)
    batch = AssignmentBatch.objects.create(task=task, made_by=actor)
    _give(batch, wanted)
    audit.record(
        actor=actor,
        verb="assign_task",
        obj=task,
        agency=plan.issuer_id,
        changes=given_to(wanted),
    )
    notify.task_given(batch, plan, due_at=batch.made_at + UNDO)
    return batch


@transaction.atomic
def pass_on(*, actor, assignment, agencies):
    """A unit gives its task on to units below it. Returns the AssignmentBatch.

    The superior goes on counting the unit's own assignment only; those passed on are the unit's
    affair (`queries.direct`). Units that hold the task already keep it.

    Raises:
        Refused: "not_in_force"; "done" when the unit has finished it; "outside" naming units that
            do not belong to the unit; "nobody".
    """
    row = lock(assignment)
    plan = _check_running(row.task.plan)
    if row.state == State.DONE:
        raise Refused(
            _("Đơn vị đã báo hoàn thành nhiệm vụ này nên không giao tiếp nữa."), code="done"
        )
    wanted = _without_task(row.task, agencies)
    inside = set(
        reachable(row.agency)
        .filter(pk__in=[a.pk for a in wanted])
        .exclude(pk=row.agency_id)
        .values_list("pk", flat=True)
    )
    outside = [agency for agency in wanted if agency.pk not in inside]
    if outside:
        raise Refused(
            _("Không thuộc %(unit)s nên không giao tiếp được: %(names)s.")
            % {"unit": row.agency.name, "names": _named(outside)},
            code="outside",
        )
    batch = AssignmentBatch.objects.create(task_id=row.task_id, parent=row, made_by=actor)
    _give(batch, wanted)
    audit.record(
        actor=actor,
        verb="pass_on_task",
        obj=row.task,
        agency=row.agency_id,
        changes=given_to(wanted),
    )
    notify.task_given(batch, plan, due_at=batch.made_at + UNDO)
    return batch


def _without_task(task, agencies):
    """Those of `agencies` that do not hold the task yet.

    Raises:
        Refused: "nobody".
    """
    if hasattr(agencies, "only"):
        agencies = agencies.only("id", "name", "valid")
    have = set(task.assignments.values_list("agency_id", flat=True))
    wanted = list({agency.pk: agency for agency in agencies if agency.pk not in have}.values())
    if not wanted:
        raise Refused(_("Tất cả các đơn vị này đã có nhiệm vụ này rồi."), code="nobody")
    return wanted


def _give(batch, agencies):
    """Write the assignments of a batch: one as every other, the rest as copies in one statement.

    12.000 rows made one by one in Python take ten times as long.
    """
    first, *rest = agencies
    row = Assignment.objects.create(
        task_id=batch.task_id, agency=first, batch=batch, parent_id=batch.parent_id
    )
    meta = Assignment._meta
    quote = connection.ops.quote_name
    columns = [f.column for f in meta.concrete_fields if f.column not in ("id", "agency_id")]
    names = ", ".join(map(quote, columns))
    copies = ", ".join(f"a.{quote(column)}" for column in columns)
    table = quote(meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (agency_id, {names}) SELECT u.id, {copies} "  # noqa: S608
            f"FROM {table} a, unnest(%s::bigint[]) AS u(id) WHERE a.id = %s",
            [[agency.pk for agency in rest], row.pk],
        )
    batch.count = len(agencies)
    batch.save(update_fields=["count"])


@transaction.atomic
def undo_batch(*, actor, batch):
    """Take a batch back within ten minutes, from all units that have not begun.

    Returns:
        (how many it was taken back from, [names of units that keep it because they have begun]).

    Raises:
        Refused: "undone" the second time, "too_late", "begun" when every unit has begun,
            "not_in_force"/"not_editable".
    """
    row = AssignmentBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if row.undone_at is not None:
        raise Refused(_("Lần giao này đã được hoàn tác."), code="undone")
    if clock.now() > row.made_at + UNDO:
        raise Refused(
            _("Đã quá 10 phút kể từ khi giao nên không hoàn tác được; hãy thu lại ở từng đơn vị."),
            code="too_late",
        )
    if row.parent_id is None:
        plan = editable(row.task.plan)
        agency_id = plan.issuer_id
    else:
        _check_running(row.task.plan)
        agency_id = row.parent.agency_id
    rows = Assignment.objects.select_for_update(of=("self",)).filter(batch=row)
    begun = set(rows.filter(_begun()).values_list("pk", flat=True))
    left = list(
        Assignment.objects.filter(pk__in=begun)
        .order_by("agency__protocol_no", "agency__sort_key")
        .values_list("agency__name", flat=True)
    )
    untouched = [pk for pk in rows.values_list("pk", flat=True) if pk not in begun]
    if not untouched:
        raise Refused(_("Các đơn vị đều đã bắt đầu nên không hoàn tác được."), code="begun")
    # Nothing refers to them (`_begun`), so there is nothing to collect row by row.
    gone = Assignment.objects.filter(batch=row).exclude(pk__in=begun)
    gone._raw_delete(gone.db)
    row.undone_at, row.undone_count = clock.now(), len(untouched)
    row.save(update_fields=["undone_at", "undone_count"])
    audit.record(
        actor=actor,
        verb="undo_hand_out",
        obj=row.task,
        agency=agency_id,
        changes={"count": [row.count, row.count - row.undone_count]},
    )
    return len(untouched), left


@transaction.atomic
def take_back(*, actor, assignment):
    """A unit takes a task back that it had passed on, from a unit that has not begun.

    Raises:
        Refused: "begun", "not_passed", "not_in_force".
    """
    row = lock(assignment)
    if row.parent_id is None:
        raise Refused(_("Nhiệm vụ này do cấp trên giao."), code="not_passed")
    _check_running(row.task.plan)
    check_untouched(row)
    audit.record(
        actor=actor,
        verb="unassign_task",
        obj=row.task,
        agency=row.parent.agency_id,
        changes={"agency": [row.agency.name, None]},
    )
    row.delete()


def check_untouched(row):
    """Refuse when a unit has done anything about an assignment.

    Raises:
        Refused: "begun".
    """
    if Assignment.objects.filter(_begun(), pk=row.pk).exists():
        raise Refused(_("Đơn vị đã thực hiện nhiệm vụ này nên không thu hồi được."), code="begun")


def _begun():
    """Q of assignments about which anything was written, here or in any row that refers to them."""
    found = ~Q(state=State.TODO) | ~Q(note="") | Q(returned_at__isnull=False)
    for relation in Assignment._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete:
            rows = relation.related_model._base_manager
            found |= Exists(rows.filter(**{relation.field.name: OuterRef("pk")}))
    return found


def _check_running(plan):
    """The lock also keeps two acts from giving one unit the same task at once."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if plan.state != Plan.State.ISSUED:
        raise Refused(_("Kế hoạch này không còn hoặc chưa được thực hiện."), code="not_in_force")
    return plan

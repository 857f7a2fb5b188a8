"""What the verbs share: locking a row, guarding a plan, writing its versions."""

from django.utils.translation import gettext as _

from campaigns.models import Plan, PlanAmendment, PlanVersion
from campaigns.rules.access import EDITABLE
from portal.common import text
from portal.common.errors import Refused, StaleVersion

#: States of an amendment that is not settled.
OPEN = (PlanAmendment.State.OPEN, PlanAmendment.State.SUBMITTED)


def lock(row, lock_version=None):
    """The row as it stands now, locked.

    Raises:
        StaleVersion: when `lock_version` is given and the row has moved on.
    """
    current = type(row).objects.select_for_update().get(pk=row.pk)
    if lock_version is not None and current.lock_version != lock_version:
        raise StaleVersion(
            _("Người khác vừa sửa nội dung này; hãy đối chiếu rồi lưu lại."), current=current
        )
    return current


def editable(plan):
    """The plan, locked against a change of state while one of its parts is written.

    Raises:
        Refused: "not_editable" while it waits for approval or when it is over.
    """
    current = Plan.objects.select_for_update().get(pk=plan.pk)
    if current.state not in EDITABLE:
        raise Refused(
            _("Kế hoạch đang ở trạng thái “%s” nên không sửa được.") % current.get_state_display(),
            code="not_editable",
        )
    return current


def one_line(value, *, limit, what):
    """A clean single line. Refused when it is empty or too long."""
    value = text.one_line(value or "")
    if not value:
        raise Refused(_("Thiếu %s.") % what, code="missing")
    if len(value) > limit:
        raise Refused(_("%(what)s dài quá %(n)d ký tự.") % {"what": what, "n": limit}, code="long")
    return value


def sent_before(rows, key):
    """The one of `rows` that this key made already, where a form arrives twice; else None."""
    return rows.filter(key=key).first() if key else None


def amended(graph, plan, actor):
    """When the edit of a plan in force is complete: keep a new version, as part of an amendment."""
    if plan.state == Plan.State.ISSUED:
        graph.after(("version", plan.pk), lambda: _keep_edit(plan, actor))


def _keep_edit(plan, actor):
    """Write the version; a person's edit opens an amendment, or goes on with the open one.

    What was submitted for publication and is edited again has to be submitted again: nobody
    approves what they have not seen. A loader's edit (`actor` None) brings the portal in line with
    a text that is public already.
    """
    before = Plan.objects.values_list("version", flat=True).get(pk=plan.pk)
    version = write_version(plan, actor)
    if actor is None or version.n == before:
        return
    amendment = PlanAmendment.objects.select_for_update().filter(plan=plan, state__in=OPEN).first()
    if amendment is None:
        PlanAmendment.objects.create(plan=plan, base_version=before, opened_by=actor)
    elif amendment.state == PlanAmendment.State.SUBMITTED:
        amendment.state = PlanAmendment.State.OPEN
        amendment.lock_version += 1
        amendment.save(update_fields=["state", "lock_version"])


def write_version(plan, actor):
    """Keep the plan as it is now under the next number; nothing when nothing differs.

    Called when boundaries are resolved, at the end of an edit.
    """
    from campaigns.queries import plan_data

    current = Plan.objects.select_for_update().get(pk=plan.pk)
    data = plan_data(current, full=True)
    last = PlanVersion.objects.filter(plan=current, n=current.version).first()
    if last is not None and last.data == data:
        return last
    current.version += 1
    current.save(update_fields=["version"])
    plan.version = current.version
    return PlanVersion.objects.create(plan=current, n=current.version, data=data, made_by=actor)


def place(rows, row, position):
    """Put `row` at `position` (0 is first) among its siblings and number all of them anew.

    Args:
        rows: queryset of the siblings, `row` included.
    """
    order = list(rows.exclude(pk=row.pk).order_by("position", "id").values_list("pk", flat=True))
    position = max(0, min(position, len(order)))
    order.insert(position, row.pk)
    for number, pk in enumerate(order):
        rows.filter(pk=pk).exclude(position=number).update(position=number)
    row.position = position


def last_position(rows):
    """The position after the last of `rows`."""
    last = rows.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1

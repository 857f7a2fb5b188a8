"""Amendments: to approve, sent back, published; and a superior's plan that was withdrawn."""

from django.utils.translation import gettext as _

from campaigns.models import Assignment, Plan, PlanAmendment
from campaigns.rules.names import changes_path, manage_path
from portal.agencies.models import Role
from portal.notices import actions as notices
from portal.notices import registry

AMENDMENT = "campaigns.amendment"
ABOVE = "campaigns.plan_above"
State = PlanAmendment.State


def amendment_submitted(row):
    """Tell the approvers; each submission anew."""
    _tell(row, registry.AWAITING_APPROVAL)


def amendment_returned(row):
    """Tell the submitter, with the reason."""
    _settle(row)
    if row.submitted_by_id:
        _tell(row, registry.RETURNED, {"to": row.submitted_by_id})


def amendment_published(row):
    """Tell the submitter, and those who carry the plan out what changed."""
    _settle(row)
    if row.submitted_by_id:
        _tell(row, registry.APPROVED, {"to": row.submitted_by_id})
    if concerned(row.plan).agency_ids:
        _tell(row, registry.INFORMATION)


def _tell(row, kind, payload=None):
    notices.notify_now(
        kind=kind,
        subject_kind=AMENDMENT,
        subject_id=row.pk,
        revision=row.lock_version,
        agency_id=row.plan.issuer_id,
        payload=payload,
    )


def _settle(row):
    notices.cancel_for_subject(
        subject_kind=AMENDMENT, subject_ids=row.pk, kinds=[registry.AWAITING_APPROVAL]
    )


def plan_withdrawn(plan):
    """Tell the staff whose plans carry this one out, and the units that had tasks of it."""
    if not concerned(plan).agency_ids:
        return
    notices.notify_now(
        kind=registry.INFORMATION,
        subject_kind=ABOVE,
        subject_id=plan.pk,
        revision=plan.lock_version,
        agency_id=plan.issuer_id,
    )


def concerned(plan):
    """Audience of those who carry a plan out: staff with a plan of their own, units with tasks."""
    derived = Plan.objects.filter(implements=plan).exclude(state=Plan.State.WITHDRAWN)
    ids = set(derived.values_list("issuer_id", flat=True))
    ids |= set(
        Assignment.objects.filter(task__plan=plan).order_by().values_list("agency_id", flat=True)
    )
    return registry.Audience(
        agency_ids=frozenset(ids - {plan.issuer_id}),
        roles=frozenset({Role.STAFF, Role.SECRETARY}),
    )


class AmendmentNotices(registry.Handler):
    """Amendments that wait for publication, were sent back or published."""

    def load(self, found):
        rows = PlanAmendment.objects.select_related("plan__document", "plan__issuer").in_bulk(
            {n.subject_id for n in found}
        )
        for notice in found:
            notice.subject = rows.get(notice.subject_id)

    def still_due(self, notice, now):
        row = notice.subject
        if row is None:
            return False
        if notice.kind == registry.AWAITING_APPROVAL:
            return row.state == State.SUBMITTED
        if notice.kind == registry.RETURNED:
            return row.state == State.OPEN
        return row.state == State.PUBLISHED and row.plan.state == Plan.State.ISSUED

    def render(self, notice):
        row = notice.subject
        name = row.plan.document.symbol or row.plan.title
        if notice.kind == registry.AWAITING_APPROVAL:
            title = _("Chờ công bố sửa đổi kế hoạch: %s") % name
            return registry.Message(title, row.reason, manage_path(row.plan_id))
        if notice.kind == registry.RETURNED:
            title = _("Sửa đổi kế hoạch bị trả lại: %s") % name
            return registry.Message(title, row.state_note, manage_path(row.plan_id))
        title = _("%(plan)s: sửa đổi lần %(n)d, ngày %(on)s") % {
            "plan": name,
            "n": row.n,
            "on": f"{row.amended_on:%d/%m/%Y}",
        }
        return registry.Message(title, row.reason, changes_path(row.plan))

    def audience(self, notice):
        if "to" in notice.payload:
            return registry.Audience(user_ids=frozenset({notice.payload["to"]}))
        if notice.kind == registry.AWAITING_APPROVAL:
            return registry.Audience(
                agency_ids=frozenset({notice.subject.plan.issuer_id}),
                roles=frozenset({Role.APPROVER}),
            )
        return concerned(notice.subject.plan)


class PlanAboveNotices(registry.Handler):
    """A plan that others carry out was withdrawn."""

    def load(self, found):
        rows = Plan.objects.select_related("document", "issuer").in_bulk(
            {n.subject_id for n in found}
        )
        for notice in found:
            notice.subject = rows.get(notice.subject_id)

    def still_due(self, notice, now):
        return notice.subject is not None and notice.subject.state == Plan.State.WITHDRAWN

    def render(self, notice):
        plan = notice.subject
        title = _("Kế hoạch cấp trên đã thu hồi: %s") % (plan.document.symbol or plan.title)
        text = _("%(issuer)s thu hồi với lý do: %(note)s") % {
            "issuer": plan.issuer.name,
            "note": plan.state_note,
        }
        return registry.Message(title, text)

    def audience(self, notice):
        return concerned(notice.subject)

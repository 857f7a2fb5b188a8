"""Plans to approve, sent back or issued."""

from django.utils.translation import gettext as _

from campaigns.models import Plan
from portal.agencies.models import Role
from portal.notices import actions as notices
from portal.notices import registry

PLAN = "campaigns.plan"


def plan_submitted(plan):
    """Tell the approvers; each submission anew."""
    notices.notify_now(
        kind=registry.AWAITING_APPROVAL,
        subject_kind=PLAN,
        subject_id=plan.pk,
        revision=plan.lock_version,
        agency_id=plan.issuer_id,
    )


def plan_decided(plan, kind):
    """Tell the submitter that a plan was sent back (RETURNED) or issued (APPROVED)."""
    notices.cancel_for_subject(
        subject_kind=PLAN, subject_ids=plan.pk, kinds=[registry.AWAITING_APPROVAL]
    )
    if plan.submitted_by_id:
        notices.notify_now(
            kind=kind,
            subject_kind=PLAN,
            subject_id=plan.pk,
            revision=plan.lock_version,
            agency_id=plan.issuer_id,
            payload={"to": plan.submitted_by_id},
        )


class PlanNotices(registry.Handler):
    """Plans that wait for approval, were sent back or issued."""

    def load(self, found):
        plans = Plan.objects.in_bulk({n.subject_id for n in found})
        for notice in found:
            notice.subject = plans.get(notice.subject_id)

    def still_due(self, notice, now):
        plan = notice.subject
        if plan is None:
            return False
        if notice.kind == registry.AWAITING_APPROVAL:
            return plan.state == Plan.State.SUBMITTED
        if notice.kind == registry.RETURNED:
            return plan.state == Plan.State.EDITING
        return plan.state == Plan.State.ISSUED

    def render(self, notice):
        plan = notice.subject
        title = {
            registry.AWAITING_APPROVAL: _("Chờ duyệt kế hoạch: %s"),
            registry.RETURNED: _("Kế hoạch bị trả lại: %s"),
        }.get(notice.kind, _("Kế hoạch đã ban hành: %s")) % plan.title
        text = plan.state_note if notice.kind == registry.RETURNED else ""
        return registry.Message(title, text, plan.get_absolute_url())

    def audience(self, notice):
        if "to" in notice.payload:
            return registry.Audience(user_ids=frozenset({notice.payload["to"]}))
        return registry.Audience(
            agency_ids=frozenset({notice.subject.issuer_id}), roles=frozenset({Role.APPROVER})
        )

"""Work that the superior accepted or gave back: the unit is told."""

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Assignment
from campaigns.rules.access import DOERS
from portal.notices import actions as notices
from portal.notices import registry

ACCEPTANCE = "campaigns.acceptance"


def assignment_moved_on(row):
    """The unit took another step: what was said about the last one is over."""
    notices.cancel_for_subject(subject_kind=ACCEPTANCE, subject_ids=row.pk)


def assignment_accepted(row):
    """Tell the unit with its next digest."""
    _tell(row, registry.APPROVED)


def assignment_returned(row):
    """Tell the unit at once, with the reason."""
    _tell(row, registry.RETURNED)


def _tell(row, kind):
    assignment_moved_on(row)
    notices.notify_now(
        kind=kind,
        subject_kind=ACCEPTANCE,
        subject_id=row.pk,
        revision=row.lock_version,
        agency_id=row.agency_id,
    )


class AcceptanceNotices(registry.Handler):
    """Words and recipients of notices about accepted and returned work."""

    def load(self, found):
        rows = Assignment.objects.select_related("task__plan__issuer").in_bulk(
            {n.subject_id for n in found}
        )
        for notice in found:
            notice.subject = rows.get(notice.subject_id)

    def still_due(self, notice, now):
        row = notice.subject
        if row is None:
            return False
        if notice.kind == registry.RETURNED:
            return row.returned_at is not None and row.state != Assignment.State.DONE
        return row.accepted_at is not None

    def render(self, notice):
        row = notice.subject
        giver = row.task.plan.issuer
        names = {"task": row.task.title, "giver": giver.short_name or giver.name}
        if notice.kind == registry.RETURNED:
            title = _("Nhiệm vụ bị trả lại: %(task)s") % names
            reason = _("%(giver)s: %(note)s") % {**names, "note": row.returned_note}
        else:
            title, reason = _("Đã nghiệm thu: %(task)s") % names, ""
        return registry.Message(title, reason, reverse("campaigns:assignment", args=[row.pk]))

    def audience(self, notice):
        row = notice.subject
        return registry.Audience(
            agency_ids=frozenset({row.agency_id}),
            roles=DOERS,
            user_ids=frozenset({row.responsible_id} - {None}),
        )

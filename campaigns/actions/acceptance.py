"""The superior's word on what a unit reports as done: accepted, or returned with a reason."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import notify
from campaigns.actions._common import lock
from campaigns.actions.work import NOTE, Note, State, check_in_force, record, say
from campaigns.rules import access
from portal.common import audit, clock, text
from portal.common.errors import Refused, StaleVersion


@transaction.atomic
def accept_assignment(*, actor, assignment, lock_version=None):
    """The superior accepts what a unit has done; from now on the unit does not change it.

    Raises:
        StaleVersion; Refused: "not_in_force", "no_right" for whoever works for the unit or not for
            the superior, "not_waiting" when it is not done, accepted, or needs no acceptance.
    """
    row = lock(assignment, lock_version)
    _check_superior(actor, row)
    if row.state != State.DONE or row.accepted_at is not None:
        raise Refused(_("Nhiệm vụ này không ở trạng thái chờ nghiệm thu."), code="not_waiting")
    row.accepted_at, row.accepted_by = clock.now(), actor
    row.returned_at, row.returned_note = None, ""
    row.lock_version += 1
    row.save(
        update_fields=["accepted_at", "accepted_by", "returned_at", "returned_note", "lock_version"]
    )
    say(row, actor, Note.ACCEPTED)
    record(actor, "accept_assignment", row, {"accepted_at": [None, row.accepted_at.isoformat()]})
    notify.assignment_accepted(row)
    return row


def accept_many(*, actor, chosen):
    """Accept those that are still as they were seen.

    Args:
        chosen: (Assignment, lock_version it was seen with) pairs.

    Returns (accepted, [(Assignment, sentence why not)]).
    """
    done, left = [], []
    for row, version in sorted(chosen, key=lambda pair: pair[0].pk):
        try:
            done.append(accept_assignment(actor=actor, assignment=row, lock_version=version))
        except StaleVersion:
            left.append((row, _("vừa thay đổi, cần xem lại")))
        except Refused as refused:
            left.append((row, refused.message))
    return done, left


@transaction.atomic
def return_assignment(*, actor, assignment, note, lock_version=None):
    """The superior gives the work back with a reason, waiting or accepted; it is under way again.

    Raises:
        StaleVersion; Refused: "not_in_force", "no_right", "not_done", "missing" without a reason.
    """
    row = lock(assignment, lock_version)
    _check_superior(actor, row)
    if row.state != State.DONE:
        raise Refused(_("Đơn vị chưa báo hoàn thành nhiệm vụ này."), code="not_done")
    note = text.clean(note or "")[:NOTE]
    if not note:
        raise Refused(_("Hãy ghi lý do trả lại để đơn vị biết cần làm gì."), code="missing")
    before = audit.snapshot(row, ("state", "returned_note"))
    row.state, row.done_on, row.without_evidence = State.DOING, None, False
    row.accepted_at = row.accepted_by = None
    row.returned_at, row.returned_note = clock.now(), note
    row.lock_version += 1
    row.save()
    say(row, actor, Note.RETURNED, note, state=State.DOING)
    changes = audit.diff(before, audit.snapshot(row, ("state", "returned_note")))
    record(actor, "return_assignment", row, changes)
    notify.assignment_returned(row)
    return row


def _check_superior(actor, row):
    check_in_force(row)
    if actor is not None and not access.may_accept(actor, row):
        raise Refused(
            _("Chỉ cơ quan giao nhiệm vụ nghiệm thu, và đơn vị không tự nghiệm thu."),
            code="no_right",
        )

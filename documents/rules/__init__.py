"""Who may see and handle documents; the life cycle of an edition."""

from documents.models import Edition
from documents.rules.reading import INSIDE_ROLES, may_read, readers
from portal.agencies.models import Role
from portal.agencies.rules import grants_of
from portal.common.transitions import Lifecycle, transition

__all__ = [
    "ALIGNING_ROLES",
    "APPROVING_ROLES",
    "EDITING_ROLES",
    "INSIDE_ROLES",
    "LIFECYCLE",
    "approving_grant",
    "hands_of",
    "may_align",
    "may_approve",
    "may_edit",
    "may_read",
    "may_read_edition",
    "may_see_inside",
    "may_time",
    "may_work",
    "readers",
]

S = Edition.State

_NOT_WAITING = "Bản này không còn chờ duyệt: có thể đã được công bố, trả lại hoặc rút về."
_NO_HOUR = "Bản này không còn hẹn giờ: có thể đã được công bố, trả lại hoặc rút về."

LIFECYCLE = Lifecycle(
    transition("submit", {S.EDITING}, S.SUBMITTED, "Chỉ bản đang soạn mới trình duyệt được."),
    transition("take_back", {S.SUBMITTED, S.SCHEDULED}, S.EDITING, _NOT_WAITING),
    transition("send_back", {S.SUBMITTED, S.SCHEDULED}, S.EDITING, _NOT_WAITING),
    transition("publish", {S.SUBMITTED}, S.PUBLISHED, "Chỉ bản đã trình mới công bố được."),
    transition("schedule", {S.SUBMITTED}, S.SCHEDULED, "Chỉ bản đã trình mới hẹn công bố được."),
    transition("reschedule", {S.SCHEDULED}, S.SCHEDULED, _NO_HOUR),
    transition("unschedule", {S.SCHEDULED}, S.SUBMITTED, _NO_HOUR),
    transition("publish_now", {S.SCHEDULED}, S.PUBLISHED, _NO_HOUR),
    transition("publish_due", {S.SCHEDULED}, S.PUBLISHED, _NO_HOUR),
    transition("turn_back", {S.SCHEDULED}, S.SUBMITTED, _NO_HOUR),
    transition("supersede", {S.PUBLISHED}, S.SUPERSEDED, "Lần này chưa công bố."),
    transition(
        "withdraw", {S.PUBLISHED, S.SUPERSEDED}, S.WITHDRAWN, "Chỉ thu hồi được bản đã công bố."
    ),
)

EDITING_ROLES = frozenset({Role.STAFF})
APPROVING_ROLES = frozenset({Role.APPROVER})
ALIGNING_ROLES = EDITING_ROLES | APPROVING_ROLES


def may_edit(user, document):
    """Whether `user` may write and submit editions of `document`."""
    return grants_of(user).has(EDITING_ROLES, document.agency_id)


def may_approve(user, document):
    """Whether `user` may publish, send back or withdraw (never what they submitted themselves)."""
    return grants_of(user).has(APPROVING_ROLES, document.agency_id)


def may_align(user, document):
    """Whether `user` may decide what became of the passages of the edition before."""
    return grants_of(user).has(ALIGNING_ROLES, document.agency_id)


def may_work(user, document):
    """Whether `user` writes or approves editions of `document`."""
    return grants_of(user).has(EDITING_ROLES | APPROVING_ROLES, document.agency_id)


def may_time(user, edition):
    """Whether `user` may move or give up the hour of a scheduled edition (with its document).

    Its text is approved already, so any approver may, whoever submitted it; where a signature on
    paper approved it, the writers as well.
    """
    held = APPROVING_ROLES | EDITING_ROLES if edition.paper_approval_id else APPROVING_ROLES
    return grants_of(user).has(held, edition.document.agency_id)


def hands_of(edition):
    """Ids of the people who count as having submitted the edition; none of them approves it."""
    return {edition.submitted_by_id, edition.submitted_for_id} - {None}


def approving_grant(user, edition, *, on=None):
    """The Grant under which `user` may approve the edition (with its document), or None.

    Nobody approves what they submitted, nor what was submitted for them; and who acts for such a
    person approves for that person, so this way is closed as well.
    """
    hands = hands_of(edition)
    if user.pk in hands:
        return None
    held = [
        g
        for g in grants_of(user, on=on)
        if g.role in APPROVING_ROLES
        and g.agency_id == edition.document.agency_id
        and g.on_behalf_of_id not in hands
    ]
    return min(held, key=lambda g: g.on_behalf_of_id is not None, default=None)


def may_see_inside(user, document):
    """Whether `user` sees unpublished editions and the history of `document`."""
    return grants_of(user).has(INSIDE_ROLES, document.agency_id)


def may_read_edition(user, edition):
    """Whether `user` may read this edition: published ones by circulation, others inside only."""
    if edition.state in Edition.UNPUBLISHED:
        return may_see_inside(user, edition.document)
    return may_read(user, edition.document)

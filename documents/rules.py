"""Who may see and handle documents; the life cycle of an edition."""

from documents.models import Document, Edition
from portal.agencies.models import Role
from portal.agencies.rules import grants_of, path_of
from portal.common.transitions import Lifecycle, transition

S = Edition.State

LIFECYCLE = Lifecycle(
    transition("submit", {S.EDITING}, S.SUBMITTED, "Chỉ bản đang soạn mới trình duyệt được."),
    transition("take_back", {S.SUBMITTED}, S.EDITING, "Bản này không còn chờ duyệt."),
    transition("send_back", {S.SUBMITTED}, S.EDITING, "Bản này không còn chờ duyệt."),
    transition("publish", {S.SUBMITTED}, S.PUBLISHED, "Chỉ bản đã trình mới công bố được."),
    transition("supersede", {S.PUBLISHED}, S.SUPERSEDED, "Lần này chưa công bố."),
    transition(
        "withdraw", {S.PUBLISHED, S.SUPERSEDED}, S.WITHDRAWN, "Chỉ thu hồi được bản đã công bố."
    ),
)

EDITING_ROLES = frozenset({Role.STAFF})
APPROVING_ROLES = frozenset({Role.APPROVER})
INSIDE_ROLES = frozenset({Role.STAFF, Role.APPROVER, Role.RAPPORTEUR, Role.SUPERVISOR})


def may_edit(user, document):
    """Whether `user` may write and submit editions of `document`."""
    return grants_of(user).has(EDITING_ROLES, document.agency_id)


def may_approve(user, document):
    """Whether `user` may publish, send back or withdraw (never what they submitted themselves)."""
    return grants_of(user).has(APPROVING_ROLES, document.agency_id)


def may_see_inside(user, document):
    """Whether `user` sees unpublished editions and the history of `document`."""
    return grants_of(user).has(INSIDE_ROLES, document.agency_id)


def may_read(user, document):
    """Whether `user` may read the published editions of `document`.

    Internal documents ("Lưu hành nội bộ") are for people with a role in the agency or below it.
    """
    if document.circulation == Document.Circulation.PUBLIC:
        return True
    if not user.is_authenticated:
        return False
    if document.circulation == Document.Circulation.SIGNED_IN:
        return True
    path = path_of(document.agency_id)
    return any(
        g.agency_id == document.agency_id or (path and g.path.startswith(path))
        for g in grants_of(user)
    )


def may_read_edition(user, edition):
    """Whether `user` may read this edition: published ones by circulation, others inside only."""
    if edition.state in Edition.UNPUBLISHED:
        return may_see_inside(user, edition.document)
    return may_read(user, edition.document)

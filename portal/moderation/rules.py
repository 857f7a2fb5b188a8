"""Rules of moderation: the life cycle of a case, and who may decide what.

A case is decided by one person of the agency. The sender may ask once for a second look; somebody
else takes it, of the agency or of the one above, and nobody who decided before changes what it
came to. A critical opinion is no abuse: there is no reason for disagreeing.
"""

from django.utils.translation import gettext_noop as _

from portal.agencies.rules import grants_of
from portal.common.transitions import Lifecycle, transition
from portal.moderation import registry

PENDING = "pending"
APPROVED = "approved"
HIDDEN = "hidden"
APPEALED = "appealed"
CLOSED = "closed"

#: What a decision can come to.
OUTCOMES = (APPROVED, HIDDEN)

LIFECYCLE = Lifecycle(
    transition(
        "approve",
        [PENDING, APPEALED, HIDDEN],
        APPROVED,
        _("Nội dung này đã được duyệt, hoặc người gửi đã rút."),
    ),
    transition(
        "hide",
        [PENDING, APPEALED, APPROVED],
        HIDDEN,
        _("Nội dung này đã được quyết định, hoặc người gửi đã rút."),
    ),
    transition(
        "appeal", [HIDDEN], APPEALED, _("Chỉ đề nghị xem lại được khi nội dung không được đăng.")
    ),
    transition(
        "close", [PENDING, APPROVED, HIDDEN, APPEALED], CLOSED, _("Nội dung này đã được rút.")
    ),
    transition(
        "resubmit", [PENDING, APPROVED, HIDDEN, APPEALED], PENDING, _("Không gửi lại được.")
    ),
)

VERBS = {APPROVED: "approve", HIDDEN: "hide"}


def roles():
    """Every role that moderates something."""
    return frozenset().union(*(handler.roles for _name, handler in registry.kinds))


def moderates_somewhere(user):
    """Whether the person has anything to do in the queue; for navigation."""
    wanted = roles()
    return any(grant.role in wanted for grant in grants_of(user))


def grants_over(user, case, *, on=None):
    """The Grants by which `user` moderates `case`: of its agency, for a second look of that above.

    The superior's people come in only for what a sender asked to be looked at again, so that an
    office with one moderator has somebody else to ask.
    """
    handler = registry.kinds[case.kind]
    agencies = {case.agency_id}
    if case.state == APPEALED or case.was_appealed:
        agencies.add(case.agency.parent_id)
    return [
        grant
        for grant in grants_of(user, on=on)
        if grant.role in handler.roles and grant.agency_id in agencies
    ]


def may_see(user, case, *, on=None):
    return bool(grants_over(user, case, on=on))


def deciding_grant(user, case, *, on=None):
    """The Grant under which `user` may decide `case` as it stands, or None.

    A second look, and what changes its result, is for somebody who has not decided this case
    before, neither in person nor through a delegate.
    """
    held = grants_over(user, case, on=on)
    if case.state == APPEALED or case.was_appealed:
        before = case.deciders()
        if user.pk in before:
            return None
        held = [grant for grant in held if grant.on_behalf_of_id not in before]
    return min(held, key=lambda grant: grant.on_behalf_of_id is not None, default=None)

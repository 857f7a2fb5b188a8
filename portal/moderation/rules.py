"""Rules of moderation: the life cycle of a case, and who may decide what.

A case is decided by one person of the agency; that something is against the law is proposed by one
and decided by another. The sender may ask once for a second look; somebody else takes it, of the
agency or of the one above, and nobody who decided before changes what it came to. A critical
opinion is no abuse: there is no reason for disagreeing.
"""

import datetime as dt

from django.utils.translation import gettext_noop as _

from portal.agencies.rules import grants_of
from portal.common.transitions import Lifecycle, transition
from portal.moderation import registry
from portal.notices.registry import is_working_day

PENDING = "pending"
APPROVED = "approved"
HIDDEN = "hidden"
APPEALED = "appealed"
CLOSED = "closed"
SPAM = "spam"
PROPOSED = "proposed"

#: Where a decision is waited for.
OPEN = (PENDING, APPEALED, PROPOSED)
#: What a decision can come to.
OUTCOMES = (APPROVED, HIDDEN, SPAM)
#: So long a case belongs to whoever opened it.
CLAIMED_FOR = dt.timedelta(minutes=10)

LIFECYCLE = Lifecycle(
    transition(
        "approve",
        [PENDING, APPEALED, PROPOSED, HIDDEN, SPAM],
        APPROVED,
        _("Nội dung này đã được duyệt, hoặc người gửi đã rút."),
    ),
    transition(
        "hide",
        [PENDING, APPEALED, PROPOSED, APPROVED, SPAM],
        HIDDEN,
        _("Nội dung này đã được quyết định, hoặc người gửi đã rút."),
    ),
    transition(
        "spam",
        [PENDING, APPEALED, PROPOSED, APPROVED, HIDDEN],
        SPAM,
        _("Nội dung này đã được quyết định, hoặc người gửi đã rút."),
    ),
    transition(
        "propose",
        [PENDING, APPEALED, APPROVED],
        PROPOSED,
        _("Nội dung này đã được quyết định, hoặc đã có người đề nghị."),
    ),
    transition(
        "appeal",
        [HIDDEN, SPAM],
        APPEALED,
        _("Chỉ đề nghị xem lại được khi nội dung không được đăng."),
    ),
    transition(
        "close",
        [PENDING, APPROVED, HIDDEN, SPAM, APPEALED, PROPOSED],
        CLOSED,
        _("Nội dung này đã được rút."),
    ),
    transition(
        "resubmit",
        [PENDING, APPROVED, HIDDEN, SPAM, APPEALED, PROPOSED],
        PENDING,
        _("Không gửi lại được."),
    ),
)

VERBS = {APPROVED: "approve", HIDDEN: "hide", SPAM: "spam"}


def due_after(day, working_days):
    """The last of so many working days after `day`: what came on Friday is not late on Sunday."""
    while working_days > 0:
        day += dt.timedelta(days=1)
        working_days -= is_working_day(day)
    return day


def roles():
    """Every role that moderates something."""
    return frozenset().union(*(handler.roles for _name, handler in registry.kinds))


def moderates_somewhere(user):
    """Whether the person has anything to do in the queue; for navigation."""
    wanted = roles()
    return any(grant.role in wanted for grant in grants_of(user))


def grants_over(user, case, *, on=None):
    """The Grants by which `user` moderates `case`: of its agency, for a second look of that above.

    The superior's people come in only where a second person is needed (a sender asked again, or a
    colleague proposed), so that an office with one moderator has somebody else to ask.
    """
    handler = registry.kinds[case.kind]
    agencies = {case.agency_id}
    if case.state in (APPEALED, PROPOSED) or case.was_appealed:
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
    before, neither in person nor through a delegate. What was proposed is for somebody else.
    """
    held = grants_over(user, case, on=on)
    before = set()
    if case.state == APPEALED or case.was_appealed:
        before = case.deciders()
    elif case.state == PROPOSED:
        proposal = case.open_proposal()
        before = {proposal.by_id, proposal.on_behalf_of_id} - {None}
    if before:
        if user.pk in before:
            return None
        held = [grant for grant in held if grant.on_behalf_of_id not in before]
    return min(held, key=lambda grant: grant.on_behalf_of_id is not None, default=None)

"""Holding a case open, so that two people do not read the same thing. A lease, not a lock: it runs
out by itself, and the version of the case still decides which of two decisions stands."""

from django.db.models import Q

from portal.common import clock
from portal.moderation import rules
from portal.moderation.models import Case


def claim(*, actor, case, now=None):
    """Hold an open `case` for `actor`, if nobody else does. Again prolongs it. One statement.

    Returns whether `actor` holds it now. Who may decide it is for the caller to know.
    """
    now = now or clock.now()
    free = Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_by=actor)
    got = Case.objects.filter(free, pk=case.pk, state__in=rules.OPEN).update(
        claimed_by=actor, claimed_until=now + rules.CLAIMED_FOR
    )
    return bool(got)


def release(*, actor, case):
    """Give back what `actor` holds; what somebody else holds stays theirs."""
    Case.objects.filter(pk=case.pk, claimed_by=actor).update(claimed_by=None, claimed_until=None)

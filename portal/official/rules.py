"""Who keeps signed copies, and who sees approvals that were given on paper."""

from django.db.models import Q

from portal.agencies.models import Agency, AgencyNode, Role
from portal.agencies.rules import grants_of

#: Those who work on the papers of an agency, or watch over it.
OFFICE = frozenset({Role.STAFF, Role.APPROVER, Role.EDITOR, Role.ADMIN, Role.SUPERVISOR})


def may_add_signed_copy(user, document):
    """Staff of the issuer."""
    return document.issuer_id is not None and grants_of(user).has(Role.STAFF, document.issuer_id)


def may_see_all_copies(user, document):
    """Copies that were replaced too: the issuer's office and those above it."""
    return document.issuer_id is not None and grants_of(user).has(OFFICE, document.issuer_id)


def watched_agencies(user):
    """Agencies whose paper approvals `user` sees: the own ones and everything below them.

    Every role of the office counts here, not only the supervisor's: a superior's staff has to see
    where a unit below had no second person.
    """
    ids = grants_of(user).agency_ids(OFFICE)
    reach = Q(pk__in=ids)
    if ids:
        for path in AgencyNode.objects.filter(agency__in=ids).values_list("path", flat=True):
            reach |= Q(node__path__startswith=path)
    return Agency.objects.filter(reach)


def may_see_paper_approval(user, approval):
    """Whether the approval was given in an agency of `watched_agencies`."""
    return watched_agencies(user).filter(pk=approval.agency_id).exists()

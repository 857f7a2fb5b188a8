"""Who keeps signed copies, and who sees approvals that were given on paper."""

from django.db.models import Q

from portal.agencies.models import Agency, AgencyNode, Role
from portal.agencies.rules import grants_of

#: Those who work on the papers of an agency, or watch over it.
OFFICE = frozenset({Role.STAFF, Role.APPROVER, Role.EDITOR, Role.ADMIN, Role.SUPERVISOR})


#: Who enters documents and mends them.
KEEPERS = frozenset({Role.STAFF})


def _homes(document):
    return {document.issuer_id, document.kept_by_id} - {None}


def may_keep(user, document):
    """Change, link, remove a document: staff of the issuer, or of the agency that entered it."""
    grants = grants_of(user)
    return any(grants.has(KEEPERS, agency) for agency in _homes(document))


def keeps_for(user):
    """Ids of the agencies in whose name `user` enters documents."""
    return grants_of(user).agency_ids(KEEPERS, inherited=False)


def offices(user):
    """Ids of the agencies in whose office `user` works."""
    return grants_of(user).agency_ids(OFFICE)


def may_add_signed_copy(user, document):
    """Those who keep the document."""
    return may_keep(user, document)


def may_see_all_copies(user, document):
    """Copies that were replaced too: the offices it belongs to and those above them."""
    grants = grants_of(user)
    return any(grants.has(OFFICE, agency) for agency in _homes(document))


def belongs_to(user):
    """Q: documents of the offices of `user`, and of those below that they watch over."""
    grants = grants_of(user)
    ids = grants.agency_ids(OFFICE)
    mine = Q(issuer__in=ids) | Q(kept_by__in=ids) if ids else Q(pk=None)
    for path in grants.subtree_paths(OFFICE):
        mine |= Q(issuer__node__path__startswith=path) | Q(kept_by__node__path__startswith=path)
    return mine


def open_to(user):
    """Q: documents that are public, or belong to an office of `user`."""
    if not grants_of(user):
        return Q(is_public=True)
    return Q(is_public=True) | belongs_to(user)


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

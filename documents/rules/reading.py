"""Who reads documents: one condition, for one document and for lists alike."""

from django.db.models import Exists, OuterRef, Q

from documents.models import Audience, Document
from portal.agencies.models import Agency, AgencyNode, Role
from portal.agencies.rules import SUBTREE_ROLES, grants_of

INSIDE_ROLES = frozenset({Role.STAFF, Role.APPROVER, Role.RAPPORTEUR, Role.SUPERVISOR})

Circulation = Document.Circulation


def may_read(user, document):
    """Whether `user` may read the published editions of `document`. At most one query, after the
    two of `grants_of`."""
    if document.circulation == Circulation.PUBLIC:
        return True
    if not user.is_authenticated:
        return False
    if document.circulation == Circulation.SIGNED_IN:
        return True
    return Document.objects.filter(readers(user), pk=document.pk).exists()


def readers(user):
    """The condition (Q over Document) under which `user` reads: by circulation.

    Internal documents ("Lưu hành nội bộ") are for people with a role in the agency or below it;
    those for chosen units for the people of these units, and of those that get a set with it. Who
    sees the desk of the agency reads what is published from there.
    """
    if not user.is_authenticated:
        return Q(circulation=Circulation.PUBLIC)
    given = Q(circulation__in=[Circulation.PUBLIC, Circulation.SIGNED_IN])
    grants = list(grants_of(user))
    if not grants:
        return given
    owner = {g.agency_id for g in grants}
    given |= Q(agency__in=owner)
    for path in {g.path for g in grants if g.role in INSIDE_ROLES & SUBTREE_ROLES and g.path}:
        given |= Q(agency__node__path__startswith=path)
    above = _ancestors({g.path for g in grants})
    given |= Q(circulation=Circulation.INTERNAL) & (
        Q(agency__node__path__in=above) | Q(agency__heir__node__path__in=above)
    )
    mine = Audience.objects.filter(_reaches(owner, above))
    direct = mine.filter(document=OuterRef("pk"))
    by_set = mine.filter(set__items__document=OuterRef("pk"), set__agency=OuterRef("agency"))
    given |= Q(circulation=Circulation.UNITS) & (Exists(direct) | Exists(by_set))
    return given


def reaches(user):
    """The condition (Q over Audience) under which a line of an audience means `user`."""
    grants = list(grants_of(user))
    return _reaches({g.agency_id for g in grants}, _ancestors({g.path for g in grants}))


def _reaches(agency_ids, above):
    below = Q(agency__node__path__in=above) | Q(agency__heir__node__path__in=above)
    of_level = Agency.objects.filter(pk__in=agency_ids, level=OuterRef("level"))
    of_level = of_level.filter(
        Q(pk=OuterRef("agency"))
        | Q(node__path__startswith=OuterRef("agency__node__path"))
        | Q(node__path__startswith=OuterRef("agency__heir__node__path"))
    )
    return Q(level=None) & (Q(agency__in=agency_ids) | Q(with_below=True) & below) | Q(
        level__isnull=False
    ) & Exists(of_level)


def _ancestors(paths):
    """The paths themselves and all above them."""
    step = AgencyNode.steplen
    return {path[:end] for path in paths for end in range(step, len(path) + 1, step)}

"""What waits for acceptance, and by whom."""

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from campaigns.models import Assignment, Evidence, Plan
from campaigns.queries.progress import with_evidence
from campaigns.rules import access
from portal.accounts.models import User
from portal.agencies.models import Membership
from portal.agencies.rules import WORKING_ROLES, grants_of
from portal.common import clock


def waiting(user):
    """Assignments that `user` may accept, those done longest ago first. Mirrors `may_accept`."""
    grants = grants_of(user)
    own, mine = grants.agency_ids(access.DOERS), grants.agency_ids(access.ACCEPTORS)
    given = Q(parent=None, task__plan__issuer__in=mine) & ~Q(agency=F("task__plan__issuer"))
    return (
        Assignment.objects.filter(
            given | Q(parent__agency__in=mine),
            state=Assignment.State.DONE,
            accepted_at=None,
            task__plan__needs_acceptance=True,
            task__plan__state=Plan.State.ISSUED,
        )
        .exclude(agency__in=own)
        .exclude(responsible=user)
    )


def waiting_rows(user):
    """`waiting` with all that the queue shows."""
    newest = Evidence.objects.filter(assignment=OuterRef("pk"), retracted_at=None)
    rows = waiting(user).select_related(
        "agency", "responsible", "task__due", "task__phase", "task__plan__document"
    )
    return (
        with_evidence(rows)
        .annotate(shown_by=Subquery(newest.order_by("-happened_on", "-id").values("title")[:1]))
        .order_by("done_on", "task__plan_id", "agency__protocol_no", "agency__sort_key", "id")
    )


def waiting_by_plan(user):
    """[(Plan, number)] of what waits, most first. One query."""
    rows = (
        waiting(user)
        .order_by()
        .values("task__plan")
        .annotate(n=Count("pk"))
        .values_list("task__plan", "n")
    )
    numbers = dict(rows)
    plans = Plan.objects.filter(pk__in=numbers).select_related("document", "issuer")
    return sorted(((p, numbers[p.pk]) for p in plans), key=lambda pair: (-pair[1], pair[0].pk))


def returned(user):
    """Assignments of my units, or in my own name, that the superior gave back."""
    return (
        Assignment.objects.filter(
            Q(agency_id__in=access.own_agency_ids(user)) | Q(responsible=user),
            task__plan__state=Plan.State.ISSUED,
            returned_at__isnull=False,
        )
        .exclude(state=Assignment.State.DONE)
        .select_related("task__due", "agency")
        .order_by("-returned_at", "id")
    )


def evidence_lost(user):
    """Work of my units, or in my own name, reported as done whose evidence was all taken back."""
    rows = Assignment.objects.filter(
        Q(agency_id__in=access.own_agency_ids(user)) | Q(responsible=user),
        task__plan__state=Plan.State.ISSUED,
        state=Assignment.State.DONE,
        without_evidence=False,
    )
    shown = Evidence.objects.filter(assignment=OuterRef("pk"))
    return (
        rows.filter(Exists(shown.filter(retracted_at__isnull=False)))
        .exclude(Exists(shown.filter(retracted_at=None)))
        .select_related("task__due", "agency")
        .order_by("-done_on", "id")
    )


def people_of(agency_id):
    """People with a working role at a unit today, by given name. Plain members are not told."""
    today = clock.today()
    held = Membership.objects.filter(
        agency_id=agency_id, role__in=WORKING_ROLES, valid__contains=today
    )
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by(
        "sort_key", "pk"
    )

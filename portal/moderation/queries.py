"""Reading the queue. Every function costs a fixed number of queries, given beside it."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from portal.agencies.rules import grants_of
from portal.moderation import registry, rules
from portal.moderation.models import Appeal, Case, Decision, ReasonCode
from portal.moderation.registry import Shown

State = Case.State
OPEN = (State.PENDING, State.APPEALED)


def cases(user):
    """The cases `user` may see: those of the agency, and second looks of agencies below it."""
    reach = Q()
    for name, handler in registry.kinds:
        ids = grants_of(user).agency_ids(handler.roles)
        if ids:
            reach |= Q(kind=name, agency__in=ids)
            reach |= Q(kind=name, was_appealed=True, agency__parent__in=ids)
    if not reach:
        return Case.objects.none()
    return Case.objects.filter(reach).select_related("agency")


def waiting_for(user):
    """Those of `cases` that wait for a decision `user` may take, the oldest first.

    Second looks come first, and not to who decided before.
    """
    mine = Decision.objects.filter(case=OuterRef("pk")).filter(Q(by=user) | Q(on_behalf_of=user))
    return (
        cases(user)
        .filter(state__in=OPEN)
        .exclude(Q(Exists(mine)), was_appealed=True)
        .order_by("-priority", "submitted_at", "id")
    )


def count_waiting(user):
    """How many wait for `user`. 1 query; none for who moderates nothing."""
    if not rules.moderates_somewhere(user):
        return 0
    return waiting_for(user).count()


def state_counts(queryset):
    """{state: number}. 1 query."""
    return dict(queryset.order_by().values_list("state").annotate(n=Count("pk")))


def with_history(queryset):
    """Cases with their decisions, oldest first, and appeals. 2 queries more."""
    decisions = Decision.objects.select_related("by", "on_behalf_of").order_by("n")
    return queryset.select_related("agency").prefetch_related(
        Prefetch("decisions", decisions), Prefetch("appeal", Appeal.objects.all())
    )


def appeal_of(case):
    """The Appeal of a case that was read by `with_history`, or None."""
    return getattr(case, "appeal", None)


@dataclass(frozen=True)
class Line:
    """A case with what its app shows of it."""

    case: Case
    shown: Shown
    handler: registry.Handler


def lines(found):
    """[Line] of cases, those left out whose subject is gone. What the kinds cost, no more."""
    found = list(found)
    ids = {}
    for case in found:
        ids.setdefault(case.kind, []).append(case.subject_id)
    shown = {kind: registry.kinds[kind].load(subjects) for kind, subjects in ids.items()}
    return [
        Line(case, shown[case.kind][case.subject_id], registry.kinds[case.kind])
        for case in found
        if case.subject_id in shown[case.kind]
    ]


def reasons():
    """The reasons a moderator chooses from. 1 query."""
    return ReasonCode.objects.filter(active=True)


def with_labels(decisions):
    """[(Decision, [names of its reasons])], whether those are still in use or not. 1 query."""
    decisions = list(decisions)
    codes = {code for decision in decisions for code in decision.reasons}
    labels = dict(ReasonCode.objects.filter(code__in=codes).values_list("code", "label"))
    return [(d, [labels.get(code, code) for code in d.reasons]) for d in decisions]


def of_subject(kind, subject_id):
    """The Case of a subject with its history, or None; for what its sender is shown. 3 queries."""
    return with_history(Case.objects.filter(kind=kind, subject_id=str(subject_id))).first()

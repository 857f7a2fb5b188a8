"""Reading the queue. Every function costs a fixed number of queries, given beside it."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q

from portal.agencies.rules import grants_of
from portal.moderation import registry, rules
from portal.moderation.models import Appeal, Case, Decision, Proposal, ReasonCode
from portal.moderation.registry import Shown

State = Case.State
OPEN = rules.OPEN


def cases(user):
    """The cases `user` may see: those of the agency, and second looks of agencies below it."""
    reach = Q()
    for name, handler in registry.kinds:
        ids = grants_of(user).agency_ids(handler.roles)
        if ids:
            reach |= Q(kind=name, agency__in=ids)
            second = Q(was_appealed=True) | Q(state=State.PROPOSED)
            reach |= Q(second, kind=name, agency__parent__in=ids)
    if not reach:
        return Case.objects.none()
    return Case.objects.filter(reach).select_related("agency", "claimed_by")


def waiting_for(user):
    """Those of `cases` that wait for a decision `user` may take: what is due first, first.

    Second looks come before all, and not to who decided before; nor what the person proposed.
    """
    me = Q(by=user) | Q(on_behalf_of=user)
    decided = Decision.objects.filter(me, case=OuterRef("pk"))
    proposed = Proposal.objects.filter(me, case=OuterRef("pk"))
    return (
        cases(user)
        .filter(state__in=OPEN)
        .exclude(Q(Exists(decided)), was_appealed=True)
        .exclude(Q(Exists(proposed)), was_appealed=True)
        .exclude(Q(Exists(proposed.filter(closed_at=None))), state=State.PROPOSED)
        .order_by("-priority", F("due_on").asc(nulls_last=True), "submitted_at", "id")
    )


def not_held(rows, user, now):
    """Those of `rows` that nobody else has open at `now`."""
    return rows.exclude(Q(claimed_until__gt=now) & ~Q(claimed_by=user))


def count_overdue(rows, today):
    """How many of `rows` should have been decided before `today`. 1 query."""
    return rows.filter(due_on__lt=today).count()


def alike(found):
    """{case id: how many others with the same words wait at the same agency}. 1 query at most."""
    keys = {c.likeness for c in found if c.likeness and c.state == State.PENDING}
    if not keys:
        return {}
    rows = (
        Case.objects.filter(likeness__in=keys, state=State.PENDING)
        .order_by()
        .values_list("kind", "likeness", "agency")
        .annotate(n=Count("pk"))
    )
    numbers = {(kind, likeness, agency): n - 1 for kind, likeness, agency, n in rows}
    return {c.pk: numbers.get((c.kind, c.likeness, c.agency_id), 0) for c in found}


def count_waiting(user):
    """How many wait for `user`. 1 query; none for who moderates nothing."""
    if not rules.moderates_somewhere(user):
        return 0
    return waiting_for(user).count()


def state_counts(queryset):
    """{state: number}. 1 query."""
    return dict(queryset.order_by().values_list("state").annotate(n=Count("pk")))


def with_history(queryset):
    """Cases with their decisions, oldest first, proposals and appeals. 3 queries more."""
    decisions = Decision.objects.select_related("by", "on_behalf_of", "proposed_by").order_by("n")
    proposals = Proposal.objects.select_related("by", "on_behalf_of").order_by("id")
    return queryset.select_related("agency", "claimed_by").prefetch_related(
        Prefetch("decisions", decisions),
        Prefetch("proposals", proposals),
        Prefetch("appeal", Appeal.objects.all()),
    )


def appeal_of(case):
    """The Appeal of a case that was read by `with_history`, or None."""
    return getattr(case, "appeal", None)


@dataclass(frozen=True)
class Line:
    """A case with what its app shows of it; `others` with the same words wait beside it."""

    case: Case
    shown: Shown
    handler: registry.Handler
    others: int = 0


def lines(found):
    """[Line] of cases, those left out whose subject is gone. What the kinds cost, and 1 query."""
    found = list(found)
    ids = {}
    for case in found:
        ids.setdefault(case.kind, []).append(case.subject_id)
    shown = {kind: registry.kinds[kind].load(subjects) for kind, subjects in ids.items()}
    same = alike(found)
    return [
        Line(
            case,
            shown[case.kind][case.subject_id],
            registry.kinds[case.kind],
            same.get(case.pk, 0),
        )
        for case in found
        if case.subject_id in shown[case.kind]
    ]


def reasons(kind, outcome=rules.HIDDEN):
    """[ReasonCode] that a moderator of this kind of case chooses from. 1 query."""
    usable = ReasonCode.objects.filter(active=True, outcome=outcome)
    return [reason for reason in usable if not reason.kinds or kind in reason.kinds]


def published_rules(kind):
    """[ReasonCode] by which cases of this kind are decided, spam last; for the page of rules."""
    return reasons(kind) + reasons(kind, rules.SPAM)


def with_labels(decisions):
    """[(Decision, [names of its reasons])], whether those are still in use or not. 1 query."""
    decisions = list(decisions)
    codes = {code for decision in decisions for code in decision.reasons}
    labels = dict(ReasonCode.objects.filter(code__in=codes).values_list("code", "label"))
    return [(d, [labels.get(code, code) for code in d.reasons]) for d in decisions]


def of_subject(kind, subject_id):
    """The Case of a subject with its history, or None; for what its sender is shown. 3 queries."""
    return with_history(Case.objects.filter(kind=kind, subject_id=str(subject_id))).first()

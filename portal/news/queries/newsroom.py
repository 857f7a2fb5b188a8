"""Reading news at the desk. Every function costs a fixed number of queries, given beside it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from campaigns.models import Assignment, Plan
from portal.agencies.queries import subtree
from portal.agencies.rules import grants_of
from portal.common.sqltext import Fold
from portal.common.states import look_of
from portal.news import rules
from portal.news.models import Article, ArticleRevision, Remark
from portal.news.queries.public import words_of

State = Article.State


def desk(user):
    """Articles whose unpublished texts `user` may see, last changed first."""
    agencies = grants_of(user).agencies(rules.READERS)
    return (
        Article.objects.filter(agency__in=agencies)
        .select_related("agency", "working__section", "working__cover", "author")
        .defer("body", "plain", "search", "working__body")
        .order_by("-changed_at", "-id")
    )


def agencies_for(user, agency, *, with_units):
    """Ids of the agencies `user` gets: `agency`, or what of its tree they may look into."""
    if not with_units:
        return [agency.pk]
    below = subtree(agency).order_by().values("pk")
    return grants_of(user).agencies(rules.READERS).filter(pk__in=below).order_by().values("pk")


def find_at_desk(queryset, words):
    """`find`, also in the title that is being worked on."""
    queryset = queryset.annotate(working_title=Fold("working__title"))
    for word in words_of(words):
        queryset = queryset.filter(Q(search__contains=word) | Q(working_title__contains=word))
    return queryset


def state_counts(queryset):
    """{state: number} of a queryset of articles. 1 query."""
    return dict(queryset.order_by().values_list("state").annotate(n=Count("pk")))


def waiting_for(user):
    """Chờ đồng chí duyệt: submitted articles that `user` may approve, the oldest first.

    One's own texts are left out, and those of whom one acts for.
    """
    reach = Q()
    for grant in grants_of(user):
        if grant.role not in rules.APPROVERS:
            continue
        mine = Q(agency=grant.agency_id)
        behind = grant.on_behalf_of_id
        if behind is not None:
            mine &= ~Q(author=behind) & ~Q(submitted_by=behind)
            mine &= Q(submitted_for=None) | ~Q(submitted_for=behind)
            mine &= ~_saved_by(behind)
        reach |= mine
    rows = Article.objects.filter(state=State.SUBMITTED)
    if not reach:
        return rows.none()
    return (
        rows.filter(reach)
        .exclude(author=user)
        .exclude(submitted_by=user)
        .filter(Q(submitted_for=None) | ~Q(submitted_for=user))
        .exclude(_saved_by(user))
        .select_related("agency", "working__section", "working__cover", "author", "submitted_by")
        .defer("body", "plain", "search", "working__body")
        .order_by("submitted_at", "id")
    )


def _saved_by(person):
    """The condition under which `rules.writers_of` counts `person` for a text they saved."""
    saved = ArticleRevision.objects.filter(article=OuterRef("pk"), small=False, by=person)
    live = Coalesce(OuterRef("live_revision__n"), 0)
    return Exists(saved.filter(n__gt=live))


def returned_to(user):
    """Articles sent back that `user` wrote or submitted and may still edit, oldest first."""
    return (
        Article.objects.filter(
            Q(author=user) | Q(submitted_by=user),
            state=State.RETURNED,
            agency__in=grants_of(user).agency_ids(rules.WRITERS),
        )
        .select_related("agency", "working")
        .defer("body", "plain", "search", "working__body")
        .order_by("changed_at", "id")
    )


def remarks(article):
    """Remarks on an article, open ones first, each with its answers in `thread`. 1 query."""
    rows = list(
        Remark.objects.filter(article=article)
        .select_related("by", "resolved_by", "revision")
        .defer("revision__body")
        .order_by(F("resolved_at").asc(nulls_first=True), "id")
    )
    threads = {row.pk: [] for row in rows if row.parent_id is None}
    for row in rows:
        if row.parent_id is not None:
            threads[row.parent_id].append(row)
    found = [row for row in rows if row.parent_id is None]
    for row in found:
        row.thread = sorted(threads[row.pk], key=lambda reply: reply.pk)
    return found


def steps(article):
    """The history of an article, oldest first. 1 query."""
    return list(
        article.steps.select_related("by", "on_behalf_of", "revision").defer("revision__body")
    )


@dataclass(frozen=True)
class Stage:
    """One line of the history for people; `times` savings in a row by one person are one line."""

    label: str
    shape: str
    by: object
    on_behalf_of: object
    at: dt.datetime
    times: int = 1


_SAVINGS = ("save", "rework")


def trail(steps):
    """The history as people read it, from `steps`."""
    lines = []
    for step in steps:
        before = lines[-1][0] if lines else None
        if (
            before is not None
            and step.verb in _SAVINGS
            and (before.verb, before.by_id) == (step.verb, step.by_id)
        ):
            lines[-1] = (step, lines[-1][1] + 1)
        else:
            lines.append((step, 1))
    return [
        Stage(
            label=rules.STEP_LABELS[step.verb],
            shape=look_of("article", step.state).shape,
            by=step.by,
            on_behalf_of=step.on_behalf_of,
            at=step.at,
            times=times,
        )
        for step, times in lines
    ]


def open_assignments(agency):
    """Assignments of an agency that an article can prove: those of issued plans."""
    return (
        Assignment.objects.filter(agency=agency, task__plan__state=Plan.State.ISSUED)
        .select_related("task__plan__document")
        .order_by("task__plan", "task__position", "id")
    )

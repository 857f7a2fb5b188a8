"""Reading news: for readers, for the home page, for the desk. Every function costs a fixed number
of queries, given beside it."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q
from django.db.models.functions import TruncDate

from campaigns.models import Assignment, Plan
from portal.agencies.models import Agency
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.sqltext import Fold
from portal.common.states import look_of
from portal.common.text import fold
from portal.news import rules
from portal.news.models import Article, Remark, Section

State = Article.State
PUBLIC_PLANS = (Plan.State.ISSUED, Plan.State.CLOSED)


# --- For readers --------------------------------------------------------------------------


def served(now):
    """Articles that readers get at `now`, newest first, as lists show them."""
    return Article.objects.served(now).newest_first().for_list()


def lead_and_latest(now, limit=5):
    """(lead, others): the newest article with a picture and the `limit` newest besides. 1 query.

    Without any picture the newest article leads; (None, []) without articles.
    """
    newest = list(served(now)[: limit + 1])
    if not newest:
        return None, []
    lead = next((a for a in newest if a.cover_id), newest[0])
    return lead, [a for a in newest if a is not lead][:limit]


def latest_by_agency(now, agencies, per_agency=3):
    """[(agency, [articles])] in the order given, agencies without articles left out. 2 queries."""
    agencies = list(agencies)
    newest = Article.objects.served(now).filter(agency=OuterRef("pk")).newest_first()
    wanted = (
        Agency.objects.filter(pk__in=[a.pk for a in agencies])
        .annotate(newest=ArraySubquery(newest.values("pk")[:per_agency]))
        .values_list("newest", flat=True)
    )
    ids = [pk for row in wanted for pk in row]
    by_agency = {}
    for article in served(now).filter(pk__in=ids):
        by_agency.setdefault(article.agency_id, []).append(article)
    return [(agency, by_agency[agency.pk]) for agency in agencies if agency.pk in by_agency]


def publishing_agencies(now):
    """Agencies with at least one article for readers, in protocol order. 1 query."""
    with_news = Article.objects.served(now).values("agency")
    return Agency.objects.filter(pk__in=with_news)


def others(article, now, limit=6):
    """Các tin khác: the newest of the same agency besides `article`. 1 query."""
    return list(served(now).filter(agency=article.agency_id).exclude(pk=article.pk)[:limit])


@dataclass(frozen=True)
class SectionTab:
    """One chuyên mục with the number of its articles for readers."""

    section: Section
    count: int


def section_tabs(agency, now):
    """(number of all articles, [SectionTab]) of an agency; empty sections left out. 2 queries."""
    rows = (
        Article.objects.served(now)
        .filter(agency=agency)
        .order_by()
        .values_list("section")
        .annotate(n=Count("pk"))
    )
    counts = dict(rows)
    tabs = [SectionTab(s, counts[s.pk]) for s in agency.sections.all() if counts.get(s.pk)]
    return sum(counts.values()), tabs


def days_with_news(first, last, now, agency=None):
    """{date: number of articles} from `first` to `last` inclusive, in Vietnam. 1 query."""
    rows = Article.objects.served(now).filter(
        published_at__gte=clock.start_of_day(first), published_at__lt=clock.end_of_day(last)
    )
    if agency is not None:
        rows = rows.filter(agency=agency)
    return dict(
        rows.order_by()
        .values_list(TruncDate("published_at", tzinfo=clock.TZ))
        .annotate(n=Count("pk"))
    )


def on_day(queryset, date):
    """Those published on `date` in Vietnam."""
    return queryset.filter(
        published_at__gte=clock.start_of_day(date), published_at__lt=clock.end_of_day(date)
    )


def find(queryset, words):
    """Those whose folded text holds every word of `words`."""
    for word in _words(words):
        queryset = queryset.filter(search__contains=word)
    return queryset


def _words(text):
    return fold(text).split()[:12]


def public_plans(agency, limit=4):
    """Issued plans of an agency, newest first. 1 query."""
    return list(
        Plan.objects.filter(issuer=agency, state__in=PUBLIC_PLANS)
        .select_related("document")
        .order_by(F("document__issued_on").desc(nulls_last=True), "-id")[:limit]
    )


# --- For the desk -------------------------------------------------------------------------


def desk(user):
    """Articles whose unpublished texts `user` may see, last changed first."""
    agencies = grants_of(user).agencies(rules.READERS)
    return (
        Article.objects.filter(agency__in=agencies)
        .select_related("agency", "working__section", "working__cover", "author")
        .defer("body", "plain", "search", "working__body")
        .order_by("-changed_at", "-id")
    )


def find_at_desk(queryset, words):
    """`find`, also in the title that is being worked on."""
    queryset = queryset.annotate(working_title=Fold("working__title"))
    for word in _words(words):
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
        reach |= mine
    rows = Article.objects.filter(state=State.SUBMITTED)
    if not reach:
        return rows.none()
    return (
        rows.filter(reach)
        .exclude(author=user)
        .exclude(submitted_by=user)
        .filter(Q(submitted_for=None) | ~Q(submitted_for=user))
        .select_related("agency", "working__section", "working__cover", "author", "submitted_by")
        .defer("body", "plain", "search", "working__body")
        .order_by("submitted_at", "id")
    )


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
    """Remarks on an article, open ones first. 1 query."""
    return list(
        Remark.objects.filter(article=article)
        .select_related("by", "resolved_by", "revision")
        .defer("revision__body")
        .order_by(F("resolved_at").asc(nulls_first=True), "id")
    )


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


def month_bounds(day):
    """First and last date of the month of `day`."""
    first = day.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    return first, following - dt.timedelta(days=1)

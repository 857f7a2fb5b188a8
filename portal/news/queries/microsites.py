"""Chuyên trang: its news, who writes for it, and what its keepers see.

Every function costs a fixed number of queries, given beside it.
"""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from campaigns.models import Assignment, Plan, Task
from portal.agencies.models import Agency, Role
from portal.common import clock
from portal.news import rules
from portal.news.models import Article, Microsite
from portal.news.queries.public import served

_PAGE = ("agency", "cover", "plan__document", "plan__issuer")


def find_microsite(slug):
    """The Microsite of that address with what its page shows, or None. 1 query."""
    return Microsite.objects.filter(slug=slug).select_related(*_PAGE).first()


def opened_microsites(now):
    """Those readers get, the newest first."""
    return Microsite.objects.opened(now).select_related(*_PAGE)


def microsite_of(plan, now):
    """The Microsite of a plan that readers get, or None. 1 query."""
    return Microsite.objects.opened(now).filter(plan=plan).first()


def page_beside(plan, now):
    """(label, address) of the chuyên trang of a plan, or None (`campaigns.registry`). 1 query."""
    found = microsite_of(plan, now)
    return None if found is None else (_("Chuyên trang"), found.get_absolute_url())


def of_campaign(microsite):
    """The condition under which an article belongs: it says so, or it proves a task of the plan."""
    tasks = Assignment.objects.filter(task__plan=microsite.plan_id).values("pk")
    return Q(microsite=microsite) | Q(microsite=None, assignment__in=tasks)


def campaign_news(microsite, now):
    """Articles of the campaign that readers get, newest first."""
    return served(now).filter(of_campaign(microsite))


def phase_news(microsite, phase, now):
    """Those of one phase: of that phase by their own word, else by their task."""
    tasks = Task.objects.filter(plan=microsite.plan_id, phase=phase).values("pk")
    return campaign_news(microsite, now).filter(
        Q(phase=phase) | Q(phase=None, assignment__task__in=tasks)
    )


def counts_by_phase(microsite, now):
    """{phase id: number of its articles for readers}. 1 query."""
    rows = (
        Article.objects.served(now)
        .filter(of_campaign(microsite))
        .order_by()
        .values_list(Coalesce("phase", "assignment__task__phase"))
        .annotate(n=Count("pk"))
    )
    return {phase: n for phase, n in rows if phase is not None}


def contributors(microsite, now):
    """Agencies that wrote for it, with `written` articles, in protocol order. 1 query."""
    counts = (
        Article.objects.served(now)
        .filter(of_campaign(microsite))
        .order_by()
        .values_list("agency")
        .annotate(n=Count("pk"))
    )
    counts = dict(counts)
    agencies = list(Agency.objects.filter(pk__in=counts))
    for agency in agencies:
        agency.written = counts[agency.pk]
    return agencies


# --- for those who keep them ------------------------------------------------------------------


def kept(user):
    """Microsites that `user` keeps: of their agencies, or of plans their agencies issued."""
    agencies = rules.featuring_agencies(user)
    return (
        Microsite.objects.filter(Q(agency__in=agencies) | Q(plan__issuer__in=agencies))
        .select_related("agency", "plan__document", "plan__issuer")
        .order_by("-pk")
    )


def plans_without(user):
    """Issued plans of agencies whose pages `user` keeps that have no chuyên trang, newest first."""
    return (
        Plan.objects.filter(
            issuer__in=rules.featuring_agencies(user),
            state=Plan.State.ISSUED,
            is_template=False,
            microsite=None,
        )
        .select_related("document", "issuer")
        .order_by("-document__issued_on", "-pk")
    )


def keepers_for(plan):
    """Agencies that may keep the chuyên trang of a plan: the issuer, and the newsrooms right
    below it or led by it."""
    approvers = Q(memberships__role=Role.APPROVER, memberships__valid__contains=clock.today())
    below = Q(parent=plan.issuer_id) | Q(led_by=plan.issuer_id)
    newsrooms = Agency.objects.filter(below & approvers, node__isnull=False).values("pk")
    return Agency.objects.filter(Q(pk=plan.issuer_id) | Q(pk__in=newsrooms))


@dataclass(frozen=True)
class Kept:
    """A Microsite with its state: draft, coming, open, closed, or hidden with its plan."""

    microsite: Microsite
    state: str


def with_states(microsites, now):
    """[Kept]"""
    return [Kept(site, state_of(site, now)) for site in microsites]


def state_of(microsite, now):
    if microsite.opens_at is None:
        return "draft"
    if microsite.opens_at > now:
        return "coming"
    if not microsite.is_opened(now):
        return "hidden"
    return "closed" if microsite.is_closed(now) else "open"

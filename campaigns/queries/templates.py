"""Templates, and plans to copy from."""

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from campaigns.models import Event, Phase, Plan, Task
from campaigns.queries.choices import found_events
from campaigns.queries.plans import visible_plans
from campaigns.rules import access
from portal.agencies.models import Agency
from portal.agencies.queries import ancestors
from portal.agencies.rules import grants_of

#: So many events are offered in place of one.
MOST_EVENTS = 40


def visible_templates(user):
    """Templates of the agencies where `user` drafts plans, and of those above them."""
    ids = grants_of(user).agency_ids(access.DRAFTERS)
    above = set(ids)
    for agency in Agency.objects.filter(pk__in=ids):
        above |= set(ancestors(agency).values_list("pk", flat=True))
    return with_numbers(
        Plan.objects.filter(is_template=True, issuer__in=above)
        .select_related("document", "issuer")
        .order_by("issuer__protocol_no", "issuer__sort_key", "title", "id")
    )


def copyable_plans(user):
    """Plans `user` may see, and their templates: what a new plan may be made from."""
    return with_numbers(visible_plans(user))


def source_plan(user, pk):
    """The plan or template to copy from, or None where the person may not see it."""
    return (
        copyable_plans(user).filter(pk=pk).first() or visible_templates(user).filter(pk=pk).first()
    )


def with_numbers(plans):
    """Each with `phases` and `tasks_n`: how much there is to take over."""
    return plans.annotate(phases=_count(Phase, "track__plan"), tasks_n=_count(Task, "plan"))


def _count(model, to_plan):
    rows = model.objects.filter(**{to_plan: OuterRef("pk")}).order_by()
    counted = rows.values(to_plan).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def events_used(plan):
    """Events that the plan serves or that its dates hang on, by day."""
    used = Q(plan_events__plan=plan)
    used |= Q(boundaries__phase_starting__track__plan=plan)
    used |= Q(boundaries__phase_ending__track__plan=plan) | Q(boundaries__task_due__plan=plan)
    ids = Event.objects.filter(used).values("pk")
    return list(found_events("").filter(pk__in=ids))


def offered_instead(event, issuer):
    """Events that may stand in the place of one: the next of its host and the issuer's first."""
    near = Q(previous=event) | Q(host=issuer) | Q(host=event.host_id)
    first = list(found_events("").filter(near).exclude(pk=event.pk)[:MOST_EVENTS])
    known = {e.pk for e in first} | {event.pk}
    more = found_events("").filter(kind=event.kind).exclude(pk__in=known)
    return first + list(more[: max(0, MOST_EVENTS - len(first))])

"""Units that have not issued the plan that carries out a superior's."""

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Plan
from campaigns.notify.timing import Clockwork, Span, rules_of
from campaigns.queries.cascade import missing_units
from campaigns.rules.reminding import MOST_DAYS
from campaigns.rules.words import day_words
from portal.common import clock
from portal.notices import actions as notices
from portal.notices import registry

DERIVE = "campaigns.derive"
#: How long after the fact a reminder is still worth telling.
USEFUL_DAYS = 14
KINDS = (registry.PLAN_MISSING,)


def derive_day_changed(plan):
    """The day by which units issue their plans is another; call it under the graph lock."""
    notices.drop_pending(subject_kind=DERIVE, subject_ids=[plan.pk], kinds=KINDS)
    notices.schedule_many(rows_of(plans=Plan.objects.filter(pk=plan.pk)))


def rows_of(span=None, *, plans=None, kinds=KINDS):
    """NoticeRows of plans in force that set a day for the plans of their units."""
    if registry.PLAN_MISSING not in kinds:
        return []
    span = span or Span.near()
    found = (Plan.objects.all() if plans is None else plans).filter(
        state=Plan.State.ISSUED,
        is_template=False,
        derive_by__range=span.limits(clock.today(), after=MOST_DAYS),
    )
    found = list(found.values_list("pk", "issuer_id", "derive_by"))
    clockwork = Clockwork({pk for pk, *_rest in found}, span)
    made = []
    for pk, issuer, on in found:
        common = {
            "subject_kind": DERIVE,
            "subject_id": pk,
            "revision": on.toordinal(),
            "agency_id": issuer,
        }
        kind = registry.PLAN_MISSING
        made += clockwork.before(kind, pk, on=on, at=clock.end_of_day(on), **common)
        made += clockwork.after(kind, pk, on=on, useful_days=USEFUL_DAYS, **common)
    return made


class MissingPlanNotices(registry.Handler):
    """The units that have issued no plan by the time the notice goes out."""

    def load(self, found):
        plans = Plan.objects.select_related("document").in_bulk({n.subject_id for n in found})
        rules = rules_of(plans)
        # Two queries a plan: plans that set such a day are few on one morning.
        units = {
            pk: frozenset(missing_units(plan).order_by().values_list("pk", flat=True))
            for pk, plan in plans.items()
        }
        for notice in found:
            notice.subject = plans.get(notice.subject_id)
            if notice.subject is not None:
                notice.units = units[notice.subject_id]
                notice.rule = rules[notice.subject_id][registry.PLAN_MISSING]

    def still_due(self, notice, now):
        plan = notice.subject
        return (
            plan is not None
            and plan.state == Plan.State.ISSUED
            and plan.derive_by is not None
            and plan.derive_by.toordinal() == notice.revision
            and bool(notice.units)
        )

    def render(self, notice):
        plan = notice.subject
        words = {"plan": plan.document.symbol or plan.title, "day": day_words(plan.derive_by)}
        if notice.offset_days > 0:
            title = _("Quá hạn %(day)s mà chưa ban hành kế hoạch triển khai %(plan)s") % words
        else:
            title = _("Ban hành kế hoạch triển khai %(plan)s trước hết ngày %(day)s") % words
        return registry.Message(title, plan.title, reverse("campaigns:derive", args=[plan.pk]))

    def audience(self, notice):
        return registry.Audience(agency_ids=notice.units, roles=notice.rule.roles)

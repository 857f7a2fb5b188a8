"""Phases that start and end, soon or by now."""

import datetime as dt

from django.db.models import F
from django.utils.translation import gettext as _

from campaigns.boundaries.rows import Among, by_sets
from campaigns.models import Phase, Plan
from campaigns.notify.dates import tell_of
from campaigns.notify.timing import Clockwork, Span, rules_of, without_told
from campaigns.notify.units import units_of_plans
from campaigns.rules.words import day_words
from portal.common import clock
from portal.notices import actions as notices
from portal.notices import registry

PHASE = "campaigns.phase"

#: Reminders come so many days before a phase starts or ends, unless its plan says otherwise.
SOON_DAYS = 3
#: How long after the fact "started" and "ended" are still worth telling.
NEWS_DAYS = 3

#: (kind before, kind after, days from the boundary to the morning on which it is news)
START_KINDS = (registry.PHASE_STARTS_SOON, registry.PHASE_STARTED, 0)
END_KINDS = (registry.PHASE_ENDS_SOON, registry.PHASE_ENDED, 1)
KINDS = (*START_KINDS[:2], *END_KINDS[:2])


def phases_moved(ids, change):
    """Owner callback: starts and ends of phases got other days (or are new)."""
    notices.supersede_for_boundaries(ids)
    with by_sets(len(ids)):
        rows = rows_of(Among("boundary_id", ids))
        notices.schedule_many(without_told(rows, change))
        tell_of(change)


def phases_removed(phase_ids):
    """Phases are about to be deleted."""
    notices.cancel_for_subject(subject_kind=PHASE, subject_ids=list(phase_ids))


def rows_of(condition, span=None, *, kinds=KINDS):
    """NoticeRows of the limits of phases of plans in force.

    Args:
        condition: a condition over `boundary_id` or `plan_id`.
        span: which ones (a Span); by default those from now to the horizon.
    """
    span = span or Span.near()
    first, last = span.limits(clock.today(), after=1)
    limits = []
    for field, (soon, news, later) in (("starts", START_KINDS), ("ends", END_KINDS)):
        found = (
            Phase.objects.alias(boundary_id=F(field), plan_id=F("track__plan"))
            .filter(
                condition,
                track__plan__state=Plan.State.ISSUED,
                **{f"{field}__resolved_on__range": (first, last)},
            )
            .values_list(
                "pk", "track__plan_id", "track__plan__issuer_id",
                field, f"{field}__resolved_on", f"{field}__at", f"{field}__revision",
            )
        )  # fmt: skip
        limits += [(row, soon, news, later) for row in found]
    clockwork = Clockwork({row[1] for row, *_rest in limits}, span)
    made = []
    for (pk, plan_id, issuer, boundary_id, on, at, revision), soon, news, later in limits:
        common = {
            "subject_kind": PHASE,
            "subject_id": pk,
            "boundary_id": boundary_id,
            "revision": revision,
            "agency_id": issuer,
        }
        if soon in kinds:
            made += clockwork.before(soon, plan_id, on=on, at=at, **common)
        if news in kinds:
            day = on + dt.timedelta(days=later)
            made += clockwork.on_the_day(
                news, plan_id, day=day, at=at, useful_days=NEWS_DAYS, **common
            )
    return made


class PhaseNotices(registry.Handler):
    """Phases that start or end, soon or by now."""

    def load(self, found):
        phases = (
            Phase.objects.filter(pk__in={n.subject_id for n in found})
            .select_related("starts", "ends", "track__plan")
            .in_bulk()
        )
        plans = {p.track.plan_id for p in phases.values()}
        units, rules = units_of_plans(plans), rules_of(plans)
        for notice in found:
            notice.subject = phases.get(notice.subject_id)
            if notice.subject is not None:
                plan_id = notice.subject.track.plan_id
                notice.units, notice.rule = units[plan_id], rules[plan_id].get(notice.kind)

    def still_due(self, notice, now):
        phase = notice.subject
        if phase is None or phase.track.plan.state != Plan.State.ISSUED:
            return False
        boundary = self._boundary(notice)
        return boundary is not None and boundary.revision == notice.revision

    def render(self, notice):
        phase, boundary = notice.subject, self._boundary(notice)
        words = {"phase": phase.title, "day": day_words(boundary.resolved_on)}
        title = {
            registry.PHASE_STARTS_SOON: _("%(phase)s bắt đầu ngày %(day)s"),
            registry.PHASE_STARTED: _("%(phase)s bắt đầu từ ngày %(day)s"),
            registry.PHASE_ENDS_SOON: _("%(phase)s kết thúc ngày %(day)s"),
            registry.PHASE_ENDED: _("%(phase)s đã kết thúc ngày %(day)s"),
        }[notice.kind] % words
        return registry.Message(title, phase.track.plan.title, phase.track.plan.get_absolute_url())

    def audience(self, notice):
        rule = notice.rule
        return registry.Audience(agency_ids=notice.units, roles=rule.roles, subtree=rule.subtree)

    def _boundary(self, notice):
        phase = notice.subject
        both = {phase.starts_id: phase.starts, phase.ends_id: phase.ends}
        return both.get(notice.boundary_id)

"""Phases that start and end, soon or by now."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns.boundaries.rows import Among, by_sets, work_calendar
from campaigns.models import Phase, Plan
from campaigns.notify.dates import tell_of
from campaigns.notify.units import CONCERNED, units_of_plans
from campaigns.rules.words import day_words
from portal.common import clock
from portal.notices import actions as notices
from portal.notices import registry
from portal.notices.rules import morning_of

PHASE = "campaigns.phase"

#: Reminders come so many days before a phase starts or ends, on a working day.
SOON_DAYS = 3
#: How long after the fact "started" and "ended" are still worth telling.
NEWS_DAYS = 3


def phases_moved(ids, change):
    """Owner callback: starts and ends of phases got other days (or are new)."""
    notices.supersede_for_boundaries(ids)
    theirs = Q(Among("starts_id", ids)) | Q(Among("ends_id", ids))
    with by_sets(len(ids)):
        _schedule(Phase.objects.filter(theirs), only=set(ids))
        tell_of(change)


def plan_in_force(plan):
    """A plan was issued: remind of what is still to come of its phases."""
    _schedule(Phase.objects.filter(track__plan=plan))


def plan_over(plan):
    """A plan was closed or withdrawn: nothing is reminded of any more."""
    ids = list(Phase.objects.filter(track__plan=plan).values_list("pk", flat=True))
    notices.cancel_for_subject(subject_kind=PHASE, subject_ids=ids)


def phases_removed(phase_ids):
    """Phases are about to be deleted."""
    notices.cancel_for_subject(subject_kind=PHASE, subject_ids=list(phase_ids))


def _schedule(phases, only=None):
    """Schedule what is still to come of `phases` of issued plans.

    Args:
        only: ids of boundaries; others of these phases keep the notices they have.
    """
    now = clock.now()
    rows = phases.filter(track__plan__state=Plan.State.ISSUED).values_list(
        "pk", "track__plan__issuer_id",
        "starts_id", "starts__resolved_on", "starts__at", "starts__revision",
        "ends_id", "ends__resolved_on", "ends__at", "ends__revision",
    )  # fmt: skip
    calendar = work_calendar()
    made = []
    for pk, issuer, *both in rows:
        made += _rows_of(pk, issuer, *both[:4], now, calendar, only, START_KINDS)
        made += _rows_of(pk, issuer, *both[4:], now, calendar, only, END_KINDS)
    notices.schedule_many(made)


#: (kind before, kind after, days from the boundary to the morning on which it is news)
START_KINDS = (registry.PHASE_STARTS_SOON, registry.PHASE_STARTED, 0)
END_KINDS = (registry.PHASE_ENDS_SOON, registry.PHASE_ENDED, 1)


def _rows_of(pk, issuer, boundary_id, on, at, revision, now, calendar, only, kinds):
    if on is None or at <= now or (only is not None and boundary_id not in only):
        return
    soon, news, later = kinds
    common = {
        "subject_kind": PHASE,
        "subject_id": pk,
        "boundary_id": boundary_id,
        "revision": revision,
        "agency_id": issuer,
    }
    day = calendar.last_working_until(on - dt.timedelta(days=SOON_DAYS))
    yield notices.NoticeRow(
        kind=soon, due_at=morning_of(day), offset_days=-SOON_DAYS, useful_until=at, **common
    )
    day = on + dt.timedelta(days=later)
    until = clock.end_of_day(day + dt.timedelta(days=NEWS_DAYS - 1))
    yield notices.NoticeRow(kind=news, due_at=morning_of(day), useful_until=until, **common)


class PhaseNotices(registry.Handler):
    """Phases that start or end, soon or by now."""

    def load(self, found):
        phases = (
            Phase.objects.filter(pk__in={n.subject_id for n in found})
            .select_related("starts", "ends", "track__plan")
            .in_bulk()
        )
        units = units_of_plans({p.track.plan_id for p in phases.values()})
        for notice in found:
            notice.subject = phases.get(notice.subject_id)
            if notice.subject is not None:
                notice.units = units[notice.subject.track.plan_id]

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
        return registry.Audience(agency_ids=notice.units, roles=CONCERNED)

    def _boundary(self, notice):
        phase = notice.subject
        both = {phase.starts_id: phase.starts, phase.ends_id: phase.ends}
        return both.get(notice.boundary_id)

"""Reports that are due or missing: one notice per period, to the units that have not confirmed.

Who they are is asked when the notice is claimed, so a unit that confirmed in time reads nothing.
"""

import datetime as dt
from collections import defaultdict

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boundaries.rows import work_calendar
from campaigns.models import Period, Plan, UnitReport
from campaigns.notify.timing import reach
from portal.agencies.models import Role
from portal.common import clock, display
from portal.notices import actions as notices
from portal.notices import registry
from portal.notices.models import ScheduledNotice
from portal.notices.rules import morning_of

PERIOD = "campaigns.period"
REPORT = "campaigns.report"
#: The reminder comes one working day before the deadline, the dunning one after it.
BEFORE, AFTER = -1, 1
#: So many days a missing report is still worth a reminder of its own.
NEWS_DAYS = 5
#: Who is reminded at a unit.
CONCERNED = frozenset({Role.STAFF, Role.SECRETARY})


def periods_planned(periods, issuer_id):
    """Periods are new or have another deadline (and a new revision): remind of what lies ahead.

    Only up to the horizon of all reminders; `periods_near` makes those of later ones in time.
    """
    periods = list(periods)
    notices.cancel_for_subject(subject_kind=PERIOD, subject_ids=[p.pk for p in periods])
    until = reach(clock.today())
    _remind((p for p in periods if clock.today(p.deadline_at) <= until), lambda p: issuer_id)


def periods_near():
    """Make the reminders of periods that have come nearer than the horizon; idempotent."""
    now = clock.now()
    made = ScheduledNotice.objects.filter(
        subject_kind=PERIOD, subject_id=OuterRef("pk"), revision=OuterRef("revision")
    )
    near = (
        Period.objects.filter(
            series__plan__state=Plan.State.ISSUED,
            deadline_at__gt=now,
            deadline_at__lt=clock.end_of_day(reach(clock.today(now))),
        )
        .exclude(Exists(made))
        .select_related("series__plan")
    )
    _remind(near, lambda p: p.series.plan.issuer_id)


def _remind(periods, issuer_of):
    now = clock.now()
    calendar = work_calendar()
    rows = []
    for period in periods:
        due = period.deadline_at
        on = clock.today(due - dt.timedelta(seconds=1))
        before, after = calendar.shift(on, -1), calendar.shift(on, 1)
        common = {
            "kind": registry.REPORT_DUE,
            "subject_kind": PERIOD,
            "subject_id": period.pk,
            "revision": period.revision,
            "agency_id": issuer_of(period),
        }
        if due > now:
            at = max(morning_of(before), clock.start_of_day(period.first_on))
            rows.append(
                notices.NoticeRow(due_at=at, offset_days=BEFORE, useful_until=due, **common)
            )
        until = clock.end_of_day(after + dt.timedelta(days=NEWS_DAYS))
        if until > now:
            rows.append(
                notices.NoticeRow(
                    due_at=morning_of(after), offset_days=AFTER, useful_until=until, **common
                )
            )
    notices.schedule_many(rows)


def periods_gone(period_ids):
    """Periods are about to be deleted."""
    notices.cancel_for_subject(subject_kind=PERIOD, subject_ids=list(period_ids))


def report_confirmed(report):
    """A unit has confirmed: nobody is reminded once all have."""
    notices.cancel_for_subject(
        subject_kind=REPORT, subject_ids=report.pk, kinds=[registry.RETURNED]
    )
    left = UnitReport.objects.filter(period_id=report.period_id)
    if not left.exclude(state=UnitReport.State.CONFIRMED).exists():
        notices.cancel_for_subject(subject_kind=PERIOD, subject_ids=report.period_id)


def report_returned(report):
    """The superior sent a report back: the unit is told at once, the reminders go on."""
    notices.notify_now(
        kind=registry.RETURNED,
        subject_kind=REPORT,
        subject_id=report.pk,
        revision=report.lock_version,
        agency_id=report.agency_id,
    )


class PeriodNotices(registry.Handler):
    """Reports that are due soon, or missing after the deadline."""

    def load(self, found):
        ids = {n.subject_id for n in found}
        periods = Period.objects.filter(pk__in=ids).select_related("series__plan").in_bulk()
        missing = defaultdict(set)
        rows = UnitReport.objects.filter(period_id__in=ids).exclude(
            state=UnitReport.State.CONFIRMED
        )
        for period_id, agency_id in rows.values_list("period_id", "agency_id"):
            missing[period_id].add(agency_id)
        for notice in found:
            notice.subject = periods.get(notice.subject_id)
            notice.missing = frozenset(missing[notice.subject_id])

    def still_due(self, notice, now):
        period = notice.subject
        return (
            period is not None
            and period.revision == notice.revision
            and period.series.plan.state == Plan.State.ISSUED
            and bool(notice.missing)
        )

    def render(self, notice):
        period = notice.subject
        at = display.datetime_vi(period.deadline_at)
        if notice.offset_days == AFTER:
            title = _("Quá hạn báo cáo: %(series)s, %(period)s (hạn %(at)s)")
        else:
            title = _("Đến hạn báo cáo %(at)s: %(series)s, %(period)s")
        words = {"series": period.series.title, "period": period.title, "at": at}
        text = _("Số liệu từ %(first)s đến %(last)s. Số đã có minh chứng được điền sẵn.") % {
            "first": display.date_vi(period.first_on),
            "last": display.date_vi(period.last_on),
        }
        return registry.Message(title % words, text, reverse("campaigns:my_reports"))

    def audience(self, notice):
        return registry.Audience(agency_ids=notice.missing, roles=CONCERNED)


class ReportNotices(registry.Handler):
    """A report that the superior sent back."""

    def load(self, found):
        reports = (
            UnitReport.objects.filter(pk__in={n.subject_id for n in found})
            .select_related("period__series__plan")
            .in_bulk()
        )
        for notice in found:
            notice.subject = reports.get(notice.subject_id)

    def still_due(self, notice, now):
        report = notice.subject
        return (
            report is not None
            and report.state == UnitReport.State.RETURNED
            and report.lock_version >= notice.revision
        )

    def render(self, notice):
        report = notice.subject
        title = _("Báo cáo bị trả lại: %(series)s, %(period)s") % {
            "series": report.period.series.title,
            "period": report.period.title,
        }
        return registry.Message(
            title, report.returned_note, reverse("campaigns:report", args=[report.pk])
        )

    def audience(self, notice):
        return registry.Audience(agency_ids=frozenset({notice.subject.agency_id}), roles=CONCERNED)

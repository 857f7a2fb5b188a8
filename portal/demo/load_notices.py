"""The notices of the demo: as if the portal had been running for the last weeks.

Loading a plan schedules only what is still to come. Here the mornings before the day of the demo
are replayed: reminders of phases that started or ended fall due, are swept on their mornings, and
stand in the inboxes with the dates on which they would have come. The mails wait for the worker.
"""

import datetime as dt

from django.db.models import OuterRef, Subquery

from campaigns.boundaries.rows import work_calendar
from campaigns.models import Phase, Plan
from campaigns.notify import END_KINDS, PHASE, SOON_DAYS, START_KINDS
from portal.common import clock
from portal.notices import actions, rules
from portal.notices.models import Delivery, ScheduledNotice

DAYS = 30
#: Older ones have been read by everybody.
FRESH_DAYS = 15
MAILED_DAYS = 20


def load(world, on):
    """Schedule, sweep and date the notices of the last `DAYS` days before `on`."""
    first = on - dt.timedelta(days=DAYS)
    actions.schedule_many(_rows(first, on))
    for days in range(DAYS + 1):
        morning = rules.morning_of(first + dt.timedelta(days=days))
        if morning <= clock.now():
            actions.sweep(now=morning)
    due = ScheduledNotice.objects.filter(pk=OuterRef("notice_id")).values("due_at")
    Delivery.objects.update(created_at=Subquery(due))
    old = Delivery.objects.filter(
        channel=Delivery.Channel.INBOX,
        created_at__lt=clock.start_of_day(on - dt.timedelta(days=FRESH_DAYS)),
    )
    for delivery in old.select_related("person"):
        actions.mark_read(actor=delivery.person, notice_id=delivery.notice_id)
    # The first mail of the demo is about the last weeks, not about everything.
    Delivery.objects.filter(
        channel=Delivery.Channel.MAIL,
        created_at__lt=clock.start_of_day(on - dt.timedelta(days=MAILED_DAYS)),
    ).update(state=Delivery.State.SKIPPED)


def _rows(first, on):
    """What would have been scheduled about phases whose start or end lies in the last days."""
    calendar = work_calendar()
    phases = Phase.objects.filter(track__plan__state=Plan.State.ISSUED)
    for phase in phases.select_related("starts", "ends", "track__plan"):
        for boundary, kinds in ((phase.starts, START_KINDS), (phase.ends, END_KINDS)):
            if boundary.resolved_on is None or not first < boundary.resolved_on <= on:
                continue
            before, after, later = kinds
            soon = calendar.last_working_until(boundary.resolved_on - dt.timedelta(days=SOON_DAYS))
            news = boundary.resolved_on + dt.timedelta(days=later)
            for kind, offset, day in ((before, -SOON_DAYS, soon), (after, 0, news)):
                if day <= on:
                    yield actions.NoticeRow(
                        kind=kind,
                        subject_kind=PHASE,
                        subject_id=phase.pk,
                        boundary_id=boundary.pk,
                        revision=boundary.revision,
                        offset_days=offset,
                        due_at=rules.morning_of(day),
                        agency_id=phase.track.plan.issuer_id,
                    )

"""The notices of the demo: as if the portal had been running for the last weeks.

Loading a plan schedules only what is still to come. Here the mornings before the day of the demo
are replayed: reminders of phases and tasks fall due, are swept on their mornings, and stand in the
inboxes with the dates on which they would have come. The mails wait for the worker.
"""

import dataclasses
import datetime as dt

from django.db.models import OuterRef, Q, Subquery

from campaigns.notify import phases, tasks
from campaigns.notify.timing import Span
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
    """What fell due about phases and tasks in the last days, made as if nobody had run till now.

    Good for ever: the first digest of the demo tells of weeks in which no worker ran.
    """
    span = Span(since=first, until=on, past_too=True)
    rows = phases.rows_of(Q(), span) + tasks.rows_of(Q(), span)
    return [dataclasses.replace(row, useful_until=None) for row in rows]

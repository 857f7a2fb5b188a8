"""All reminders of plans together: put in force, over, with other rules, and the horizon."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from campaigns.boundaries.graph import LOCK
from campaigns.models import NoticeHorizon, Phase, Plan, Task
from campaigns.notify import missing, phases, tasks
from campaigns.notify.missing import DERIVE
from campaigns.notify.phases import PHASE
from campaigns.notify.tasks import TASK
from campaigns.notify.timing import Span, farthest, without_repeated
from portal.common import clock
from portal.common.locks import advisory_lock
from portal.notices import actions as notices

EVERYTHING = Q()


def plan_in_force(plan):
    """A plan was issued: remind of what is still to come of its phases and tasks."""
    notices.schedule_many(_rows_of(plan))


def plan_over(plan):
    """A plan was closed or withdrawn: nothing is reminded of any more."""
    for subject_kind, ids in _subjects(plan).items():
        notices.cancel_for_subject(subject_kind=subject_kind, subject_ids=ids)


def rules_changed(plan, kinds):
    """The rules of these kinds say other days: the pending reminders are made anew.

    Call it in the transaction that writes the rules, under the graph lock.
    """
    for subject_kind, ids in _subjects(plan).items():
        notices.drop_pending(subject_kind=subject_kind, subject_ids=ids, kinds=kinds)
    notices.schedule_many(without_repeated(_rows_of(plan, kinds=kinds)))


def top_up():
    """Make the reminders that have come nearer than the horizon.

    Goes on from the day where the last run stopped, so that nights without a run lose nothing: what
    fell due meanwhile is made now and goes out late, or is shown as missed. Run as often as you
    like. Returns how many are new.
    """
    with transaction.atomic():
        advisory_lock(LOCK)
        today = clock.today()
        target = farthest(today)
        row = NoticeHorizon.objects.filter(pk=1).first()
        since = row.until if row else today - dt.timedelta(days=1)
        if since >= target:
            return 0
        span = Span(until=target, since=since, past_too=row is not None)
        made = notices.schedule_many(
            phases.rows_of(EVERYTHING, span)
            + tasks.rows_of(EVERYTHING, span)
            + missing.rows_of(span)
        )
        NoticeHorizon.objects.update_or_create(pk=1, defaults={"until": target})
    return made


def to_come(plan, days):
    """NoticeRows of all that `plan` will remind of within `days`, made or not, by due time."""
    span = Span(until=clock.today() + dt.timedelta(days=days))
    rows = _rows_of(plan, span)
    return sorted(rows, key=lambda row: (row.due_at, row.subject_kind, row.subject_id))


def calendar_changed():
    """The calendar was edited: what was beyond the horizon may fall due before it by now.

    The next run of `top_up` looks at all of it again; what is made already stays.
    """
    today = clock.today()
    NoticeHorizon.objects.filter(until__gt=today).update(until=today)


def _rows_of(plan, span=None, kinds=None):
    """NoticeRows of one plan, of `kinds` or of all."""
    mine, only = Q(plan_id=plan.pk), {"kinds": kinds} if kinds is not None else {}
    return (
        phases.rows_of(mine, span, **only)
        + tasks.rows_of(mine, span, **only)
        + missing.rows_of(span, plans=Plan.objects.filter(pk=plan.pk), **only)
    )


def _subjects(plan):
    """{subject kind: ids} of all that a plan reminds of."""
    return {
        PHASE: list(Phase.objects.filter(track__plan=plan).values_list("pk", flat=True)),
        TASK: list(Task.objects.filter(plan=plan).values_list("pk", flat=True)),
        DERIVE: [plan.pk],
    }

"""When the reminders of a boundary are due: rules, horizon, working mornings.

Pending notices exist only up to the horizon: those that fall due by the day `NoticeHorizon.until`.
So moving a congress costs by what is near, not by what exists. Whoever schedules holds the graph
lock, so no reminder falls between the two: either it is near when its date moves, or `top_up`
reaches it later, going on from the day where it stopped, however long ago that was.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings

from campaigns.boundaries.rows import Among, work_calendar
from campaigns.models import DateChangeItem, NoticeHorizon, NoticeRule
from campaigns.rules.reminding import KINDS, Rule
from portal.common import clock
from portal.notices import actions as notices
from portal.notices.models import ScheduledNotice
from portal.notices.rules import morning_of


def reach(today):
    """The last day whose reminders are made already."""
    until = NoticeHorizon.objects.filter(pk=1).values_list("until", flat=True).first()
    return until or farthest(today)


def farthest(today):
    """The day up to which reminders are made when everything is up to date."""
    return today + dt.timedelta(days=settings.NOTICE_HORIZON_DAYS)


@dataclass(frozen=True)
class Span:
    """The reminders to make: those that fall due after the day `since` (None: whenever) and up to
    the day `until`.

    `past_too` asks for those of moments that have passed as well: what nobody made in time comes
    late or is missed, visibly.
    """

    until: dt.date
    since: dt.date | None = None
    past_too: bool = False

    @classmethod
    def near(cls):
        """From now to the horizon."""
        return cls(until=reach(clock.today()))

    def limits(self, today, *, after=0):
        """(from, to): days between which lie the boundaries with reminders in the span.

        Args:
            after: the greatest number of days by which a reminder follows its boundary.
        """
        first = (today if self.since is None else self.since) - dt.timedelta(days=after)
        return first, self.until + dt.timedelta(days=_farthest_rule() + LONGEST_HOLIDAY)

    def __contains__(self, row):
        day = clock.today(row.due_at)
        return day <= self.until and (self.since is None or day > self.since)


#: A reminder on a day off comes before it; no holiday lasts longer.
LONGEST_HOLIDAY = 14


def _farthest_rule():
    """The greatest number of days before a boundary that any plan asks for."""
    asked = NoticeRule.objects.values_list("days_before", flat=True).distinct()
    days = {n for days in asked for n in days}
    return max(days.union(*(kind.before or () for kind in KINDS.values())))


def rules_of(plan_ids):
    """{plan id: {kind: Rule}} of every kind, defaults where a plan says nothing. One query."""
    ids = set(plan_ids)
    defaults = {name: kind.default for name, kind in KINDS.items()}
    found = defaultdict(lambda: defaults)
    for row in NoticeRule.objects.filter(Among("plan_id", ids), kind__in=KINDS):
        if row.plan_id not in found:
            found[row.plan_id] = dict(defaults)
        found[row.plan_id][row.kind] = Rule(
            row.kind,
            row.on,
            tuple(row.days_before),
            tuple(row.days_after),
            frozenset(row.audience),
        )
    return found


class Clockwork:
    """Makes NoticeRows of boundaries; one per act of scheduling, so that "now" is one instant."""

    def __init__(self, plan_ids, span):
        self.now = clock.now()
        self.span = span
        self.calendar = work_calendar()
        self.rules = rules_of(plan_ids)

    def before(self, kind, plan_id, *, on, at, **common):
        """Reminders before the day `on`, each good until the next or the instant `at`."""
        if not self._to_come(at) or not self._is_on(plan_id, kind):
            return []
        rows, until = [], at
        for days in sorted(self._rule(plan_id, kind).before):
            day = self.calendar.last_working_until(on - dt.timedelta(days=days))
            row = self._row(kind, day, -days, until, common)
            if row.due_at < until:  # two may fall on one working day
                rows.append(row)
                until = row.due_at - dt.timedelta(minutes=1)
        # Of several that are due by now one says it all: the nearest.
        late = [row for row in rows if row.due_at <= self.now]
        keep = max(late, key=lambda row: row.offset_days, default=None)
        return self._wanted(row for row in rows if row.due_at > self.now or row is keep)

    def after(self, kind, plan_id, *, on, useful_days, **common):
        """Reminders so many days after the day `on`, each good for `useful_days`."""
        rule = self._rule(plan_id, kind)
        rows = (
            self._news(kind, on + dt.timedelta(days=days), days, useful_days, common)
            for days in (rule.after if rule.on else ())
        )
        return self._wanted(row for row in rows if self._to_come(row.due_at))

    def on_the_day(self, kind, plan_id, *, day, at, useful_days, **common):
        """What is told on the morning of `day` about the instant `at`."""
        if not self._is_on(plan_id, kind) or not self._to_come(at):
            return []
        return self._wanted([self._news(kind, day, 0, useful_days, common)])

    def _wanted(self, rows):
        return [row for row in rows if row in self.span]

    def _news(self, kind, day, offset, useful_days, common):
        until = clock.end_of_day(day + dt.timedelta(days=useful_days - 1))
        return self._row(kind, day, offset, until, common)

    def _row(self, kind, day, offset, until, common):
        return notices.NoticeRow(
            kind=kind, due_at=morning_of(day), offset_days=offset, useful_until=until, **common
        )

    def _to_come(self, at):
        return self.span.past_too or at > self.now

    def _is_on(self, plan_id, kind):
        return self._rule(plan_id, kind).on

    def _rule(self, plan_id, kind):
        return self.rules[plan_id][kind]


def without_told(rows, change):
    """Of `rows` those that say more than the DateChange says by itself.

    A reminder that falls due in the moment its date moves would be a second message about the same
    day: what moved in `change` is told by `change`.
    """
    now = clock.now()
    late = {row.boundary_id for row in rows if row.due_at <= now}
    if change is None or not late:
        return rows
    items = DateChangeItem.objects.filter(Among("boundary_id", late), change=change)
    moved = set(items.values_list("boundary_id", flat=True))
    return [row for row in rows if row.due_at > now or row.boundary_id not in moved]


def without_repeated(rows):
    """Of `rows` those due by now only where nothing of the kind was sent for the same day before:
    a changed rule repeats nothing."""
    now = clock.now()
    late = [row for row in rows if row.due_at <= now]
    if not late:
        return rows
    sent = ScheduledNotice.objects.filter(
        Among("subject_id", {row.subject_id for row in late}),
        subject_kind__in={row.subject_kind for row in late},
        state=ScheduledNotice.State.EXPANDED,
    )
    key = ("kind", "subject_kind", "subject_id", "boundary_id", "revision")
    had = set(sent.values_list(*key))
    return [
        row for row in rows if row.due_at > now or tuple(getattr(row, n) for n in key) not in had
    ]

"""What campaigns tells people: phases that start and end, dates that moved, plans to approve.

Called by actions and by the graph inside their transactions. A moved date ends the pending notices
of its boundary and makes new ones with the new revision; every person is told once per DateChange,
however many dates moved. Nothing is scheduled about a moment that has passed, so what has happened
is never told again.
"""

import datetime as dt
from collections import defaultdict

from django.core.cache import cache
from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns.boundaries.rows import Among, by_sets, work_calendar
from campaigns.models import Assignment, CalendarDay, DateChange, DateChangeItem, Phase, Plan
from campaigns.rules.words import day_words
from portal.agencies.models import Role
from portal.common import clock
from portal.notices import actions as notices
from portal.notices import registry
from portal.notices.rules import morning_of

PHASE = "campaigns.phase"
PLAN = "campaigns.plan"
DATE_CHANGE = "campaigns.date_change"

#: Reminders come so many days before a phase starts or ends, on a working day.
SOON_DAYS = 3
#: How long after the fact "started" and "ended" are still worth telling.
NEWS_DAYS = 3
#: Who is reminded of phases and told of moved dates, at the issuer and at every assigned unit.
CONCERNED = frozenset({Role.STAFF, Role.SECRETARY, Role.EDITOR})
#: So many dates at most travel in a notice, nearest first; they only decide how urgent it is.
PAYLOAD_DATES = 20
#: So many moved dates are listed in the text of a notice.
LISTED = 12

CALENDAR_KEY = "campaigns.free-days"
CALENDAR_SECONDS = 300


# --- Scheduling -----------------------------------------------------------------------------


def phases_moved(ids, change):
    """Owner callback: starts and ends of phases got other days (or are new)."""
    notices.supersede_for_boundaries(ids)
    theirs = Q(Among("starts_id", ids)) | Q(Among("ends_id", ids))
    with by_sets(len(ids)):
        _schedule(Phase.objects.filter(theirs), only=set(ids))
        _tell_of(change)


def tasks_moved(ids, change):
    """Owner callback: due dates got other days (or are new)."""
    notices.supersede_for_boundaries(ids)
    _tell_of(change)


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


def plan_submitted(plan):
    """Tell the approvers; each submission anew."""
    notices.notify_now(
        kind=registry.AWAITING_APPROVAL,
        subject_kind=PLAN,
        subject_id=plan.pk,
        revision=plan.lock_version,
        agency_id=plan.issuer_id,
    )


def plan_decided(plan, kind):
    """Tell the submitter that a plan was sent back (RETURNED) or issued (APPROVED)."""
    notices.cancel_for_subject(
        subject_kind=PLAN, subject_ids=plan.pk, kinds=[registry.AWAITING_APPROVAL]
    )
    if plan.submitted_by_id:
        notices.notify_now(
            kind=kind,
            subject_kind=PLAN,
            subject_id=plan.pk,
            revision=plan.lock_version,
            agency_id=plan.issuer_id,
            payload={"to": plan.submitted_by_id},
        )


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


def _tell_of(change):
    """One notice for the whole DateChange, if it touches a plan in force."""
    if change is None:
        return
    rows = list(
        live_items([change.pk]).values_list(
            "old_on", "new_on",
            "boundary__phase_starting__track__plan__issuer",
            "boundary__phase_ending__track__plan__issuer",
            "boundary__task_due__plan__issuer",
        )
    )  # fmt: skip
    if not rows:
        return
    today = clock.today()
    days = sorted(
        {d for row in rows for d in row[:2] if d}, key=lambda d: (abs((d - today).days), d)
    )
    issuers = {pk for row in rows for pk in row[2:] if pk}
    host = change.event.host_id if change.event_id else None
    notices.notify_now(
        kind=registry.DATES_CHANGED,
        subject_kind=DATE_CHANGE,
        subject_id=change.pk,
        agency_id=issuers.pop() if len(issuers) == 1 else host,
        payload={"dates": [d.isoformat() for d in days[:PAYLOAD_DATES]]},
    )


def live_items(change_ids):
    """Items of DateChanges whose boundary belongs to a plan in force."""
    issued = Plan.State.ISSUED
    return DateChangeItem.objects.filter(change_id__in=change_ids).filter(
        Q(boundary__phase_starting__track__plan__state=issued)
        | Q(boundary__phase_ending__track__plan__state=issued)
        | Q(boundary__task_due__plan__state=issued)
    )


# --- Handlers -------------------------------------------------------------------------------


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


class DateChangeNotices(registry.Handler):
    """Dates that moved: each unit reads of the phases of the plans it has to do with, and of the
    due dates of its own tasks; the issuer of a plan reads of all of them.
    """

    def load(self, found):
        changes = (
            DateChange.objects.filter(pk__in={n.subject_id for n in found})
            .select_related("event", "event__host")
            .in_bulk()
        )
        items = moved_items(list(changes))
        units = units_of_plans({pk for plans in items.values() for pk in plans})
        plans_of = defaultdict(set)
        for plan_id, agency_ids in units.items():
            for agency_id in agency_ids:
                plans_of[agency_id].add(plan_id)
        given = units_of_tasks(
            {i["task_id"] for plans in items.values() for rows in plans.values() for i in rows}
        )
        for notice in found:
            notice.subject = changes.get(notice.subject_id)
            notice.items = items.get(notice.subject_id, {})
            notice.units, notice.plans_of, notice.given = units, plans_of, given

    def still_due(self, notice, now):
        return notice.subject is not None and bool(notice.items)

    def render(self, notice):
        return self._message(notice, notice.items)

    def render_for(self, notice, agency_ids):
        mine = frozenset(agency_ids)
        own = set().union(*(notice.plans_of.get(pk, ()) for pk in mine))
        shown = {}
        for plan_id in notice.items:
            if plan_id in own:
                rows = [i for i in notice.items[plan_id] if mine & self._readers(notice, i)]
                if rows:
                    shown[plan_id] = rows
        return self._message(notice, shown)

    def audience(self, notice):
        units = set()
        for rows in notice.items.values():
            for item in rows:
                units |= self._readers(notice, item)
        return registry.Audience(agency_ids=frozenset(units), roles=CONCERNED)

    def _readers(self, notice, item):
        """The units that may read of one moved date."""
        plan = item["plan"]
        if item["task_id"] is None:
            return notice.units[plan.pk]
        return notice.given.get(item["task_id"], frozenset()) | {plan.issuer_id}

    def _message(self, notice, moved):
        """The Message about `moved`, {plan id: items}, as one reader may see them."""
        change = notice.subject
        # A moved congress touches thousands of plans, and every unit gets a text of its own.
        items = [item for rows in moved.values() for item in rows[:LISTED]][:LISTED]
        count = sum(map(len, moved.values()))
        plan = next(iter((moved or notice.items).values()))[0]["plan"]
        if change.event:
            title = _("Đổi ngày: %s") % change.event
        else:
            title = _("Đổi mốc thời gian: %s") % plan.title
        lines = [
            _("%(name)s: %(side)s %(old)s → %(new)s")
            % {
                "name": item["name"],
                "side": _("bắt đầu") if item["side"] == "start" else _("kết thúc, hạn"),
                "old": day_words(item["old_on"]),
                "new": day_words(item["new_on"]),
            }
            for item in items
        ]
        if count > len(items):
            lines.append(_("và %s mốc khác") % (count - len(items)))
        if change.reason:
            lines.append(_("Lý do: %s") % change.reason)
        return registry.Message(title, "\n".join(lines), plan.get_absolute_url())


class PlanNotices(registry.Handler):
    """Plans that wait for approval, were sent back or issued."""

    def load(self, found):
        plans = Plan.objects.in_bulk({n.subject_id for n in found})
        for notice in found:
            notice.subject = plans.get(notice.subject_id)

    def still_due(self, notice, now):
        plan = notice.subject
        if plan is None:
            return False
        if notice.kind == registry.AWAITING_APPROVAL:
            return plan.state == Plan.State.SUBMITTED
        if notice.kind == registry.RETURNED:
            return plan.state == Plan.State.EDITING
        return plan.state == Plan.State.ISSUED

    def render(self, notice):
        plan = notice.subject
        title = {
            registry.AWAITING_APPROVAL: _("Chờ duyệt kế hoạch: %s"),
            registry.RETURNED: _("Kế hoạch bị trả lại: %s"),
        }.get(notice.kind, _("Kế hoạch đã ban hành: %s")) % plan.title
        text = plan.state_note if notice.kind == registry.RETURNED else ""
        return registry.Message(title, text, plan.get_absolute_url())

    def audience(self, notice):
        if "to" in notice.payload:
            return registry.Audience(user_ids=frozenset({notice.payload["to"]}))
        return registry.Audience(
            agency_ids=frozenset({notice.subject.issuer_id}), roles=frozenset({Role.APPROVER})
        )


def units_of_plans(plan_ids):
    """{plan id: frozenset of agency ids}: the issuer and every assigned unit. Two queries."""
    units = {
        pk: {issuer}
        for pk, issuer in Plan.objects.filter(pk__in=plan_ids).values_list("pk", "issuer_id")
    }
    assigned = Assignment.objects.filter(task__plan_id__in=plan_ids)
    for plan_id, agency_id in assigned.values_list("task__plan_id", "agency_id").distinct():
        units[plan_id].add(agency_id)
    return {pk: frozenset(ids) for pk, ids in units.items()}


def units_of_tasks(task_ids):
    """{task id: frozenset of the agencies it is given to}; None among the ids is passed over."""
    ids = {pk for pk in task_ids if pk is not None}
    units = defaultdict(set)
    if ids:
        rows = Assignment.objects.filter(task_id__in=ids).values_list("task_id", "agency_id")
        for task_id, agency_id in rows:
            units[task_id].add(agency_id)
    return {pk: frozenset(agencies) for pk, agencies in units.items()}


def moved_items(change_ids):
    """{change id: {plan id: [{name, side, old_on, new_on, plan, task_id}]}} of plans in force.

    `task_id` is None for a phase. Plans in the order they were made, dates in order. One query.
    """
    found = {pk: defaultdict(list) for pk in change_ids}
    rows = live_items(change_ids).select_related(
        "boundary__phase_starting__track__plan",
        "boundary__phase_ending__track__plan",
        "boundary__task_due__plan",
    )
    for row in rows:
        boundary = row.boundary
        phase = getattr(boundary, "phase_starting", None) or getattr(boundary, "phase_ending", None)
        owner = phase or boundary.task_due
        plan = phase.track.plan if phase else owner.plan
        found[row.change_id][plan.pk].append(
            {
                "name": owner.title,
                "side": boundary.side,
                "old_on": row.old_on,
                "new_on": row.new_on,
                "plan": plan,
                "task_id": None if phase else owner.pk,
            }
        )
    for plans in found.values():
        for items in plans.values():
            items.sort(key=lambda i: (i["new_on"] or dt.date.max, i["name"]))
    return {pk: dict(sorted(plans.items())) for pk, plans in found.items()}


# --- The calendar for the digest ------------------------------------------------------------


def is_working_day(date):
    """Whether offices work on `date`; the list of special days is kept in the cache."""
    days = cache.get(CALENDAR_KEY)
    if days is None:
        days = dict(CalendarDay.objects.values_list("on", "kind"))
        cache.set(CALENDAR_KEY, days, CALENDAR_SECONDS)
    kind = days.get(date)
    if kind is not None:
        return kind == CalendarDay.Kind.WORKDAY
    return date.weekday() < 5


def calendar_changed():
    """The calendar was edited."""
    cache.delete(CALENDAR_KEY)


def register():
    """Called once, by `AppConfig.ready`."""
    registry.kinds.register(PHASE, PhaseNotices())
    registry.kinds.register(DATE_CHANGE, DateChangeNotices())
    registry.kinds.register(PLAN, PlanNotices())
    registry.hooks.register("is_working_day", is_working_day)

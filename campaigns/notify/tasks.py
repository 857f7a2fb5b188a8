"""Tasks: given out, due soon, due today, overdue, and late below.

One notice per task and day, whatever the number of units; when it is claimed, it goes to the units
that have not done the task. Each of them reads of itself only; the units above the late ones read
which of theirs are late.
"""

import datetime as dt
from collections import defaultdict

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boundaries.rows import Among, by_sets
from campaigns.models import Assignment, Plan, Task
from campaigns.notify.dates import tell_of
from campaigns.notify.timing import Clockwork, Span, rules_of, without_told
from campaigns.rules.reminding import MOST_DAYS
from campaigns.rules.words import day_words
from portal.agencies.models import Agency, Role
from portal.common import clock
from portal.notices import actions as notices
from portal.notices import registry

TASK = "campaigns.task"
PLAN_TASKS = "campaigns.plan_tasks"

#: How long after the due day a reminder of lateness is still worth telling.
OVERDUE_DAYS, ESCALATED_DAYS = 14, 30
#: Undoing an assignment is open for so long; nobody is told before.
SECOND_THOUGHTS = dt.timedelta(minutes=10)
#: So many units or tasks are named in one text.
LISTED = 12
KINDS = (registry.TASK_DUE_SOON, registry.TASK_OVERDUE, registry.TASK_ESCALATED)
#: Who hears of a new task at the unit it is given to, beside the person responsible.
GIVEN_TO = frozenset({Role.STAFF, Role.SECRETARY})


def tasks_moved(ids, change):
    """Owner callback: due dates got other days (or are new)."""
    notices.supersede_for_boundaries(ids)
    with by_sets(len(ids)):
        rows = rows_of(Among("due_id", ids))
        notices.schedule_many(without_told(rows, change))
        tell_of(change)


def tasks_removed(task_ids):
    """Tasks are about to be deleted."""
    notices.cancel_for_subject(subject_kind=TASK, subject_ids=list(task_ids))


def due_removed(boundary_ids):
    """Tasks have no due date any more; these boundaries are about to be deleted."""
    notices.supersede_for_boundaries(boundary_ids)


def assigned(task, assignments):
    """`task` of a plan in force was given to more units: one notice for the whole act.

    It goes out after the time for second thoughts; what was taken back by then is not told.

    Args:
        assignments: the new Assignments (or their ids) of this act.
    """
    ids = sorted(getattr(row, "pk", row) for row in assignments)
    if not ids:
        return
    notices.schedule(
        kind=registry.TASK_ASSIGNED,
        subject_kind=TASK,
        subject_id=task.pk,
        revision=ids[-1],
        due_at=clock.now() + SECOND_THOUGHTS,
        agency_id=task.plan.issuer_id,
        # The plan is locked while tasks are given out: no other act has ids in between.
        payload={"first": ids[0], "last": ids[-1]},
    )


def plan_tasks_given(plan):
    """A plan came into force: every unit is told once of all its tasks."""
    if Assignment.objects.filter(task__plan=plan).exclude(agency=plan.issuer_id).exists():
        notices.notify_now(
            kind=registry.TASK_ASSIGNED,
            subject_kind=PLAN_TASKS,
            subject_id=plan.pk,
            revision=plan.lock_version,
            agency_id=plan.issuer_id,
        )


def rows_of(condition, span=None, *, kinds=KINDS):
    """NoticeRows of the due dates of tasks of plans in force; as `phases.rows_of`.

    Of due dates in the past those reminders are made that are still to come.
    """
    span = span or Span.near()
    first, last = span.limits(clock.today(), after=MOST_DAYS)
    found = list(
        Task.objects.filter(
            condition,
            plan__state=Plan.State.ISSUED,
            due__resolved_on__range=(first, last),
        ).values_list(
            "pk", "plan_id", "plan__issuer_id",
            "due_id", "due__resolved_on", "due__at", "due__revision",
        )
    )  # fmt: skip
    clockwork = Clockwork({row[1] for row in found}, span)
    made = []
    for pk, plan_id, issuer, due_id, on, at, revision in found:
        common = {
            "subject_kind": TASK,
            "subject_id": pk,
            "boundary_id": due_id,
            "revision": revision,
            "agency_id": issuer,
        }
        if registry.TASK_DUE_SOON in kinds:
            made += clockwork.before(registry.TASK_DUE_SOON, plan_id, on=on, at=at, **common)
        for kind, useful in (
            (registry.TASK_OVERDUE, OVERDUE_DAYS),
            (registry.TASK_ESCALATED, ESCALATED_DAYS),
        ):
            if kind in kinds:
                made += clockwork.after(kind, plan_id, on=on, useful_days=useful, **common)
    return made


class TaskNotices(registry.Handler):
    """Tasks: given out, due, overdue, and late below."""

    def load(self, found):
        tasks = (
            Task.objects.filter(pk__in={n.subject_id for n in found})
            .select_related("due", "plan__issuer")
            .in_bulk()
        )
        rules = rules_of({t.plan_id for t in tasks.values()})
        open_ = defaultdict(list)
        rows = Assignment.objects.filter(task_id__in=tasks).exclude(state=Assignment.State.DONE)
        for pk, task_id, agency_id, person_id in rows.order_by("pk").values_list(
            "pk", "task_id", "agency_id", "responsible_id"
        ):
            open_[task_id].append((pk, agency_id, person_id))
        units = _units_above({a for rows in open_.values() for _pk, a, _person in rows})
        for notice in found:
            notice.subject = tasks.get(notice.subject_id)
            if notice.subject is None:
                continue
            notice.rule = rules[notice.subject.plan_id].get(notice.kind)
            notice.open = open_.get(notice.subject_id, [])
            if notice.kind == registry.TASK_ASSIGNED:
                first, last = notice.payload["first"], notice.payload["last"]
                notice.open = [row for row in notice.open if first <= row[0] <= last]
            notice.below = _late_below(notice, units)

    def still_due(self, notice, now):
        task = notice.subject
        if task is None or task.plan.state != Plan.State.ISSUED or not notice.open:
            return False
        if notice.kind == registry.TASK_ASSIGNED:
            return True
        if task.due_id != notice.boundary_id or task.due.revision != notice.revision:
            return False
        return notice.kind != registry.TASK_ESCALATED or bool(notice.below)

    def audience(self, notice):
        if notice.kind == registry.TASK_ESCALATED:
            rule = notice.rule
            return registry.Audience(agency_ids=frozenset(notice.below), roles=rule.roles)
        roles, subtree, named = GIVEN_TO, False, True
        if notice.kind != registry.TASK_ASSIGNED:
            rule = notice.rule
            roles, subtree, named = rule.roles, rule.subtree, rule.responsible
        return registry.Audience(
            agency_ids=frozenset(agency_id for _pk, agency_id, _person in notice.open),
            roles=roles,
            subtree=subtree,
            user_ids=frozenset(person for *_rest, person in notice.open if named and person),
        )

    def render(self, notice):
        return registry.Message(
            _title(notice), notice.subject.plan.title, notice.subject.plan.get_absolute_url()
        )

    def render_for(self, notice, agency_ids):
        plan = notice.subject.plan
        if notice.kind == registry.TASK_ESCALATED:
            return self._about_below(notice, agency_ids)
        mine = [row for row in notice.open if row[1] in agency_ids]
        if len(mine) == 1:
            url = reverse("campaigns:assignment", args=[mine[0][0]])
        elif mine or not agency_ids:
            url = reverse("campaigns:my_assignments")
        else:  # reached through a unit above: the task is not theirs to open
            url = plan.get_absolute_url()
        return registry.Message(_title(notice), plan.title, url)

    def _about_below(self, notice, agency_ids):
        plan = notice.subject.plan
        late = sorted(
            {unit for above in agency_ids for unit in notice.below.get(above, ())},
            key=lambda unit: (unit.protocol_no, unit.sort_key, unit.pk),
        )
        lines = [plan.title, _("%(n)d đơn vị chưa hoàn thành:") % {"n": len(late)}]
        lines += [unit.short_name or unit.name for unit in late[:LISTED]]
        if len(late) > LISTED:
            lines.append(_("và %d đơn vị khác") % (len(late) - LISTED))
        url = plan.get_absolute_url()
        if plan.issuer_id in agency_ids:
            url = reverse("campaigns:progress_list", args=[plan.pk]) + "?trang_thai=overdue"
        return registry.Message(_title(notice), "\n".join(lines), url)


def _title(notice):
    task = notice.subject
    words = {"task": task.title}
    if task.due is not None:
        words["day"] = day_words(task.due.resolved_on)
    if notice.kind == registry.TASK_ASSIGNED:
        if task.due is None or task.due.resolved_on is None:
            return _("Được giao nhiệm vụ: %(task)s") % words
        return _("Được giao nhiệm vụ, hạn %(day)s: %(task)s") % words
    if notice.kind == registry.TASK_ESCALATED:
        return _("Đơn vị bên dưới quá hạn từ %(day)s: %(task)s") % words
    if notice.kind == registry.TASK_OVERDUE:
        return _("Quá hạn từ %(day)s: %(task)s") % words
    if clock.today(notice.due_at) == task.due.resolved_on:
        return _("Hạn hôm nay, %(day)s: %(task)s") % words
    return _("Sắp đến hạn %(day)s: %(task)s") % words


def _units_above(agency_ids):
    """{agency id: Agency with its parent's id}; one query."""
    fields = ("name", "short_name", "parent_id", "protocol_no", "sort_key")
    return {row.pk: row for row in Agency.objects.filter(Among("id", agency_ids)).only(*fields)}


def _late_below(notice, units):
    """{id of the unit above: [late Agency]}; who has nobody above is the issuer's."""
    if notice.kind != registry.TASK_ESCALATED:
        return {}
    issuer = notice.subject.plan.issuer_id
    found = defaultdict(list)
    for _pk, agency_id, _person in notice.open:
        if agency_id != issuer:  # its own work in its own plan is nobody else's
            unit = units[agency_id]
            found[unit.parent_id or issuer].append(unit)
    return dict(found)


class PlanTasksNotices(registry.Handler):
    """The tasks of a plan that came into force: each unit reads its own."""

    def load(self, found):
        plans = Plan.objects.select_related("document").in_bulk({n.subject_id for n in found})
        rows = (
            Assignment.objects.filter(task__plan_id__in=plans)
            .exclude(state=Assignment.State.DONE)
            .order_by("task__due__resolved_on", "task__position", "task_id")
            .values_list(
                "task__plan_id", "agency_id", "responsible_id",
                "task_id", "task__title", "task__due__resolved_on",
            )
        )  # fmt: skip
        given = defaultdict(lambda: defaultdict(dict))
        people = defaultdict(set)
        for plan_id, agency_id, person_id, task_id, title, on in rows:
            if agency_id != plans[plan_id].issuer_id:
                given[plan_id][agency_id][task_id] = (title, on)
                if person_id:
                    people[plan_id].add(person_id)
        for notice in found:
            notice.subject = plans.get(notice.subject_id)
            notice.given = given.get(notice.subject_id, {})
            notice.people = people.get(notice.subject_id, set())

    def still_due(self, notice, now):
        plan = notice.subject
        return plan is not None and plan.state == Plan.State.ISSUED and bool(notice.given)

    def audience(self, notice):
        return registry.Audience(
            agency_ids=frozenset(notice.given),
            roles=GIVEN_TO,
            user_ids=frozenset(notice.people),
        )

    def render(self, notice):
        plan = notice.subject
        name = plan.document.symbol or plan.title
        return registry.Message(
            _("Kế hoạch %s có nhiệm vụ giao cho đơn vị") % name,
            plan.title,
            reverse("campaigns:my_assignments"),
        )

    def render_for(self, notice, agency_ids):
        tasks = {}
        for agency_id in agency_ids:
            tasks |= notice.given.get(agency_id, {})
        if not tasks:
            return self.render(notice)
        message = self.render(notice)
        lines = [message.text]
        for title, on in list(tasks.values())[:LISTED]:
            lines.append(_("%(task)s: hạn %(day)s") % {"task": title, "day": day_words(on)}
                         if on else title)  # fmt: skip
        if len(tasks) > LISTED:
            lines.append(_("và %d nhiệm vụ khác") % (len(tasks) - LISTED))
        name = notice.subject.document.symbol or notice.subject.title
        title = _("%(plan)s: đơn vị được giao %(n)d nhiệm vụ") % {"plan": name, "n": len(tasks)}
        return registry.Message(title, "\n".join(lines), message.url)

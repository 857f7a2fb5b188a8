"""Units that are behind with a plan: overdue tasks, no plan of their own, no report."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from campaigns.models import Assignment, Plan, UnitReport
from campaigns.queries.cascade import is_late, missing_units
from campaigns.rules.words import day_words
from portal.accounts.models import User
from portal.agencies.models import Agency, Role
from portal.agencies.queries import people_with_roles

TASKS, PLAN, REPORT = "nhiem-vu", "ke-hoach", "bao-cao"
REASONS = (TASKS, PLAN, REPORT)
#: Who of a late unit is called and may be telephoned.
CALLED = frozenset({Role.STAFF, Role.SECRETARY})


@dataclass
class LateUnit:
    """A unit and what it is behind with; `tasks` are (title, due day), `reports` titles."""

    agency: Agency
    tasks: list = field(default_factory=list)
    no_plan: bool = False
    reports: list = field(default_factory=list)

    @property
    def reasons(self):
        found = ((TASKS, self.tasks), (PLAN, self.no_plan), (REPORT, self.reports))
        return {reason for reason, there in found if there}

    def narrowed(self, reasons):
        """The same unit with these reasons only."""
        return LateUnit(
            self.agency,
            self.tasks if TASKS in reasons else [],
            self.no_plan and PLAN in reasons,
            self.reports if REPORT in reasons else [],
        )


def late_units(plan, now, day, *, agency_ids=None):
    """[LateUnit] of `plan` in protocol order: who has tasks past their day, no plan of its own
    after the day for it, no confirmed report after its deadline. The issuer itself is left out.

    Six queries at most, whatever the number of units.
    """
    if plan.state != Plan.State.ISSUED:
        return []
    tasks, reports, without = {}, {}, set()
    rows = Assignment.objects.filter(task__plan=plan, task__due__resolved_on__lt=day)
    for agency_id, title, on in (
        rows.exclude(state=Assignment.State.DONE)
        .order_by("task__due__resolved_on", "task__position", "pk")
        .values_list("agency_id", "task__title", "task__due__resolved_on")
    ):
        tasks.setdefault(agency_id, []).append((title, on))
    if is_late(plan, day):
        without = set(missing_units(plan).order_by().values_list("pk", flat=True))
    missing = UnitReport.objects.filter(period__series__plan=plan, period__deadline_at__lte=now)
    for agency_id, title in (
        missing.exclude(state=UnitReport.State.CONFIRMED)
        .order_by("period__deadline_at", "pk")
        .values_list("agency_id", "period__title")
    ):
        reports.setdefault(agency_id, []).append(title)
    ids = (tasks.keys() | reports.keys() | without) - {plan.issuer_id}
    if agency_ids is not None:
        ids &= set(agency_ids)
    units = Agency.objects.filter(pk__in=ids, node__isnull=False).select_related("level")
    return [
        LateUnit(unit, tasks.get(unit.pk, []), unit.pk in without, reports.get(unit.pk, []))
        for unit in units.order_by("level__order", "protocol_no", "sort_key", "pk")
    ]


def what_is_late(unit, most):
    """Lines of what a LateUnit is behind with, at most `most` tasks by name."""
    lines = [
        _("%(task)s (hạn %(day)s)") % {"task": title, "day": day_words(on)}
        for title, on in unit.tasks[:most]
    ]
    if len(unit.tasks) > most:
        lines.append(_("và %d nhiệm vụ khác") % (len(unit.tasks) - most))
    if unit.no_plan:
        lines.append(_("Chưa ban hành kế hoạch triển khai"))
    lines += [_("Chưa gửi báo cáo: %s") % title for title in unit.reports[:most]]
    if len(unit.reports) > most:
        lines.append(_("và %d báo cáo khác") % (len(unit.reports) - most))
    return lines


@dataclass
class Phones:
    """A unit with its own number and the people to call: (User, role label)."""

    unit: LateUnit
    people: list = field(default_factory=list)


def phones(units, day):
    """[Phones] of LateUnits: who holds the roles CALLED there and has a number. 3 queries."""
    holders = people_with_roles([u.agency for u in units], CALLED, on=day)
    people = (
        User.objects.exclude(phone=None).exclude(phone="").in_bulk({h.user_id for h in holders})
    )
    found = {u.agency.pk: Phones(u) for u in units}
    for holder in holders:
        person = people.get(holder.user_id)
        if person is not None and holder.on_behalf_of_id is None:
            found[holder.agency_id].people.append((person, Role(holder.role).label))
    return list(found.values())


def people_called(units, day):
    """How many people would be told in the portal if these LateUnits were called."""
    holders = people_with_roles([u.agency for u in units], CALLED, on=day)
    return len({holder.user_id for holder in holders})

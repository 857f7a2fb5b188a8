"""What "Việc hôm nay" shows of campaigns: tasks of my units, plans to decide, phases that turn."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns import report_sections
from campaigns.models import Assignment
from campaigns.queries import acceptance, desk
from campaigns.queries.amended import plans_changed_above
from campaigns.queries.amendments import waiting_for
from campaigns.rules import access, specs, states
from portal.agencies.models import Role
from portal.agencies.today import MOST, Item, Section
from portal.common import clock

#: Tasks due within so many days are work of today.
SOON_DAYS = 7


def sections(user, grants, now):
    """Sections for `user`; at most one query per kind, nothing for people without a role."""
    day = clock.today(now)
    if grants.agency_ids(access.DOERS):
        yield _own_work(
            "campaigns.work_returned",
            _("Nhiệm vụ bị trả lại"),
            acceptance.returned(user),
            states.RETURNED,
        )
        yield _own_work(
            "campaigns.evidence_gone",
            _("Minh chứng đã gỡ"),
            acceptance.evidence_lost(user),
            states.EVIDENCE_GONE,
            deadline=False,
        )
        yield _assignments(user, day)
        yield from report_sections.own(user, now)
    if grants.agency_ids(Role.APPROVER):
        yield _plans("campaigns.issue", _("Kế hoạch chờ ban hành"), desk.plans_to_issue(user))
        yield _amendments(user)
    if grants.agency_ids(access.ACCEPTORS):
        yield _to_accept(user)
    if grants.agency_ids(access.DRAFTERS):
        yield _plans("campaigns.returned", _("Kế hoạch bị trả lại"), desk.plans_sent_back(user))
        yield _late_units(user, day)
        yield _plans_above(user)
        yield from report_sections.missing(user, now)
    if grants.agency_ids(access.DOERS):
        yield _phases(user, day)


def _assignments(user, day):
    rows = (
        desk.my_assignments_rows(user, day)
        .exclude(state=Assignment.State.DONE)
        .filter(task__due__resolved_on__lte=day + dt.timedelta(days=SOON_DAYS))
    )
    found = list(desk.ordered(rows)[: MOST + 1])
    items = [
        Item(
            title=row.task.title,
            url=reverse("campaigns:assignment", args=[row.pk]),
            deadline=row.task.due.resolved_on,
            state=("task", row.shown),
            note=row.agency.short_name or row.agency.name,
        )
        for row in found[:MOST]
    ]
    return Section(
        "campaigns.assignments",
        _("Nhiệm vụ đến hạn, quá hạn"),
        items=items,
        count=len(items) if len(found) <= MOST else rows.count(),
        more_url=reverse("campaigns:my_assignments"),
    )


def _own_work(key, title, rows, state, deadline=True):
    """Assignments of my units that ask for something, each with `state` as its badge."""
    found = list(rows[: MOST + 1])
    items = [
        Item(
            title=row.task.title,
            url=reverse("campaigns:assignment", args=[row.pk]),
            deadline=row.task.due.resolved_on if deadline and row.task.due else None,
            state=("task", state),
            note=row.agency.short_name or row.agency.name,
        )
        for row in found[:MOST]
    ]
    return Section(
        key,
        title,
        items=items,
        count=len(items) if len(found) <= MOST else rows.count(),
        more_url=reverse("campaigns:my_assignments"),
    )


def _to_accept(user):
    """What waits for my acceptance; one line per plan."""
    address = reverse("campaigns:acceptance")
    items = [
        Item(
            title=_("%(plan)s: %(n)d phân công chờ nghiệm thu")
            % {"plan": plan.document.symbol or plan.title, "n": n},
            url=f"{address}?ke_hoach={plan.pk}",
            state=("task", "waiting"),
            note=plan.issuer.short_name or plan.issuer.name,
        )
        for plan, n in acceptance.waiting_by_plan(user)[:MOST]
    ]
    return Section("campaigns.acceptance", _("Chờ nghiệm thu"), items=items, more_url=address)


def _plans(key, title, rows):
    found = list(rows[: MOST + 1])
    items = [
        Item(
            title=plan.title,
            url=reverse("campaigns:manage", args=[plan.pk]),
            state=("plan", "returned" if plan.state == "editing" else plan.state),
            note=plan.issuer.short_name or plan.issuer.name,
        )
        for plan in found[:MOST]
    ]
    count = len(items) if len(found) <= MOST else rows.count()
    return Section(key, title, items=items, count=count, more_url=reverse("campaigns:desk"))


def _amendments(user):
    rows = waiting_for(user)
    found = list(rows[: MOST + 1])
    items = [
        Item(
            title=row.plan.title,
            url=reverse("campaigns:manage", args=[row.plan_id]) + "#sua-doi",
            state=("plan", "submitted"),
            note=row.plan.issuer.short_name or row.plan.issuer.name,
        )
        for row in found[:MOST]
    ]
    count = len(items) if len(found) <= MOST else rows.count()
    title = _("Sửa đổi kế hoạch chờ công bố")
    return Section("campaigns.amendments", title, items=items, count=count)


def _late_units(user, day):
    """Whose units are late, for the staff that follows a plan; one line per plan."""
    items = [
        Item(
            title=_("%(plan)s: %(late)d phân công quá hạn ở %(units)d đơn vị")
            % {
                "plan": plan.document.symbol or plan.title,
                "late": plan.late,
                "units": plan.late_units,
            },
            url=reverse("campaigns:progress_list", args=[plan.pk]) + "?trang_thai=overdue",
            state=("task", "overdue"),
            note=plan.issuer.short_name or plan.issuer.name,
        )
        for plan in desk.plans_with_late_units(user, day, MOST)
    ]
    return Section("campaigns.late_units", _("Kế hoạch có đơn vị chậm"), items=items)


def _plans_above(user):
    """Plans whose superior's plan was amended since the unit took it over."""
    rows = plans_changed_above(user)
    found = list(rows[: MOST + 1])
    items = [
        Item(
            title=_("%(above)s đã sửa đổi: %(plan)s")
            % {
                "above": plan.implements.document.symbol or plan.implements.title,
                "plan": plan.title,
            },
            url=reverse("campaigns:above_changes", args=[plan.pk]),
            note=plan.issuer.short_name or plan.issuer.name,
        )
        for plan in found[:MOST]
    ]
    count = len(items) if len(found) <= MOST else rows.count()
    return Section(
        "campaigns.above_changes",
        _("Cấp trên sửa đổi kế hoạch"),
        items=items,
        count=count,
        more_url=reverse("campaigns:desk"),
    )


def _phases(user, day):
    turning = desk.phases_turning(user, day, SOON_DAYS)
    items = [
        Item(
            title=_("%s bắt đầu") % phase.title
            if side == specs.START
            else _("%s kết thúc") % phase.title,
            url=phase.track.plan.get_absolute_url(),
            deadline=on,
            note=phase.track.plan.document.symbol or phase.track.plan.title,
        )
        for phase, side, on in turning[:MOST]
    ]
    return Section(
        "campaigns.phases",
        _("Đợt sắp bắt đầu, kết thúc"),
        items=items,
        count=len(turning),
        more_url="/lich/",
    )

"""Dates that moved: every person is told once per DateChange, however many dates moved."""

import datetime as dt
from collections import defaultdict

from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns.models import DateChange, DateChangeItem, Plan
from campaigns.notify.units import CONCERNED, units_of_plans, units_of_tasks
from campaigns.rules.words import day_words
from portal.common import clock
from portal.notices import actions as notices
from portal.notices import registry

DATE_CHANGE = "campaigns.date_change"

#: So many dates at most travel in a notice, nearest first; they only decide how urgent it is.
PAYLOAD_DATES = 20
#: So many moved dates are listed in the text of a notice.
LISTED = 12


def tell_of(change):
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

"""Dates that moved: every person is told once per DateChange, however many dates moved."""

import datetime as dt
from collections import defaultdict

from django.db.models import F, Value
from django.utils.translation import gettext as _

from campaigns.boundaries.rows import Among
from campaigns.models import DateChange, DateChangeItem, Plan
from campaigns.notify.units import CONCERNED, units_of_plans, units_of_tasks
from campaigns.rules.words import day_words
from portal.common import clock
from portal.notices import actions as notices
from portal.notices import registry

DATE_CHANGE = "campaigns.date_change"

#: So many dates at most travel in a notice, nearest first; they only decide how urgent it is.
PAYLOAD_DATES = 20
#: The side of a due date, which is told as an end.
DUE = "due"
#: So many moved dates are listed in the text of a notice.
LISTED = 12


def tell_of(change):
    """One notice for the whole DateChange, if it touches a plan in force."""
    if change is None:
        return
    moved, issuers = set(), set()
    for rows in _live(change):
        for old_on, new_on, issuer_id in rows.values_list("old_on", "new_on", "issuer").distinct():
            moved |= {old_on, new_on}
            issuers.add(issuer_id)
    if not issuers:
        return
    today = clock.today()
    days = sorted(moved - {None}, key=lambda d: (abs((d - today).days), d))
    host = change.event.host_id if change.event_id else None
    notices.notify_now(
        kind=registry.DATES_CHANGED,
        subject_kind=DATE_CHANGE,
        subject_id=change.pk,
        agency_id=issuers.pop() if len(issuers) == 1 else host,
        payload={"dates": [d.isoformat() for d in days[:PAYLOAD_DATES]]},
    )


def _live(*changes):
    """Items of DateChanges whose boundary belongs to a plan in force: of starts, of ends, of due
    dates. Each row can tell `owner` (id of phase or task), `name`, `plan` and `issuer`.

    One query for each: a join over all three would look at every row three times.
    """
    items = DateChangeItem.objects.filter(change__in=changes)
    for side, owner, plan in (
        ("start", "boundary__phase_starting", "boundary__phase_starting__track__plan"),
        ("end", "boundary__phase_ending", "boundary__phase_ending__track__plan"),
        (DUE, "boundary__task_due", "boundary__task_due__plan"),
    ):
        yield items.filter(**{f"{plan}__state": Plan.State.ISSUED}).annotate(
            shown_side=Value(side),
            owner=F(owner),
            name=F(f"{owner}__title"),
            plan=F(plan),
            issuer=F(f"{plan}__issuer"),
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
        items = moved_items(list(changes.values()))
        ids = {pk for plans in items.values() for pk in plans}
        plans = {
            plan.pk: plan
            for plan in Plan.objects.filter(Among("id", ids)).only("title", "slug", "issuer_id")
        }
        units = units_of_plans(ids)
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
            notice.plans = plans

    def still_due(self, notice, now):
        return notice.subject is not None and bool(notice.items)

    def render(self, notice):
        return self._message(notice, notice.items)

    def render_for(self, notice, agency_ids):
        mine = frozenset(agency_ids)
        own = set().union(*(notice.plans_of.get(pk, ()) for pk in mine))
        shown = {}
        for plan_id in sorted(own & notice.items.keys()):
            rows = [i for i in notice.items[plan_id] if self._reads(notice, plan_id, i, mine)]
            if rows:
                shown[plan_id] = rows
        return self._message(notice, shown)

    def audience(self, notice):
        units = set()
        for plan_id, rows in notice.items.items():
            for kind in {item["task_id"] for item in rows}:
                units |= self._readers(notice, plan_id, kind)
        return registry.Audience(agency_ids=frozenset(units), roles=CONCERNED)

    def _readers(self, notice, plan_id, task_id):
        """The units that may read of a moved phase (`task_id` None) or of a moved due date."""
        if task_id is None:
            return notice.units[plan_id]
        return notice.given.get(task_id, frozenset()) | {notice.plans[plan_id].issuer_id}

    def _reads(self, notice, plan_id, item, agency_ids):
        task_id = item["task_id"]
        if task_id is None:
            return not notice.units[plan_id].isdisjoint(agency_ids)
        if notice.plans[plan_id].issuer_id in agency_ids:
            return True
        return not notice.given.get(task_id, frozenset()).isdisjoint(agency_ids)

    def _message(self, notice, moved):
        """The Message about `moved`, {plan id: items}, as one reader may see them."""
        change = notice.subject
        # A moved congress touches thousands of plans, and every unit gets a text of its own.
        items = [item for rows in moved.values() for item in rows[:LISTED]][:LISTED]
        count = sum(map(len, moved.values()))
        plan = notice.plans[next(iter(moved or notice.items))]
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


def moved_items(changes):
    """{change id: {plan id: [{name, side, old_on, new_on, task_id}]}} of plans in force.

    `task_id` is None for a phase. Plans in the order they were made, dates in order. Three queries
    of plain values: a moved congress has tens of thousands of them.
    """
    found = {change.pk: defaultdict(list) for change in changes}
    for rows in _live(*changes):
        for change_id, side, owner, name, plan_id, old_on, new_on in rows.values_list(
            "change_id", "shown_side", "owner", "name", "plan", "old_on", "new_on"
        ):
            found[change_id][plan_id].append(
                {
                    "name": name,
                    "side": side,
                    "old_on": old_on,
                    "new_on": new_on,
                    "task_id": owner if side == DUE else None,
                }
            )
    for plans in found.values():
        for items in plans.values():
            items.sort(key=lambda i: (i["new_on"] or dt.date.max, i["name"]))
    return {pk: dict(sorted(plans.items())) for pk, plans in found.items()}

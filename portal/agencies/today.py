""" "Việc hôm nay": what waits for a person, by deadline, across roles and across apps.

An upper app registers one provider in its AppConfig.ready():

    from portal.agencies import today
    today.PROVIDERS.register("news", queries.waiting_for)

    def waiting_for(user, grants, now):
        agencies = grants.agency_ids(Role.APPROVER)
        if agencies:
            yield today.Section("news.review", _("Tin bài chờ duyệt"), items=[...], count=12,
                                more_url=reverse("news:desk"))

A provider gets the User, the Grants of today and the instant `now`; it yields Sections that hold
only what this person may see and do, at most `MOST` items each, in a constant number of queries.
"""

import datetime as dt
from dataclasses import dataclass, field

from portal.agencies import rules
from portal.common import clock
from portal.common.registry import Registry

MOST = 50

PROVIDERS = Registry("provider of today's work")


@dataclass(frozen=True)
class Item:
    """One thing to do.

    Args:
        deadline: the last day (date) or the instant (aware datetime) it is due; None without one.
        state: (kind, state) for the badge, as in `{% badge kind state %}`; None without one.
        note: whose it is, for example the agency's short name.
        on_behalf_of: name of the person for whom it would be done under delegation.
    """

    title: str
    url: str
    deadline: dt.date | dt.datetime | None = None
    state: tuple[str, str] | None = None
    note: str = ""
    on_behalf_of: str = ""

    @property
    def due_on(self):
        """The day in Vietnam on which it is due, or None."""
        if isinstance(self.deadline, dt.datetime):
            return clock.today(self.deadline)
        return self.deadline


@dataclass(frozen=True)
class Section:
    """Things of one kind; `count` is the whole number where `items` shows only the first."""

    key: str
    title: str
    items: list[Item] = field(default_factory=list)
    count: int | None = None
    more_url: str = ""

    @property
    def total(self):
        return len(self.items) if self.count is None else self.count


@dataclass(frozen=True)
class Line:
    """An item with the section it came from."""

    item: Item
    section: Section


@dataclass(frozen=True)
class Day:
    """What the page shows: four stretches by deadline, and the sections with their counts."""

    late: list[Line]
    today: list[Line]
    week: list[Line]
    later: list[Line]
    undated: list[Line]
    sections: list[Section]

    def __bool__(self):
        return any(section.total for section in self.sections)


def collect(user, *, now=None):
    """The Day of `user`: every provider asked, every item in its place by deadline."""
    now = now or clock.now()
    on = clock.today(now)
    grants = rules.grants_of(user, on=on)
    sections = [
        section
        for _name, provider in PROVIDERS
        for section in provider(user, grants, now) or ()
        if section.total
    ]
    lines = [Line(item, section) for section in sections for item in section.items]
    dated = sorted((x for x in lines if x.item.due_on), key=lambda x: _order(x.item))
    week = on + dt.timedelta(days=7)
    return Day(
        late=[x for x in dated if x.item.due_on < on or _past(x.item, now)],
        today=[x for x in dated if x.item.due_on == on and not _past(x.item, now)],
        week=[x for x in dated if on < x.item.due_on <= week],
        later=[x for x in dated if x.item.due_on > week],
        undated=[x for x in lines if not x.item.due_on],
        sections=sections,
    )


def _past(item, now):
    return isinstance(item.deadline, dt.datetime) and item.deadline <= now


def _order(item):
    """Instants before the end of their day, whole days at its end."""
    if isinstance(item.deadline, dt.datetime):
        return item.deadline
    return clock.end_of_day(item.deadline)

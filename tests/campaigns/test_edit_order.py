"""What dates come to depends on what they say in the end, never on the order of the edits."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns import actions, boundaries
from campaigns.boundaries import rows
from campaigns.models import Boundary, CalendarDay
from campaigns.rules import specs
from campaigns.rules.resolve import resolve
from portal.common.errors import Refused
from tests.campaigns.factories import EventFactory, PhaseFactory, PlanFactory, TrackFactory

pytestmark = pytest.mark.django_db

PHASES = 4
EVENTS = 2
BOUNDARIES = 2 * PHASES

days = st.dates(dt.date(2024, 1, 1), dt.date(2028, 12, 31))
shifts = st.fixed_dictionaries({"offset": st.integers(-40, 40), "working": st.booleans()})
edits = st.one_of(
    # (what a boundary says): a date, before a date, an event, another boundary, nothing yet
    st.tuples(
        st.just("date"),
        st.integers(0, BOUNDARIES - 1),
        st.builds(
            specs.DateSpec,
            date=days,
            precision=st.sampled_from(specs.PRECISIONS),
            before=st.sampled_from(["", specs.INCLUSIVE, specs.EXCLUSIVE]),
        ),
    ),
    st.tuples(
        st.just("event"),
        st.integers(0, BOUNDARIES - 1),
        st.integers(0, EVENTS - 1),
        st.sampled_from([specs.OPENS, specs.CLOSES]),
        shifts,
    ),
    st.tuples(
        st.just("ref"), st.integers(0, BOUNDARIES - 1), st.integers(0, BOUNDARIES - 1), shifts
    ),
    st.tuples(
        st.just("none"),
        st.integers(0, BOUNDARIES - 1),
        st.sampled_from([specs.Open(), specs.Unknown()]),
    ),
    # or an event moves
    st.tuples(st.just("move"), st.integers(0, EVENTS - 1), st.none() | days),
)


class Plan:
    """A plan of phases whose boundaries say nothing yet."""

    def __init__(self, events):
        self.events = events
        track = TrackFactory(plan=PlanFactory())
        phases = [
            PhaseFactory(track=track, starts=specs.Unknown(), ends=specs.Unknown())
            for _n in range(PHASES)
        ]
        self.ids = [pk for p in phases for pk in (p.starts_id, p.ends_id)]

    def apply(self, edit):
        """Make an edit by itself; one that would close a loop is refused as on the page."""
        kind, which, *rest = edit
        if kind == "move":
            day = rest[0]
            last = day and day + dt.timedelta(days=2)
            actions.move_event(
                actor=None,
                event=self.events[which],
                dates={"actual_opens": day, "actual_closes": last},
            )
            return
        spec = self.spec(edit)
        if spec is None:
            return
        try:
            self.say(which, spec)
        except Refused as refused:
            assert refused.code == "cycle"

    def spec(self, edit):
        kind, which, *rest = edit
        if kind == "event":
            event, moment, shift = rest
            return specs.EventSpec(event_id=self.events[event].pk, moment=moment, **shift)
        if kind == "ref":
            other, shift = rest
            if other == which:
                return None
            return specs.RefSpec(boundary_id=self.ids[other], **shift)
        return rest[0]

    def say(self, which, spec):
        with boundaries.editing(actor=None) as graph:
            graph.replace(Boundary.objects.get(pk=self.ids[which]), spec)

    def days(self):
        found = dict(Boundary.objects.filter(pk__in=self.ids).values_list("pk", "resolved_on"))
        return [found[pk] for pk in self.ids]

    def specs(self):
        """What each boundary says in the end, references by place and not by id."""
        stored = Boundary.objects.in_bulk(self.ids)
        return [boundaries.spec_of(stored[pk]) for pk in self.ids]


def from_scratch(ids):
    nodes, _stored = rows.affected(ids)
    found = resolve(nodes, rows.work_calendar())
    return [found[pk] for pk in ids]


def moved_over(spec, old, new):
    """The same spec of another plan."""
    if isinstance(spec, specs.RefSpec):
        place = old.ids.index(spec.boundary_id)
        return specs.RefSpec(boundary_id=new.ids[place], offset=spec.offset, working=spec.working)
    return spec


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(edits=st.lists(edits, min_size=1, max_size=12), order=st.permutations(range(BOUNDARIES)))
def test_the_order_of_edits_makes_no_difference(edits, order):
    for number in range(5):  # a stretch of holidays to count working days over
        CalendarDay.objects.get_or_create(
            on=dt.date(2026, 2, 16) + dt.timedelta(days=number), kind="holiday", name="Tết"
        )
    events = [EventFactory(planned_opens=dt.date(2026, 2, 14 + n)) for n in range(EVENTS)]
    plan = Plan(events)
    for edit in edits:
        plan.apply(edit)
        # after every single edit the stored days are those of a resolution from nothing
        assert plan.days() == from_scratch(plan.ids)
    # another plan that is told only the outcome, in any order, comes to the same days
    other = Plan(events)
    final = plan.specs()
    for place in order:
        other.say(place, moved_over(final[place], plan, other))
    assert other.days() == plan.days()
    # and so does one that is told all of it at once
    third = Plan(events)
    with boundaries.editing(actor=None) as graph:
        for place in reversed(order):
            graph.replace(
                Boundary.objects.get(pk=third.ids[place]), moved_over(final[place], plan, third)
            )
    assert third.days() == plan.days()


def test_a_preview_of_any_edit_tells_what_the_edit_then_does():
    congress = EventFactory(planned_opens=dt.date(2026, 6, 15))
    plan = Plan([congress])
    plan.say(0, specs.EventSpec(event_id=congress.pk, moment="opens", offset=-3, working=True))
    plan.say(1, specs.RefSpec(boundary_id=plan.ids[0], offset=5))
    plan.say(2, specs.RefSpec(boundary_id=plan.ids[1], offset=1))
    spec = specs.DateSpec(date=dt.date(2026, 7, 1), before=specs.EXCLUSIVE)
    effect = boundaries.preview_specs({plan.ids[0]: ("start", spec)})
    told = {m.boundary_id: m.new_on for m in effect.moves}
    plan.say(0, spec)
    assert told == dict(zip(plan.ids[:3], plan.days()[:3], strict=True))
    assert told[plan.ids[2]] == dt.date(2026, 7, 6)

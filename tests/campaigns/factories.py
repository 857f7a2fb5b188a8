"""Events, plans, phases and tasks for tests, made through the actions that the portal uses."""

import datetime as dt

import factory

from campaigns import actions
from campaigns.boundaries import DateSpec, EventSpec, Open, RefSpec, Unknown, date_spec
from campaigns.models import Event, Phase, Plan, Task, Track
from tests.agencies.factories import AgencyFactory

__all__ = ["EventSpec", "Open", "RefSpec", "Unknown", "day", "event_on", "on", "ref"]


def day(text):
    """A date from "2020-02-05"."""
    return dt.date.fromisoformat(text)


def on(text, part=""):
    """DateSpec of "2020", "2020-06" or "2020-06-15"."""
    return date_spec(text, part=part)


def event_on(event, moment, offset=0, *, working=False, verbatim=""):
    return EventSpec(
        event_id=event.pk, moment=moment, offset=offset, working=working, verbatim=verbatim
    )


def ref(boundary, offset=0, *, working=False):
    return RefSpec(boundary_id=boundary.pk, offset=offset, working=working)


class EventFactory(factory.Factory):
    """`EventFactory(planned_opens=…)`: a congress of a new host unless told otherwise."""

    class Meta:
        model = Event

    actor = None
    slug = factory.Sequence(lambda n: f"dai-hoi-{n}")
    kind = "congress"
    delegates = "delegates"
    host = factory.SubFactory(AgencyFactory)
    ordinal = 1
    term_start = 2025
    term_end = 2030

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return actions.create_event(**kwargs)


class PlanFactory(factory.Factory):
    """A plan in drafting; `issued=True` puts it in force (system as submitter and issuer)."""

    class Meta:
        model = Plan

    actor = None
    issuer = factory.SubFactory(AgencyFactory)
    title = factory.Sequence(lambda n: f"Kế hoạch số {n}")
    issued = False

    @classmethod
    def _create(cls, model_class, *args, issued=False, **kwargs):
        plan = actions.create_plan(**kwargs)
        return issue(plan) if issued else plan


def issue(plan):
    actions.submit_plan(actor=None, plan=plan)
    actions.issue_plan(actor=None, plan=plan)
    plan.refresh_from_db()
    return plan


class TrackFactory(factory.Factory):
    class Meta:
        model = Track

    actor = None
    plan = factory.SubFactory(PlanFactory)
    title = factory.Sequence(lambda n: f"Mạch {n}")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return actions.add_track(**kwargs)


class PhaseFactory(factory.Factory):
    class Meta:
        model = Phase

    actor = None
    track = factory.SubFactory(TrackFactory)
    title = factory.Sequence(lambda n: f"Đợt {n}")
    starts = DateSpec(date=dt.date(2026, 1, 1))
    ends = DateSpec(date=dt.date(2026, 1, 31))

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return actions.add_phase(**kwargs)


class TaskFactory(factory.Factory):
    class Meta:
        model = Task

    actor = None
    plan = factory.SubFactory(PlanFactory)
    title = factory.Sequence(lambda n: f"Nhiệm vụ {n}")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return actions.add_task(**kwargs)

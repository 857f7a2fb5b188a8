"""A consultation shows the work of the units that held it or took part, until it is cancelled."""

import datetime as dt

import pytest

from campaigns.actions import pick_evidence
from campaigns.models import Evidence
from campaigns.registry import evidence_sources
from feedback import actions, evidence
from portal.common import clock
from portal.common.errors import Refused
from tests.agencies.factories import AgencyFactory
from tests.campaigns.factories import PlanFactory, TaskFactory, issue
from tests.feedback.factories import make_world

pytestmark = pytest.mark.django_db

SOURCE = evidence_sources[evidence.SOURCE_KIND]


@pytest.fixture
def world():
    world = make_world()
    actions.open_due()
    return world


def given_to(unit):
    task = TaskFactory(plan=PlanFactory(), assigned_to=[unit])
    issue(task.plan)
    return task.assignments.get()


def pick(world, unit):
    return pick_evidence(
        actor=None,
        assignment=given_to(unit),
        source_kind=evidence.SOURCE_KIND,
        source_id=world.consultation.pk,
    )


def titles(unit, words=""):
    return [found.title for found in SOURCE.search(unit, words)]


def test_those_who_held_it_and_those_on_the_ladder_find_it(world):
    title = world.consultation.title
    units = [world.province, world.commune, world.cell]
    assert [titles(unit) for unit in units] == [[title]] * 3
    assert titles(world.cell, "báo cáo") == [title]
    assert (titles(world.cell, "đề án"), titles(AgencyFactory())) == ([], [])


def test_what_has_not_opened_shows_nothing():
    tomorrow = clock.today() + dt.timedelta(days=1)
    later = (tomorrow + dt.timedelta(days=9)).isoformat()
    world = make_world(opens=tomorrow.isoformat(), closes=later)
    assert titles(world.province) == []
    with pytest.raises(Refused) as refused:
        pick(world, world.province)
    assert refused.value.code == "not_found"


def test_a_cancelled_consultation_is_evidence_no_more(world):
    row = pick(world, world.cell)
    assert (row.kind, row.title, row.happened_on) == (
        Evidence.Kind.CONSULTATION,
        world.consultation.title,
        dt.date(2025, 8, 10),
    )
    actions.withdraw_consultation(
        actor=world.staff, consultation=world.consultation, reason="Hoãn đại hội"
    )
    row.refresh_from_db()
    assert row.retracted_at is not None

"""Two people at the same work at the same moment, on two real connections."""

import pytest

from campaigns import actions
from campaigns.models import Assignment, ProgressNote
from portal.agencies.models import Role
from portal.common import clock
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import PlanFactory, TaskFactory, issue
from tests.documents.factories import office
from tests.news.test_races import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    """(assignment reported as done, clerk of the unit, two people of the issuer)."""
    agency, staff, approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    unit, clerk = AgencyFactory(name="Đảng bộ xã Tân Lập", parent=agency), UserFactory()
    give(clerk, Role.SECRETARY, unit)
    plan = PlanFactory(issuer=agency, actor=staff, needs_acceptance=True)
    TaskFactory(plan=plan, assigned_to=[unit])
    issue(plan)
    row = Assignment.objects.get()
    actions.add_manual_evidence(actor=None, assignment=row, title="Ảnh", happened_on=clock.today())
    row = actions.set_progress(actor=clerk, assignment=row, state="done")
    return row, clerk, staff, approver


def test_two_who_accept_accept_once(world):
    row, _clerk, *people = world

    def by(person):
        return lambda: actions.accept_assignment(actor=person, assignment=row)

    outcomes = race(*map(by, people))
    assert [getattr(o, "code", None) for o in outcomes].count("not_waiting") == 1
    assert ProgressNote.objects.filter(kind="accepted").count() == 1


def test_accepting_and_taking_a_step_back_do_not_both_happen(world):
    row, clerk, staff, _approver = world
    version = row.lock_version
    outcomes = race(
        lambda: actions.accept_assignment(actor=staff, assignment=row, lock_version=version),
        lambda: actions.set_progress(
            actor=clerk, assignment=row, state="doing", lock_version=version
        ),
    )
    assert [o is None for o in outcomes].count(True) == 1
    row.refresh_from_db()
    assert (row.accepted_at is not None) == (row.state == "done")


def test_a_form_that_arrives_twice_at_once_counts_once(world):
    row, clerk, _staff, _approver = world
    key = "5b0f6f0e-58f4-4a52-9a2c-0e6b1d1f4c11"

    def send():
        actions.add_evidence(
            actor=clerk,
            assignment=row,
            kind="meeting",
            title="Hội nghị",
            attendees=40,
            happened_on=clock.today(),
            key=key,
        )

    assert race(send, send) == [None, None]
    assert row.evidence.filter(kind="meeting").count() == 1

"""Who may see and do what: predicates, for named characters."""

import pytest
from django.contrib.auth.models import AnonymousUser

from campaigns import actions
from campaigns.models import Assignment, Plan
from campaigns.queries import my_assignments, plan_page, progress, visible_plans
from campaigns.rules import access
from portal.agencies.models import Role
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import PlanFactory, TaskFactory, issue

pytestmark = pytest.mark.django_db

PEOPLE = ("staff", "approver", "above", "unit", "member", "outsider", "anonymous")


class World:
    """A province, a commune below it, a neighbour; a plan of the commune given to its cell."""

    def __init__(self):
        self.province = AgencyFactory(name="Tỉnh")
        self.commune = AgencyFactory(name="Xã", parent=self.province)
        self.cell = AgencyFactory(name="Chi bộ", parent=self.commune)
        self.other_cell = AgencyFactory(name="Chi bộ khác", parent=self.commune)
        self.neighbour = AgencyFactory(name="Xã bên", parent=self.province)
        self.staff = self._who(Role.STAFF, self.commune)
        self.approver = self._who(Role.APPROVER, self.commune)
        self.above = self._who(Role.SUPERVISOR, self.province)
        self.unit = self._who(Role.SECRETARY, self.cell)
        self.member = self._who(Role.MEMBER, self.cell)
        self.outsider = self._who(Role.STAFF, self.neighbour)
        self.anonymous = AnonymousUser()
        self.plan = PlanFactory(issuer=self.commune)
        TaskFactory(plan=self.plan, title="Chung", assigned_to=[self.cell, self.other_cell])
        TaskFactory(plan=self.plan, title="Riêng", assigned_to=[self.other_cell])

    def _who(self, role, agency):
        user = UserFactory()
        give(user, role, agency)
        return user

    def yes(self, predicate, *args):
        """The names of those for whom the predicate holds."""
        return {name for name in PEOPLE if predicate(getattr(self, name), *args)}

    def put(self, state):
        Plan.objects.filter(pk=self.plan.pk).update(state=state)
        self.plan.refresh_from_db()


@pytest.fixture
def world():
    return World()


@pytest.mark.parametrize(
    ("state", "seen_by"),
    [
        ("editing", {"staff", "approver"}),
        ("submitted", {"staff", "approver", "above"}),
        ("issued", set(PEOPLE)),
        ("closed", set(PEOPLE)),
        ("withdrawn", {"staff", "approver", "above"}),
    ],
)
def test_who_sees_a_plan(world, state, seen_by):
    world.put(state)
    assert world.yes(access.may_see_plan, world.plan) == seen_by
    listed = {n for n in PEOPLE if visible_plans(getattr(world, n)).exists()}
    assert listed == seen_by


def test_who_edits_and_issues(world):
    assert world.yes(access.may_create_plan, world.commune) == {"staff"}
    assert world.yes(access.may_edit_plan, world.plan) == {"staff"}
    assert world.yes(access.may_submit_plan, world.plan) == {"staff"}
    assert world.yes(access.may_issue_plan, world.plan) == set()
    actions.submit_plan(actor=world.staff, plan=world.plan)
    world.plan.refresh_from_db()
    assert world.yes(access.may_edit_plan, world.plan) == set()
    assert world.yes(access.may_issue_plan, world.plan) == {"approver"}
    assert world.yes(access.may_send_back_plan, world.plan) == {"staff", "approver"}
    actions.issue_plan(actor=world.approver, plan=world.plan)
    world.plan.refresh_from_db()
    assert world.yes(access.may_end_plan, world.plan) == {"approver"}
    assert world.yes(access.may_edit_plan, world.plan) == {"staff"}


def test_an_approver_who_submitted_does_not_issue(world):
    give(world.approver, Role.STAFF, world.commune)
    actions.submit_plan(actor=world.approver, plan=world.plan)
    world.plan.refresh_from_db()
    assert world.yes(access.may_issue_plan, world.plan) == set()


def test_a_delegate_of_the_submitter_does_not_issue(world):
    from portal.agencies import actions as agencies
    from portal.common import clock

    give(world.approver, Role.STAFF, world.commune)
    actions.submit_plan(actor=world.approver, plan=world.plan)
    agencies.delegate(
        actor=world.approver,
        giver=world.approver,
        to_user=world.outsider,
        agency=world.commune,
        role=Role.APPROVER,
        starts=clock.today(),
        until=clock.today(),
    )
    world.plan.refresh_from_db()
    assert not access.may_issue_plan(world.outsider, world.plan)


def test_who_sees_tasks(world):
    issue(world.plan)
    assert world.yes(access.may_see_all_tasks, world.plan) == {"staff", "approver", "above"}
    assert world.yes(access.may_see_tasks, world.plan) == {"staff", "approver", "above", "unit"}


def test_a_unit_sees_its_own_assignments_only(world):
    issue(world.plan)
    shown = {
        name: [
            (t.task.title, t.given.names)
            for t in plan_page(world.plan, user=getattr(world, name)).tasks
        ]
        for name in PEOPLE
    }
    everything = [("Chung", ["Chi bộ", "Chi bộ khác"]), ("Riêng", ["Chi bộ khác"])]
    assert shown == {
        "staff": everything,
        "approver": everything,
        "above": everything,
        "unit": [("Chung", ["Chi bộ"])],
        "member": [],
        "outsider": [],
        "anonymous": [],
    }
    totals = {n: progress(world.plan, user=getattr(world, n)).total for n in PEOPLE}
    assert totals == {
        "staff": 3,
        "approver": 3,
        "above": 3,
        "unit": 1,
        "member": 0,
        "outsider": 0,
        "anonymous": 0,
    }


def test_who_works_on_an_assignment(world):
    issue(world.plan)
    row = Assignment.objects.get(agency=world.cell)
    assert world.yes(access.may_work_on, row) == {"unit"}
    assert world.yes(access.may_see_assignment, row) == {"staff", "approver", "above", "unit"}
    row.responsible = world.member
    row.save()
    assert world.yes(access.may_work_on, row) == {"unit", "member"}
    assert world.yes(access.may_see_tasks, world.plan) >= {"member"}
    assert {n: len(my_assignments(getattr(world, n))) for n in PEOPLE} == {
        "staff": 0,
        "approver": 0,
        "above": 0,
        "unit": 1,
        "member": 1,
        "outsider": 0,
        "anonymous": 0,
    }
    world.put("closed")
    row = Assignment.objects.get(agency=world.cell)
    assert world.yes(access.may_work_on, row) == set()

"""Two at once, over two real connections."""

import datetime as dt
import threading

import pytest
from django.db import connection

from portal.agencies import actions
from portal.agencies.models import AgencyEdge, AgencyNode, Membership, Role
from portal.common.errors import Refused
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory

pytestmark = pytest.mark.django_db(transaction=True)

JULY = dt.date(2025, 7, 1)


def together(*acts):
    """Run the acts at the same moment; "done" or the code of the refusal for each, sorted."""
    barrier, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        try:
            barrier.wait(timeout=10)
            act()
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(outcomes)


def test_two_moves_cannot_close_a_circle_together():
    a, b = AgencyFactory(name="A"), AgencyFactory(name="B")
    assert together(
        lambda: actions.move_agency(actor=None, agency=a, parent=b, on=JULY),
        lambda: actions.move_agency(actor=None, agency=b, parent=a, on=JULY),
    ) == ["cycle", "done"]
    assert AgencyEdge.objects.count() == 1
    assert AgencyNode.objects.find_problems() == ([], [], [], [], [])


def test_two_agencies_founded_at_once_both_stand_in_the_tree():
    top = AgencyFactory(name="Tỉnh")
    assert together(
        lambda: AgencyFactory(name="Sở A", parent=top),
        lambda: AgencyFactory(name="Sở B", parent=top),
    ) == ["done", "done"]
    assert AgencyNode.objects.count() == 3
    assert AgencyNode.objects.find_problems() == ([], [], [], [], [])


def test_of_two_equal_grants_one_is_refused():
    agency, user = AgencyFactory(), UserFactory()

    def grant():
        actions.grant_role(actor=None, user=user, agency=agency, role=Role.EDITOR, starts=JULY)

    assert together(grant, grant) == ["done", "held"]
    assert Membership.objects.count() == 1


def test_two_handovers_of_one_person_move_everything_once():
    agency = AgencyFactory()
    old, one, two = UserFactory(), UserFactory(), UserFactory()
    actions.grant_role(actor=None, user=old, agency=agency, role=Role.EDITOR, starts=JULY)
    assert together(
        lambda: actions.hand_over(actor=None, from_user=old, to_user=one),
        lambda: actions.hand_over(actor=None, from_user=old, to_user=two),
    ) == ["done", "nothing"]
    assert Membership.objects.filter(user__in=[one, two]).count() == 1

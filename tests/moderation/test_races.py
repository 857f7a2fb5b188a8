"""Two moderators at one case at the same moment, on two real connections."""

import pytest

from portal.moderation import actions, rules
from portal.moderation.models import Case, Decision
from tests.moderation import factories
from tests.news.test_races import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_decides(notes):
    desk = factories.desk(notes)
    case = desk.case()

    def by(person, outcome):
        return lambda: actions.decide(
            actor=person, case_id=case.pk, expected_version=0, outcome=outcome, reasons=["spam"]
        )

    outcomes = race(by(desk.moderator, rules.APPROVED), by(desk.colleague, rules.HIDDEN))
    (refused,) = [o for o in outcomes if o is not None]
    assert refused.code == "decided"
    decision = Decision.objects.get()
    assert decision.by.full_name in str(refused.message)
    assert Case.objects.get().state == decision.outcome
    assert len(notes.applied) == 1


def test_a_subject_sent_twice_at_once_waits_once(notes):
    desk = factories.desk(notes)
    assert race(lambda: desk.case(), lambda: desk.case()) == [None, None]
    assert Case.objects.count() == 1

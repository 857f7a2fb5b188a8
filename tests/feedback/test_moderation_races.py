"""Moderators, authors and the sweep at one opinion at the same moment, on real connections."""

import pytest

from feedback import actions, moderation
from feedback.models import Opinion
from portal.moderation import actions as queue
from portal.moderation import rules
from portal.moderation.models import Case, Decision
from tests.feedback.factories import NOW, send
from tests.feedback.test_moderation import moderated_world
from tests.news.test_races import race

pytestmark = pytest.mark.django_db(transaction=True)


def waiting(text="Một ý kiến.", n=1):
    world = moderated_world()
    for k in range(n):
        send(world, text=f"{text} {k}", naming="unnamed")
    moderation.sweep(now=NOW)
    return world, Case.objects.order_by("pk")


def test_one_of_two_moderators_decides():
    world, cases = waiting()
    case = cases.get()

    def by(person, outcome):
        return lambda: queue.decide(
            actor=person,
            case_id=case.pk,
            expected_version=0,
            outcome=outcome,
            reasons=["xuc-pham"],
            now=NOW,
        )

    outcomes = race(by(world.ha, rules.APPROVED), by(world.thu, rules.SPAM))
    (refused,) = [o for o in outcomes if o is not None]
    assert refused.code == "decided"
    decision = Decision.objects.get()
    opinion = Opinion.objects.get()
    expected = {"approved": ("received", "shown"), "spam": ("spam", "hidden")}
    assert (opinion.state, opinion.display) == expected[decision.outcome]


def test_words_changed_while_a_moderator_decides_are_never_shown_unread():
    world, cases = waiting()
    case, opinion = cases.get(), Opinion.objects.get()

    def decide():
        queue.decide(
            actor=world.ha, case_id=case.pk, expected_version=0, outcome="approved", now=NOW
        )

    def revise():
        actions.revise_opinion(
            author=world.member,
            opinion=opinion,
            stance="agree",
            text="Viết khác đi.",
            reason="",
            proposed="",
            expected_version=0,
            now=NOW,
        )

    race(decide, revise)
    moderation.sweep(now=NOW)
    opinion.refresh_from_db()
    assert opinion.text == "Viết khác đi."
    assert opinion.display == "pending"
    assert cases.get().state == "pending"


def test_two_sweeps_make_each_case_once():
    world = moderated_world()
    for k in range(5):
        send(world, text=f"Số {k}.")
    race(lambda: moderation.sweep(now=NOW), lambda: moderation.sweep(now=NOW))
    assert Case.objects.count() == 5
    assert set(Case.objects.values_list("lock_version", flat=True)) == {0}


def test_one_flood_and_two_moderators_counts_each_opinion_once():
    world, cases = waiting(n=6)
    cases.update(likeness="x")
    like = cases.first()

    def by(person):
        return lambda: queue.decide_alike(actor=person, like=like, outcome=rules.SPAM, now=NOW)

    race(by(world.ha), by(world.thu))
    assert Opinion.objects.filter(state="spam").count() == 6
    assert Decision.objects.count() == 6

"""Totals are fed by deltas: exact, without person and stance, whatever came and went."""

import pytest

from feedback import actions, queries, totals
from feedback.models import Opinion, OpinionTotals, TotalsDelta
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def test_an_opinion_is_one_delta_until_it_is_folded(world):
    send(world)
    assert TotalsDelta.objects.count() == 1
    assert totals.live([world.consultation.pk]) == {world.consultation.pk: 1}
    assert totals.fold() == 1
    assert not TotalsDelta.objects.exists()
    assert totals.live([world.consultation.pk]) == {world.consultation.pk: 1}
    block = str(world.block(2).pk)
    assert totals.along(world.consultation, "block") == {block: 1}
    assert totals.along(world.consultation, "block", before=NOW.date()) == {}
    assert totals.by_day(world.consultation) == {NOW.date(): 1}
    assert totals.along(world.consultation, "channel") == {"online": 1}


def test_a_withdrawn_opinion_is_taken_off_wherever_the_fold_stands(world):
    for folded_between in (True, False):
        receipt = send(world)
        if folded_between:
            totals.fold()
        opinion = queries.my_opinion(world.member, receipt.public_id)
        actions.withdraw_opinion(author=world.member, opinion=opinion, now=NOW)
        totals.fold()
        assert totals.live([world.consultation.pk]) == {world.consultation.pk: 0}
        assert totals.along(world.consultation, "block") == {}


def test_bulk_counts_like_one_by_one(world):
    for para in (1, 2, 2):
        send(world, block=world.block(para))
    totals.fold()
    before = set(OpinionTotals.objects.values_list("dim", "key", "day", "n"))
    totals.rebuild(world.consultation)
    totals.fold()
    assert set(OpinionTotals.objects.values_list("dim", "key", "day", "n")) == before
    totals.changed_in_bulk(Opinion.objects.filter(block=world.block(2)), -1)
    totals.fold()
    assert totals.live([world.consultation.pk]) == {world.consultation.pk: 1}


def test_totals_know_neither_stance_nor_person():
    names = {f.name for model in (TotalsDelta, OpinionTotals) for f in model._meta.fields}
    assert names == {
        "id", "consultation", "consultation_id", "edition_id", "block_id", "question_id",
        "group_id", "node_id", "channel", "origin", "day", "n", "dim", "key",
    }  # fmt: skip

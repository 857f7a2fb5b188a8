"""Totals are fed by deltas: exact, without person and stance, whatever came and went."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from feedback import actions, queries, totals
from feedback.models import NodeTotals, Opinion, OpinionTotals, TotalsDelta
from tests.feedback.factories import NOW, make_world, send

TOMORROW = NOW.date() + dt.timedelta(days=1)
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
    names = {
        f.name for model in (TotalsDelta, OpinionTotals, NodeTotals) for f in model._meta.fields
    }
    assert names == {
        "id", "consultation", "consultation_id", "edition_id", "block_id", "question_id",
        "group_id", "node_id", "reader_id", "node", "at", "block", "channel",
        "origin", "day", "n", "dim", "key",
    }  # fmt: skip


def node(world, agency):
    return world.consultation.nodes.get(agency=agency)


def test_numbers_of_a_node_are_those_of_now_before_and_after_a_fold(world):
    send(world)
    send(world, block=None)
    send(world, route="direct")
    commune, province = node(world, world.commune), node(world, world.province)
    for _folded in range(2):
        assert totals.by_passage(commune) == {world.block(2).pk: 1, None: 1}
        assert totals.by_passage(province) == {world.block(2).pk: 1}
        read = dict(
            world.consultation.nodes.annotate(n=totals.read_at_node()).values_list("pk", "n")
        )
        assert (read[commune.pk], read[province.pk]) == (2, 1)
        cell = node(world, world.cell)
        for above in (province, commune, cell):
            assert totals.entered_below(above, before=TOMORROW) == [(cell.position, 3)]
            assert totals.entered_below(above, before=NOW.date()) == []
        assert totals.entered_below(node(world, world.other_cell), before=TOMORROW) == []
        (found,) = queries.working_consultations(world.staff)
        assert found.received == 3
        totals.fold()


def test_numbers_of_a_node_know_what_was_withdrawn(world):
    receipt = send(world)
    totals.fold()
    opinion = queries.my_opinion(world.member, receipt.public_id)
    actions.withdraw_opinion(author=world.member, opinion=opinion, now=NOW)
    for _folded in range(2):
        assert totals.by_passage(node(world, world.commune)) == {}
        assert totals.entered_below(node(world, world.province), before=TOMORROW) == []
        totals.fold()


def test_rebuilt_totals_of_nodes_are_the_same(world):
    for para in (1, 2, 2):
        send(world, block=world.block(para))
    totals.fold()
    before = set(NodeTotals.objects.values_list("node", "at", "block", "n"))
    send(world)
    totals.rebuild(world.consultation)
    totals.fold()
    after = set(NodeTotals.objects.values_list("node", "at", "block", "n"))
    assert {row[:3] for row in after} == {row[:3] for row in before}
    assert sum(row[3] for row in after) == sum(row[3] for row in before) + 2


def test_opinions_are_counted_anew_by_command(world, capsys):
    send(world)
    totals.fold()
    OpinionTotals.objects.update(n=7)
    call_command("recount_opinions", world.consultation.pk)
    assert capsys.readouterr().out == f"{world.consultation.pk}: 1 ý kiến\n"
    assert totals.along(world.consultation, "all") == {"": 1}
    with pytest.raises(CommandError, match="Không có đợt lấy ý kiến số 0"):
        call_command("recount_opinions", 0)

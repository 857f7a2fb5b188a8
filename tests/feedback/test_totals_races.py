"""Sweeps, repairs and intake at once, on real connections; and a sweep whose connection dies."""

import datetime as dt

import pytest
from django.db import OperationalError, connection, transaction

from feedback import actions, queries, totals
from feedback.models import Opinion, OpinionTotals, TotalsDelta
from tests.feedback.factories import NOW, make_world, send
from tests.news.test_races import race

pytestmark = pytest.mark.django_db(transaction=True)


def counted(world):
    """(opinions that count, what the totals say of them along two dimensions and below the top)."""
    standing = Opinion.objects.filter(state=Opinion.State.RECEIVED).count()
    sums = [sum(totals.along(world.consultation, dim).values()) for dim in ("all", "node")]
    root = world.consultation.nodes.get(parent=None)
    below = sum(n for _at, n in totals.entered_below(root, before=NOW.date() + dt.timedelta(1)))
    return standing, sums[0], sums[1], below


def test_intake_sweeps_and_a_repair_at_once_count_each_opinion_once():
    world = make_world()
    send(world)

    def write():
        for n in range(8):
            receipt = send(world, block=world.block(n % 3 + 1), naming="anonymous")
            assert not receipt.repeated

    def write_and_withdraw():
        for n in range(4):
            receipt = send(world, text=f"Ý kiến rút lại {n}.")
            opinion = queries.my_opinion(world.member, receipt.public_id)
            actions.withdraw_opinion(author=world.member, opinion=opinion, now=NOW)

    def sweep():
        for _ in range(10):
            totals.fold()

    def repair():
        for _ in range(4):
            totals.rebuild(world.consultation)

    assert race(write, sweep, write_and_withdraw, repair, write, sweep) == [None] * 6
    totals.fold()
    assert counted(world) == (17, 17, 17, 17)
    assert not TotalsDelta.objects.exists()


def test_a_sweep_whose_connection_dies_leaves_everything_for_the_next():
    world = make_world()
    send(world)
    with pytest.raises(OperationalError), transaction.atomic():
        assert totals.fold() == 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    assert TotalsDelta.objects.count() == 1
    assert not OpinionTotals.objects.exists()
    assert totals.fold() == 1
    assert counted(world) == (1, 1, 1, 1)

"""Passages between editions, and where a passage stands: only standing links lead anywhere."""

import time

import pytest
from django.db import connection

from documents import actions, queries
from tests.documents.chains import Chain

pytestmark = pytest.mark.django_db


def told(chain, old, new):
    """Passages of `between` as (old index, new index, kind, moved)."""
    sources, targets = chain.ids(old), chain.ids(new)
    return [
        (
            None if p.source_id is None else sources.index(p.source_id),
            None if p.target_id is None else targets.index(p.target_id),
            p.kind,
            p.moved,
        )
        for p in queries.between(chain.editions[old], chain.editions[new])
    ]


def place(chain, at, index, goal):
    """(kind, new indexes) of the place of one block."""
    block = chain.ids(at)[index]
    found = queries.places([block], chain.editions[goal])[block]
    ids = chain.ids(goal)
    return found.kind, [ids.index(b.pk) for b in found.blocks]


@pytest.fixture
def chain():
    """a kept; b edited then moved; c split; d, e merged; f gone; g undecided."""
    chain = Chain(["a", "b", "c", "d", "e", "f", "g"])
    chain.add(
        ["a", "b1", "c1", "c2", "de", "g"],
        [
            (0, 0),
            (1, 1, "edited", "confirmed"),
            (2, 2, "split", "confirmed"),
            (2, 3, "split", "confirmed"),
            (3, 4, "merged", "confirmed"),
            (4, 4, "merged", "confirmed"),
            (5, 5, "edited", "rejected"),
            (6, 5, "edited", "proposed"),
        ],
    )
    chain.add(
        ["a", "c1", "c2", "b1", "de", "h"],
        [(0, 0), (1, 3, "moved"), (2, 1), (3, 2), (4, 4), (5, 5, "edited", "proposed")],
    )
    return chain


def test_one_step(chain):
    assert told(chain, 0, 1) == [
        (0, 0, "same", False),
        (1, 1, "edited", False),
        (2, 2, "split", False),
        (2, 3, "split", False),
        (3, 4, "merged", False),
        (4, 4, "merged", False),
        (5, None, "gone", False),
        (6, None, "gone", False),
        (None, 5, "new", False),
    ]


def test_steps_are_composed_edited_over_moved(chain):
    assert told(chain, 0, 2) == [
        (0, 0, "same", False),
        (2, 1, "split", False),
        (2, 2, "split", False),
        (1, 3, "edited", True),
        (3, 4, "merged", False),
        (4, 4, "merged", False),
        (5, None, "gone", False),
        (6, None, "gone", False),
        (None, 5, "new", False),
    ]


def test_towards_an_older_edition_everything_is_turned_round(chain):
    assert told(chain, 2, 0) == [
        (0, 0, "same", False),
        (3, 1, "edited", True),
        (1, 2, "merged", False),
        (2, 2, "merged", False),
        (4, 3, "split", False),
        (4, 4, "split", False),
        (5, None, "gone", False),
        (None, 5, "new", False),
        (None, 6, "new", False),
    ]


def test_an_edition_against_itself(chain):
    assert told(chain, 1, 1) == [(i, i, "same", False) for i in range(6)]


def test_what_was_split_and_joined_again_is_one_passage_that_was_edited():
    chain = Chain(["a b"])
    chain.add(["a", "b"], [(0, 0, "split", "confirmed"), (0, 1, "split", "confirmed")])
    chain.add(["a b"], [(0, 0, "merged", "confirmed"), (1, 0, "merged", "confirmed")])
    assert told(chain, 0, 2) == [(0, 0, "edited", False)]
    # its key was not inherited, so it is named as a successor and not as the passage itself
    assert place(chain, 0, 0, 2) == ("successors", [0])


def test_withdrawn_editions_and_one_that_waits_are_steps_of_the_chain(chain):
    actions.withdraw(actor=chain.approver, edition=chain.editions[2], reason="Nhầm bản.")
    chain.add(["c2", "a"], [(0, 1, "moved"), (2, 0, "moved")], published=False)
    assert told(chain, 1, 3) == [
        (3, 0, "moved", True),
        (4, None, "gone", False),
        (5, None, "gone", False),
        (0, 1, "moved", True),
        (1, None, "gone", False),
        (2, None, "gone", False),
    ]


def test_places(chain):
    assert place(chain, 0, 0, 0) == ("here", [0])
    assert place(chain, 0, 0, 2) == ("inherited", [0])
    assert place(chain, 0, 1, 2) == ("inherited", [3])
    assert place(chain, 0, 2, 2) == ("successors", [1, 2])
    assert place(chain, 0, 3, 2) == ("successors", [4])
    assert place(chain, 0, 5, 2) == ("gone", [])
    # one step stands undecided, whichever it is
    assert place(chain, 0, 6, 1) == ("unclear", [])
    assert place(chain, 1, 5, 2) == ("unclear", [])


def test_places_in_an_older_edition(chain):
    assert place(chain, 2, 3, 0) == ("inherited", [1])
    assert place(chain, 2, 1, 0) == ("successors", [2])
    assert place(chain, 2, 4, 0) == ("successors", [3, 4])
    assert place(chain, 2, 5, 0) == ("unclear", [])


def test_places_of_many_documents_at_once_cost_the_same(chain, django_assert_num_queries):
    other = Chain(["x", "y"], title="Nghị quyết")
    other.add(["y"], [(1, 0)])
    ids = [*chain.ids(0), *chain.ids(2), *other.ids(0)]
    with django_assert_num_queries(3):
        found = queries.places(ids, [chain.editions[1], other.editions[1]])
    assert set(found) == set(ids)
    assert found[other.ids(0)[0]].kind == "gone"
    assert queries.places(other.ids(0), chain.editions[1]) == {}
    assert queries.places([], chain.editions[1]) == {}


def test_three_queries_however_many_editions(chain, django_assert_num_queries):
    with django_assert_num_queries(3):
        queries.between(chain.editions[0], chain.editions[2])
    with django_assert_num_queries(1):
        queries.between(chain.editions[0], chain.editions[0])


@pytest.mark.slow
def test_three_thousand_blocks_over_five_editions_in_under_300_ms():
    size = 3000
    chain = Chain([f"Đoạn {i}" for i in range(size)])
    for n in range(4):
        chain.add(
            [f"Đoạn {i} lần {n}" for i in range(size)],
            [(i, i, "edited", "confirmed") for i in range(size)],
        )
    with connection.cursor() as cursor:  # as autovacuum does; without it plans are for empty tables
        cursor.execute("ANALYZE documents_block, documents_blocklink, documents_edition")
    took = []
    for _ in range(3):
        start = time.perf_counter()
        passages = queries.between(chain.editions[0], chain.editions[4])
        took.append(time.perf_counter() - start)
    assert [p.kind for p in passages] == ["edited"] * size
    assert min(took) < 0.3
    start = time.perf_counter()
    found = queries.places(chain.ids(0), chain.editions[4])
    assert {p.kind for p in found.values()} == {"inherited"}
    assert time.perf_counter() - start < 1

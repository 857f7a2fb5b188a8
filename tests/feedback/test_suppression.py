"""No number under five, none that follows from the others, no single opinion between two days."""

import itertools
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.suppression import (
    FEW,
    MINIMUM,
    STEP,
    TOTAL,
    WITHHELD,
    Shown,
    show,
    suppress,
    suppress_table,
)


def plain(shown):
    return {key: str(value) for key, value in shown.items()}


def test_one_number():
    assert [str(show(n)) for n in (0, 4, 5, 9, 10, 1234)] == [
        "dưới 5", "dưới 5", "5", "5", "10", "1.230",
    ]  # fmt: skip
    assert (bool(show(4)), bool(show(5))) == (False, True)


def test_a_list_without_a_published_sum_hides_what_is_small():
    assert plain(suppress({"a": 3, "b": 12}, total=None)) == {"a": "dưới 5", "b": "10"}


def test_a_lone_small_number_takes_the_smallest_other_with_it():
    found = suppress({"a": 3, "b": 12, "c": 60}, total=75)
    assert plain(found) == {"a": "dưới 5", "b": "không nêu", "c": "60"}


def test_small_numbers_that_cover_each_other_take_nothing_with_them():
    found = suppress({"a": 3, "b": 2, "c": 0, "d": 60}, total=65)
    assert plain(found) == {"a": "dưới 5", "b": "dưới 5", "c": "dưới 5", "d": "60"}


def test_four_and_four_are_eight_and_so_take_another_with_them():
    found = suppress({"a": 4, "b": 4, "c": 30, "d": 60}, total=98)
    assert plain(found) == {"a": "dưới 5", "b": "dưới 5", "c": "không nêu", "d": "60"}


def test_a_companion_of_five_is_too_small_alone():
    found = suppress({"a": 1, "b": 5, "c": 9, "d": 60}, total=75)
    assert plain(found) == {"a": "dưới 5", "b": "không nêu", "c": "không nêu", "d": "60"}


def test_what_is_in_the_sum_and_in_no_row_is_covered_too():
    assert plain(suppress({"a": 10, "b": 20}, total=31)) == {"a": "không nêu", "b": "20"}
    assert plain(suppress({"a": 10, "b": 20}, total=30)) == {"a": "10", "b": "20"}
    assert plain(suppress({"a": 10, "b": 2}, total=40)) == {"a": "10", "b": "dưới 5"}


def test_of_four_opinions_in_all_nothing_is_told():
    assert plain(suppress({"a": 3, "b": 1}, total=4)) == {"a": "dưới 5", "b": "dưới 5"}


def test_a_sum_smaller_than_its_parts_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="less"):
        suppress({"a": 3, "b": 12}, total=14)


# What somebody who knows the rule can work out: all lists with the same published table.


def seen(cells, total):
    return tuple(suppress(dict(enumerate(cells)), total=total).items())


def worlds(length, largest, *, rests=False):
    """{what is published: the lists it may come from}, of sums to `largest`."""
    found = defaultdict(list)
    for cells in itertools.product(range(largest + 1), repeat=length):
        for rest in range(largest + 1) if rests else (0,):
            total = sum(cells) + rest
            if total <= largest:
                found[seen(cells, total), str(show(total))].append((*cells, rest))
    return found


@pytest.mark.parametrize(("length", "largest"), [(2, 44), (3, 29), (4, 19)])
def test_a_reader_who_knows_the_rule_finds_no_hidden_number(length, largest):
    for (shown, _total), possible in worlds(length, largest).items():
        for key, value in shown:
            if not value and sum(possible[0][k] for k, v in shown if not v):
                assert len({cells[key] for cells in possible}) >= 2, (shown, possible)


def test_a_reader_who_knows_the_rule_does_not_find_the_part_without_a_row():
    for (shown, _total), possible in worlds(2, 29, rests=True).items():
        rests = {cells[-1] for cells in possible}
        assert len(rests) > 1 or rests == {0} or min(rests) >= MINIMUM, (shown, possible)


cells_of = st.dictionaries(st.integers(0, 40), st.integers(0, 60), min_size=1, max_size=14)


@given(cells_of, st.integers(0, 12))
def test_small_numbers_are_never_shown_and_shown_ones_are_true_to_the_step(cells, rest):
    found = suppress(cells, total=sum(cells.values()) + rest)
    assert found.keys() == cells.keys()
    for key, value in found.items():
        if value:
            assert cells[key] >= MINIMUM
            assert 0 <= cells[key] - value.n < STEP
            assert value.n % STEP == 0
        assert value != FEW or cells[key] < MINIMUM


@given(cells_of, st.integers(0, 12))
def test_the_sum_of_what_is_hidden_is_none_or_at_least_five(cells, rest):
    total = sum(cells.values()) + rest
    found = suppress(cells, total=total)
    hidden = rest + sum(n for key, n in cells.items() if not found[key])
    assert hidden == 0 or hidden >= MINIMUM or total < MINIMUM


@given(cells_of, st.integers(0, 12))
def test_each_small_number_could_be_anything_under_five(cells, rest):
    """By the published sum, the shown numbers and the labels alone; not even rounded."""
    total = sum(cells.values()) + rest
    found = suppress(cells, total=total, step=1)
    few = [key for key, value in found.items() if value == FEW]
    more = [key for key, value in found.items() if value == WITHHELD]
    if total < MINIMUM or not few or all(not n for n in (*(cells[k] for k in few), rest)):
        return
    together = total - sum(value.n for value in found.values() if value)
    if not together:
        return
    most = together - MINIMUM * len(more)  # with every other small one at none
    assert most >= MINIMUM - 1
    unlimited = bool(more) or rest >= MINIMUM
    others = (MINIMUM - 1) * (len(few) - 1 + bool(rest))
    assert unlimited or together - others <= 0  # with every other one at its most


# Two days: tables of consecutive days, by somebody who keeps them both.


def test_between_two_days_no_number_moves_by_less_than_a_step():
    for before, after in itertools.product(range(40), repeat=2):
        one, two = show(before), show(after)
        if one != two and one and two:
            assert abs(one.n - two.n) >= STEP
            # the real difference may be one, and may be many
            assert len({b - a for a in _behind(one) for b in _behind(two)}) == 2 * STEP - 1


def _behind(shown):
    return [n for n in range(60) if show(n) == shown]


@pytest.mark.parametrize("length", [2, 3])
def test_two_days_of_published_tables_tell_of_no_single_opinion(length):
    """Whatever came in between, both tables together say of no cell how many those were."""
    behind = defaultdict(lambda: [set() for _ in range(length)])
    tables = {}
    for cells in itertools.product(range(13), repeat=length):
        total = sum(cells)
        table = tuple(suppress(dict(enumerate(cells)), total=total).values()), show(total)
        tables[cells] = table
        for n, values in zip(cells, behind[table], strict=True):
            values.add(n)
    for cells, table in tables.items():
        for i in range(length):
            later = (*cells[:i], cells[i] + 1, *cells[i + 1 :])
            if later in tables:
                grown = {b - a for a in behind[table][i] for b in behind[tables[later]][i]}
                assert len(grown) >= 3, (cells, later)


# Tables with two sides


def table_of(rows):
    return {(r, c): n for r, row in enumerate(rows) for c, n in enumerate(row)}


def test_a_table_hides_a_small_cell_with_three_others():
    found = suppress_table(table_of([[2, 30, 40], [25, 50, 60], [70, 80, 90]]))
    hidden = {key for key, value in found.items() if not value}
    assert hidden == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert {found[key] for key in hidden} == {WITHHELD}
    assert (str(found[TOTAL, TOTAL]), str(found[0, TOTAL]), str(found[TOTAL, 2])) == (
        "445", "70", "190",
    )  # fmt: skip


def test_a_table_of_large_numbers_is_shown_whole():
    found = suppress_table(table_of([[10, 20], [30, 40]]))
    assert all(found.values())


def test_a_table_of_four_opinions_shows_nothing():
    found = suppress_table(table_of([[1, 0], [0, 3]]))
    assert {str(value) for value in found.values()} == {"dưới 5"}


def test_of_a_table_the_rule_gives_no_hidden_number_away():
    found = defaultdict(list)
    for cells in itertools.product(range(15), repeat=4):
        if sum(cells) < 15:
            cells = table_of([cells[:2], cells[2:]])
            found[tuple(suppress_table(cells).items())].append(cells)
    for published, possible in found.items():
        for key, value in published:
            if not value and TOTAL not in key:
                numbers = {cells[key] for cells in possible}
                assert len(numbers) >= 2 or numbers == {0}, (published, possible)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=5))
def test_every_line_of_a_table_hides_none_or_enough(rows):
    cells = table_of(rows)
    found = suppress_table(cells)
    whole = dict(cells)
    for (r, c), n in cells.items():
        for key in ((r, TOTAL), (TOTAL, c), (TOTAL, TOTAL)):
            whole[key] = whole.get(key, 0) + n
    for key, n in whole.items():
        assert not found[key] or (n >= MINIMUM and found[key] == Shown(n - n % STEP))
    lines = [[k for k in whole if k[0] == r] for r in {k[0] for k in whole}]
    lines += [[k for k in whole if k[1] == c] for c in {k[1] for k in whole}]
    for line in lines:
        hidden = [key for key in line if not found[key]]
        assert len(hidden) != 1

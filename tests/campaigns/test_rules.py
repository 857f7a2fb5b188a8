"""Days, working days, states and resolving: pure, so checked by hand and by hypothesis."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules import specs
from campaigns.rules.resolve import Cycle, Node, resolve
from campaigns.rules.states import Limit, assignment_state, span_state
from campaigns.rules.workdays import WorkCalendar, shifted
from tests.campaigns.factories import day, on

# Tết Giáp Thìn as decided: free 8-14/02/2024 (Thursday to Wednesday); 29/4 swapped with 4/5.
TET = [day("2024-02-08") + dt.timedelta(days=n) for n in range(7)]
CALENDAR = WorkCalendar(
    holidays=frozenset([*TET, day("2024-04-29"), day("2024-04-30"), day("2024-05-01")]),
    workdays=frozenset([day("2024-05-04")]),
)
days = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))


@pytest.mark.parametrize(
    ("spec", "first", "last"),
    [
        (on("2020-02-29"), "2020-02-29", "2020-02-29"),
        (on("2020-02"), "2020-02-01", "2020-02-29"),
        (on("2021-02"), "2021-02-01", "2021-02-28"),
        (on("2020-6"), "2020-06-01", "2020-06-30"),
        (on("2020"), "2020-01-01", "2020-12-31"),
        (on(2020), "2020-01-01", "2020-12-31"),
        (on("2020-10", "early"), "2020-10-01", "2020-10-10"),
        (on("2020-10", "mid"), "2020-10-11", "2020-10-20"),
        (on("2020-10", "late"), "2020-10-21", "2020-10-31"),
        (on("2020-02", "late"), "2020-02-21", "2020-02-29"),
        (on("2020", "early"), "2020-01-01", "2020-04-30"),
        (on("2020", "mid"), "2020-05-01", "2020-08-31"),
        (on("2020", "late"), "2020-09-01", "2020-12-31"),
    ],
)
def test_a_date_names_a_span(spec, first, last):
    assert spec.span() == (day(first), day(last))


@pytest.mark.parametrize("wrong", ["2020-13", "2021-02-29", "tháng 6", "20", "", True, None, 1.5])
def test_what_is_no_date_is_refused(wrong):
    with pytest.raises(ValueError):
        on(wrong)


def test_a_day_has_no_parts():
    with pytest.raises(ValueError):
        on("2020-06-15", "early")


def test_parts_cover_month_and_year_without_overlap():
    for text, whole in (("2023-02", 28), ("2024-02", 29), ("2023-12", 31), ("2023", 365)):
        spans = [on(text, part).span() for part in specs.PARTS]
        assert sum((b - a).days + 1 for a, b in spans) == whole
        assert spans[0][1] + dt.timedelta(days=1) == spans[1][0]
        assert spans[1][1] + dt.timedelta(days=1) == spans[2][0]


@pytest.mark.parametrize(
    ("start", "offset", "result"),
    [
        ("2024-02-15", -1, "2024-02-07"),  # the first working day after Tết: back over it all
        ("2024-02-12", -1, "2024-02-07"),  # counted from inside the holiday
        ("2024-02-07", 1, "2024-02-15"),
        ("2024-02-10", 1, "2024-02-15"),
        ("2024-02-05", 3, "2024-02-15"),
        ("2024-05-05", -1, "2024-05-04"),  # a Saturday that is worked
        ("2024-05-02", -1, "2024-04-26"),  # over 1/5, 30/4, the swapped 29/4 and a weekend
        ("2024-02-10", 0, "2024-02-10"),  # nothing is moved by no days, even on a holiday
    ],
)
def test_working_days_around_tet_and_swapped_days(start, offset, result):
    assert shifted(day(start), offset, True, CALENDAR) == day(result)


@given(days, st.integers(-60, 60).filter(bool))
def test_shifting_lands_on_a_working_day_after_exactly_n(start, n):
    end = CALENDAR.shift(start, n)
    assert CALENDAR.is_working(end)
    low, high = (start, end) if n > 0 else (end, start)
    between = [low + dt.timedelta(days=i) for i in range((high - low).days + 1)]
    counted = [d for d in between if CALENDAR.is_working(d) and d != start]
    assert len(counted) == abs(n)


@given(days)
def test_last_working_until_never_comes_after(start):
    found = CALENDAR.last_working_until(start)
    assert found <= start
    assert CALENDAR.is_working(found)
    assert (found == start) == CALENDAR.is_working(start)


KNOWN = {"on": day("2026-03-10")}


@pytest.mark.parametrize(
    ("starts", "ends", "on_day", "state"),
    [
        (Limit(day("2026-03-10")), Limit(day("2026-03-12")), "2026-03-09", "upcoming"),
        (Limit(day("2026-03-10")), Limit(day("2026-03-12")), "2026-03-10", "active"),
        (Limit(day("2026-03-10")), Limit(day("2026-03-12")), "2026-03-12", "active"),
        (Limit(day("2026-03-10")), Limit(day("2026-03-12")), "2026-03-13", "ended"),
        # opening and closing on the same day
        (Limit(day("2026-03-10")), Limit(day("2026-03-10")), "2026-03-10", "active"),
        (Limit(day("2026-03-10")), Limit(open=True), "2026-03-09", "upcoming"),
        (Limit(day("2026-03-10")), Limit(open=True), "2099-01-01", "active"),
        (Limit(open=True), Limit(day("2026-03-12")), "1999-01-01", "active"),
        (Limit(open=True), Limit(day("2026-03-12")), "2026-03-13", "ended"),
        (Limit(open=True), Limit(open=True), "2026-03-13", "active"),
        (Limit(), Limit(day("2026-03-12")), "2026-03-13", "ended"),
        (Limit(), Limit(day("2026-03-12")), "2026-03-12", "undetermined"),
        (Limit(day("2026-03-10")), Limit(), "2026-03-09", "upcoming"),
        (Limit(day("2026-03-10")), Limit(), "2026-03-10", "undetermined"),
        (Limit(), Limit(open=True), "2026-03-10", "undetermined"),
        (Limit(open=True), Limit(), "2026-03-10", "undetermined"),
        (Limit(), Limit(), "2026-03-10", "undetermined"),
    ],
)
def test_state_of_a_span(starts, ends, on_day, state):
    assert span_state(starts, ends, day(on_day)) == state


def test_the_due_day_is_still_in_time():
    due = day("2026-03-10")
    assert assignment_state("todo", due, due) == "todo"
    assert assignment_state("doing", due, due + dt.timedelta(days=1)) == "overdue"
    assert assignment_state("done", due, due + dt.timedelta(days=1)) == "done"
    assert assignment_state("todo", None, due) == "todo"


def _chain(length):
    nodes = {0: Node(0, "date", "start", date=day("2026-01-01"), precision="day")}
    for n in range(1, length):
        nodes[n] = Node(n, "ref", "end", offset=1, ref_id=n - 1)
    return nodes


def test_a_chain_of_thousands_resolves_without_recursion():
    nodes = dict(reversed(_chain(5000).items()))
    assert resolve(nodes, CALENDAR)[4999] == day("2026-01-01") + dt.timedelta(days=4999)


@given(st.permutations(range(12)))
def test_the_order_of_nodes_does_not_matter(order):
    nodes = _chain(12)
    assert resolve({n: nodes[n] for n in order}, CALENDAR) == resolve(nodes, CALENDAR)


def test_a_reference_to_nothing_known_is_unknown():
    nodes = {
        1: Node(1, "open", "end"),
        2: Node(2, "ref", "start", offset=3, ref_id=1),
        3: Node(3, "ref", "end", offset=-2, ref_id=2),
        4: Node(4, "event", "start", offset=1, base=None),
    }
    assert resolve(nodes, CALENDAR) == {1: None, 2: None, 3: None, 4: None}


@given(st.permutations(range(6)))
def test_a_loop_is_found_wherever_one_begins(order):
    nodes = _chain(6)
    nodes[2] = Node(2, "ref", "start", ref_id=4)
    with pytest.raises(Cycle) as caught:
        resolve({n: nodes[n] for n in order}, CALENDAR)
    ids = caught.value.ids
    assert ids[0] == ids[-1]
    assert sorted(ids[1:]) == [2, 3, 4]

"""Which numbers of opinions the public sees, and how: nothing under five, nothing by difference.

A number under `MINIMUM` is printed as "dưới 5" (none at all is under five as well: else the first
opinion at a passage would show). Where the published totals would tell it all the same, further
numbers are hidden with it ("không nêu"). What is shown is rounded down to a multiple of `STEP`, so
that between the tables of two days a number either stays or moves by five: see ADR 0014.

Pure functions over dicts. Give them **every** cell that could hold a number (all channels that are
open, all passages of the edition), with 0 where there is nothing: a row that appears with its first
opinion would tell of it.
"""

from collections import deque
from dataclasses import dataclass
from heapq import heappop, heappush

from django.utils.translation import gettext as _

from portal.common.display import number_vi

#: Numbers under this are hidden.
MINIMUM = 5
#: Numbers that are shown are multiples of this.
STEP = 5
#: In the keys of `suppress_table`: the sums of rows, of columns and of everything.
TOTAL = "*"


@dataclass(frozen=True)
class Shown:
    """A number as the public sees it: prints itself, "dưới 5" or "không nêu".

    `n` is the number to draw (rounded down), None where it is not told; `few` tells the two apart.
    """

    n: int | None
    few: bool = False

    def __str__(self):
        if self.n is not None:
            return number_vi(self.n)
        return _("dưới %d") % MINIMUM if self.few else _("không nêu")

    def __bool__(self):
        """Whether there is a number to draw."""
        return self.n is not None


FEW = Shown(None, few=True)
WITHHELD = Shown(None)


def show(number, *, minimum=MINIMUM, step=STEP):
    """One number that stands alone (the total of a consultation)."""
    return FEW if number < minimum else Shown(number - number % step)


def suppress(cells, *, total, minimum=MINIMUM, step=STEP):
    """{key: Shown} of a list of numbers beside which their sum is published.

    Args:
        cells: {key: number}, every possible key.
        total: the published sum; more than the cells add up to where part of it has no cell here
            (that part is a hidden cell more); None where no sum is published anywhere.

    No hidden number can be narrowed down, by the sum and what is shown, to less than "under
    `minimum`". Raises ValueError for a sum that is less than its cells.
    """
    few = {key for key, n in cells.items() if n < minimum}
    if total is None:
        return {k: FEW if k in few else Shown(n - n % step) for k, n in cells.items()}
    rest = total - sum(cells.values())
    if rest < 0:
        raise ValueError("the total is less than its cells")
    if total < minimum:
        return dict.fromkeys(cells, FEW)
    hidden = set(few)
    # smallest first, but as rounded: which of two near ones was taken is not to tell their order
    spare = deque(sorted((k for k in cells if k not in few), key=lambda k: cells[k] // step))
    while not _hidden_well(cells, hidden, few, rest, minimum) and spare:
        hidden.add(spare.popleft())
    label = FEW if _hidden_well(cells, hidden, few, rest, minimum) else WITHHELD
    return {
        key: Shown(n - n % step)
        if key not in hidden
        else (label if key in few else WITHHELD)
        for key, n in cells.items()
    }  # fmt: skip


def _hidden_well(cells, hidden, few, rest, minimum):
    """Whether the sum of what is hidden says no more than the labels do.

    Of those "under minimum" each must be able to be none and to be minimum - 1, whatever the
    others are; those hidden with them are `minimum` or more.
    """
    together = rest + sum(cells[key] for key in hidden)
    if not together:
        return True  # nobody is there to be found
    if not few:
        # the part without a cell is the one that is hidden
        others = len(hidden)
        return rest == 0 or rest >= minimum or (others > 0 and together >= minimum * (others + 1))
    top, companions = minimum - 1, len(hidden) - len(few)
    if together < minimum or together - minimum * companions < top:
        return False
    return companions > 0 or rest >= minimum or together <= top * (len(few) - 1 + (rest > 0))


def suppress_table(cells, *, minimum=MINIMUM, step=STEP):
    """{(row, column): Shown} of a table published with the sums of its rows and columns.

    Args:
        cells: {(row, column): number}, every row with every column but those known to be
            impossible.

    The answer has the sums too, under (row, TOTAL), (TOTAL, column) and (TOTAL, TOTAL). Numbers
    under `minimum` are hidden, and with them the cheapest others along closed ways through the
    table, until each could as well be none or `minimum` - 1.
    """
    values = dict(cells)
    for (row, column), n in cells.items():
        for key in ((row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            values[key] = values.get(key, 0) + n
    few = [key for key, n in values.items() if n < minimum]
    hidden = set(few)
    for key in few:
        while not _wide(values, hidden, key, minimum):
            hidden |= _to_hide_with(values, hidden, key, step)
    for key in sorted(hidden - set(few), key=lambda k: (-(values[k] // step), str(k))):
        if all(_wide(values, hidden - {key}, other, minimum) for other in few):
            hidden.discard(key)
    # numbers that were hidden for another's sake are five or more: with nothing else hidden the
    # label tells nothing new, else no label does
    label = FEW if len(hidden) == len(few) and _wide_with_labels(values, hidden, minimum) else None
    return {
        key: (label or (FEW if values[TOTAL, TOTAL] < minimum else WITHHELD))
        if key in hidden
        else Shown(n - n % step)
        for key, n in values.items()
    }


# A table with its sums is a circulation: rows and columns are points, a cell is an edge from its
# row to its column, sums of rows leave the point TOTAL, sums of columns come back to it. What is
# published is fixed, what is hidden may change along closed ways; how far a number may change is a
# maximal flow (Source: Gusfield, "A graph theoretic approach to statistical data security", 1988).


def _ends(key):
    row, column = key
    return ("row", row), ("column", column)


def _flow(values, hidden, key, wanted, ceiling, *, more):
    """Whether the number at `key` can be `wanted` more (or less) with the hidden ones following.

    `ceiling`: how large a hidden number may be thought to be; None for any.
    """
    start, goal = _ends(key)
    start, goal = (goal, start) if more else (start, goal)
    # a cell may grow against the way in which its number runs only through others: (TOTAL, TOTAL)
    # runs back, so its sign turns
    room = {}
    for other in hidden - {key}:
        a, b = _ends(other)
        sign = _sign(other) * _sign(key)
        up = wanted if ceiling is None else max(ceiling(other) - values[other], 0)
        down = values[other]
        forth, back = (up, down) if sign > 0 else (down, up)
        room.setdefault(a, {})[b] = forth
        room.setdefault(b, {})[a] = back
    moved = 0
    while moved < wanted:
        way = _way(room, start, goal)
        if way is None:
            return False
        step = min(min(room[a][b] for a, b in way), wanted - moved)
        for a, b in way:
            room[a][b] -= step
            room[b][a] += step
        moved += step
    return True


def _sign(key):
    """Sums are counted negative, so that every row and every column adds up to nothing."""
    return -1 if (key[0] == TOTAL) != (key[1] == TOTAL) else 1


def _way(room, start, goal):
    came, waiting = {start: None}, deque([start])
    while waiting:
        at = waiting.popleft()
        if at == goal:
            way = []
            while came[at] is not None:
                way.append((came[at], at))
                at = came[at]
            return way
        for to, left in room.get(at, {}).items():
            if left > 0 and to not in came:
                came[to] = at
                waiting.append(to)
    return None


def _wide(values, hidden, key, minimum):
    n = values[key]
    return _flow(values, hidden, key, n, None, more=False) and _flow(
        values, hidden, key, minimum - 1 - n, None, more=True
    )


def _wide_with_labels(values, hidden, minimum):
    def ceiling(_key):
        return minimum - 1

    return all(
        _flow(values, hidden, key, values[key], ceiling, more=False)
        and _flow(values, hidden, key, minimum - 1 - values[key], ceiling, more=True)
        for key in hidden
    )


def _to_hide_with(values, hidden, key, step):
    """The cheapest published numbers that close a way through `key`; else the next cheapest."""
    start, goal = _ends(key)
    near = {}
    for other, n in values.items():
        if other != key:
            a, b = _ends(other)
            cost = 0 if other in hidden else n // step + 1
            near.setdefault(a, []).append((b, cost, other))
            near.setdefault(b, []).append((a, cost, other))
    best, waiting, count = {}, [(0, 0, goal, ())], 0
    while waiting:
        cost, _tie, at, used = heappop(waiting)
        if at in best:
            continue
        best[at] = used
        if at == start:
            break
        for to, more, other in near.get(at, ()):
            if to not in best:
                count += 1
                heappush(waiting, (cost + more, count, to, (*used, other)))
    found = set(best.get(start, ())) - hidden
    if found:
        return found
    return {min((k for k in values if k not in hidden), key=lambda k: values[k] // step)}

"""Proposing how the blocks of one edition became those of the next. Pure.

Only what is certain is linked here: text that stands exactly once in both editions. Everything
else is left to a person, because a lookalike sentence must never be matched silently.
"""

import bisect
from collections import Counter
from dataclasses import dataclass

from portal.common.text import fold


@dataclass(frozen=True)
class Link:
    """`source` and `target` are positions in the two lists given to `propose`."""

    source: int
    target: int
    kind: str
    score: float
    state: str = "certain"


def propose(old, new):
    """Links between two lists of blocks (anything with kind, number and plain), sorted by target.

    A pair is linked when its folded text is equal and unique on both sides and of the same kind:
    "same" where it kept its place among its linked neighbours, "moved" where it did not.
    """
    old_at, new_at = _unique(old), _unique(new)
    pairs = sorted(
        ((old_at[text], new_at[text]) for text in old_at.keys() & new_at.keys()),
        key=lambda pair: pair[1],
    )
    stayed = set(_longest_rising([source for source, _ in pairs]))
    return [
        Link(source, target, "same" if source in stayed else "moved", 1.0)
        for source, target in pairs
    ]


def _unique(blocks):
    texts = [(b.kind, fold(b.plain)) for b in blocks]
    counts = Counter(texts)
    return {t: i for i, t in enumerate(texts) if counts[t] == 1 and t[1]}


def _longest_rising(numbers):
    """A longest strictly rising subsequence (patience sorting)."""
    tails, tail_values, previous = [], [], {}
    for number in numbers:
        at = bisect.bisect_left(tail_values, number)
        previous[number] = tails[at - 1] if at else None
        if at == len(tails):
            tails.append(number)
            tail_values.append(number)
        else:
            tails[at] = number
            tail_values[at] = number
    out, number = [], tails[-1] if tails else None
    while number is not None:
        out.append(number)
        number = previous[number]
    return out[::-1]

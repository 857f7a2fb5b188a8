"""Which of many things kept their order. Pure."""

import bisect


def longest_rising(numbers):
    """A longest strictly rising subsequence of distinct numbers (patience sorting)."""
    tails, previous = [], {}
    for number in numbers:
        at = bisect.bisect_left(tails, number)
        previous[number] = tails[at - 1] if at else None
        tails[at : at + 1] = [number]
    out, number = [], tails[-1] if tails else None
    while number is not None:
        out.append(number)
        number = previous[number]
    return out[::-1]

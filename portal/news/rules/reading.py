"""How long a text is, and how long it takes to read."""

import math

#: Vietnamese puts a space between syllables, so what stands between spaces are syllables ("chữ"),
#: and most words have two of them. Set low on purpose: official texts are full of names, dates and
#: numbers, and a promise of two minutes that takes three annoys. static/js/editor.js counts alike.
WORDS_A_MINUTE = 200


def count_words(plain):
    """Number of "chữ" of a plain text: runs between white space that hold a letter or digit."""
    return sum(any(map(str.isalnum, run)) for run in plain.split())


def minutes_for(words):
    """Whole minutes of reading, rounded, at least one for any text; 0 without words."""
    return max(1, math.floor(words / WORDS_A_MINUTE + 0.5)) if words else 0

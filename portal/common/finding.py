"""What a search shows: the words found are marked, and a passage around the first of them.

PostgreSQL's own headline marks no accented text, so it is done here, on folded letters: "dai hoi"
marks "Đại hội". Nothing here touches the database.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from .text import fold, one_line

MAX_WORDS = 8
MAX_LETTERS = 200
_EDGES = re.compile(r"^\W+|\W+$")
#: Signs that join words: what they join is found apart as well.
JOINTS = "-/_.,:;@’"
_GAP = r"[\W_]+"
PARTED = str.maketrans(JOINTS, " " * len(JOINTS))


@dataclass(frozen=True)
class Part:
    """A stretch of text, found or not."""

    text: str
    hit: bool


def bare(word: str) -> str:
    """`word` without signs at its ends."""
    return _EDGES.sub("", word)


def words_of(raw: str) -> list[str]:
    """The folded words of a question, each once, at most eight, without signs at their ends."""
    words = (bare(word) for word in fold(one_line(raw)[:MAX_LETTERS]).split())
    return list(dict.fromkeys(word for word in words if word))[:MAX_WORDS]


def _places(folded: str, word: str) -> list[tuple[int, int]]:
    """Where `word` stands as a whole word: "hoi" is in "dai hoi", not in "khoi".

    Several words stand where only blanks and signs part them.
    """
    parts = [re.escape(part) for part in word.translate(PARTED).split()]
    if not parts:
        return []
    pattern = rf"(?<![^\W_]){_GAP.join(parts)}(?![^\W_])"
    return [found.span() for found in re.finditer(pattern, folded)]


class _Letters(dict):
    """str.translate's table of folded letters, filled as letters are met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = fold(letter) or (" " if letter.isspace() else "")
        return self[code]


_LETTERS = _Letters()


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The folded text and, for each of its letters, the place of the letter it came from."""
    folded = text.translate(_LETTERS)
    if all(len(_LETTERS[ord(letter)]) == 1 for letter in set(text)):
        return folded, range(len(text))  # one for one, as Vietnamese in NFC is
    out, places = [], []
    for place, letter in enumerate(text):
        for plain in fold(letter) or (" " if letter.isspace() else ""):
            out.append(plain)
            places.append(place)
    return "".join(out), places


def marked(text: str, words: list[str]) -> list[Part]:
    """`text` in parts, the found words apart. Joined again the parts give the text (in NFC)."""
    text = unicodedata.normalize("NFC", text)
    folded, places = _folded(text)
    hits = [False] * len(text)
    for word in words:
        for start, end in _places(folded, word):
            for place in places[start:end]:
                hits[place] = True
    parts: list[Part] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or hits[end] != hits[start]:
            parts.append(Part(text[start:end], hits[start]))
            start = end
    return parts


def passage(text: str, words: list[str], around: int = 90) -> list[Part]:
    """About two lines of `text` around the first word found, cut between words; [] without one."""
    text = one_line(text)
    folded, places = _folded(text)
    whole = _places(folded, " ".join(words))  # the words as one phrase are the best place
    found = whole or [place for word in words for place in _places(folded, word)]
    if not found:
        return []
    at = places[min(found)[0]]
    start, end = max(0, at - around), min(len(text), at + 2 * around)
    if start:
        start = text.find(" ", start, at) + 1 or start
    if end < len(text):
        cut = text.rfind(" ", at, end)
        end = cut if cut > at else end
    cut_out = ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")
    return marked(cut_out, words)

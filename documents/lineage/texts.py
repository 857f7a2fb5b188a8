"""Blocks made ready for comparing: words as single signs, so that strings of them compare fast."""

import re
import unicodedata
from collections import Counter
from functools import cached_property

import lxml.html
from lxml import etree
from rapidfuzz.distance import LCSseq

from portal.common.text import fold

_TOKEN = re.compile(r"\d+(?:[.,/]\d+)*%?|\w+|[^\w\s]")
_WORD = re.compile(r"\w")
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_ALIKE = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "…": "."})
_ENDING = ".;:,-"
#: Words whose coming or going turns a sentence round.
NEGATIONS = frozenset(["không", "chưa", "chẳng", "chớ", "đừng", "cấm", "miễn", "trừ", "ngoài"])
_PICTURE = re.compile(r'<img\b[^>]*?\bsrc="([^"]*)"', re.IGNORECASE)
_NUMBER_SIGN = "#"


def spelled(word):
    """A syllable whose tone stands at its end: "hoà" and "hòa" are spelled alike."""
    apart = unicodedata.normalize("NFD", word)
    bare = apart.translate(_TONES)
    if len(bare) == len(apart):
        return word
    return unicodedata.normalize("NFC", bare) + "".join(c for c in apart if ord(c) in _TONES)


class Signs(dict):
    """{word as written: (its spelling, in lower case, its sign, its sign where figures are alike)}.

    The signs are "" for punctuation. One instance serves both editions, so that signs agree.
    """

    def __init__(self):
        super().__init__()
        self._of = {}

    def __missing__(self, word):
        form = spelled(word)
        lower = form.lower()
        sign = self.sign(lower) if _WORD.match(word) else ""
        masked = self.sign(_NUMBER_SIGN) if word[0].isdigit() else sign
        self[word] = found = (form, lower, sign, masked)
        return found

    def sign(self, word):
        """The character that stands for a word in lower case."""
        found = self._of.get(word)
        if found is None:
            code = 0x100 + len(self._of)
            found = self._of[word] = chr(code if code < 0xD800 else code + 0x800)
        return found


class Text:
    """One block: `words` and `masked` (figures alike) are strings with one sign for each word.

    `exact` is the text as readers see it, whatever the place of tone marks; `key` leaves capitals
    and the closing mark aside: two blocks with one key say the same.
    """

    def __init__(self, block, signs):
        self.kind, self.level, self.number = block.kind, block.level, block.number
        self.plain = block.plain
        self.pictures = ()
        parts = [block.plain]
        if "<img" in block.html:
            self.pictures = tuple(_PICTURE.findall(block.html))
        if block.kind == "table":
            parts = _cells(block.html) or parts
        rows = [[signs[t] for t in _TOKEN.findall(part.translate(_ALIKE))] for part in parts]
        self.exact = (self.kind, self.pictures, _joined(rows, 0))
        if len(rows) == 1:
            while rows[0] and rows[0][-1][1] in _ENDING:
                rows[0].pop()
        self.key = (self.kind, self.pictures, _joined(rows, 1))
        shown = "".join(signs.sign(f"src:{src}") for src in self.pictures)
        self.words = "".join([token[2] for row in rows for token in row]) + shown
        self.masked = "".join([token[3] for row in rows for token in row]) + shown
        self.numbers = Counter(t[1] for row in rows for t in row if t[2] != t[3])
        self.negations = Counter(t[1] for row in rows for t in row if t[1] in _NEGATION_SPELLINGS)

    def features(self, size=2):
        """Runs of `size` neighbouring words, figures alike; with each figure also as it is."""
        masked, words = self.masked, self.words
        found = {masked[i : i + size] for i in range(len(masked) - size + 1)} or {masked}
        if masked != words:
            found |= {
                words[i : i + size]
                for i in range(len(words) - size + 1)
                if words[i : i + size] != masked[i : i + size]
            }
        return found

    @cached_property
    def pairs(self):
        """Pairs of neighbouring words as they are."""
        return {self.words[i : i + 2] for i in range(len(self.words) - 1)}

    @cached_property
    def folded(self):
        """The text without marks and capitals."""
        return fold(self.plain).rstrip(_ENDING)


_NEGATION_SPELLINGS = frozenset(map(spelled, NEGATIONS))


def _joined(rows, form):
    return "\n".join([" ".join([token[form] for token in row]) for row in rows])


def _cells(html):
    try:
        root = lxml.html.fragment_fromstring(html, create_parent="div")
    except etree.ParserError:
        return []
    return [" ".join(cell.itertext()) for cell in root.iter("td", "th")]


class Prepared:
    """The texts of two editions with the places of their headings."""

    def __init__(self, old, new):
        signs = Signs()
        self.old = [Text(block, signs) for block in old]
        self.new = [Text(block, signs) for block in new]

    @cached_property
    def parents(self):
        """Two lists: the position of the heading over each block, None at the top."""
        return _parents(self.old), _parents(self.new)


def _parents(texts):
    over, out = [], []
    for i, text in enumerate(texts):
        if text.kind == "heading":
            while over and texts[over[-1]].level >= text.level:
                over.pop()
        out.append(over[-1] if over else None)
        if text.kind == "heading":
            over.append(i)
    return out


def common(one, other):
    """How many words two strings of signs have in common, in order."""
    return LCSseq.similarity(one, other)


def similarity(one, other):
    """0..1: the share of words that two prepared texts have in common, in order."""
    total = len(one.words) + len(other.words)
    return 2 * common(one.words, other.words) / total if total else float(one.key == other.key)


def contained(piece, whole):
    """0..1: how much of one text stands in another, by neighbouring words."""
    if not piece.pairs:
        return float(bool(piece.words) and piece.words in whole.words)
    return len(piece.pairs & whole.pairs) / len(piece.pairs)

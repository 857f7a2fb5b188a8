"""Word by word difference of two texts, for proposed wordings and for two editors' versions.

A Vietnamese word of several syllables is written as several words, so a "word" here is a syllable,
a number or one punctuation mark.
"""

import difflib
import re
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

EQUAL, INSERT, DELETE = "equal", "insert", "delete"

_TOKEN = re.compile(r"(\s*)(\w+|[^\w\s]|$)")
# Beyond this product of lengths the words of a changed paragraph are not compared one by one.
_MAX_WORK = 4_000_000


def tokens(text: str) -> list[tuple[str, str]]:
    """(white space before, word) pairs; joined again they are the text."""
    return [(m[1], m[2]) for m in _TOKEN.finditer(text) if m[0]]


def word_diff(old: str, new: str) -> list[tuple[str, str]]:
    """Runs (op, text), op one of equal, insert, delete, in the order of reading.

    Equal and insert runs joined are `new`; equal and delete runs joined are `old`. Within a change
    the deleted words stand before the inserted ones.
    """
    a, b = tokens(old), tokens(new)
    raw: list[tuple[str, str]] = []
    for op, i1, i2, j1, j2 in _opcodes(a, b):
        if op == "equal":
            for (space_a, word), (space_b, _same) in zip(a[i1:i2], b[j1:j2], strict=True):
                if space_a != space_b:
                    raw += [(DELETE, space_a), (INSERT, space_b), (EQUAL, word)]
                else:
                    raw.append((EQUAL, space_a + word))
        else:
            raw.append((DELETE, "".join(s + w for s, w in a[i1:i2])))
            raw.append((INSERT, "".join(s + w for s, w in b[j1:j2])))
    return _merge(raw)


def _opcodes(a, b):
    words_a, words_b = [w for _s, w in a], [w for _s, w in b]
    if len(a) * len(b) <= _MAX_WORK:
        yield from difflib.SequenceMatcher(None, words_a, words_b, autojunk=False).get_opcodes()
        return
    # Long texts: paragraphs first, words only inside paragraphs that changed.
    rows_a, rows_b = _paragraphs(a), _paragraphs(b)
    keys_a = [tuple(words_a[i:j]) for i, j in rows_a]
    keys_b = [tuple(words_b[i:j]) for i, j in rows_b]
    matcher = difflib.SequenceMatcher(None, keys_a, keys_b, autojunk=False)
    for op, r1, r2, s1, s2 in matcher.get_opcodes():
        i1, i2 = _span(rows_a, r1, r2)
        j1, j2 = _span(rows_b, s1, s2)
        if op != "replace" or (i2 - i1) * (j2 - j1) > _MAX_WORK:
            yield op, i1, i2, j1, j2
            continue
        inner = difflib.SequenceMatcher(None, words_a[i1:i2], words_b[j1:j2], autojunk=False)
        for op_, p1, p2, q1, q2 in inner.get_opcodes():
            yield op_, i1 + p1, i1 + p2, j1 + q1, j1 + q2


def _paragraphs(toks):
    starts = [0] + [i for i, (space, _w) in enumerate(toks) if i and "\n" in space]
    return list(zip(starts, [*starts[1:], len(toks)], strict=True)) if toks else []


def _span(rows, first, last):
    if first == last:
        at = rows[first][0] if first < len(rows) else (rows[-1][1] if rows else 0)
        return at, at
    return rows[first][0], rows[last - 1][1]


def _merge(raw):
    """Join neighbours; a lone space between two changes belongs to the change."""
    runs: list[list[str]] = []
    for op, text in raw:
        if not text:
            continue
        runs.append([op, text])
    changed: list[tuple[str, str]] = []
    for k, (op, text) in enumerate(runs):
        between = 0 < k < len(runs) - 1 and runs[k - 1][0] != EQUAL and runs[k + 1][0] != EQUAL
        if op == EQUAL and between and not text.strip():
            changed += [(DELETE, text), (INSERT, text)]
        else:
            changed.append((op, text))
    out: list[tuple[str, str]] = []
    for equal, group in groupby(changed, key=lambda run: run[0] == EQUAL):
        items = list(group)
        if equal:
            out.append((EQUAL, "".join(t for _o, t in items)))
            continue
        for op in (DELETE, INSERT):
            text = "".join(t for o, t in items if o == op)
            if text:
                out.append((op, text))
    return out


def diff_html(old: str, new: str) -> SafeString:
    """The difference with <del> and <ins>; everything else escaped, line ends as <br>."""
    tags = {EQUAL: "{}", DELETE: "<del>{}</del>", INSERT: "<ins>{}</ins>"}
    html = "".join(tags[op].format(escape(text)) for op, text in word_diff(old, new))
    return mark_safe(html.replace("\n", "<br>"))  # noqa: S308 - every run is escaped above

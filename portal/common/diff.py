"""Word by word difference of two texts: proposed wordings, two editors' versions, two editions.

A Vietnamese word of several syllables is written as several words, so a "word" here is a syllable,
a number with its parts ("6,8%", "01/7/2025", "12-KH/TU") or one punctuation mark.
"""

import difflib
import re
from collections import Counter
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

EQUAL, INSERT, DELETE = "equal", "insert", "delete"

# A syllable keeps its combining marks, whatever normal form the text is in.
_LETTER = "[\\w\u0300-\u036f]"
_TOKEN = re.compile(rf"(\s*)(\d{_LETTER}*(?:[.,:]\d+|[/\-–]{_LETTER}+)*[%‰]?|{_LETTER}+|[^\w\s]|$)")
# Beyond this product of lengths the words of a changed paragraph are not compared one by one.
_MAX_WORK = 4_000_000
#: Two paragraphs with less than this share of words in common are two different ones.
_ALIKE = 0.4
_MOST_PAIRS = 2500
#: An unchanged run of at most so many words may be drawn into larger changes on both sides.
_CRUMB = 3


def tokens(text: str) -> list[tuple[str, str]]:
    """(white space before, word) pairs; joined again they are the text."""
    return [(m[1], m[2]) for m in _TOKEN.finditer(text) if m[0]]


def count_words(text: str) -> int:
    """How many words there are, punctuation not counted."""
    return sum(word[0].isalnum() for _space, word in tokens(text) if word)


def word_diff(old: str, new: str, *, smooth: bool = False) -> list[tuple[str, str]]:
    """Runs (op, text), op one of equal, insert, delete, in the order of reading.

    Equal and insert runs joined are `new`; equal and delete runs joined are `old`. Within a change
    the deleted words stand before the inserted ones. Paragraphs (lines) are paired first, so that
    the words of one are never mixed with those of another.

    Args:
        smooth: one or two words that happened to stay between larger changes are drawn into them,
            for people to read whole phrases; without it the runs say exactly what stayed.
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
    runs = _merge(raw)
    return _smooth(runs) if smooth else runs


def _opcodes(a, b):
    rows_a, rows_b = _paragraphs(a), _paragraphs(b)
    if len(rows_a) < 2 and len(rows_b) < 2:
        yield from _words(a, b, 0, len(a), 0, len(b))
        return
    keys_a = [tuple(w for _s, w in a[i:j]) for i, j in rows_a]
    keys_b = [tuple(w for _s, w in b[i:j]) for i, j in rows_b]
    matcher = difflib.SequenceMatcher(None, keys_a, keys_b, autojunk=False)
    for op, r1, r2, s1, s2 in matcher.get_opcodes():
        i1, i2 = _span(rows_a, r1, r2)
        j1, j2 = _span(rows_b, s1, s2)
        if op != "replace":
            yield op, i1, i2, j1, j2
            continue
        for p1, p2, q1, q2 in _paired(keys_a[r1:r2], keys_b[s1:s2]):
            i1, i2 = _span(rows_a, r1 + p1, r1 + p2)
            j1, j2 = _span(rows_b, s1 + q1, s1 + q2)
            yield from _words(a, b, i1, i2, j1, j2)


def _words(a, b, i1, i2, j1, j2):
    """Opcodes of two ranges of words; what is common at both ends is not looked at twice."""
    start = 0
    while start < min(i2 - i1, j2 - j1) and a[i1 + start][1] == b[j1 + start][1]:
        start += 1
    if start:
        yield "equal", i1, i1 + start, j1, j1 + start
        i1, j1 = i1 + start, j1 + start
    end = 0
    while end < min(i2 - i1, j2 - j1) and a[i2 - 1 - end][1] == b[j2 - 1 - end][1]:
        end += 1
    last_i, last_j = i2 - end, j2 - end
    if last_i == i1 or last_j == j1 or (last_i - i1) * (last_j - j1) > _MAX_WORK:
        if last_i > i1 or last_j > j1:
            yield "replace", i1, last_i, j1, last_j
    else:
        words_a, words_b = [w for _s, w in a[i1:last_i]], [w for _s, w in b[j1:last_j]]
        inner = difflib.SequenceMatcher(None, words_a, words_b, autojunk=False)
        for op, p1, p2, q1, q2 in inner.get_opcodes():
            yield op, i1 + p1, i1 + p2, j1 + q1, j1 + q2
    if end:
        yield "equal", last_i, i2, last_j, j2


def _paired(keys_a, keys_b):
    """Ranges of paragraphs to compare with each other: pairs that are alike, in order."""
    many_a, many_b = len(keys_a), len(keys_b)
    if many_a * many_b > _MOST_PAIRS:
        yield from _in_step(many_a, many_b)
        return
    bags_a, bags_b = [Counter(k) for k in keys_a], [Counter(k) for k in keys_b]
    likeness = [[_likeness(x, y) for y in bags_b] for x in bags_a]
    if min(many_a, many_b) == 1:
        whole = _likeness(sum(bags_a, Counter()), sum(bags_b, Counter()))
        if whole > max(map(max, likeness)) + 0.1:  # one paragraph split, or several joined
            yield 0, many_a, 0, many_b
            return
    pairs = _best_pairs(likeness)
    at_a = at_b = 0
    for i, j in [*pairs, (many_a, many_b)]:
        if at_a < i:
            yield at_a, i, at_b, at_b
        if at_b < j:
            yield i, i, at_b, j
        if i < many_a:
            yield i, i + 1, j, j + 1
        at_a, at_b = i + 1, j + 1


def _in_step(many_a, many_b):
    for n in range(max(many_a, many_b)):
        yield min(n, many_a), min(n + 1, many_a), min(n, many_b), min(n + 1, many_b)


def _likeness(x, y):
    """The share of words in common, 0 to 1 (Dice over bags)."""
    total = x.total() + y.total()
    return 2 * (x & y).total() / total if total else 0.0


def _best_pairs(likeness):
    """[(row, column)] rising in both, of at least `_ALIKE`, with the greatest sum."""
    rows, columns = len(likeness), len(likeness[0])
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1])
            if likeness[i][j] >= _ALIKE:
                best[i][j] = max(best[i][j], likeness[i][j] + best[i + 1][j + 1])
    pairs, i, j = [], 0, 0
    while i < rows and j < columns:
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs


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


def _smooth(runs):
    """Draw crumbs of unchanged words into the changes on both sides of them."""
    groups = [[equal, list(g)] for equal, g in groupby(runs, key=lambda run: run[0] == EQUAL)]
    out = []
    for k, (equal, items) in enumerate(groups):
        between = 0 < k < len(groups) - 1
        if equal and between and _is_crumb(items[0][1], out, groups[k + 1][1]):
            out += [(DELETE, items[0][1]), (INSERT, items[0][1])]
        else:
            out += items
    return _merge(out)


def _is_crumb(text, before, after):
    if "\n" in text:
        return False
    words = count_words(text)
    if words > _CRUMB:
        return False
    start = next((n for n in range(len(before), 0, -1) if before[n - 1][0] == EQUAL), 0)
    sizes = [_change_size(before[start:]), _change_size(after)]
    return words * 2 <= min(sizes) and words * 3 <= max(sizes)


def _change_size(runs):
    return max(count_words("".join(t for o, t in runs if o == op)) for op in (DELETE, INSERT))


def diff_html(old: str, new: str) -> SafeString:
    """The difference with <del> and <ins>; everything else escaped, line ends as <br>."""
    return marked(word_diff(old, new))


_TAGS = {DELETE: "del", INSERT: "ins"}
_EDGES = re.compile(r"^(\s*)(.*?)(\s*)$", re.DOTALL)


def marked(runs, *, spoken: bool = False) -> SafeString:
    """Runs of `word_diff` as HTML. Every line of a change is marked by itself, blanks stay outside.

    Args:
        spoken: with hidden words "bỏ" and "thêm" for those who listen: most screen readers do not
            announce <del> and <ins>.
    """
    says = None
    if spoken:
        says = {DELETE: (_("bỏ"), _("hết phần bỏ")), INSERT: (_("thêm"), _("hết phần thêm"))}
    html = "".join(_marked_run(op, text, says) for op, text in runs)
    return mark_safe(html)  # noqa: S308 - every piece is escaped


def _marked_run(op, text, says):
    if op == EQUAL:
        return escape(text).replace("\n", "<br>")
    if not text.strip():
        return text.replace("\n", "<br>") if op == INSERT else ""
    tag = _TAGS[op]
    lines = []
    for line in text.split("\n"):
        before, words, after = _EDGES.match(line).groups()
        if words:
            words = escape(words)
            if says:
                start, end = (
                    f'<span class="visually-hidden">{w}</span>' for w in _around(says[op])
                )
                words = f"{start}{words}{end}"
            words = f"<{tag}>{words}</{tag}>"
        lines.append(before + words + after)
    return "<br>".join(lines)


def _around(says):
    start, end = says
    return f" {start}: ", f" ({end}) "


def _hidden(words):
    return f'<span class="visually-hidden">{words}</span>'

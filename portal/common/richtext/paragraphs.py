"""The paragraphs of a body as plain texts, and a body again from changed ones.

Pure. A paragraph here is an element that holds text and no other paragraph: p, a heading, an item
of a list, a caption, a cell. Its mark-up stays: a word put into bold text is bold, a word put in
place of a linked one is linked, whatever is not touched is kept to the letter.
"""

import re
from dataclasses import dataclass, field
from html import escape, unescape

from portal.common.diff import DELETE, EQUAL, INSERT, word_diff

_TOKEN = re.compile(r'<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)(?:[^<>"]|"[^"]*")*>|[^<]+|<', re.I)
_BLOCKS = frozenset({
    "p", "h2", "h3", "h4", "li", "blockquote", "figcaption", "caption", "td", "th", "div", "ul",
    "ol", "table", "thead", "tbody", "tr", "figure",
})  # fmt: skip
_BLANK = str.maketrans("\n\t\u00a0", "   ")


@dataclass
class Paragraph:
    """One paragraph of a body: its number, its element, its text with line ends for <br>."""

    number: int
    tag: str
    text: str
    places: list = field(default_factory=list, repr=False)


@dataclass
class _Token:
    raw: str
    name: str = ""  # of the element, "" for text
    closes: bool = False

    @property
    def shown(self):
        """What people read of it, one character for each of `_letters`."""
        if self.name == "br":
            return "\n"
        return "" if self.name else unescape(self.raw).translate(_BLANK)


def _tokens(html):
    return [
        _Token(m[0], (m["name"] or "").lower(), bool(m["close"])) for m in _TOKEN.finditer(html)
    ]


def paragraphs(html):
    """[Paragraph] of a sanitised body, those without text left out; numbers count them all."""
    return [p for p in _all(_tokens(html)) if p.text.strip()]


def _all(tokens):
    found, open_ = [], []
    for place, token in enumerate(tokens):
        if token.name not in _BLOCKS:
            continue
        if not token.closes:
            for outer in open_:
                outer[2] = False
            open_.append([token.name, place, True])
        elif open_ and open_[-1][0] == token.name:
            name, start, leaf = open_.pop()
            if leaf:
                places = list(range(start + 1, place))
                text = "".join(tokens[i].shown for i in places)
                found.append((start, Paragraph(0, name, text, places)))
    ordered = [paragraph for _start, paragraph in sorted(found, key=lambda pair: pair[0])]
    for number, paragraph in enumerate(ordered):
        paragraph.number = number
    return ordered


def replaced(html, texts):
    """`html` with the paragraphs of `texts` ({number: new text}) reading as given.

    Raises:
        KeyError: for a number that no paragraph has.
    """
    tokens = _tokens(html)
    known = {p.number: p for p in _all(tokens)}
    for number, text in texts.items():
        _rewrite(tokens, known[number], text)
    return "".join(token.raw for token in tokens)


def _rewrite(tokens, paragraph, text):
    """Carry the difference over into the pieces of text of one paragraph."""
    # (place, letter) of every shown character; a line end that stays keeps its tag.
    letters = []
    for place in paragraph.places:
        token = tokens[place]
        if token.name == "br":
            letters.append((place, "\n"))
        elif not token.name:
            letters += [(place, letter) for letter in unescape(token.raw)]
    pieces = {place: [] for place in paragraph.places if tokens[place].name in ("", "br")}
    at = 0
    for op, run in _runs(paragraph.text, text):
        if op == EQUAL:
            for place, letter in letters[at : at + len(run)]:
                pieces[place].append(_written(tokens[place], letter))
            at += len(run)
        elif op == DELETE:
            at += len(run)
        else:
            pieces[_beside(tokens, letters, at)].append(escape(run, quote=False))
    for place, written in pieces.items():
        tokens[place].raw = "".join(written).replace("\n", "<br>")


def _runs(old, new):
    """As `word_diff`; the blank before both the old word and the new one has not changed."""
    runs = word_diff(old, new)
    out = []
    for op, run in runs:
        if op == INSERT and out and out[-1][0] == DELETE and out[-1][1][0] == run[0] == " ":
            gone = out.pop()[1]
            out += [(EQUAL, " "), (DELETE, gone[1:]), (INSERT, run[1:])]
        else:
            out.append((op, run))
    return [(op, run) for op, run in out if run]


def _written(token, letter):
    if token.name == "br":
        return token.raw
    # A line end inside a text is a blank to the browser.
    return escape(" " if letter == "\n" else letter, quote=False)


def _beside(tokens, letters, at):
    """The piece of text that takes what is put in at `at`: the one before it, else the next."""
    before = [place for place, _letter in letters[max(at - 1, 0) : at]]
    after = [place for place, _letter in letters[at:]]
    for place in [*before, *after, *[p for p, _l in letters]]:
        if not tokens[place].name:
            return place
    return letters[0][0]

"""What the readers of DOCX, HTML and plain text hand on: paragraphs and tables in order."""

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from itertools import groupby

from portal.common import legacy_text
from portal.common.text import clean

#: Marks of a run, the outer first.
MARKS = ("strong", "em", "u", "s", "sub", "sup")
_SPACE = re.compile(r"\s+")
_UNICODE = re.compile("[\u1ea0-\u1ef9]")  # Vietnamese letters that no old font has
_font_of = lru_cache(maxsize=256)(legacy_text.font)


@dataclass(slots=True)
class Piece:
    """A run of text; or kind "break", "note" (text: its label) or "picture" (text: its ref)."""

    text: str
    marks: frozenset = frozenset()
    href: str = ""
    font: str = ""
    kind: str = "text"
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    kind: str
    author: str
    on: dt.date | None
    text: str


@dataclass(slots=True)
class Extras:
    """What hangs on a paragraph or table: footnotes (label, html), changes, legacy runs."""

    footnotes: list = field(default_factory=list)
    changes: list = field(default_factory=list)
    legacy: list = field(default_factory=list)

    def take(self, other):
        self.footnotes += other.footnotes
        self.changes += other.changes
        self.legacy += other.legacy


@dataclass(slots=True)
class Para:
    """A paragraph. `level` is what its style says (0: nothing), `label` its automatic number."""

    pieces: list
    align: str = ""
    level: int = 0
    label: str = ""
    depth: int = 0
    sequence: object = None
    caption: bool = False
    footnote: bool = False
    extras: Extras = field(default_factory=Extras)


@dataclass(slots=True)
class Table:
    """A table as finished HTML."""

    html: str
    extras: Extras = field(default_factory=Extras)


def plain_of(pieces):
    """The words of pieces on one line; references to footnotes are no words."""
    words = (" " if p.kind == "break" else p.text for p in pieces if p.kind in {"text", "break"})
    return _SPACE.sub(" ", clean("".join(words))).strip()


def html_of(pieces):
    """Pieces as HTML of the sanitiser's own tags."""
    out = []
    for href, group in groupby(pieces, key=lambda piece: piece.href):
        inner = _nested(list(group), MARKS)
        out.append(f'<a href="{escape(href)}">{inner}</a>' if href else inner)
    return "".join(out)


def _nested(pieces, marks):
    if not marks:
        return "".join(map(_html, pieces))
    mark, rest, out = marks[0], marks[1:], []
    for marked, group in groupby(pieces, key=lambda piece: mark in piece.marks):
        inner = _nested(list(group), rest)
        out.append(f"<{mark}>{inner}</{mark}>" if marked else inner)
    return "".join(out)


def _html(piece):
    if piece.kind == "break":
        return "<br>"
    text = escape(piece.text, quote=False)
    if piece.kind == "note":
        return f'<sup class="note">{text}</sup>'
    if piece.kind == "picture":
        return f'<img src="{escape(piece.text)}" alt="{escape(piece.alt)}">'
    return text


def finished(pieces, extras):
    """Pieces joined where they look alike, in Unicode, clean and trimmed.

    What was converted from a legacy font goes to `extras.legacy`.
    """
    joined = []
    for text, group in groupby(pieces, key=_alike):
        same = list(group)
        if text:
            same[0].text = "".join(piece.text for piece in same)
            del same[1:]
        joined += same
    _convert(joined, extras)
    out, texts = [], []  # the texts of a piece are joined at the end, not one after another
    for piece in joined:
        if piece.kind == "text":
            piece.text = _SPACE.sub(" ", clean(piece.text, strip=False))
            if not piece.text:
                continue
            if not piece.text.strip():
                piece.marks &= {"u"}
            last = out[-1] if out else None
            if last is not None and last.kind == "text" and last.href == piece.href:
                if texts[-1][-1].endswith(" "):
                    piece.text = piece.text.lstrip()
                if last.marks == piece.marks or not piece.text.strip():
                    texts[-1] += [piece.text] if piece.text else []
                    continue
        out.append(piece)
        texts.append([piece.text])
    for piece, words in zip(out, texts, strict=True):
        piece.text = "".join(words)
    return trimmed(out)


def _alike(piece):
    """What runs of text that are one share; None for anything else."""
    return (piece.marks, piece.href, piece.font) if piece.kind == "text" else None


def trimmed(pieces):
    """Without white space and breaks at both ends."""
    for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while pieces:
            piece = pieces[end]
            if piece.kind == "text":
                piece.text = strip(piece.text)
                if piece.text:
                    break
            elif piece.kind != "break":
                break
            del pieces[end]
    return pieces


def without(pieces, length):
    """The pieces without the first `length` characters of their text."""
    pieces = list(pieces)
    while pieces and length > 0:
        piece = pieces[0]
        if piece.kind == "note" or piece.kind == "picture":
            break
        if piece.kind == "break":
            length -= 1
            del pieces[0]
        elif len(piece.text) <= length:
            length -= len(piece.text)
            del pieces[0]
        else:
            piece.text = piece.text[length:]
            length = 0
    return trimmed(pieces)


def _convert(pieces, extras):
    """Legacy text by its font; without one, where a paragraph spells Vietnamese only so."""
    texts = [piece for piece in pieces if piece.kind == "text"]
    loose = [piece for piece in texts if _font_of(piece.font).kind is None]
    words = "".join(piece.text for piece in loose)
    guessed = None if words.isascii() else legacy_text.recognise(words)
    found = []
    for piece in texts:
        font = _font_of(piece.font)
        kind = font.kind or guessed
        if kind is None or _UNICODE.search(piece.text):
            continue
        after = legacy_text.to_unicode(piece.text, kind, capitals=font.capitals)
        if after != piece.text:
            found.append((piece.font if font.kind else "", piece.text, clean(after, strip=False)))
            piece.text = after
    for font, runs in groupby(found, key=lambda run: run[0]):
        _font, before, after = zip(*runs, strict=True)
        extras.legacy.append((font, "".join(before), "".join(after)))

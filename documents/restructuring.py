"""Correcting the structure of blocks before they are saved: levels, joins, splits. Pure.

A block here is a dict with the fields of `documents.blocks.BlockDraft`. What comes out of every
change went once through the working text and back, so that it is exactly what saving will store.
"""

import hashlib
import re
from dataclasses import asdict, dataclass
from html import unescape

from documents.blocks import MAX_LEVEL, BlockDraft, cut, split_number, to_html
from portal.common.richtext import paragraphs
from portal.common.text import clean

FIELDS = ("kind", "level", "number", "html", "plain", "align", "indent")
#: What carries no words of its own is neither joined nor split.
WHOLE = frozenset({"table", "figure"})
#: Stands for a line end inside one block, where a line end means a new block.
BREAK = "↵"
#: Longer than any heading; such paragraphs are not offered as lookalikes of headings.
_LONGEST_HEADING = 250

_TOKEN = re.compile(r"<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)(?:[^<>\"]|\"[^\"]*\")*>", re.I)
_STRONG = re.compile(r"<(strong|b)(?: [^<>]*)?>.*?</\1>", re.S)
_EM = re.compile(r"<(em|i)(?: [^<>]*)?>.*?</\1>", re.S)
_ANY_TAG = re.compile(r"<[^<>]*>")


def draft(block):
    """The BlockDraft of a block."""
    return BlockDraft(**{name: block[name] for name in FIELDS})


def as_dict(drafts):
    """Blocks as they are stored in JSON."""
    return [asdict(one) for one in drafts]


def settled(block):
    """[block] as saving would store it; [] when nothing is left of it."""
    return as_dict(cut(to_html([draft(block)])))


def of_text(text):
    """A paragraph of plain text."""
    return BlockDraft("paragraph", 0, "", _escaped(text), text)


def seen(block):
    """A short digest of a block as a person saw it; another one means it was changed."""
    line = "\x1f".join(str(block[name]) for name in ("kind", "level", "number", "html"))
    return hashlib.sha256(line.encode()).hexdigest()[:10]


# --- one block ------------------------------------------------------------------------------------


def as_kind(block, kind, level=0):
    """The block as a heading of a level, a paragraph or a footnote.

    Raises:
        ValueError: for tables and figures, which stay what they are, and for kinds there are not.
    """
    if block["kind"] in WHOLE or kind not in ("heading", "paragraph", "footnote"):
        raise ValueError(kind)
    level = min(max(level, 1), MAX_LEVEL) if kind == "heading" else 0
    indent = 0 if kind == "heading" else block["indent"]
    made = settled({**block, "kind": kind, "level": level, "indent": indent})
    rich = block.get("rich")
    if kind == "heading":
        # Headings have no mark-up; a paragraph that was one by mistake gets its own back.
        for one in made:
            one["rich"] = rich or [block["number"], block["html"]]
    elif rich:
        back = settled({**block, "kind": kind, "level": 0, "number": rich[0], "html": rich[1]})
        if [_words(one) for one in back] == [_words(block)]:
            return back
    return made


def _words(block):
    return f"{block['number']} {block['plain']}".split()


def moved(block, step):
    """A heading `step` levels deeper (negative: higher); a paragraph becomes one of level 3."""
    if block["kind"] != "heading":
        return as_kind(block, "heading", 3)
    return as_kind(block, "heading", block["level"] + step)


def shown_text(block):
    """The text of a block as it stands in a text field: one line, BREAK for a line end."""
    inner = "<p>{}</p>".format(re.sub(r"<br ?/?>", BREAK, block["html"]))
    return " ".join("".join(p.text for p in paragraphs.paragraphs(inner)).split())


def rewritten(block, *, text, number, kind=None, level=0):
    """[blocks] that a block becomes when its text is replaced; each line is a block of its own.

    Mark-up of words that stay is kept. The first block keeps number and kind; what follows a
    heading is a paragraph. [] when no text is left.
    """
    lines = [" ".join(line.split()) for line in clean(text).split("\n")]
    lines = [line for line in lines if line.replace(BREAK, "").strip()]
    if not lines:
        return []
    kind = kind or block["kind"]
    out = []
    for place, html in enumerate(_pieces(block["html"], lines)):
        first = place == 0
        piece = {
            **block,
            "html": html.replace(BREAK, "<br>"),
            "number": one_label(number) if first else "",
            "kind": kind if first or kind != "heading" else "paragraph",
        }
        piece["level"] = (level or block["level"] or 1) if piece["kind"] == "heading" else 0
        out += settled(piece)
    return out


def one_label(number):
    """A number label as it may be stored: one line of at most 40 characters."""
    return " ".join(clean(number).split())[:40]


def _pieces(html, lines):
    """The mark-up of a block cut where the lines end."""
    inner = "<p>{}</p>".format(re.sub(r"<br ?/?>", BREAK, html))
    known = paragraphs.paragraphs(inner)
    whole = "\n".join(lines)
    if not known:
        return [_escaped(line) for line in lines]
    if len(lines) == 1 and " ".join(known[0].text.split()) == lines[0]:
        return [html]  # not touched
    changed = paragraphs.replaced(inner, {known[0].number: whole})
    return split_html(changed.removeprefix("<p>").removesuffix("</p>"))


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def split_html(html):
    """Inline mark-up cut at every <br>; elements that were open go on in the next piece."""
    pieces, open_, out, at = [], [], [], 0
    for token in _TOKEN.finditer(html):
        out.append(html[at : token.start()])
        at = token.end()
        name = token["name"].lower()
        if name == "br":
            out += [f"</{tag}>" for tag, _raw in reversed(open_)]
            pieces.append("".join(out).strip())
            out = [raw for _tag, raw in open_]
            continue
        out.append(token[0])
        if token["close"]:
            if open_ and open_[-1][0] == name:
                open_.pop()
        elif name not in ("img", "hr"):
            open_.append((name, token[0]))
    out.append(html[at:])
    pieces.append("".join(out).strip())
    return pieces


def joined(first, second):
    """[block] of two that stand one after the other; the second goes on in the first.

    Raises:
        ValueError: when one of them is a table or a figure.
    """
    if WHOLE & {first["kind"], second["kind"]}:
        raise ValueError("whole")
    label = _escaped(second["number"])
    html = " ".join(part for part in (first["html"].strip(), label, second["html"].strip()) if part)
    return settled({**first, "html": html})


# --- lookalikes -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shape:
    """What a paragraph looks like to an eye that searches for headings."""

    numbered: str  # "I.", "1.", "1.1.", "a)", "Phần", "Chương", "Mục", "Điều", "–" or ""
    bold: bool
    italic: bool
    capitals: bool
    align: str

    @property
    def key(self):
        """The shape in one word, for addresses and forms."""
        flags = f"{self.bold:d}{self.italic:d}{self.capitals:d}"
        return f"{self.numbered}|{flags}|{self.align}"

    @property
    def telling(self):
        """Whether it stands out from ordinary paragraphs; list items and dashes do not."""
        marked = self.bold or self.capitals or self.align == "center"
        return self.numbered in _LEVELS or (marked and self.numbered != "–")

    @property
    def level(self):
        """The level that headings of this shape usually have."""
        if self.numbered in _LEVELS:
            return _LEVELS[self.numbered]
        return 1 if self.capitals and self.align == "center" else 3


_LEVELS = {"Phần": 1, "Chương": 1, "Mục": 2, "I.": 2, "Điều": 3, "1.": 3, "1.1.": 4, "1.1.1.": 5}


def shape(block):
    """The Shape of a paragraph that may be a heading; None of everything else."""
    if block["kind"] != "paragraph" or not block["plain"]:
        return None
    number, rest = block["number"], block["plain"]
    if not number:
        number, rest = split_number(block["plain"])
    if len(block["plain"]) > _LONGEST_HEADING:
        return None
    found = Shape(
        _numbered(number),
        _all_within(_STRONG, block["html"]),
        _all_within(_EM, block["html"]),
        rest.isupper() and len(rest) > 3,
        block["align"],
    )
    return found if found.telling else None


def _numbered(number):
    word = number.split(" ")[0].capitalize() if number else ""
    if word in ("Phần", "Chương", "Mục", "Điều"):
        return word
    if re.fullmatch(r"[IVXLC]+[.)]?", number):
        return "I."
    if re.fullmatch(r"\d+(?:\.\d+)*[.)]?", number):
        return "1." * min(number.rstrip(".)").count(".") + 1, 3)
    if re.fullmatch(r"[a-zđ]\)", number):
        return "a)"
    return "–" if number else ""


def _all_within(pattern, html):
    """Whether all words of `html` stand in such elements."""
    rest = unescape(_ANY_TAG.sub("", pattern.sub("", html)))
    return pattern.search(html) is not None and not any(letter.isalnum() for letter in rest)


def groups(blocks, fewest=2):
    """[(Shape, [index])] of paragraphs that look like headings, in the order of the text."""
    found = {}
    for index, block in enumerate(blocks):
        its = shape(block)
        if its is not None:
            found.setdefault(its, []).append(index)
    return [(its, places) for its, places in found.items() if len(places) >= fewest]

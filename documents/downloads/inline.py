"""The mark-up inside a block as data: runs of text, rows of cells, a picture.

Blocks hold sanitised HTML of a short list of tags (`portal.common.richtext.sanitize`); what is not
known here keeps its text.
"""

import re
from dataclasses import dataclass, field, replace

import lxml.html

_STYLES = {
    "strong": "bold", "b": "bold", "th": "bold", "em": "italic", "i": "italic", "u": "underline",
    "s": "strike", "sub": "sub", "sup": "sup",
}  # fmt: skip
_BREAKS = {"p", "li", "div", "figcaption", "caption", "blockquote", "table", "tr"}
_SPACE = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True)
class Run:
    """Text in one style; "\\n" is a line break."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    sub: bool = False
    sup: bool = False
    note: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of a table with what it spans."""

    runs: list
    columns: int = 1
    rows: int = 1
    head: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells; `head` rows at the top repeat on every page; `width` counts columns."""

    rows: list
    head: int
    width: int
    caption: list = field(default_factory=list)


@dataclass(frozen=True)
class Picture:
    """The stored address of a picture, with its words."""

    src: str
    alt: str
    caption: list = field(default_factory=list)


def runs(html):
    """The Runs of a paragraph's HTML, spaces folded, no empty ones."""
    return _tidy(_runs(lxml.html.fragment_fromstring(html, create_parent="div"), Run("")))


def table(html):
    """The Table of a table's HTML. A table in a cell gives its text."""
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    found = next(root.iter("table"))
    rows, head = [], 0
    for row in found.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"):
        cells = [_cell(cell) for cell in row if cell.tag in {"td", "th"}]
        if not cells:
            continue
        if head == len(rows) and (row.getparent().tag == "thead" or all(c.head for c in cells)):
            head += 1
        rows.append(cells)
    caption = found.find("caption")
    words = _tidy(_runs(caption, Run(""))) if caption is not None else []
    return Table(rows, head if head < len(rows) else 0, _width(rows), words)


def picture(html):
    """The Picture of a figure's HTML, or None where there is none."""
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    image = next(root.iter("img"), None)
    if image is None:
        return None
    caption = next(root.iter("figcaption"), None)
    words = _tidy(_runs(caption, Run(""))) if caption is not None else []
    return Picture(image.get("src") or "", image.get("alt") or "", words)


def _cell(element):
    def span(name):
        value = element.get(name) or "1"
        return max(1, int(value)) if value.isdigit() else 1

    head = element.tag == "th"
    found = _tidy(_runs(element, Run("", bold=head)))
    return Cell(found, span("colspan"), span("rowspan"), head)


def _width(rows):
    """How many columns a table has, cells that reach down from above counted."""
    down, width = {}, 0
    for row in rows:
        at = 0
        for cell in row:
            while down.get(at, 0):
                at += 1
            for column in range(at, at + cell.columns):
                down[column] = cell.rows
            at += cell.columns
        width = max([width, at, *(c + 1 for c, left in down.items() if left)])
        down = {column: left - 1 for column, left in down.items() if left > 1}
    return width


def _runs(element, style):
    if element.text:
        yield replace(style, text=element.text)
    for child in element:
        if not isinstance(child.tag, str):
            pass
        elif child.tag == "br":
            yield replace(style, text="\n")
        else:
            name = _STYLES.get(child.tag)
            if child.tag in _BREAKS:
                yield replace(style, text="\n")
            marks = {name: True} if name else {}
            if child.tag == "sup" and "note" in (child.get("class") or "").split():
                marks["note"] = True
            yield from _runs(child, replace(style, **marks))
            if child.tag in _BREAKS:
                yield replace(style, text="\n")
            elif child.tag in {"td", "th"}:
                yield replace(style, text=" ")
        if child.tail:
            yield replace(style, text=child.tail)


def _tidy(found):
    """Neighbours of one style joined, white space folded, breaks at the ends and doubles gone."""
    joined = []
    for run in found:
        text = run.text if run.text == "\n" else _SPACE.sub(" ", run.text)
        before = joined[-1].text if joined else "\n"
        if text == "\n" and before.endswith("\n"):
            continue
        if before.endswith((" ", "\n")):
            text = text if text == "\n" else text.lstrip(" ")
        if not text:
            continue
        if joined and replace(joined[-1], text="") == replace(run, text=""):
            joined[-1] = replace(run, text=before + text)
        else:
            joined.append(replace(run, text=text))
    while joined and not joined[-1].text.strip():
        joined.pop()
    if joined:
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return joined

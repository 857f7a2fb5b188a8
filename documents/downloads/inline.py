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
#: No table has more columns in a file; what stands beyond goes into the last one.
MOST_COLUMNS = 200


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
    """Rows of cells that fill an even grid of `width` columns; `head` rows at the top repeat on
    every page."""

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
    placed, width = _placed(rows)
    head = head if head < len(rows) else 0
    if any(cell.rows > head - n for n, row in enumerate(placed[:head]) for cell in row):
        head = 0  # a cell reaches down into the body: such rows cannot repeat
    return Table(placed, head, width, words)


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


def _placed(rows):
    """(the rows as an even grid, how many columns it has).

    Spans end where the table or the next cell does and gaps are filled with empty cells, so that
    no table, however it was written, stops a file from being made.
    """
    grid, down, width = [], {}, 0
    for n, row in enumerate(rows):
        covered, own, at = set(down), {}, 0
        for cell in row:
            while at in covered:
                at += 1
            if at >= MOST_COLUMNS:
                _append(own, cell)
                continue
            span = 1
            while span < cell.columns and at + span < MOST_COLUMNS and at + span not in covered:
                span += 1
            own[at] = replace(cell, columns=span, rows=min(cell.rows, len(rows) - n))
            at += span
        grid.append((covered, own))
        down = {column: left - 1 for column, left in down.items() if left > 1}
        for column, cell in own.items():
            if cell.rows > 1:
                down |= dict.fromkeys(range(column, column + cell.columns), cell.rows - 1)
        ends = (column + cell.columns for column, cell in own.items())
        width = max([width, *ends, *(column + 1 for column in covered)])
    return [list(_filled(covered, own, width)) for covered, own in grid], width


def _append(own, cell):
    """The words of a cell beyond the last column go into the last cell of its row."""
    if own and cell.runs:
        last = max(own)
        own[last] = replace(own[last], runs=[*own[last].runs, Run(" "), *cell.runs])


def _filled(covered, own, width):
    at = 0
    while at < width:
        if at in own:
            yield own[at]
            at += own[at].columns
        else:
            if at not in covered:
                yield Cell([])
            at += 1


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

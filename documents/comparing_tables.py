"""Two tables compared cell by cell where they have the same shape, row by row where not. Pure."""

from copy import deepcopy

import lxml.html

from portal.common.diff import EQUAL, marked, word_diff

_ROWS = "./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"
_BETWEEN = " | "
_ENDS = {"p", "br", "li", "div", "td", "th", "tr", "table"}


def compare_tables(old, new):
    """(runs over the words of the cells, the new table as HTML with the changes in its cells).

    The HTML is "" where the tables have not the same shape.
    """
    olds, tree = _cells(_parsed(old)), _parsed(new)
    news = _cells(tree)
    if _shape(olds) != _shape(news):
        return word_diff(_text(olds), _text(news), smooth=True), ""
    runs = []
    for number, (row_a, row_b) in enumerate(zip(olds, news, strict=True)):
        if number:
            runs.append((EQUAL, "\n"))
        for place, (cell_a, cell_b) in enumerate(zip(row_a, row_b, strict=True)):
            if place:
                runs.append((EQUAL, _BETWEEN))
            was, now = _words(cell_a), _words(cell_b)
            found = word_diff(was, now, smooth=True)
            runs += found
            if was != now:
                _fill(cell_b, marked(found, spoken=True))
    return runs, lxml.html.tostring(tree, encoding="unicode")


def table_text(html):
    """The words of a table: a line for each row, cells parted by bars."""
    return _text(_cells(_parsed(html)))


def _parsed(html):
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    table = next(iter(root.iter("table")), None)
    if table is None:
        return root
    table.tail = None
    return deepcopy(table)


def _cells(table):
    return [list(row.iterchildren("td", "th")) for row in table.xpath(_ROWS)]


def _shape(rows):
    return [
        [(cell.tag, cell.get("colspan", "1"), cell.get("rowspan", "1")) for cell in row]
        for row in rows
    ]


def _text(rows):
    return "\n".join(_BETWEEN.join(_words(cell) for cell in row) for row in rows)


def _words(cell):
    parts = []
    _gather(cell, parts)
    return " ".join("".join(parts).split())


def _gather(element, parts):
    parts.append(element.text or "")
    for child in element:
        ends = child.tag in _ENDS
        if ends:
            parts.append(" ")
        if isinstance(child.tag, str):
            _gather(child, parts)
        if ends:
            parts.append(" ")
        parts.append(child.tail or "")


def _fill(cell, html):
    for child in list(cell):
        cell.remove(child)
    cell.text = None
    filled = lxml.html.fragment_fromstring(html, create_parent="div")
    cell.text = filled.text
    cell.extend(list(filled))

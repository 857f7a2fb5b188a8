"""Tables of a Word file as HTML; tables within tables become lines of text."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .inline import by
from .items import Change, Extras, Para, Piece, Table, html_of, plain_of
from .xml import W, local, switch, value, whole

MOST_COLUMNS = 200
MOST_ROWS = 5000


@dataclass
class Cell:
    paras: list = field(default_factory=list)
    column: int = 0
    span: int = 1
    rows: int = 1

    @property
    def plain(self):
        return " ".join(filter(None, (said(para) for para in self.paras)))


@dataclass
class Row:
    cells: list
    header: bool = False


def said(para):
    """The words of a paragraph with its number."""
    return f"{para.label} {plain_of(para.pieces)}".strip()


def read_table(reader, element, inline):
    """The items a w:tbl becomes: a Table; a table of one cell (a frame) what stands in it."""
    extras = Extras()
    reader.table_depth += 1
    rows = _rows(reader, element, inline, extras)
    reader.table_depth -= 1
    return items_of(rows, extras, nested=reader.table_depth > 0, notes=reader.notes)


def items_of(rows, extras, *, nested, notes):
    """The items that rows of cells become."""
    cells = [cell for row in rows for cell in row.cells]
    if not any(para.pieces for cell in cells for para in cell.paras):
        return [Para([], extras=extras)]
    if len(cells) == 1:
        cells[0].paras[0].extras.take(extras)
        return cells[0].paras
    for cell in cells:
        for para in cell.paras:
            extras.take(para.extras)
    if nested:
        notes.add(
            _("%d bảng nằm trong ô của bảng khác được chuyển thành dòng chữ, các ô cách bằng “|”.")
        )
        return _flat(rows, extras)
    return [Table(_html(rows), extras)]


def _rows(reader, element, inline, extras):
    rows, open_cells = [], {}
    for line in _inside(element, "tr"):
        properties = line.find(f"{W}trPr")
        cells, column = [], 0
        before = whole(value(properties, "gridBefore"), 0)
        if before:
            cells.append(Cell(span=min(before, MOST_COLUMNS)))
            column = cells[0].span
        for box in _inside(line, "tc"):
            column = _cell(reader, box, inline, cells, column, open_cells)
        if properties is not None and properties.find(f"{W}del") is not None:
            _drop_row(properties.find(f"{W}del"), cells, extras)
            continue
        rows.append(Row(cells, bool(switch(properties, "tblHeader"))))
    return rows


def _cell(reader, box, inline, cells, column, open_cells):
    """Reads one w:tc into `cells`, or into the cell it continues; the column after it."""
    properties = box.find(f"{W}tcPr")
    span = min(max(1, whole(value(properties, "gridSpan"), 1)), MOST_COLUMNS)
    merge = properties.find(f"{W}vMerge") if properties is not None else None
    across = properties.find(f"{W}hMerge") if properties is not None else None
    paras = list(reader.items(box, inline))
    continued = merge is not None and merge.get(f"{W}val", "continue") == "continue"
    if continued and column in open_cells:
        above = open_cells[column]
        above.rows += 1
        above.paras += [para for para in paras if para.pieces]
        return column + above.span
    if across is not None and across.get(f"{W}val", "continue") == "continue" and cells:
        cells[-1].span += span
        cells[-1].paras += [para for para in paras if para.pieces]
        return column + span
    cell = Cell(paras, column, span)
    cells.append(cell)
    for place in range(column, column + span):
        open_cells.pop(place, None)
    if merge is not None:
        open_cells[column] = cell
    return column + span


def _inside(element, name):
    """The children of a name, also within content controls and tracked insertions."""
    for child in element:
        if local(child) == name:
            yield child
        elif local(child) in {"sdt", "sdtContent", "ins", "customXml", "moveTo"}:
            yield from _inside(child, name)


def _drop_row(mark, cells, extras):
    """A row whose deletion was tracked goes; what it said is told."""
    words = " | ".join(filter(None, (cell.plain for cell in cells)))
    if words:
        extras.changes.append(Change("delete", *by(mark), words))
    for cell in cells:
        for para in cell.paras:
            extras.changes += para.extras.changes


def _flat(rows, extras):
    paras = []
    for row in rows:
        pieces = []
        for cell in row.cells:
            for para in cell.paras:
                label = [Piece(f"{para.label} ")] if para.label else []
                if para.pieces or label:
                    pieces += [Piece(" | ")] if pieces else []
                    pieces += [*label, *para.pieces]
        if pieces:
            paras.append(Para(pieces))
    paras[0].extras = extras
    return paras


def _html(rows):
    heads = 0
    while heads < len(rows) - 1 and rows[heads].header:
        heads += 1
    if not heads and len(rows) > 1 and _looks_like_head(rows[0]):
        heads = 1
    if any(n + cell.rows > heads for n in range(heads) for cell in rows[n].cells):
        heads = 0  # a cell reaches from the head into the body
    parts = []
    for tag, some in (("thead", rows[:heads]), ("tbody", rows[heads:])):
        if some:
            lines = "".join(_line(row, tag == "thead") for row in some)
            parts.append(f"<{tag}>{lines}</{tag}>")
    return f"<table>{''.join(parts)}</table>"


def _looks_like_head(row):
    paras = [para for cell in row.cells for para in cell.paras if para.pieces]
    filled = all(cell.plain for cell in row.cells)
    return len(row.cells) > 1 and filled and all(is_bold(para.pieces) for para in paras)


def is_bold(pieces):
    """Whether all words of pieces are bold."""
    words = [piece for piece in pieces if piece.kind == "text" and piece.text.strip()]
    return bool(words) and all("strong" in piece.marks for piece in words)


def _line(row, head):
    return f"<tr>{''.join(_cell_html(cell, head) for cell in row.cells)}</tr>"


def _cell_html(cell, head):
    paras = [para for para in cell.paras if para.pieces or para.label]
    if head:
        for para in paras:
            for piece in para.pieces:
                piece.marks -= {"strong"}
    aligns = {para.align for para in paras}
    own = aligns.pop() if len(aligns) == 1 else ""
    tag, attributes = ("th", ' scope="col"') if head else ("td", "")
    if cell.span > 1:
        attributes += f' colspan="{cell.span}"'
    if cell.rows > 1:
        attributes += f' rowspan="{cell.rows}"'
    if own:
        attributes += f' class="text-{own}"'
    words = [_words(para) for para in paras]
    if len(paras) > 1:
        classes = [f' class="text-{p.align}"' if p.align and not own else "" for p in paras]
        words = [f"<p{c}>{w}</p>" for c, w in zip(classes, words, strict=True)]
    return f"<{tag}{attributes}>{''.join(words)}</{tag}>"


def _words(para):
    label = [Piece(f"{para.label} ")] if para.label else []
    return html_of([*label, *para.pieces])

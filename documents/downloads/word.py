"""An edition as a Word file. Paragraphs are written as XML: thousands must not take minutes.

Headings carry Word's own heading styles, so that its contents and navigation work, and the import
of such a file finds the same blocks again.
"""

import io
from xml.sax.saxutils import escape

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from documents.downloads import inline, pictures
from documents.downloads.sheet import with_notes
from portal.official.docx import Paper, clean
from portal.official.layout import LAYOUTS

_NS = nsdecls("w")
#: Word knows nine levels of headings.
MOST_LEVELS = 9
#: Twentieths of a point: one step to the right, the first line of a paragraph.
_STEP, _FIRST = 454, 720
_JUSTIFIED = {"": "both", "center": "center", "right": "right"}
_MARKS = {
    "bold": "<w:b/>",
    "italic": "<w:i/>",
    "underline": '<w:u w:val="single"/>',
    "strike": "<w:strike/>",
    "sub": '<w:vertAlign w:val="subscript"/>',
    "sup": '<w:vertAlign w:val="superscript"/>',
}
#: The order in which a run's properties must stand.
_ORDER = ("bold", "italic", "strike", "underline", "sub", "sup")


def make(sheet, pieces):
    """The DOCX (bytes) of an edition.

    Args:
        sheet: Sheet; pieces: Pieces in the order of reading.
    """
    layout = LAYOUTS[sheet.family]
    paper = Paper(layout)
    _headings(paper.document, layout)
    _foot(paper.document, sheet)
    paper.head(
        superior=sheet.superior,
        issuer=sheet.issuer,
        number=f"Số {sheet.symbol}" if sheet.symbol else "",
        date_line=f"Công bố ngày {sheet.published}" if sheet.published else "",
    )
    paper.put(parse_xml(_paragraph([inline.Run(sheet.edition.upper(), bold=True)])))
    paper.title(sheet.title, sheet.subtitle)
    footnotes = Footnotes()
    for piece, notes in with_notes(pieces):
        paper.put(*_elements(piece, paper, footnotes.of(notes)))
    footnotes.attach(paper.document)
    return paper.bytes()


def _elements(piece, paper, notes):
    body = piece.body
    if isinstance(body, inline.Table):
        if body.caption:
            yield parse_xml(_paragraph(body.caption, align="center", keep=True))
        yield parse_xml(_table(body, paper, notes))
        yield parse_xml(_paragraph([], size=6))
    elif isinstance(body, inline.Picture):
        yield from _figure(body, paper)
    elif piece.kind == "heading":
        yield parse_xml(_heading(piece, notes))
    elif piece.kind == "footnote":
        label = [inline.Run(f"{piece.number} ", sup=True)] if piece.number else []
        yield parse_xml(_paragraph([*label, *body], indent=1, size=11))
    else:
        label = [inline.Run(f"{piece.number} ")] if piece.number else []
        yield parse_xml(
            _paragraph(
                [*label, *body], align=piece.align, indent=piece.indent, first=True, notes=notes
            )
        )


def _heading(piece, notes):
    label = ""
    if piece.number:
        # The number of a part stands on a line of its own.
        gap = "\n" if piece.level == 1 and " " in piece.number else " "
        label = f"{piece.number}{gap}"
    runs = [inline.Run(label), *piece.body] if label else piece.body
    align = f'<w:jc w:val="{_JUSTIFIED[piece.align]}"/>' if piece.align else ""
    level = min(piece.level, MOST_LEVELS)
    style = f'<w:pPr><w:pStyle w:val="Heading{level}"/>{align}</w:pPr>'
    return f"<w:p {_NS}>{style}{_runs(runs, notes=notes)}</w:p>"


def _paragraph(runs, *, align="", indent=0, first=False, size=None, keep=False, notes=()):
    left = f' w:left="{indent * _STEP}"' if indent else ""
    start = f' w:firstLine="{_FIRST}"' if first and not align else ""
    place = f"<w:ind{left}{start}/>" if left or start else ""
    together = "<w:keepNext/>" if keep else ""
    return (
        f"<w:p {_NS}><w:pPr>{together}"
        f'<w:spacing w:after="120" w:line="276" w:lineRule="auto"/>{place}'
        f'<w:jc w:val="{_JUSTIFIED[align]}"/></w:pPr>{_runs(runs, size, notes)}</w:p>'
    )


def _runs(runs, size=None, notes=()):
    """Runs as XML. `notes` is {label: id of the footnote} of those that Word keeps below."""
    height = f'<w:sz w:val="{size * 2}"/>' if size else ""
    out = []
    for run in runs:
        if run.note and run.text.strip() in notes:
            out.append(_reference("footnoteReference", notes[run.text.strip()]))
            continue
        marks = [_MARKS[name] for name in _ORDER if getattr(run, name)]
        # size stands before underline and position, behind bold, italic and strike
        early = "".join(m for m in marks if m in ("<w:b/>", "<w:i/>", "<w:strike/>"))
        late = "".join(m for m in marks if m not in ("<w:b/>", "<w:i/>", "<w:strike/>"))
        lines = "<w:br/>".join(
            f'<w:t xml:space="preserve">{escape(line)}</w:t>' if line else ""
            for line in clean(run.text).split("\n")
        )
        out.append(f"<w:r><w:rPr>{early}{height}{late}</w:rPr>{lines}</w:r>")
    return "".join(out)


def _table(table, paper, notes):
    section = paper.document.sections[-1]
    whole = (section.page_width - section.left_margin - section.right_margin) // 635  # EMU, twips
    width = whole // table.width
    size = 8 if table.width > 8 else 10 if table.width > 5 else 12
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    column = f'<w:gridCol w:w="{width}"/>'
    rows, down = [], {}
    for n, cells in enumerate(table.rows):
        rows.append(_row(cells, down, width, size, notes, head=n < table.head))
    return (
        f'<w:tbl {_NS}><w:tblPr><w:tblW w:w="{width * table.width}" w:type="dxa"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{column * table.width}</w:tblGrid>"
        f"{''.join(rows)}</w:tbl>"
    )


def _row(cells, down, width, size, notes, *, head):
    """One row. `down` is {column: (rows still covered from above, columns of that cell)}."""
    out, at, left = [], 0, list(cells)
    last = max([*down, -1])
    while left or at <= last:
        rest, span = down.get(at, (0, 1))
        if rest:
            out.append(_cell([], span, width, size, merge="<w:vMerge/>"))
            down[at] = (rest - 1, span)
        elif left:
            cell = left.pop(0)
            span = cell.columns
            merge = '<w:vMerge w:val="restart"/>' if cell.rows > 1 else ""
            down[at] = (cell.rows - 1, span)
            out.append(_cell(cell.runs, span, width, size, merge=merge, notes=notes))
        else:
            span = 1
            out.append(_cell([], 1, width, size))
        at += span
    properties = "<w:trPr><w:tblHeader/></w:trPr>" if head else ""
    return f"<w:tr>{properties}{''.join(out)}</w:tr>"


def _cell(runs, span, width, size, merge="", notes=()):
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width * span}" w:type="dxa"/>{spans}{merge}</w:tcPr>'
        f"<w:p>{_runs(runs, size, notes)}</w:p></w:tc>"
    )


def _reference(name, pk):
    mark = f'<w:{name} w:id="{pk}"/>' if pk is not None else f"<w:{name}/>"
    return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>{mark}</w:r>'


class Footnotes:
    """The footnotes of a file. Word numbers them itself, in the order of the text."""

    def __init__(self):
        self._written = []

    def of(self, notes):
        """{label: id} of the footnotes of one block, given as {label: runs}."""
        ids = {}
        for label, runs in notes.items():
            ids[label] = len(self._written) + 1
            self._written.append(
                f'<w:footnote w:id="{ids[label]}"><w:p><w:pPr><w:jc w:val="both"/></w:pPr>'
                f"{_reference('footnoteRef', None)}"
                f"{_runs([inline.Run(' '), *runs], 10)}</w:p></w:footnote>"
            )
        return ids

    def attach(self, document):
        """Put the part with the footnotes into the file, if there are any."""
        if not self._written:
            return
        lines = "".join(
            f'<w:footnote w:type="{kind}" w:id="{pk}">'
            f"<w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>"
            for kind, pk in (("separator", -1), ("continuationSeparator", 0))
        )
        xml = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            f"<w:footnotes {_NS}>{lines}{''.join(self._written)}</w:footnotes>"
        )
        name = PackURI("/word/footnotes.xml")
        part = Part(name, CONTENT_TYPE.WML_FOOTNOTES, xml.encode(), document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _figure(picture, paper):
    found = pictures.load(picture.src)
    if found:
        data, _ending, width, height = found
        paragraph = paper.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = bool(picture.caption)
        wide = min(165, width / 5.5)
        tall = wide * height / width
        if tall > 220:
            wide, tall = wide * 220 / tall, 220
        shape = paragraph.add_run().add_picture(io.BytesIO(data), width=Mm(wide), height=Mm(tall))
        shape._inline.docPr.set("descr", picture.alt)
        yield paragraph._p
    words = picture.caption or ([] if found else [inline.Run(picture.alt, italic=True)])
    if words:
        yield parse_xml(_paragraph(words, align="center", size=12))


def _headings(document, layout):
    """Word's headings in the looks of official papers: Times, black, in the order of weight."""
    for level in range(1, MOST_LEVELS + 1):
        style = document.styles[f"Heading {level}"]
        style.font.name, style.font.size = layout.font, Pt(layout.size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for name in list(fonts.attrib):
            if name.endswith("Theme"):
                del fonts.attrib[name]
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), layout.font)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.bold, style.font.italic = level <= 3, level >= 3
        form = style.paragraph_format
        form.alignment = WD_ALIGN_PARAGRAPH.CENTER if level == 1 else WD_ALIGN_PARAGRAPH.LEFT
        form.space_before, form.space_after = Pt(14 if level == 1 else 8), Pt(6)
        form.keep_with_next = True


def _foot(document, sheet):
    """Which edition this is and where it is read; who it is for, where it is for few."""
    words = [sheet.edition, sheet.published and f"công bố {sheet.published}", sheet.address]
    line = " · ".join(filter(None, [sheet.mark.upper(), *words]))
    section = document.sections[0]
    for footer in (section.footer, section.first_page_footer):
        paragraph = footer.add_paragraph()
        run = paragraph.add_run(clean(line))
        run.font.size = Pt(9)
        code = footer.add_paragraph().add_run(f"Mã văn bản {sheet.digest[:16]}")
        code.font.size = Pt(9)

"""Papers as Word files in the official layout. Knows nothing of what they report.

paper = Paper(layout_for(agency.kind))
paper.head(superior=…, issuer=…, type_="BC", code="ĐU", date_line=…)
paper.title("BÁO CÁO", "kết quả tuần …")
paper.heading("I. KẾT QUẢ"); paper.paragraph(text); paper.table(head, rows)
paper.close(signs="BAN THƯỜNG VỤ", position="BÍ THƯ", recipients=[…])
paper.annex("PHỤ LỤC SỐ LIỆU", landscape=True); paper.photos([(jpeg bytes, caption)])
data = paper.bytes()
"""

import io
import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from PIL import Image

from portal.official import layout as values

LEFT, CENTER, RIGHT = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
)
JUSTIFY = WD_ALIGN_PARAGRAPH.JUSTIFY
A4 = (210, 297)
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Characters that XML 1.0 does not know.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: A photo of the annex is no larger than this, in mm and in pixels.
PHOTO_MM = (165, 95)
PHOTO_PIXELS = 1400
#: Twentieths of a point in a mm.
_TWIPS = 56.6929


@dataclass(frozen=True)
class Column:
    """A column of a table: heading, share of the width, whether numbers stand in it."""

    title: str
    share: float = 1
    number: bool = False


class Rich(tuple):
    """A cell of a table in pieces: (text, marks), marks any of b, i, u, s (struck through)."""


class Paper:
    """One Word file; call the methods in the order of the page."""

    def __init__(self, layout, *, draft=True, landscape=False):
        self.layout, self.draft = layout, draft
        self.document = Document()
        self._last = None
        self._styles()
        section = self.document.sections[0]
        self._page(section, landscape=landscape)
        self._marks(section)

    # --- parts of the page --------------------------------------------------------------

    def head(self, *, superior, issuer, type_="", code="", date_line, number=None):
        """Two columns: who writes with the symbol, the motto with place and date.

        Args:
            number: the line of the symbol where there is one already ("" for none); made from
                `type_` and `code`, with room for the number, where it is not given.
        """
        layout = self.layout
        table = self.document.add_table(rows=1, cols=2)
        table.autofit = False
        whole = A4[0] - layout.left - layout.right
        widths = (whole * 0.44, whole * 0.56)
        for cell, width in zip(table.rows[0].cells, widths, strict=True):
            cell.width = Mm(width)
            _no_margins(cell)
        left, right = table.rows[0].cells
        first = True
        # Right below the centre the motto already says who stands above.
        if superior and superior.upper() not in layout.motto:
            self._line(left, superior.upper(), size=13, first=first)
            first = False
        self._line(left, issuer.upper(), size=13, bold=True, first=first)
        if layout.star:
            self._line(left, layout.star, size=13)
        else:
            self._rule(left, issuer.upper(), 13, widths[0], part=0.4)
        if number is None:
            number = layout.number.format(type=type_, code=code or values.BLANK)
        if number:
            self._line(left, number, size=13)
        for n, words in enumerate(layout.motto):
            self._line(right, words, size=layout.motto_sizes[n], bold=True, first=n == 0)
        self._rule(right, layout.motto[-1], layout.motto_sizes[-1], widths[1])
        if date_line:
            self._line(right, date_line, size=13, italic=True)

    def title(self, word, about):
        """ "BÁO CÁO" and what it is about."""
        self._text("", space=4)
        self._text(word, bold=True, align=CENTER, size=self.layout.size + 1, space=2)
        self._text(about, bold=True, align=CENTER, space=10)

    def heading(self, text):
        self._text(text, bold=True, space=4, keep=True)

    def paragraph(self, text, *, indent=True, italic=False, bold=False):
        """One paragraph per line of `text`."""
        for line in str(text).splitlines():
            if line.strip():
                self._last = self._text(
                    line.strip(), align=JUSTIFY, indent=indent, italic=italic, bold=bold
                )

    def table(self, columns, rows, *, bold_last=False, size=None, split=False):
        """A ruled table; the head is repeated on every page. `rows` may be long.

        Args:
            rows: cells are texts or `Rich`.
            split: rows may break over pages, where cells hold whole paragraphs.
        """
        section = self.document.sections[-1]
        whole = (section.page_width - section.left_margin - section.right_margin) / Mm(1)
        self.document.element.body.insert_element_before(
            parse_xml(
                _table_xml(columns, rows, whole, size or self.layout.table_size, bold_last, split)
            ),
            "w:sectPr",
        )
        self._text("", space=2, size=6)

    def close(self, *, signs, position, recipients):
        """ "./.", where it goes at the bottom left, who signs at the bottom right."""
        if self._last is not None:
            run = self._last.runs[-1]
            run.text = run.text.rstrip(" .;,") + values.END
        else:
            self._last = self._text(values.END, align=RIGHT)
        self._text("", space=4)
        table = self.document.add_table(rows=1, cols=2)
        table.autofit = False
        left, right = table.rows[0].cells
        layout = self.layout
        heading = self._line(left, "Nơi nhận:", size=12, align=LEFT, first=True)
        party = layout.family == values.PARTY
        for run in heading.runs:
            run.underline, run.bold, run.italic = party, not party, not party
        for n, words in enumerate(recipients):
            end = "." if n == len(recipients) - 1 else ","
            self._line(left, f"- {words}{end}", size=layout.small, align=LEFT)
        signs = f"{layout.signs_for} {signs}" if signs else ""
        if signs:
            self._line(right, signs, size=layout.size, bold=True, first=True)
        self._line(right, position, size=layout.size, bold=not signs or not party, first=not signs)
        for _n in range(4):
            self._line(right, "", size=layout.size)
        self._last = None

    def annex(self, title, about="", *, landscape=False):
        """An annex begins on a page of its own."""
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        self._page(section, landscape=landscape)
        section.different_first_page_header_footer = False
        self._text(title, bold=True, align=CENTER, space=2)
        if about:
            self._text(about, italic=True, align=CENTER, space=8)

    def photos(self, items):
        """Photos with their captions, two a page.

        Args:
            items: an iterable of (bytes of a picture, caption).
        """
        for n, (data, caption) in enumerate(items):
            if n and n % 2 == 0:
                self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            paragraph = self._text("", align=CENTER, space=2, keep=True)
            picture, width, height = _fitted(data)
            paragraph.add_run().add_picture(picture, width=Mm(width), height=Mm(height))
            words = f"Ảnh {n + 1}. {caption}" if caption else f"Ảnh {n + 1}."
            self._text(words, italic=True, align=CENTER, size=13, space=10)

    def put(self, *elements):
        """Add paragraphs or tables made elsewhere (lxml elements) at the end of the page."""
        section = self.document.element.body.sectPr
        for element in elements:
            section.addprevious(element)

    def bytes(self):
        """The file."""
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    # --- how they are made --------------------------------------------------------------

    def _styles(self):
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = self.layout.font, Pt(self.layout.size)
        fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), self.layout.font)
        normal.paragraph_format.space_after = Pt(0)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "vi-VN")
        normal.element.get_or_add_rPr().append(language)
        properties = self.document.core_properties
        properties.author = properties.comments = ""
        properties.language = "vi-VN"

    def _page(self, section, *, landscape):
        layout = self.layout
        width, height = reversed(A4) if landscape else A4
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(width), Mm(height)
        sides = (layout.top, layout.bottom, layout.left, layout.right)
        if landscape:  # bound at the top: the left margin of a portrait page
            sides = (layout.left, layout.right, layout.top, layout.bottom)
        section.top_margin, section.bottom_margin = Mm(sides[0]), Mm(sides[1])
        section.left_margin, section.right_margin = Mm(sides[2]), Mm(sides[3])
        section.header_distance = Mm(10)

    def _marks(self, section):
        """Page number top centre, hidden on the first page; the mark of a draft on all."""
        section.different_first_page_header_footer = True
        paragraph = section.header.paragraphs[0]
        paragraph.alignment = CENTER
        for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
            run = paragraph.add_run()
            run.font.size = Pt(13)
            part = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(qn("w:fldCharType"), kind)
            else:
                part.set(qn("xml:space"), "preserve")
                part.text = text
            run._r.append(part)
        if not self.draft:
            return
        first = section.first_page_header.paragraphs[0]
        first.alignment = RIGHT
        _boxed(first, values.DRAFT)
        footer = section.footer.paragraphs[0]
        footer.alignment = RIGHT
        _run(footer, values.DRAFT, size=10)

    def _text(
        self,
        text,
        *,
        align=None,
        bold=False,
        italic=False,
        size=None,
        space=6,
        indent=False,
        keep=False,
    ):
        paragraph = self.document.add_paragraph()
        form = paragraph.paragraph_format
        form.space_after, form.line_spacing = Pt(space), self.layout.line
        form.alignment = align
        form.keep_with_next = keep
        if indent:
            form.first_line_indent = Mm(self.layout.indent)
        _run(paragraph, text, bold=bold, italic=italic, size=size)
        return paragraph

    def _line(self, cell, text, *, size, bold=False, italic=False, align=CENTER, first=False):
        paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.space_after = Pt(0)
        _run(paragraph, text, bold=bold, italic=italic, size=size)
        return paragraph

    def _rule(self, cell, words, size, width, part=1.0):
        """A rule below the line above, as long as its words (times `part`)."""
        # A capital of Times bold takes about 0,72 of its size, a small letter 0,48.
        letters = sum(0.72 if letter.isupper() else 0.46 for letter in words)
        long = min(letters * size * 0.3528 * part, width)
        paragraph = cell.add_paragraph()
        form = paragraph.paragraph_format
        form.left_indent = form.right_indent = Mm((width - long) / 2)
        form.space_after, form.line_spacing = Pt(3), Pt(3)
        border = parse_xml(
            f"<w:pBdr {nsdecls('w')}>"
            '<w:top w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>'
        )
        paragraph._p.get_or_add_pPr().insert_element_before(border, *_BEHIND_BORDER)


#: What stands behind the border among the properties of a paragraph (the schema has an order).
_BEHIND_BORDER = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr")


def clean(text):
    """Text as a Word file can hold it."""
    return _FORBIDDEN.sub("", str(text))


def _run(paragraph, text, *, bold=False, italic=False, size=None):
    run = paragraph.add_run(clean(text))
    run.bold, run.italic = bold, italic
    if size:
        run.font.size = Pt(size)
    return run


def _boxed(paragraph, text):
    run = _run(paragraph, text, bold=True, size=13)
    border = OxmlElement("w:bdr")
    for name, value in (("val", "single"), ("sz", "8"), ("space", "4"), ("color", "000000")):
        border.set(qn(f"w:{name}"), value)
    run._r.get_or_add_rPr().append(border)


def _no_margins(cell):
    margins = parse_xml(
        f"<w:tcMar {nsdecls('w')}>"
        '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tcMar>'
    )
    cell._tc.get_or_add_tcPr().append(margins)


def _fitted(data):
    """(JPEG file, width, height in mm) of a picture, small enough for a page with two."""
    with Image.open(io.BytesIO(data)) as image:
        image.thumbnail((PHOTO_PIXELS, PHOTO_PIXELS))
        pixels = image.convert("RGB")
    out = io.BytesIO()
    pixels.save(out, "JPEG", quality=82)
    out.seek(0)
    scale = min(PHOTO_MM[0] / pixels.width, PHOTO_MM[1] / pixels.height)
    return out, pixels.width * scale, pixels.height * scale


# Rows as text: python-docx needs a minute for 10.000 of them, this half a second.


def _table_xml(columns, rows, whole, size, bold_last, split=False):
    total = sum(column.share for column in columns)
    widths = [round(whole * column.share / total * _TWIPS) for column in columns]
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row_xml([c.title for c in columns], columns, widths, size, bold=True, head=True)
    rows = list(rows)
    body = "".join(
        _row_xml(row, columns, widths, size, bold=bold_last and n == len(rows) - 1, split=split)
        for n, row in enumerate(rows)
    )
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>"
    )


def _row_xml(cells, columns, widths, size, *, bold=False, head=False, split=False):
    found = []
    for text, column, width in zip(cells, columns, widths, strict=True):
        align = "center" if head else "right" if column.number else "left"
        stands = "top" if split and not head else "center"
        pieces = text if isinstance(text, Rich) else [(text, "b" if bold else "")]
        runs = "".join(_run_xml(words, marks, size) for words, marks in pieces)
        found.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="{stands}"/>'
            f'</w:tcPr><w:p><w:pPr><w:spacing w:before="20" w:after="20"/><w:jc w:val="{align}"/>'
            f"</w:pPr>{runs}</w:p></w:tc>"
        )
    repeat = "<w:tblHeader/>" if head else ""
    whole = "" if split else "<w:cantSplit/>"
    return f"<w:tr><w:trPr>{whole}{repeat}</w:trPr>{''.join(found)}</w:tr>"


#: In the order the schema wants them.
_MARKS = (("b", "<w:b/>"), ("i", "<w:i/>"), ("s", "<w:strike/>"))


def _run_xml(text, marks, size):
    form = "".join(tag for mark, tag in _MARKS if mark in marks)
    line = '<w:u w:val="single"/>' if "u" in marks else ""
    words = escape(clean("" if text is None else text))
    if "\n" in words:
        words = '</w:t><w:br/><w:t xml:space="preserve">'.join(words.split("\n"))
    return (
        f'<w:r><w:rPr>{form}<w:sz w:val="{size * 2}"/>{line}</w:rPr>'
        f'<w:t xml:space="preserve">{words}</w:t></w:r>'
    )

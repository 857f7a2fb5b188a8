"""Word files for tests, written part by part, so that a test sees every word of the XML."""

import io
import zipfile

from documents.importing import read

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{_W}" xmlns:r="{_R}" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def types(main=MAIN):
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )


def relations(*rows):
    """Each row: (id, kind, target) or (id, kind, target, "External")."""
    inner = "".join(
        f'<Relationship Id="{row[0]}" Type="{_KIND}/{row[1]}" Target="{row[2]}"'
        + (' TargetMode="External"/>' if len(row) > 3 else "/>")
        for row in rows
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{inner}</Relationships>'


def part(root, inner):
    return f"<w:{root} {NAMESPACES}>{inner}</w:{root}>"


def p(*inner, style="", props=""):
    """A paragraph of runs; plain strings without "<" become runs."""
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    props = f"<w:pPr>{style}{props}</w:pPr>" if style or props else ""
    return f"<w:p>{props}{''.join(r(i) if '<' not in i else i for i in inner)}</w:p>"


def r(text, props=""):
    """A run; `props` like "<w:b/>"."""
    props = f"<w:rPr>{props}</w:rPr>" if props else ""
    return f'<w:r>{props}<w:t xml:space="preserve">{text}</w:t></w:r>'


def bold(text, *, centred=False):
    return p(r(text, "<w:b/>"), props='<w:jc w:val="center"/>' if centred else "")


def num(num_id, ilvl=0):
    return f'<w:numPr><w:ilvl w:val="{ilvl}"/><w:numId w:val="{num_id}"/></w:numPr>'


def table(*rows, props=""):
    """Rows of cells; a cell is text, or XML of its own from "<w:tc>" on."""

    def cell(inner):
        return inner if inner.startswith("<w:tc>") else f"<w:tc>{p(inner)}</w:tc>"

    lines = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows)
    return f"<w:tbl>{props}{lines}</w:tbl>"


def tc(*inner, props=""):
    inner = "".join(i if i.startswith("<w:") else p(i) for i in inner)
    return f"<w:tc><w:tcPr>{props}</w:tcPr>{inner}</w:tc>"


def docx(*body, links=(), parts=None, raw=None, main=MAIN, **xml):
    """A DOCX as a file object.

    Args:
        body: XML of the paragraphs and tables.
        links: further relations of the text, see `relations`.
        parts: further members, {name: bytes or str}.
        raw: the whole of word/document.xml instead of a body.
        xml: the inside of parts by name: styles, numbering, footnotes, endnotes, comments,
            settings, header1, footer1.
    """
    rows, members = list(links), {}
    for name, inner in xml.items():
        kind = name.rstrip("0123456789")
        root = {"header": "hdr", "footer": "ftr"}.get(kind, kind)
        members[f"word/{name}.xml"] = part(root, inner)
        rows.append((f"r_{name}", kind, f"{name}.xml"))
    text = raw or part("document", f"<w:body>{''.join(body)}<w:sectPr/></w:body>")
    members = {
        "[Content_Types].xml": types(main),
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": text,
        "word/_rels/document.xml.rels": relations(*rows),
        **members,
        **(parts or {}),
    }
    return zipped({name: data for name, data in members.items() if data is not None})


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    out.seek(0)
    return out


def imported(*body, **kwargs):
    """The ImportResult of a DOCX with this body."""
    return read(docx(*body, **kwargs), "thu.docx")


def told(result):
    """[(kind, level, number, text)] of the blocks."""
    return [(b.kind, b.level, b.number, b.plain) for b in result.blocks]


def numbered(result):
    """[(number, text)] of the blocks."""
    return [(b.number, b.plain) for b in result.blocks]


def paragraphs(result):
    """The html of the blocks."""
    return [b.html for b in result.blocks]


def level(ilvl, form, text, more="", start=1):
    return (
        f'<w:lvl w:ilvl="{ilvl}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*levels, nums=('<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',)):
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{"".join(nums)}'


def paragraph_style(key, name, props="", runs="", based=""):
    based = f'<w:basedOn w:val="{based}"/>' if based else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>{based}'
        f"<w:pPr>{props}</w:pPr><w:rPr>{runs}</w:rPr></w:style>"
    )

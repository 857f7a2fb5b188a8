"""From an uploaded file to one that says nothing of who made it: pictures, PDF, Word.

Told by content, never by name. What cannot be read as what it says it is, is refused: a file that
nobody can clean may carry its author's name.
"""

import io
import re
import zipfile
from dataclasses import dataclass

from django.utils.translation import gettext as _
from lxml import etree
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from portal.common.errors import Refused
from portal.common.uploads import files, images

MAX_BYTES = 10 * 1024 * 1024
MAX_PAGES = 300
MAX_UNPACKED = 100 * 1024 * 1024
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Cleaned:
    """The bytes that may be kept, their ending and content type."""

    data: bytes
    ending: str
    content_type: str


def clean(file):
    """Cleaned of an uploaded file.

    Raises:
        Refused: "empty", "too_large", "kind" for what is no JPG, PNG, PDF or DOCX, "unreadable",
            "locked" for a PDF with a password, and what the checks of uploads refuse.
    """
    if file.size > MAX_BYTES:
        raise Refused(_("Tệp lớn quá 10 MB. Hãy thu nhỏ rồi tải lại."), code="too_large")
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    if not data:
        raise Refused(_("Tệp trống."), code="empty")
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n")):
        picture = images.reencode(data, widths=())
        return Cleaned(picture.data, picture.ending, picture.content_type)
    if data.startswith(b"%PDF-"):
        return Cleaned(clean_pdf(data), "pdf", "application/pdf")
    if data.startswith(b"PK\x03\x04") and files.recognise(data)[0] == "docx":
        return Cleaned(clean_docx(data), "docx", _DOCX)
    raise Refused(_("Chỉ nhận ảnh JPG, PNG, tệp PDF và Word (.docx)."), code="kind")


def _unreadable():
    return Refused(
        _("Không đọc được tệp này nên không xóa được thông tin về người tạo. Hãy lưu lại rồi thử."),
        code="unreadable",
    )


# --- PDF ----------------------------------------------------------------------------------------

#: Keys that say who, when, with what, or that do something by themselves.
_TELLING = frozenset({"/Metadata", "/PieceInfo", "/LastModified", "/AA", "/Thumb", "/OpenAction"})
#: Of what is drawn on a page by hand: who drew it and when. `/T` of a form field is its name.
_HAND = frozenset({"/T", "/M", "/NM", "/CreationDate", "/Subj", "/Popup", "/IRT", "/AA"})
#: Kinds of it that stay; others hold files, films, scripts.
_DRAWN = frozenset(
    {
        "/Link", "/Widget", "/FreeText", "/Text", "/Highlight", "/Underline", "/StrikeOut",
        "/Squiggly", "/Ink", "/Stamp", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine",
        "/Caret",
    }
)  # fmt: skip


def clean_pdf(data, *, most_pages=MAX_PAGES):
    """The pages of a PDF without description, names beside remarks, attached files or scripts."""
    files.check_pdf(data)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused(_("Tệp PDF có mật khẩu nên không nhận được."), code="locked")
        if len(reader.pages) > most_pages:
            raise Refused(_("Tệp PDF dài quá %d trang.") % most_pages, code="pages")
        for page in reader.pages:
            _only_drawn(page)
        writer = PdfWriter()
        for page in reader.pages:
            writer.add_page(page)
        writer.metadata = None
        for held in writer._objects:
            _forget(held)
        out = io.BytesIO()
        writer.write(out)
    except Refused:
        raise
    except Exception as error:  # pypdf raises whatever a broken file makes it stumble over
        raise _unreadable() from error
    return out.getvalue()


def _only_drawn(page):
    """Keep of the annotations what is seen on the page; of signatures neither name nor seal."""
    kept = ArrayObject()
    for pointer in page.get("/Annots") or ():
        note = pointer.get_object()
        if note.get("/Subtype") not in _DRAWN or note.get("/FT") == "/Sig":
            continue
        field = note.get("/Subtype") == "/Widget"
        for key in (_HAND - {"/T"} if field else _HAND) & set(note):
            del note[key]
        act = note.get("/A")
        if act is not None and act.get_object().get("/S") != "/URI":
            del note["/A"]
        kept.append(pointer)
    if kept:
        page[NameObject("/Annots")] = kept
    elif "/Annots" in page:
        del page["/Annots"]


def _forget(held):
    if not isinstance(held, DictionaryObject):
        return
    for key in _TELLING & set(held):
        del held[key]
    coded = held.get("/Filter")
    if isinstance(coded, ArrayObject) and len(coded) == 1:
        coded = coded[0]
    if isinstance(held, StreamObject) and coded == NameObject("/DCTDecode"):
        held._data = bare_jpeg(held._data)


def bare_jpeg(data):
    """A JPEG without the segments in which cameras and programs write of themselves."""
    out, at = bytearray(data[:2]), 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        # APP1 (Exif, XMP) to APP13 (IPTC), and remarks; APP2 and APP14 say how colours are meant
        telling = (0xE1 <= marker <= 0xED and marker != 0xE2) or marker == 0xFE
        if not telling:
            out += data[at : at + 2 + length]
        at += 2 + length
    return bytes(out + data[at:])


# --- Word ---------------------------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_GONE = re.compile(
    r"docProps/|customXml/|word/(comments|people|embeddings/|activeX/|attachedToolbars)", re.I
)
_TYPES, _RELATIONS = "[Content_Types].xml", ".rels"
#: Elements that carry remarks, names or the history of who saved.
_ELEMENTS = frozenset(
    _W + name
    for name in (
        "commentRangeStart", "commentRangeEnd", "commentReference", "rsids", "docVars",
        "attachedTemplate", "saveThroughXslt", "mailMerge",
    )
)  # fmt: skip
_RSID = re.compile(rf"{re.escape(_W)}rsid|{re.escape(_W14)}(paraId|textId)")


def clean_docx(data):
    """A Word file without properties, remarks, embedded files, names and times of changes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise Refused(_("Tệp giải nén ra quá lớn nên không được nhận."), code="bomb")
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
                for part in parts:
                    if not part.is_dir() and not _GONE.match(part.filename):
                        # a ZipInfo of our own: no time and no system of the maker
                        info = zipfile.ZipInfo(part.filename)
                        info.compress_type = zipfile.ZIP_DEFLATED
                        kept.writestr(info, _part(part.filename, package.read(part)))
    except Refused:
        raise
    except (zipfile.BadZipFile, etree.XMLSyntaxError, OSError, ValueError, RuntimeError,
            NotImplementedError, KeyError, EOFError) as error:  # fmt: skip
        raise _unreadable() from error
    return out.getvalue()


def _part(name, data):
    low = name.lower()
    if low.endswith((".jpg", ".jpeg", ".png")):
        return images.reencode(data, widths=()).data
    if not low.endswith((".xml", _RELATIONS)):
        return data
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    if root.getroottree().docinfo.doctype:
        raise _unreadable()
    if low.endswith(_RELATIONS):
        _drop(root, _leads_to_nothing)
        for relation in root:
            if relation.get("TargetMode") == "External" and not _is_link(relation):
                relation.set("Target", "about:blank")  # a picture elsewhere tells who opens it
    elif name == _TYPES:
        _drop(root, lambda e: _GONE.match(e.get("PartName", "").lstrip("/")))
    else:
        _forget_names(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _drop(root, unwanted):
    for element in [e for e in root if isinstance(e.tag, str) and unwanted(e)]:
        root.remove(element)


def _leads_to_nothing(relation):
    """Whether a relation leads to a part that is gone, or to a template on the maker's machine."""
    if relation.get("Type", "").endswith(("/attachedTemplate", "/mailMergeSource")):
        return True
    bare = re.sub(r"^(\.\./|/)+", "", relation.get("Target", ""))
    return bool(_GONE.match(bare) or _GONE.match(f"word/{bare}"))


def _is_link(relation):
    return relation.get("Type", "").endswith("/hyperlink")


def _forget_names(root):
    gone = [e for e in root.iter() if e.tag in _ELEMENTS or not isinstance(e.tag, str)]
    for element in gone:
        if element.getparent() is not None:
            _take_out(element)
    for element in root.iter():
        for key in list(element.attrib):
            if key in (_W + "author", _W + "initials"):
                element.set(key, "")
            elif key == _W + "date" or _RSID.match(key):
                del element.attrib[key]


def _take_out(element):
    """Remove an element but not the text behind it."""
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent = element.getparent()
            parent.text = (parent.text or "") + element.tail
    element.getparent().remove(element)

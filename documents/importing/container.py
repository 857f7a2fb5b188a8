"""Opening a file that a stranger sent: what it is, and its parts in bounded memory."""

import struct
import zipfile
import zlib
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.utils.translation import gettext as _
from lxml import etree

from portal.common.errors import Refused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PIECE = 1024 * 1024
_RATIO_FROM = 32 * 1024 * 1024  # an empty white picture packs well too
_HARDENED = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,  # at most 256 elements deep, at most 10 MB of text in one
    "remove_comments": True,
    "remove_pis": True,
}
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/drawingml/main",
        b"http://schemas.openxmlformats.org/drawingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)


def broken():
    return Refused(
        _("Tệp Word bị hỏng, không đọc được. Hãy mở bằng Word, lưu lại thành .docx rồi tải lên."),
        code="broken",
    )


def _bomb():
    return Refused(
        _("Tệp nén chứa lượng dữ liệu lớn bất thường nên không được mở. Chưa có gì được lưu."),
        code="bomb",
    )


def _encrypted():
    return Refused(
        _("Tệp có mật khẩu nên không đọc được. Hãy gỡ mật khẩu trong Word rồi tải lên lại."),
        code="encrypted",
    )


@contextmanager
def opened(file, limits):
    """The file object of a path or file object, at its beginning; its size was checked first.

    Raises:
        Refused: "too_large", "empty".
    """
    with ExitStack() as stack:
        if hasattr(file, "read"):
            source = file
        else:
            try:
                source = stack.enter_context(Path(file).open("rb"))
            except OSError as error:
                raise Refused(_("Không mở được tệp “%s”.") % file, code="missing") from error
        size = source.seek(0, 2)
        if size is None:
            size = source.tell()
        if size > limits.file:
            raise Refused(
                _("Tệp nặng %(size)d MB, quá giới hạn %(limit)d MB. Hãy thu nhỏ ảnh trong tệp.")
                % {"size": -(-size // 1024**2), "limit": limits.file // 1024**2},
                code="too_large",
            )
        if not size:
            raise Refused(_("Tệp trống."), code="empty")
        source.seek(0)
        yield source


def kind_of(source, name):
    """ "docx" or "text", told by the first bytes.

    Raises:
        Refused: "encrypted", "old_word", "unknown".
    """
    head = source.read(4096)
    source.seek(0)
    if head.startswith(_OLE):
        raise _encrypted() if _holds(source, _ENCRYPTED) else _old_word()
    if head.startswith(b"PK"):
        return "docx"
    if head.lstrip().startswith(b"{\\rtf"):
        raise _old_word()
    if head.startswith(b"%PDF"):
        raise Refused(
            _("Đây là tệp PDF. Hãy tải lên tệp Word (.docx) đã dùng để xuất ra PDF này."),
            code="unknown",
        )
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"mso-application" in head or b"<pkg:package" in head or head.startswith(b"MIME-Version"):
        raise _old_word()
    if (b"\0" in head and not utf16) or name.lower().endswith((".docx", ".docm")):
        raise Refused(
            _("Chỉ nhận tệp Word (.docx), HTML hoặc văn bản thuần. Tệp “%s” không thuộc loại đó.")
            % name,
            code="unknown",
        )
    return "text"


def _old_word():
    return Refused(
        _(
            "Đây là tệp Word kiểu cũ (.doc, .rtf, .xml). Hãy mở bằng Word, chọn Lưu thành "
            "(Save As), kiểu “Word Document (*.docx)” rồi tải lên lại."
        ),
        code="old_word",
    )


def _holds(source, words):
    """Whether the bytes occur in the file, read in pieces."""
    tail = b""
    while piece := source.read(_PIECE):
        if words in tail + piece:
            return True
        tail = piece[-len(words) :]
    return False


class Package:
    """The parts of a DOCX: checked as a whole before anything of it is unpacked.

    Raises:
        Refused: "broken", "bomb", "encrypted", "macros".
    """

    def __init__(self, source, limits):
        self.limits = limits
        self._check_directory(source)
        try:
            self.zip = zipfile.ZipFile(source)
        except (
            zipfile.BadZipFile,
            OSError,
            ValueError,
            struct.error,
            NotImplementedError,
        ) as error:
            raise broken() from error
        self.names = {info.filename.lstrip("/").lower(): info for info in self.zip.infolist()}
        self._check_members()

    def _check_directory(self, source):
        """The list of members is itself read whole by zipfile, so its size is looked at before."""
        size = source.seek(0, 2) or source.tell()
        source.seek(max(0, size - 66_000))
        tail = source.read(66_000)
        source.seek(0)
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) < at + 22:
            raise broken()
        members, length = struct.unpack_from("<HL", tail, at + 10)
        if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
            raise broken()  # the long form of ZIP, of no use below 4 GB
        if members > self.limits.members or length > self.limits.members * 400:
            raise _bomb()

    def _check_members(self):
        infos = self.zip.infolist()
        if any(info.flag_bits & 1 for info in infos):
            raise _encrypted()
        if any(
            info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos
        ):
            raise broken()
        if sum(info.file_size for info in infos) > self.limits.unpacked:
            raise _bomb()
        for info in infos:
            large = info.file_size > _RATIO_FROM
            if large and info.file_size > self.limits.ratio * max(1, info.compress_size):
                raise _bomb()
        types = self.read("[Content_Types].xml", self.limits.part) or b""
        programs = any(name.endswith("vbaproject.bin") for name in self.names)
        if programs or b"macroEnabled" in types or b"vbaProject" in types:
            raise Refused(
                _(
                    "Tệp có macro (chương trình kèm theo) nên không được nhận. Hãy lưu lại thành "
                    "“Word Document (*.docx)” không có macro."
                ),
                code="macros",
            )

    def size(self, name):
        info = self.names.get(name.lower())
        return info.file_size if info else 0

    def read(self, name, limit):
        """The bytes of a part, None where there is none. Raises Refused beyond `limit`."""
        info = self.names.get(name.lower())
        if info is None:
            return None
        if info.file_size > limit:
            raise _bomb()
        pieces, total = [], 0
        try:
            with self.zip.open(info) as stream:
                while piece := stream.read(_PIECE):
                    total += len(piece)
                    if total > limit:
                        raise _bomb()
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise broken() from error
        return b"".join(pieces)

    def xml(self, name, limit=None):
        """The bytes of an XML part in the usual namespaces, None where there is none."""
        data = self.read(name, limit or self.limits.part)
        if data and b"purl.oclc.org/ooxml" in data:
            for strict, usual in _STRICT:
                data = data.replace(strict, usual)
        return data

    def tree(self, name):
        """The root element of an XML part, None where there is none."""
        data = self.xml(name)
        if data is None:
            return None
        parser = etree.XMLParser(**_HARDENED)
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise broken() from error
        check_plain(root)
        return root

    def main_part(self):
        """The name of the part with the text."""
        root = self.tree("_rels/.rels")
        if root is not None:
            for link in root:
                if (link.get("Type") or "").endswith("/officeDocument"):
                    name = (link.get("Target") or "").lstrip("/")
                    if name.lower() in self.names and not self._foreign(name):
                        return name
        if "word/document.xml" in self.names:
            return "word/document.xml"
        if any(self._foreign(name) for name in self.names) or "mimetype" in self.names:
            raise Refused(
                _("Tệp này không phải văn bản Word (.docx). Hãy chọn lại tệp."), code="unknown"
            )
        raise broken()

    @staticmethod
    def _foreign(name):
        return name.lower().startswith(("xl/", "ppt/"))

    def relations(self, part):
        """{id: (kind, target, external)} of a part."""
        folder, _slash, base = part.rpartition("/")
        root = self.tree(f"{folder}/_rels/{base}.rels".lstrip("/"))
        found = {}
        for link in root if root is not None else ():
            target, external = link.get("Target") or "", link.get("TargetMode") == "External"
            kind = (link.get("Type") or "").rpartition("/")[2]
            found[link.get("Id")] = (
                kind,
                target if external else _joined(folder, target),
                external,
            )
        return found

    def children(self, name, parent, tags, limit):
        """Each child, of the given tags, of the element `parent` of a part, one at a time.

        An element is emptied once the next is asked for, so that a long text never stands in
        memory as a tree. Elements deeper than 256 are an error of the parser itself.
        """
        data = self.xml(name, limit)
        if data is None:
            raise broken()
        parser = etree.XMLPullParser(events=("end",), tag=[parent, *tags], **_HARDENED)
        begun = False
        try:
            for begin in range(0, len(data), 65_536):
                parser.feed(data[begin : begin + 65_536])
                for _event, element in parser.read_events():
                    if element.tag == parent:
                        begun = True
                        continue
                    above = element.getparent()
                    if above is None or above.tag != parent:
                        continue
                    if not begun:
                        check_plain(element)
                        begun = True
                    yield element
                    element.clear()
                    while element.getprevious() is not None:
                        del above[0]
            parser.close()
        except (etree.XMLSyntaxError, ValueError) as error:
            raise broken() from error
        if not begun:
            raise broken()


def check_plain(root):
    """Refuse XML with a document type: no Word file has one, entities live there."""
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise broken()


def _joined(folder, target):
    if target.startswith("/"):
        return target.lstrip("/")
    parts = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)

"""Documents handed in as files: told by their content, never by their name."""

import io
import zipfile

from django.utils.translation import gettext as _

from portal.common.errors import Refused

MAX_BYTES = 25 * 1024 * 1024
_PDF_TAIL = 8192
_MAX_UNPACKED = 300 * 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument"
#: main part inside the ZIP -> (ending, content type)
_PACKAGES = {
    "word/document.xml": ("docx", f"{_OFFICE}.wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
}


def _refuse():
    return Refused(
        _("Chỉ nhận tệp PDF, Word (.docx) và Excel (.xlsx). Tệp này không thuộc loại đó."),
        code="not_a_document",
    )


def check_pdf(data: bytes):
    """Refuse what is no whole PDF.

    A PDF begins with its mark and ends with an end mark (signing software may add a little behind
    it); a file that a dropped line cut off has none.

    Raises:
        Refused: "empty", "too_large", "not_pdf", "cut_off".
    """
    if not data:
        raise Refused(_("Tệp trống."), code="empty")
    if len(data) > MAX_BYTES:
        raise Refused(_("Tệp lớn quá 25 MB."), code="too_large")
    if not data.startswith(b"%PDF-"):
        raise Refused(
            _("Tệp này không phải PDF. Hãy chọn bản quét đã lưu thành PDF."), code="not_pdf"
        )
    if b"%%EOF" not in data[-_PDF_TAIL:]:
        raise Refused(_("Tệp PDF bị thiếu phần cuối; hãy lưu và tải lên lại."), code="cut_off")


def recognise(data: bytes) -> tuple[str, str]:
    """(ending, content type) of a PDF, DOCX or XLSX.

    Raises:
        Refused: "empty", "too_large", "not_a_document", "macros" (a document that holds programs),
            "bomb" (a package that unpacks to far more than it weighs).
    """
    if not data:
        raise Refused(_("Tệp trống."), code="empty")
    if len(data) > MAX_BYTES:
        raise Refused(_("Tệp lớn quá 25 MB."), code="too_large")
    if data.startswith(b"%PDF-"):
        return "pdf", "application/pdf"
    if not data.startswith(b"PK\x03\x04"):
        raise _refuse()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _refuse() from error
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names:
        raise _refuse()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused(_("Tệp có chứa macro nên không được nhận."), code="macros")
    if sum(part.file_size for part in parts) > _MAX_UNPACKED:
        raise Refused(_("Tệp giải nén ra quá lớn nên không được nhận."), code="bomb")
    for main, kind in _PACKAGES.items():
        if main in names:
            return kind
    raise _refuse()

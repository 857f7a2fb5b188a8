"""Forms of the register."""

from .links import DocumentsField, document_line
from .signed import FILE_REFUSALS, PdfField, ScanField, SignedCopyForm

__all__ = [
    "FILE_REFUSALS",
    "DocumentsField",
    "PdfField",
    "ScanField",
    "SignedCopyForm",
    "document_line",
]

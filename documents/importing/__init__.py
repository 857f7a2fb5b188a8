"""Reading a document from a file: DOCX, HTML or plain text becomes blocks. Pure, stores nothing."""

from .reading import read, read_html, read_text
from .result import ImportResult, LegacyRun, Limits, Picture, TrackedChange

__all__ = [
    "ImportResult",
    "LegacyRun",
    "Limits",
    "Picture",
    "TrackedChange",
    "read",
    "read_html",
    "read_text",
]

"""Forms of the desk of documents."""

from documents.forms.writing import MAX_HTML, DocumentForm, RemarkForm, SectionForm, TextForm

__all__ = ["MAX_HTML", "DocumentForm", "RemarkForm", "SectionForm", "TextForm"]

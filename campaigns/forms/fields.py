"""Fields that several forms of campaigns share."""

from django import forms

from portal.common.forms import LinesField
from portal.official.forms import DocumentsField as BasisField
from portal.official.forms import document_line as basis_line

__all__ = ["BasisField", "DayField", "DayInput", "LinesField", "basis_line"]


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class DayField(forms.DateField):
    """A day, from the browser's date field or typed as 24/9/2025."""

    widget = DayInput

    def __init__(self, **kwargs):
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        super().__init__(**kwargs)

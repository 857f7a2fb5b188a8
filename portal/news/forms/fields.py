"""Fields that several forms of the newsroom have."""

from django import forms
from django.utils.translation import gettext_lazy as _


class MomentField(forms.DateTimeField):
    """A day and a time on a clock in Vietnam, to the minute."""

    def __init__(self, **kwargs):
        widget = forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "autocomplete": "off"}
        )
        kwargs.setdefault("required", False)
        kwargs.setdefault(
            "error_messages",
            {"invalid": _("Nhập đủ ngày và giờ, ví dụ 2026-09-24T07:30.")},
        )
        super().__init__(
            widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"], **kwargs
        )

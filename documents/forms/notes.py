from django import forms
from django.utils.translation import gettext_lazy as _

from documents.actions import MAX_NOTE
from portal.common.forms import Form, VersionedFormMixin


class ChangeNoteForm(VersionedFormMixin, Form):
    """Why one passage was changed; `place` is the id of the block it is about."""

    place = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    row = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    text = forms.CharField(
        label=_("Lý do sửa"),
        required=False,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

"""The form behind the picture upload of the editor."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.common.forms import Form

from .models import Upload


class ImageUploadForm(Form):
    """`upload` is the field name CKEditor sends. The agency may stay out when there is one only."""

    upload = forms.FileField(
        label=_("Ảnh"),
        error_messages={"required": _("Chưa chọn ảnh."), "empty": _("Tệp ảnh trống.")},
    )
    agency = forms.TypedChoiceField(
        label=_("Cơ quan"), coerce=int, required=False, empty_value=None
    )
    alt = forms.CharField(
        label=_("Chữ thay thế"),
        required=False,
        max_length=Upload._meta.get_field("alt").max_length,
    )
    caption = forms.CharField(
        label=_("Chú thích ảnh"),
        required=False,
        max_length=Upload._meta.get_field("caption").max_length,
    )
    credit = forms.CharField(
        label=_("Nguồn ảnh"),
        required=False,
        max_length=Upload._meta.get_field("credit").max_length,
    )

    def __init__(self, *args, agency_ids, **kwargs):
        super().__init__(*args, **kwargs)
        self.agency_ids = agency_ids
        self.fields["agency"].choices = [(pk, str(pk)) for pk in agency_ids]

    def clean_agency(self):
        """The agency asked for, else the first one the person works in."""
        chosen = self.cleaned_data["agency"]
        return chosen if chosen is not None else self.agency_ids[0]

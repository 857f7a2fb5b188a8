"""Forms about signed papers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.common.forms import Form


class PdfField(forms.FileField):
    """A PDF as it was signed; what it really is, the action tells by its content."""

    widget = forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"})
    default_error_messages = {
        "required": _("Chưa chọn tệp."),
        "empty": _("Tệp trống."),
        "invalid": _("Tệp chưa được gửi kèm. Hãy chọn lại tệp."),
    }


class ScanField(PdfField):
    """The scan of a signed paper: a PDF, or a photo taken with a phone."""

    widget = forms.ClearableFileInput(
        attrs={"accept": "application/pdf,.pdf,image/jpeg,image/png,image/webp"}
    )


class SignedCopyForm(Form):
    """The signed PDF of a document; from the second on with the reason."""

    file = PdfField(
        label=_("Tệp PDF đã ký"),
        help_text=_("Giữ nguyên từng byte, tối đa 25 MB; chữ ký số trong tệp không bị đổi."),
    )
    note = forms.CharField(
        label=_("Lý do thay"),
        max_length=300,
        help_text=_("Ví dụ: bản đính chính lỗi kỹ thuật ở trang 2."),
    )

    def __init__(self, *args, first, **kwargs):
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["note"]


#: Refusals that are about the file itself.
FILE_REFUSALS = (
    "empty",
    "too_large",
    "not_pdf",
    "cut_off",
    "same_file",
    "not_an_image",
    "too_many_pixels",
    "missing_scan",
)

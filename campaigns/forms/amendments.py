"""Forms about amendments of issued plans."""

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from campaigns.forms.fields import BasisField, DayField
from portal.common.forms import Form
from portal.official.forms import ScanField


class SubmitAmendmentForm(Form):
    """Why a plan was amended, and by which paper."""

    reason = forms.CharField(
        label=_("Lý do, nội dung sửa đổi"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Người đọc thấy câu này cạnh “Sửa đổi lần …”."),
    )
    amended_on = DayField(label=_("Ngày sửa đổi"))
    document = BasisField(
        label=_("Văn bản sửa đổi"),
        required=False,
        line_limit=300,
        rows=1,
        help_text=_("Số, ký hiệu của văn bản cho phép sửa đổi, nếu có: 20-CV/TU ngày 12/11/2026."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document"].user = user
        self.fields["document"].widget = forms.TextInput()

    def clean_document(self):
        """The one document, a dict for one that the register does not have, or None."""
        found = self.cleaned_data["document"]
        if len(found) > 1:
            raise forms.ValidationError(_g("Chỉ ghi một văn bản."))
        return found[0] if found else None


class PaperApprovalForm(Form):
    """What a signed paper says."""

    number = forms.CharField(label=_("Số, ký hiệu của giấy đã ký"), max_length=80)
    signed_on = DayField(label=_("Ngày ký"))
    signer = forms.CharField(label=_("Người ký"), max_length=120)
    position = forms.CharField(label=_("Chức vụ"), max_length=120)
    scan = ScanField(
        label=_("Bản quét giấy đã ký"),
        help_text=_("PDF hoặc ảnh chụp rõ nét (JPEG, PNG), tối đa 25 MB."),
    )

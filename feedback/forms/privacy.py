"""What people fill in about their own data."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.common.forms import Form


class EraseIdentityForm(Form):
    """A box to tick, for what cannot be taken back."""

    sure = forms.BooleanField(
        label=_("Tôi muốn xóa danh tính; việc này không hoàn lại được"),
        error_messages={"required": _("Đánh dấu vào ô này nếu muốn xóa.")},
    )


class GuestStopForm(Form):
    """What the owner of an address takes back with the link in a mail."""

    identity = forms.BooleanField(
        label=_("Xóa cả tên và địa chỉ này khỏi các ý kiến đã gửi trong đợt; không hoàn lại được"),
        required=False,
        help_text=_("Ý kiến vẫn được tính và gửi lên; mã tiếp nhận vẫn dùng được."),
    )


class ConsentForm(EraseIdentityForm):
    """Withdrawing consent in one consultation: what becomes of the opinions is the person's choice.

    Taking them back is offered while the consultation is open only.
    """

    KEEP, BACK = "keep", "back"

    choice = forms.ChoiceField(
        label=_("Ý kiến đã gửi"),
        choices=[
            (KEEP, _("Vẫn được tính và gửi lên, không kèm danh tính nào")),
            (BACK, _("Rút tất cả, không còn được tính")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một trong hai.")},
    )
    sure = forms.BooleanField(
        label=_("Tôi rút đồng ý trong đợt này; việc này không hoàn lại được"),
        error_messages={"required": _("Đánh dấu vào ô này nếu muốn rút đồng ý.")},
    )
    field_order = ["choice", "sure"]

    def __init__(self, *args, may_take_back, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_take_back:
            del self.fields["choice"]

    @property
    def take_back(self):
        return self.cleaned_data.get("choice") == self.BACK

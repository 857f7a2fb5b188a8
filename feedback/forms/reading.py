"""What rapporteurs fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.actions.looks import MAX_REASON
from portal.common.forms import Form


class LookForm(Form):
    """Why a rapporteur wants to see a name."""

    reason = forms.CharField(label=_("Lý do xem tên người gửi"), max_length=MAX_REASON)


class LookSureForm(LookForm):
    """The second step: the same reason once more to read, and the reader's own password."""

    reason = forms.CharField(max_length=MAX_REASON, widget=forms.HiddenInput)
    password = forms.CharField(
        label=_("Mật khẩu của đồng chí"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.reader = reader

    def clean_password(self):
        if not self.reader.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("Mật khẩu không đúng."))
        return ""

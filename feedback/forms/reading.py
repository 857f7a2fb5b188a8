"""What rapporteurs fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.common.forms import Form


class LookForm(Form):
    """Why a rapporteur wants to see a name."""

    reason = forms.CharField(label=_("Lý do xem tên người gửi"), max_length=300)

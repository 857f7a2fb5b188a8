"""The form that makes a preview link."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.common.forms import Form
from portal.news.models import PreviewLink


class PreviewLinkForm(Form):
    """For whom, and for how long."""

    purpose = forms.CharField(
        label=_("Gửi cho ai, để làm gì"),
        max_length=PreviewLink._meta.get_field("purpose").max_length,
        help_text=_("Ví dụ: đồng chí Hòa, Đảng ủy xã, đọc lại số liệu."),
        error_messages={"required": _("Ghi liên kết gửi cho ai, để làm gì.")},
    )
    days = forms.TypedChoiceField(
        label=_("Có hiệu lực"),
        choices=[(1, _("1 ngày")), (3, _("3 ngày")), (7, _("7 ngày"))],
        coerce=int,
        initial=3,
        widget=forms.RadioSelect,
    )

"""The form that records a signature on paper."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.forms.amendments import PaperApprovalForm
from campaigns.forms.fields import DayField
from portal.common.minutes import LaterForm, TimeOfDayField


class PaperForm(LaterForm, PaperApprovalForm):
    """What the paper says; with a day and a time the article comes at that minute."""

    no_day, no_time = _("Hãy chọn ngày đăng."), _("Hãy chọn giờ đăng.")

    lock_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    day = DayField(
        label=_("Ngày đăng"),
        required=False,
        help_text=_("Để trống cả ngày và giờ thì bài đăng ngay."),
        error_messages={"invalid": _("Ghi ngày như 24/9/2026.")},
    )
    time = TimeOfDayField(label=_("Giờ đăng"), help_text=_("Giờ Việt Nam, đúng đến phút."))

    def __init__(self, *args, article, **kwargs):
        super().__init__(*args, initial={"lock_version": article.lock_version}, **kwargs)
        if article.live_revision_id is not None:  # corrections have no hour
            del self.fields["day"], self.fields["time"]

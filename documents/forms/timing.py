"""The forms that set the hour of an edition, and that record a signature on paper."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.forms.amendments import PaperApprovalForm
from campaigns.forms.fields import DayField
from portal.common import clock
from portal.common.minutes import HourForm, LaterForm, TimeOfDayField, suggestions

NO_DAY, NO_TIME = _("Hãy chọn ngày công bố."), _("Hãy chọn giờ công bố.")


def _day(**kwargs):
    return DayField(
        label=_("Ngày công bố"),
        required=False,
        error_messages={"invalid": _("Ghi ngày như 24/9/2026.")},
        **kwargs,
    )


class ScheduleForm(HourForm):
    """Day and time on a clock in Vietnam, or one press on a suggested hour."""

    no_day, no_time = NO_DAY, NO_TIME

    lock_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    day = _day()
    time = TimeOfDayField(label=_("Giờ công bố"), help_text=_("Giờ Việt Nam, đúng đến phút."))

    def __init__(self, *args, edition, now, **kwargs):
        scheduled = edition.state == edition.State.SCHEDULED
        at = clock.local(edition.publish_at if scheduled else suggestions(now)[0])
        initial = {"lock_version": edition.lock_version, "day": at.date(), "time": at.time()}
        super().__init__(*args, initial=initial, **kwargs)


class PaperForm(LaterForm, PaperApprovalForm):
    """What the paper says; with a day and a time the edition comes at that minute."""

    no_day, no_time = NO_DAY, NO_TIME

    lock_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    confirmed = forms.BooleanField(
        required=False,
        label=_("Tôi đã đọc điều trên và vẫn công bố"),
    )
    day = _day(help_text=_("Để trống cả ngày và giờ thì công bố ngay."))
    time = TimeOfDayField(label=_("Giờ công bố"), help_text=_("Giờ Việt Nam, đúng đến phút."))

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, initial={"lock_version": edition.lock_version}, **kwargs)

    def action_arguments(self):
        """Keyword arguments of `actions.publish_on_paper`."""
        names = ("scan", "at", "confirmed", "number", "signed_on", "signer", "position")
        data = {name: self.cleaned_data[name] for name in names}
        return data | {"expected_version": self.cleaned_data["lock_version"]}

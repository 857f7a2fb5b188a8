"""The forms that set the hour of an edition, and that record a signature on paper."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.forms.amendments import PaperApprovalForm
from campaigns.forms.fields import DayField
from portal.common import clock
from portal.common.forms import Form
from portal.common.minutes import TimeOfDayField, minute_of, suggestions


def _day(**kwargs):
    return DayField(
        label=_("Ngày công bố"),
        required=False,
        error_messages={"invalid": _("Ghi ngày như 24/9/2026.")},
        **kwargs,
    )


class ScheduleForm(Form):
    """Day and time on a clock in Vietnam, or one press on a suggested hour (`goi_y`).

    `cleaned_data["at"]` is the instant.
    """

    lock_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    day = _day()
    time = TimeOfDayField(label=_("Giờ công bố"), help_text=_("Giờ Việt Nam, đúng đến phút."))
    goi_y = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])

    def __init__(self, *args, edition, now, **kwargs):
        scheduled = edition.state == edition.State.SCHEDULED
        at = clock.local(edition.publish_at if scheduled else suggestions(now)[0])
        initial = {"lock_version": edition.lock_version, "day": at.date(), "time": at.time()}
        super().__init__(*args, initial=initial, **kwargs)

    def clean_goi_y(self):
        at = self.cleaned_data["goi_y"]
        # Django reads a naive text on the portal's clock, which is the one of Vietnam.
        return at and clock.local(at)

    def clean(self):
        data = super().clean()
        data["at"] = data.get("goi_y")
        if data["at"] is not None:
            for name in ("day", "time"):  # a press on a suggestion overrides half-typed fields
                self.errors.pop(name, None)
        elif not self.errors:
            if not data.get("day"):
                self.add_error("day", _("Hãy chọn ngày công bố."))
            if data.get("time") is None:
                self.add_error("time", _("Hãy chọn giờ công bố."))
            if not self.errors:
                data["at"] = minute_of(data["day"], data["time"])
        return data

    def renew(self, **values):
        """Show the form again with these values, keeping what was typed."""
        self.data = self.data.copy()
        for name, value in values.items():
            self.data[name] = str(value)


class PaperForm(PaperApprovalForm):
    """What the paper says; with a day and a time the edition comes at that minute.

    `cleaned_data["at"]` is the instant, None for at once.
    """

    lock_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    confirmed = forms.BooleanField(
        required=False,
        label=_("Tôi đã đọc điều trên và vẫn công bố"),
    )
    day = _day(help_text=_("Để trống cả ngày và giờ thì công bố ngay."))
    time = TimeOfDayField(label=_("Giờ công bố"), help_text=_("Giờ Việt Nam, đúng đến phút."))

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, initial={"lock_version": edition.lock_version}, **kwargs)

    def clean(self):
        data = super().clean()
        day, time = data.get("day"), data.get("time")
        data["at"] = minute_of(day, time) if day and time is not None else None
        if not {"day", "time"} & set(self.errors):
            if day and time is None:
                self.add_error("time", _("Hãy chọn giờ công bố."))
            elif time is not None and not day:
                self.add_error("day", _("Hãy chọn ngày công bố."))
        return data

    def action_arguments(self):
        """Keyword arguments of `actions.publish_on_paper`."""
        names = ("scan", "at", "confirmed", "number", "signed_on", "signer", "position")
        data = {name: self.cleaned_data[name] for name in names}
        return data | {"expected_version": self.cleaned_data["lock_version"]}

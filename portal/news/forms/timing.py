"""The form that sets the hour of an article."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.forms.fields import DayField
from portal.common import clock
from portal.news.forms.fields import TimeOfDayField
from portal.news.forms.verbs import VersionForm
from portal.news.rules.timing import minute_of, suggestions


class ScheduleForm(VersionForm):
    """Day and time on a clock in Vietnam, or one press on a suggested hour (`goi_y`).

    `cleaned_data["at"]` is the instant.
    """

    day = DayField(
        label=_("Ngày đăng"),
        required=False,
        error_messages={"invalid": _("Ghi ngày như 24/9/2026.")},
    )
    time = TimeOfDayField(label=_("Giờ đăng"), help_text=_("Giờ Việt Nam, đúng đến phút."))
    goi_y = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])

    def __init__(self, *args, article, now, **kwargs):
        at = article.published_at if article.state == article.State.SCHEDULED else None
        at = clock.local(at or suggestions(now)[0])
        initial = {"lock_version": article.lock_version, "day": at.date(), "time": at.time()}
        super().__init__(*args, initial=initial, **kwargs)

    def clean_goi_y(self):
        at = self.cleaned_data["goi_y"]
        # Django reads a naive text on the portal's clock, which is the one of Vietnam.
        return at and clock.local(at)

    def clean(self):
        data = super().clean()
        data["at"] = data.get("goi_y")
        if data["at"] is None and not self.errors:
            if not data.get("day"):
                self.add_error("day", _("Hãy chọn ngày đăng."))
            if data.get("time") is None:
                self.add_error("time", _("Hãy chọn giờ đăng."))
            if not self.errors:
                data["at"] = minute_of(data["day"], data["time"])
        elif data["at"] is not None:
            for name in ("day", "time"):  # a press on a suggestion overrides half-typed fields
                self.errors.pop(name, None)
        return data

    def renew(self, article):
        """Show the form again for the article as it stands now, keeping what was typed."""
        self.data = self.data.copy()
        self.data["lock_version"] = str(article.lock_version)

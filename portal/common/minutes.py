"""Minutes at which something is to appear: whole minutes of Vietnam, to come, within a year."""

import datetime as dt

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.common import clock
from portal.common.display import datetime_vi
from portal.common.errors import Refused
from portal.common.forms import Form

FURTHEST = dt.timedelta(days=366)
MORNING, EVENING = dt.time(7, 0), dt.time(17, 0)
#: A suggestion nearer than this is no plan but haste.
AHEAD = dt.timedelta(minutes=15)


def minute_of(day, time):
    """The instant at which a clock in Vietnam shows `time` on `day`."""
    return dt.datetime.combine(day, time.replace(second=0, microsecond=0), tzinfo=clock.TZ)


def checked_minute(at, now, *, instead=None):
    """`at` on its whole minute. `instead` is what else may be done, in words ("đăng ngay").

    Raises:
        Refused: "past" when that minute has begun, "far" when it is more than a year away.
    """
    at = at.replace(second=0, microsecond=0)
    if at <= now:
        raise Refused(
            _("%(at)s đã qua. Hãy chọn giờ khác, hoặc %(instead)s.")
            % {"at": datetime_vi(at), "instead": instead or _("đăng ngay")},
            code="past",
        )
    if at - now > FURTHEST:
        raise Refused(_("Chỉ hẹn được trong vòng một năm tới."), code="far")
    return at


def suggestions(now):
    """Up to three hours at which offices like to publish, the next first."""
    today = clock.today(now)
    hours = [
        minute_of(today + dt.timedelta(days=n), time)
        for n in range(3)
        for time in (MORNING, EVENING)
    ]
    return [at for at in hours if at - now >= AHEAD][:3]


class TimeOfDayField(forms.TimeField):
    """A time on a clock in Vietnam, to the minute; people also write 7h30 and 7h."""

    def __init__(self, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("error_messages", {"invalid": gettext_lazy("Ghi giờ như 07:30.")})
        super().__init__(
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            input_formats=["%H:%M", "%H:%M:%S", "%Hh%M", "%Hh"],
            **kwargs,
        )


class HourForm(Form):
    """Base of forms with `day` and `time` of their own: both, or one press on a suggested hour
    (`goi_y`). `cleaned_data["at"]` is the instant. `no_day` and `no_time` say what is missing.
    """

    no_day = no_time = ""
    goi_y = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])

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
                self.add_error("day", self.no_day)
            if data.get("time") is None:
                self.add_error("time", self.no_time)
            if not self.errors:
                data["at"] = minute_of(data["day"], data["time"])
        return data

    def renew(self, **values):
        """Show the form again with these values, keeping what was typed."""
        self.data = self.data.copy()
        for name, value in values.items():
            self.data[name] = str(value)


class LaterForm(Form):
    """Base of forms with `day` and `time` of their own that may both stay empty.

    `cleaned_data["at"]` is the instant, None for at once; `no_day`, `no_time` say what is missing.
    """

    no_day = no_time = ""

    def clean(self):
        data = super().clean()
        day, time = data.get("day"), data.get("time")
        data["at"] = minute_of(day, time) if day and time is not None else None
        if "day" in self.fields and not {"day", "time"} & set(self.errors):
            if day and time is None:
                self.add_error("time", self.no_time)
            elif time is not None and not day:
                self.add_error("day", self.no_day)
        return data

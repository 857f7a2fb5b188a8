"""The form that sets the hour of an article."""

from django.utils.translation import gettext_lazy as _

from campaigns.forms.fields import DayField
from portal.common import clock
from portal.common.minutes import HourForm, TimeOfDayField, suggestions
from portal.news.forms.verbs import VersionForm


class ScheduleForm(HourForm, VersionForm):
    """Day and time on a clock in Vietnam, or one press on a suggested hour."""

    no_day, no_time = _("Hãy chọn ngày đăng."), _("Hãy chọn giờ đăng.")

    day = DayField(
        label=_("Ngày đăng"),
        required=False,
        error_messages={"invalid": _("Ghi ngày như 24/9/2026.")},
    )
    time = TimeOfDayField(label=_("Giờ đăng"), help_text=_("Giờ Việt Nam, đúng đến phút."))

    def __init__(self, *args, article, now, **kwargs):
        at = article.published_at if article.state == article.State.SCHEDULED else None
        at = clock.local(at or suggestions(now)[0])
        initial = {"lock_version": article.lock_version, "day": at.date(), "time": at.time()}
        super().__init__(*args, initial=initial, **kwargs)

"""Words for recurring days and lunar dates in templates; reads nothing from the database."""

from django import template
from django.utils.translation import gettext as _

from campaigns.rules import anniversaries, lunar

register = template.Library()

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


@register.filter
def yearly_day(row):
    """The day of a Commemoration as it recurs: "3/2", "10/3 âm lịch"."""
    return anniversaries.day_words(row.calendar, row.day, row.month)


@register.filter
def standing_out(kind):
    """ "Năm tròn" or "Năm lẻ 5"."""
    return anniversaries.standing_out_words(kind)


@register.filter
def anniversary(event):
    """What stands out about an occurrence, "" for an event that is none or an ordinary year."""
    row = event.commemoration
    if row is None:
        return ""
    years = anniversaries.years_since(row.origin_year, event.occurrence_year)
    return anniversaries.standing_out_words(anniversaries.standing_out(years, row.round_rule))


@register.filter
def weekday_vi(day):
    """ "Thứ Hai"."""
    return _(_WEEKDAYS[day.weekday()])


@register.filter
def lunar_day(day):
    """A date in the lunar calendar: "mùng 1/1", "10/3", "15/6 (nhuận)"."""
    found = lunar.to_lunar(day)
    text = f"{found.day}/{found.month}"
    if found.day <= 10:
        text = _("mùng %s") % text
    return _("%s (nhuận)") % text if found.leap else text

"""Recurring days: on which date they fall, which anniversary that is, whether it stands out.

"Năm tròn" is a number of years that ends in 0, "năm lẻ 5" one that ends in 5 (Nghị định
111/2018/NĐ-CP).
"""

import calendar
import datetime as dt

from django.utils.translation import gettext as _

from campaigns.rules import lunar

SOLAR, LUNAR = "solar", "lunar"
FIVES, TENS, NONE = "fives", "tens", "none"


def falls_on(kind, day, month, year):
    """The date of a yearly day in `year` of its own calendar.

    29 February is kept on the 28th of a year that is no leap year, the 30th of a short lunar month
    on the 29th.
    """
    if kind == LUNAR:
        return lunar.occurrence(year, month, day)
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def occurrences(kind, day, month, first, last):
    """[(year, date)] of a yearly day from `first` to `last`, both included."""
    # A day of the last lunar months falls into the solar year after its own.
    years = range(first.year - 1, last.year + 1)
    found = [(year, falls_on(kind, day, month, year)) for year in years]
    return [(year, date) for year, date in found if first <= date <= last]


def exists(kind, day, month):
    """Whether a calendar has such a day at all."""
    if kind == LUNAR:
        return 1 <= month <= 12 and 1 <= day <= 30
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2024, month)[1]


def years_since(origin_year, year):
    """How many years an occurrence commemorates, None without an origin or before the first."""
    if not origin_year or year <= origin_year:
        return None
    return year - origin_year


def standing_out(years, rule=FIVES):
    """ "tens", "fives" or "": whether an anniversary is highlighted under `rule`."""
    if not years or rule == NONE:
        return ""
    if years % 10 == 0:
        return TENS
    return FIVES if years % 5 == 0 and rule == FIVES else ""


def standing_out_words(kind):
    """ "Năm tròn", "Năm lẻ 5" or nothing."""
    return {TENS: _("Năm tròn"), FIVES: _("Năm lẻ 5")}.get(kind, "")


def day_words(kind, day, month):
    """ "3/2", "10/3 âm lịch"."""
    return _("%s âm lịch") % f"{day}/{month}" if kind == LUNAR else f"{day}/{month}"


def occasion(name, years, kind, day, month):
    """What the occurrence of a year is called: "Kỷ niệm 96 năm Ngày thành lập …"."""
    if years:
        return _("Kỷ niệm %(years)d năm %(name)s") % {"years": years, "name": name}
    if kind == LUNAR:
        return f"{name} ({day_words(kind, day, month)})"
    return name

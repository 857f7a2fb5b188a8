"""Boundaries in Vietnamese words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.rules import specs

_PART_OF_MONTH = {
    specs.EARLY: _l("đầu tháng %(m)s"),
    specs.MID: _l("giữa tháng %(m)s"),
    specs.LATE: _l("cuối tháng %(m)s"),
    "": _l("tháng %(m)s"),
}
_PART_OF_YEAR = {
    specs.EARLY: _l("đầu năm %(y)s"),
    specs.MID: _l("giữa năm %(y)s"),
    specs.LATE: _l("cuối năm %(y)s"),
    "": _l("năm %(y)s"),
}
_MOMENT = {specs.OPENS: _l("khai mạc"), specs.CLOSES: _l("bế mạc")}
_SIDE = {specs.START: _l("ngày bắt đầu"), specs.END: _l("ngày kết thúc")}


def date_words(spec):
    """`ngày 05/02/2020`, `tháng 6/2020`, `đầu năm 2020`, `cuối tháng 10/2020`; `trước ngày
    30/6/2026` as offices write it, whichever day that comes to.
    """
    date = spec.date
    if spec.before:
        named = _("ngày %s") % office_date(date) if spec.precision == specs.DAY else _named(spec)
        return _("trước %s") % named
    if spec.precision == specs.DAY:
        return _("ngày %s") % f"{date:%d/%m/%Y}"
    return _named(spec)


def office_date(date):
    """`30/6/2026`, `05/02/2026`: a zero only where offices write one, before 1-9 and 1, 2."""
    month = f"{date.month:02d}" if date.month < 3 else date.month
    return f"{date.day:02d}/{month}/{date.year}"


def _named(spec):
    date = spec.date
    if spec.precision == specs.MONTH:
        return _PART_OF_MONTH[spec.part] % {"m": f"{date.month}/{date.year}"}
    return _PART_OF_YEAR[spec.part] % {"y": date.year}


def shifted_words(point, offset, working):
    """`7 ngày trước khai mạc …`, `5 ngày làm việc sau bế mạc …`, or the point itself."""
    if not offset:
        return point
    unit = _("ngày làm việc") if working else _("ngày")
    side = _("trước") if offset < 0 else _("sau")
    return f"{abs(offset)} {unit} {side} {point}"


def event_words(moment, event, offset=0, working=False):
    """A moment of an event; `event` is its name."""
    return shifted_words(f"{_MOMENT[moment]} {event}", offset, working)


def phase_words(side, phase, offset=0, working=False):
    """The first or last day of a phase, by its name."""
    return shifted_words(f"{_SIDE[side]} {phase}", offset, working)


def open_words():
    return _("để ngỏ")


def unknown_words():
    return _("chưa xác định")


def day_words(day):
    """`05/02/2020`, or `chưa xác định`."""
    return f"{day:%d/%m/%Y}" if day else unknown_words()

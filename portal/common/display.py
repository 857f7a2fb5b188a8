"""How dates, numbers and names are shown to people. Pure functions; the template filters use them.

Formats are those of DOMAIN section 6: 18/02/2020, 18/02/2020 16:20, 10.877.753, 99,75%.
"""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from . import clock

NBSP = "\u00a0"
JOINER = "\u2060"  # no line break here; nothing to see, and searching passes over it
WEEKDAYS = (
    "Thứ Hai",
    "Thứ Ba",
    "Thứ Tư",
    "Thứ Năm",
    "Thứ Sáu",
    "Thứ Bảy",
    "Chủ nhật",
)


def _as_date(value: dt.date | dt.datetime) -> dt.date:
    return clock.today(value) if isinstance(value, dt.datetime) else value


def date_vi(value: dt.date | dt.datetime | None) -> str:
    """18/02/2020, as seen in Vietnam; empty for None."""
    return "" if value is None else f"{_as_date(value):%d/%m/%Y}"


def day_month(value: dt.date | dt.datetime | None) -> str:
    """18/2: a day within a year the reader knows; empty for None."""
    if value is None:
        return ""
    date = _as_date(value)
    return f"{date.day}/{date.month}"


def datetime_vi(value: dt.datetime | None) -> str:
    """18/02/2020 16:20 on a clock in Vietnam; empty for None."""
    return "" if value is None else f"{clock.local(value):%d/%m/%Y %H:%M}"


def weekday_vi(value: dt.date | dt.datetime) -> str:
    """The day of the week inside a sentence: "thứ Tư", "Chủ nhật"."""
    word = WEEKDAYS[_as_date(value).weekday()]
    return word.replace("Thứ", "thứ")


def long_date_vi(value: dt.date | dt.datetime | None) -> str:
    """Thứ Tư, ngày 20 tháng 8 năm 2025."""
    if value is None:
        return ""
    date = _as_date(value)
    return _("%(weekday)s, ngày %(day)d tháng %(month)d năm %(year)d") % {
        "weekday": WEEKDAYS[date.weekday()],
        "day": date.day,
        "month": date.month,
        "year": date.year,
    }


def short_date_vi(value: dt.date | dt.datetime | None) -> str:
    """Thứ Tư, 20/8/2025: where the long form has no room."""
    if value is None:
        return ""
    date = _as_date(value)
    return f"{WEEKDAYS[date.weekday()]}, {date.day}/{date.month}/{date.year}"


def date_range(start: dt.date | None, end: dt.date | None) -> str:
    """15/07 – 31/08/2025; a missing side says so. An en dash, because it is a range."""
    if start is None and end is None:
        return _("chưa xác định")
    if end is None:
        return _("từ %s") % date_vi(start)
    if start is None:
        return _("đến %s") % date_vi(end)
    start, end = _as_date(start), _as_date(end)
    if start == end:
        return date_vi(end)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start:%d} – {date_vi(end)}"
    if start.year == end.year:
        return f"{start:%d/%m} – {date_vi(end)}"
    return f"{date_vi(start)} – {date_vi(end)}"


def number_vi(value) -> str:
    """10.877.753; a fraction keeps its digits after a comma. Empty for None or ''."""
    if value is None or value == "":
        return ""
    if type(value) is int:
        return f"{value:,}".replace(",", ".")
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    sign, digits = ("-" if number < 0 else ""), f"{abs(number):f}"
    whole, dot, rest = digits.partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return sign + grouped + (f",{rest}" if dot and rest.strip("0") else "")


def percent_vi(value, digits: int = 2) -> str:
    """99,75% from 99.75 (already a percentage); trailing zeros after the comma fall away."""
    if value is None or value == "":
        return ""
    step = Decimal(1).scaleb(-digits)
    number = Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)
    return number_vi(number.normalize()) + "%"


def share(part, whole) -> int:
    """Whole percents of part in whole for a bar; 100 only when complete, 1 for anything begun."""
    if not whole or part <= 0:
        return 0
    if part >= whole:
        return 100
    return min(99, max(1, round(100 * part / whole)))


def quarters(part, whole) -> int:
    """Quarter percents (0-400) of part in whole, for data-x and data-w."""
    return 0 if not whole else min(400, max(0, round(400 * part / whole)))


_ROMAN = r"[IVXLCDM]+"
_UNITS = (
    "ngày|tháng|năm|giờ|phút|giây|lần|đợt|cấp|đơn vị|ý kiến|lượt|người|hội nghị|nhiệm vụ|đoạn|điểm|"
    "xã|phường|tỉnh|chi bộ|%|km|ha|tỷ|triệu|nghìn|KB|MB"
)
_BINDINGS = [
    (re.compile(rf"\b([Ll]ần) (thứ) ({_ROMAN}|\w+)\b"), rf"\1{NBSP}\2{NBSP}\3"),
    (
        re.compile(r"\b([Nn]hiệm) (kỳ) (\d{4})-(\d{4})"),
        rf"\1{NBSP}\2{NBSP}\3{JOINER}-{JOINER}\4",
    ),
    (re.compile(r"\b([Kk]hóa|[Qq]uý|[Mm]ục|[Pp]hần|[Cc]hương) ([IVXLCDM]+|\d+)\b"), rf"\1{NBSP}\2"),
    (
        re.compile(r"\b([Nn]gày|[Tt]háng|[Nn]ăm|[Đđ]ợt|[Đđ]oạn|[Đđ]iểm|[Ss]ố|[Đđ]iều) (\d)"),
        rf"\1{NBSP}\2",
    ),
    (re.compile(rf"(\d) ({_UNITS})(?!\w)"), rf"\1{NBSP}\2"),
]


def bind(text) -> str:
    """No-break spaces inside "lần thứ XIV", "nhiệm kỳ 2025-2030", number + unit. Display only."""
    out = str(text)
    for pattern, replacement in _BINDINGS:
        out = pattern.sub(replacement, out)
    return out


_NAMES = re.compile(
    r"\b(Đại hội|đại hội|đại biểu|Đảng bộ|đảng bộ|Đảng ủy|đảng ủy|Chi bộ|chi bộ|toàn quốc"
    r"|Trung ương|nhân dân|Nhân dân)\b"
)


def bind_names(text) -> str:
    """No-break spaces inside the compounds of a large title: no line ends in half a word."""
    return _NAMES.sub(lambda found: found[0].replace(" ", NBSP), str(text))


def relative_days(value: dt.date | dt.datetime | None, today: dt.date | None = None) -> str:
    """ "còn 11 ngày", "hôm nay", "quá hạn 5 ngày" for a due date; empty for None."""
    if value is None:
        return ""
    days = (_as_date(value) - (today or clock.today())).days
    if days == 0:
        return _("hôm nay")
    if days > 0:
        return _("còn %d ngày") % days
    return _("quá hạn %d ngày") % -days


def file_size(octets) -> str:
    """412 KB, 1,2 MB; empty for None."""
    if octets is None:
        return ""
    if octets < 1024 * 1024:
        return f"{max(1, round(octets / 1024))}{NBSP}KB"
    return number_vi(Decimal(octets / 1024 / 1024).quantize(Decimal("0.1"))) + f"{NBSP}MB"


def initials(name: str) -> str:
    """Two letters for a person: first letters of the last two words (Mai Phương -> MP)."""
    words = [w for w in str(name).split() if w[:1].isalpha()]
    return "".join(w[0] for w in words[-2:]).upper()

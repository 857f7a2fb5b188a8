"""What a boundary says, as a value: a date, a moment of an event, another boundary, open, unknown.

The row `campaigns.models.Boundary` is the same thing stored. Specs are plain values, compared by
content, so that "did this edit change anything" is `==`.
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace

DAY, MONTH, YEAR = "day", "month", "year"
PRECISIONS = (DAY, MONTH, YEAR)
EARLY, MID, LATE = "early", "mid", "late"
PARTS = (EARLY, MID, LATE)
INCLUSIVE, EXCLUSIVE = "inclusive", "exclusive"
OPENS, CLOSES = "opens", "closes"
START, END = "start", "end"
MAX_OFFSET = 3650


@dataclass(frozen=True, kw_only=True)
class Spec:
    """Common to all: `verbatim` is how the text itself puts it."""

    verbatim: str = ""

    def worded(self, verbatim):
        """The same source in other words."""
        return replace(self, verbatim=verbatim)


@dataclass(frozen=True, kw_only=True)
class DateSpec(Spec):
    """A day, month or year, or the early, middle or late part of a month or year.

    `date` is the first day of what is named. `before` makes it "trước …", with what is named or
    without it.
    """

    date: dt.date
    precision: str = DAY
    part: str = ""
    before: str = ""

    def __post_init__(self):
        if self.precision not in PRECISIONS:
            raise ValueError(f"unknown precision {self.precision!r}")
        if self.part and self.part not in PARTS:
            raise ValueError(f"unknown part {self.part!r}")
        if self.part and self.precision == DAY:
            raise ValueError("a day has no parts")
        if self.before not in ("", INCLUSIVE, EXCLUSIVE):
            raise ValueError(f"unknown before {self.before!r}")
        first = self.date
        if self.precision != DAY:
            first = first.replace(day=1)
        if self.precision == YEAR:
            first = first.replace(month=1)
        object.__setattr__(self, "date", first)

    def span(self):
        """(first day, last day) of what is named, both inclusive.

        Parts of a month are the days 1-10, 11-20 and 21 to its end; parts of a year January-April,
        May-August and September-December (docs/PLAN_FORMAT.md).
        """
        first = self.date
        if self.precision == DAY:
            return first, first
        if self.precision == MONTH:
            length = calendar.monthrange(first.year, first.month)[1]
            low, high = {"": (1, length), EARLY: (1, 10), MID: (11, 20), LATE: (21, length)}[
                self.part
            ]
            return first.replace(day=low), first.replace(day=high)
        low, high = {"": (1, 12), EARLY: (1, 4), MID: (5, 8), LATE: (9, 12)}[self.part]
        length = calendar.monthrange(first.year, high)[1]
        return dt.date(first.year, low, 1), dt.date(first.year, high, length)

    def before_by(self, *, includes_day):
        """The same as "trước …" by the habit of a plan. The habit is about days only: "trước
        tháng 7" ends with June whatever it says.
        """
        counts = includes_day and self.precision == DAY
        return replace(self, before=INCLUSIVE if counts else EXCLUSIVE)

    def day(self, side):
        """The day it comes to: the first one for a start, the last for an end.

        "Before" comes to one day on either side: the last day named, or the one before the first.
        Raises OverflowError where that leaves the calendar.
        """
        first, last = self.span()
        if self.before == EXCLUSIVE:
            return first - dt.timedelta(days=1)
        return first if side == START and not self.before else last


@dataclass(frozen=True, kw_only=True)
class _Shifted(Spec):
    offset: int = 0
    working: bool = False

    def __post_init__(self):
        if abs(self.offset) > MAX_OFFSET:
            raise ValueError(f"offset beyond {MAX_OFFSET} days")
        if not self.offset:  # no days at all: working or not makes no difference
            object.__setattr__(self, "working", False)


@dataclass(frozen=True, kw_only=True)
class EventSpec(_Shifted):
    """The opening or closing day of an event, plus `offset` days (`working`: working days)."""

    event_id: int
    moment: str

    def __post_init__(self):
        super().__post_init__()
        if self.moment not in (OPENS, CLOSES):
            raise ValueError(f"unknown moment {self.moment!r}")


@dataclass(frozen=True, kw_only=True)
class RefSpec(_Shifted):
    """The day of another boundary (start or end of a phase, in any plan), plus `offset` days."""

    boundary_id: int


@dataclass(frozen=True, kw_only=True)
class Open(Spec):
    """Deliberately without a limit ("để ngỏ")."""


@dataclass(frozen=True, kw_only=True)
class Unknown(Spec):
    """There is a limit, but nobody has fixed it yet ("chưa xác định")."""


_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_YEAR = re.compile(r"\d{4}")


def date_spec(on, *, part="", before="", verbatim=""):
    """The DateSpec for `on`: a date, 2020, "2020", "2020-06" or "2020-06-15".

    Raises:
        ValueError: when `on` is none of these, or there is no such day.
    """
    if isinstance(on, dt.datetime):
        raise ValueError("a day is wanted, not an instant")
    if isinstance(on, dt.date):
        return DateSpec(date=on, part=part, before=before, verbatim=verbatim)
    text = str(on).strip() if not isinstance(on, bool) else ""
    if match := _DAY.fullmatch(text):
        date, precision = dt.date(*map(int, match.groups())), DAY
    elif match := _MONTH.fullmatch(text):
        date, precision = dt.date(int(match[1]), int(match[2]), 1), MONTH
    elif _YEAR.fullmatch(text):
        date, precision = dt.date(int(text), 1, 1), YEAR
    else:
        raise ValueError(f"not a day, month or year: {on!r}")
    return DateSpec(date=date, precision=precision, part=part, before=before, verbatim=verbatim)

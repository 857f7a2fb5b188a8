"""Public holidays of a year as the Labour Code (article 112) gives them, to be confirmed by people.

Which days of Tết and which second day of National Day are free, and what is swapped, is decided
each year; so everything here is a proposal.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.rules import lunar

_ONE = dt.timedelta(days=1)


@dataclass(frozen=True, order=True)
class Proposal:
    """One day off; `uncertain` where the date itself waits for a decision of the year."""

    on: dt.date
    name: str
    uncertain: bool = False


def proposals(year):
    """The Proposals of a Gregorian year, in order of the days.

    Five days of Tết (the last of the old year and four of the new), Giỗ Tổ by the lunar calendar,
    and a working day in exchange for each that falls on a weekend (article 111), next after it.
    """
    tet = lunar.new_year(year)
    days = [
        Proposal(dt.date(year, 1, 1), _("Tết Dương lịch")),
        *(Proposal(tet + n * _ONE, _("Tết Nguyên đán"), uncertain=True) for n in range(-1, 4)),
        Proposal(lunar.occurrence(year, 3, 10), _("Giỗ Tổ Hùng Vương (10/3 âm lịch)")),
        Proposal(dt.date(year, 4, 30), _("Ngày Chiến thắng 30/4")),
        Proposal(dt.date(year, 5, 1), _("Ngày Quốc tế Lao động 1/5")),
        Proposal(dt.date(year, 9, 2), _("Quốc khánh")),
        _beside_national_day(year),
    ]
    if year >= 2026:
        days.append(Proposal(dt.date(year, 11, 24), _("Ngày Văn hóa Việt Nam 24/11"), True))
    return sorted(days + _in_exchange(days))


def _beside_national_day(year):
    """The second day of National Day: the Monday before a Tuesday, else the 3rd."""
    day = dt.date(year, 9, 2)
    on = day - _ONE if day.weekday() == 1 else day + _ONE
    return Proposal(on, _("Quốc khánh (ngày liền kề)"), uncertain=True)


def _in_exchange(days):
    free = {day.on for day in days}
    found = []
    for day in sorted(days):
        if day.on.weekday() < 5:
            continue
        on = day.on + _ONE
        while on in free or on.weekday() >= 5:
            on += _ONE
        free.add(on)
        found.append(Proposal(on, _("Nghỉ bù: %s") % day.name, uncertain=True))
    return found

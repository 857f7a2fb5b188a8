"""The Vietnamese lunisolar calendar, computed from new moons and solar terms at UTC+7.

A lunar month begins on the day (00:00-24:00 at UTC+7) of a new moon. The month of the winter
solstice is the eleventh; where thirteen months lie between two of them, the first one without a
major solar term is the leap month. Instants follow J. Meeus, Astronomical Algorithms (new moons:
chapter 49; the sun: chapter 25) and are good to well under a minute for the moon.

The calendar of Viet Nam is reckoned at UTC+7 since 1968 and differs at times from the Chinese one
(1985: Tết on 21 January, not on 20 February). Years before 1968 are reckoned as if by the same
rule; `FIRST_YEAR` and `LAST_YEAR` bound what is accepted.
"""

import datetime as dt
import itertools
import math
from dataclasses import dataclass
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1900, 2199

_ZONE_DAYS = 7 / 24
_SYNODIC = 29.530588861
#: Julian day number (at noon) of a date minus its ordinal.
_JDN_OF_ORDINAL = 1721425

# (amplitude in days, powers of E, multiples of M, M', F)
_MOON_TERMS = (
    (-0.40720, 0, 0, 1, 0), (0.17241, 1, 1, 0, 0), (0.01608, 0, 0, 2, 0),
    (0.01039, 0, 0, 0, 2), (0.00739, 1, -1, 1, 0), (-0.00514, 1, 1, 1, 0),
    (0.00208, 2, 2, 0, 0), (-0.00111, 0, 0, 1, -2), (-0.00057, 0, 0, 1, 2),
    (0.00056, 1, 1, 2, 0), (-0.00042, 0, 0, 3, 0), (0.00042, 1, 1, 0, 2),
    (0.00038, 1, 1, 0, -2), (-0.00024, 1, -1, 2, 0), (-0.00007, 0, 2, 1, 0),
    (0.00004, 0, 0, 2, -2), (0.00004, 0, 3, 0, 0), (0.00003, 0, 1, 1, -2),
    (0.00003, 0, 0, 2, 2), (-0.00003, 0, 1, 1, 2), (0.00003, 0, -1, 1, 2),
    (-0.00002, 0, -1, 1, -2), (-0.00002, 0, 1, 3, 0), (0.00002, 0, 0, 4, 0),
)  # fmt: skip
# (amplitude in days, angle at k = 0, degrees per lunation); the first has a term in T besides.
_PLANET_TERMS = (
    (0.000325, 299.77, 0.107408), (0.000165, 251.88, 0.016321), (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478), (0.000110, 84.66, 18.206239), (0.000062, 141.74, 53.303771),
    (0.000060, 207.14, 2.453732), (0.000056, 154.84, 7.306860), (0.000047, 34.52, 27.261239),
    (0.000042, 207.19, 0.121824), (0.000040, 291.34, 1.844379), (0.000037, 161.72, 24.198154),
    (0.000035, 239.56, 25.513099), (0.000023, 331.55, 3.592518),
)  # fmt: skip


@dataclass(frozen=True, order=True)
class LunarDate:
    """A day of the lunar calendar; `leap` marks the leap month that follows its namesake."""

    year: int
    month: int
    day: int
    leap: bool = False


def to_lunar(day):
    """The LunarDate of a Gregorian date.

    Raises:
        ValueError: outside FIRST_YEAR to LAST_YEAR.
    """
    if not FIRST_YEAR < day.year < LAST_YEAR:
        raise ValueError(f"no lunar calendar for {day.year}")
    ordinal = day.toordinal()
    for first, length, month, leap, year in _months_around(day.year):
        if first <= ordinal < first + length:
            return LunarDate(year, month, ordinal - first + 1, leap)
    raise ValueError(f"no lunar month holds {day}")


def to_solar(year, month, day, *, leap=False):
    """The Gregorian date of a day of the lunar year `year` (the one that begins with its Tết).

    Raises:
        ValueError: when that year has no such month or the month no such day.
    """
    if not FIRST_YEAR < year < LAST_YEAR:
        raise ValueError(f"no lunar calendar for {year}")
    for first, length, number, is_leap, of_year in _months_around(year):
        if (of_year, number, is_leap) == (year, month, leap):
            if not 1 <= day <= length:
                raise ValueError(f"month {month} of {year} has {length} days")
            return dt.date.fromordinal(first + day - 1)
    raise ValueError(f"the lunar year {year} has no month {month}{' leap' if leap else ''}")


def occurrence(year, month, day):
    """The Gregorian date of the yearly day `day`/`month` in the lunar year `year`.

    The 30th of a month that has 29 days is its last one; the leap month is never meant.
    """
    try:
        return to_solar(year, month, day)
    except ValueError:
        if day != 30:
            raise
        return to_solar(year, month, 29)


def new_year(year):
    """Tết: the first day of the lunar year that begins in the Gregorian year `year`."""
    return to_solar(year, 1, 1)


def leap_month(year):
    """The number of the leap month of a lunar year, or None."""
    for _first, _length, month, leap, of_year in _months_around(year):
        if of_year == year and leap:
            return month
    return None


# --- months ---------------------------------------------------------------------------------


def _months_around(year):
    return _months_near(year) + _months_near(year + 1)


@lru_cache(maxsize=512)
def _months_near(year):
    """The months from the 11th of the lunar year before `year` to the one before the next 11th.

    A tuple of (ordinal of the first day, length, month, leap, lunar year).
    """
    k = _lunation_of_eleventh(year - 1)
    end = _lunation_of_eleventh(year)
    firsts = [_first_day(n) for n in range(k, end + 1)]
    leap_at = _leap_position(firsts) if end - k == 13 else None
    rows, number = [], 11
    for position, (first, following) in enumerate(itertools.pairwise(firsts)):
        leap = position == leap_at
        if position and not leap:
            number = number % 12 + 1
        rows.append((first, following - first, number, leap, year - 1 if number > 10 else year))
    return tuple(rows)


def _leap_position(firsts):
    """The first month after the eleventh in which the sun enters no new sign."""
    for position in range(1, len(firsts) - 1):
        if _sign(firsts[position]) == _sign(firsts[position + 1]):
            return position
    raise ArithmeticError("thirteen months and none without a major term")


def _lunation_of_eleventh(year):
    """The number of the new moon that begins the month with the winter solstice of `year`."""
    last = dt.date(year, 12, 31).toordinal()
    k = math.floor((_jdn(last) - 2451550.1) / _SYNODIC) + 1
    while _first_day(k) > last:
        k -= 1
    # The month that begins last in December holds the solstice unless the sun is past it already.
    return k - 1 if _sign(_first_day(k)) >= 9 else k


@lru_cache(maxsize=8192)
def _first_day(k):
    """Ordinal of the day at UTC+7 on which the k-th new moon since 6 January 2000 falls."""
    return math.floor(_new_moon(k) + 0.5 + _ZONE_DAYS) - _JDN_OF_ORDINAL


def _sign(ordinal):
    """In which twelfth of its circle (0-11) the sun stands when this day begins at UTC+7."""
    return int(_sun_longitude(_jdn(ordinal) - 0.5 - _ZONE_DAYS) // 30)


def _jdn(ordinal):
    return ordinal + _JDN_OF_ORDINAL


# --- sky ------------------------------------------------------------------------------------


def _new_moon(k):
    """Julian date (universal time) of the k-th new moon since 6 January 2000."""
    t = k / 1236.85
    jde = (
        2451550.09766 + _SYNODIC * k + 0.00015437 * t**2 - 0.000000150 * t**3 + 0.00000000073 * t**4
    )
    e = 1 - 0.002516 * t - 0.0000074 * t**2
    sun = 2.5534 + 29.10535670 * k - 0.0000014 * t**2 - 0.00000011 * t**3
    moon = 201.5643 + 385.81693528 * k + 0.0107582 * t**2 + 0.00001238 * t**3
    latitude = 160.7108 + 390.67050284 * k - 0.0016118 * t**2 - 0.00000227 * t**3
    node = 124.7746 - 1.56375588 * k + 0.0020672 * t**2
    jde -= 0.00017 * _sin(node)
    for amplitude, power, of_sun, of_moon, of_latitude in _MOON_TERMS:
        angle = of_sun * sun + of_moon * moon + of_latitude * latitude
        jde += amplitude * e**power * _sin(angle)
    for n, (amplitude, start, speed) in enumerate(_PLANET_TERMS):
        jde += amplitude * _sin(start + speed * k - (0.009173 * t**2 if n == 0 else 0))
    return jde - _delta_t(jde) / 86400


def _sun_longitude(jd):
    """Apparent longitude of the sun in degrees (0-360) at a Julian date in universal time."""
    t = (jd + _delta_t(jd) / 86400 - 2451545.0) / 36525
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t**2
    anomaly = 357.52911 + 35999.05029 * t - 0.0001537 * t**2
    centre = (
        (1.914602 - 0.004817 * t - 0.000014 * t**2) * _sin(anomaly)
        + (0.019993 - 0.000101 * t) * _sin(2 * anomaly)
        + 0.000289 * _sin(3 * anomaly)
    )
    return (mean + centre - 0.00569 - 0.00478 * _sin(125.04 - 1934.136 * t)) % 360


def _delta_t(jd):
    """Dynamical minus universal time in seconds (polynomials of F. Espenak and J. Meeus)."""
    year = 2000 + (jd - 2451545.0) / 365.25
    if year < 1941:
        t = year - 1920
        return 21.20 + 0.84493 * t - 0.076100 * t**2 + 0.0020936 * t**3
    if year < 1961:
        t = year - 1950
        return 29.07 + 0.407 * t - t**2 / 233 + t**3 / 2547
    if year < 1986:
        t = year - 1975
        return 45.45 + 1.067 * t - t**2 / 260 - t**3 / 718
    if year < 2005:
        t = year - 2000
        return (
            63.86
            + 0.3345 * t
            - 0.060374 * t**2
            + 0.0017275 * t**3
            + 0.000651814 * t**4
            + 0.00002373599 * t**5
        )
    if year < 2050:
        t = year - 2000
        return 62.92 + 0.32217 * t + 0.005589 * t**2
    return -20 + 32 * ((year - 1820) / 100) ** 2 - 0.5628 * (2150 - min(year, 2150))


def _sin(degrees):
    return math.sin(math.radians(degrees))

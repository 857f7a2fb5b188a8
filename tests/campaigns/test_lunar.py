"""The lunisolar calendar of Viet Nam against dates that everybody knows."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules import lunar
from campaigns.rules.lunar import LunarDate

#: Tết of the years 2000-2035 as the official calendars of Viet Nam have them.
TET = [
    "2000-02-05",
    "2001-01-24",
    "2002-02-12",
    "2003-02-01",
    "2004-01-22",
    "2005-02-09",
    "2006-01-29",
    "2007-02-17",
    "2008-02-07",
    "2009-01-26",
    "2010-02-14",
    "2011-02-03",
    "2012-01-23",
    "2013-02-10",
    "2014-01-31",
    "2015-02-19",
    "2016-02-08",
    "2017-01-28",
    "2018-02-16",
    "2019-02-05",
    "2020-01-25",
    "2021-02-12",
    "2022-02-01",
    "2023-01-22",
    "2024-02-10",
    "2025-01-29",
    "2026-02-17",
    "2027-02-06",
    "2028-01-26",
    "2029-02-13",
    "2030-02-02",
    "2031-01-23",
    "2032-02-11",
    "2033-01-31",
    "2034-02-19",
    "2035-02-08",
]
#: Giỗ Tổ Hùng Vương (10/3).
ANCESTORS = [
    "2019-04-14",
    "2020-04-02",
    "2021-04-21",
    "2022-04-10",
    "2023-04-29",
    "2024-04-18",
    "2025-04-07",
    "2026-04-26",
]
LEAP = {2001: 4, 2004: 2, 2006: 7, 2009: 5, 2012: 4, 2014: 9, 2017: 6, 2020: 4, 2023: 2, 2025: 6}
LEAP |= {2028: 5, 2031: 3, 2033: 11}


def day(text):
    return dt.date.fromisoformat(text)


def test_tet_falls_on_the_days_of_the_official_calendars():
    assert [lunar.new_year(year).isoformat() for year in range(2000, 2036)] == TET


def test_the_day_of_the_ancestors_falls_on_the_days_off():
    assert [lunar.occurrence(year, 3, 10).isoformat() for year in range(2019, 2027)] == ANCESTORS


def test_leap_months_are_those_of_the_official_calendars():
    found = {year: lunar.leap_month(year) for year in range(2000, 2035)}
    assert {year: month for year, month in found.items() if month} == LEAP


@pytest.mark.parametrize(
    ("vietnam", "china"),
    [("1985-01-21", "1985-02-20"), ("2007-02-17", "2007-02-18"), ("2030-02-02", "2030-02-03")],
)
def test_vietnam_has_its_own_new_year_where_the_clock_of_beijing_gives_another(vietnam, china):
    assert lunar.new_year(day(vietnam).year) == day(vietnam) != day(china)


def test_the_leap_months_of_1985_and_1987_are_not_those_of_china():
    assert (lunar.leap_month(1984), lunar.leap_month(1985), lunar.leap_month(1987)) == (None, 2, 7)


def test_a_leap_month_stands_behind_its_namesake():
    assert lunar.to_lunar(day("2025-07-24")) == LunarDate(2025, 6, 30)
    assert lunar.to_lunar(day("2025-07-25")) == LunarDate(2025, 6, 1, leap=True)
    assert lunar.to_solar(2025, 6, 1, leap=True) == day("2025-07-25")
    assert lunar.to_lunar(day("2033-12-22")) == LunarDate(2033, 11, 1, leap=True)


def test_the_last_months_of_a_lunar_year_reach_into_the_next_solar_one():
    assert lunar.to_lunar(day("2026-02-16")) == LunarDate(2025, 12, 29)
    assert lunar.to_solar(2025, 12, 23) == day("2026-02-10")


def test_a_thirtieth_that_a_month_does_not_have_is_its_last_day():
    assert lunar.occurrence(2025, 12, 30) == day("2026-02-16")
    with pytest.raises(ValueError, match="29 days"):
        lunar.to_solar(2025, 12, 30)
    with pytest.raises(ValueError, match="no month 3 leap"):
        lunar.to_solar(2025, 3, 1, leap=True)
    with pytest.raises(ValueError, match="no lunar calendar"):
        lunar.to_lunar(dt.date(1800, 1, 1))


@given(st.dates(dt.date(1968, 1, 1), dt.date(2150, 12, 31)))
def test_there_and_back_again(date):
    found = lunar.to_lunar(date)
    assert lunar.to_solar(found.year, found.month, found.day, leap=found.leap) == date


@given(st.dates(dt.date(1968, 1, 1), dt.date(2150, 12, 30)))
def test_the_day_after_is_the_next_day_or_the_first_of_a_month(date):
    one, two = lunar.to_lunar(date), lunar.to_lunar(date + dt.timedelta(days=1))
    if two.day == 1:
        assert one.day in (29, 30)
        assert (two.month, two.leap) in {(one.month % 12 + 1, False), (one.month, True)}
    else:
        assert two == LunarDate(one.year, one.month, one.day + 1, one.leap)

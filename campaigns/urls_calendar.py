"""Addresses of the calendar: recurring days, holidays, congresses by level."""

import datetime as dt

from django.urls import path, register_converter

from campaigns.views import commemorations, holidays


class DayConverter:
    """A date as it stands in an address; what is no date is no address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value):
        dt.date.fromisoformat(value)
        return value

    def to_url(self, value):
        return str(value)


register_converter(DayConverter, "campaigns_day")

_DAYS = "lam-viec/ngay-ky-niem/"
_FREE = "lam-viec/lich-nghi/"

urlpatterns = [
    path(_DAYS, commemorations.index, name="commemorations"),
    path(f"{_DAYS}moi/", commemorations.create, name="new_commemoration"),
    path(f"{_DAYS}tao-su-kien/", commemorations.generate, name="generate_commemorations"),
    path(f"{_DAYS}<int:pk>/", commemorations.edit, name="edit_commemoration"),
    path("lam-viec/su-kien/<int:pk>/gan-ke-hoach/", commemorations.mark, name="mark_event"),
    path(_FREE, holidays.index, name="holidays"),
    path(f"{_FREE}de-xuat/", holidays.propose, name="propose_holidays"),
    path(f"{_FREE}them/", holidays.day, name="add_holiday"),
    path(f"{_FREE}<campaigns_day:on>/", holidays.day, name="edit_holiday"),
    path(f"{_FREE}<campaigns_day:on>/bo/", holidays.remove, name="remove_holiday"),
]

"""Addresses of the calendar: recurring days, holidays, congresses by level."""

import datetime as dt

from django.urls import path, register_converter

from campaigns.views import commemorations, congresses, holidays, importing


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

_CONGRESSES = "lam-viec/lich-dai-hoi/"

urlpatterns = [
    path(_CONGRESSES, congresses.desk, name="congress_desk"),
    path(f"{_CONGRESSES}nhap/", importing.congresses, name="import_congresses"),
    path(
        f"{_CONGRESSES}nhap/mau.xlsx",
        importing.congresses_template,
        name="import_congresses_template",
    ),
    path("lam-viec/ke-hoach/<int:pk>/nhap-nhiem-vu/", importing.tasks, name="import_tasks"),
    path(
        "lam-viec/ke-hoach/<int:pk>/nhap-nhiem-vu/mau.xlsx",
        importing.tasks_template,
        name="import_tasks_template",
    ),
    path(f"{_CONGRESSES}khung/", congresses.windows, name="congress_windows"),
    path(f"{_CONGRESSES}khung/moi/", congresses.window, name="new_congress_window"),
    path(f"{_CONGRESSES}khung/<int:pk>/", congresses.window, name="edit_congress_window"),
    path(
        f"{_CONGRESSES}khung/<int:pk>/bo/", congresses.remove_window, name="remove_congress_window"
    ),
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

"""Addresses of what plans remind of."""

from django.urls import path

from campaigns.views import ahead, reminders

_PLAN = "lam-viec/ke-hoach/<int:pk>/"

desk = [
    path(f"{_PLAN}nhac-viec/", reminders.rules, name="notice_rules"),
    path(f"{_PLAN}nhac-don-vi/", reminders.call, name="call_late"),
    path(f"{_PLAN}nhac-don-vi/dien-thoai/", reminders.call_list, name="call_list"),
    path("lam-viec/sap-den/", ahead.coming, name="coming"),
    path("lam-viec/lich-ca-nhan/", ahead.feed, name="calendar_feed"),
]

public = [
    path("k/<int:pk>/", reminders.short, name="short_plan"),
    path("ke-hoach/<slug:slug>-<int:pk>/lich.ics", ahead.plan_calendar, name="plan_calendar"),
    path("lich/ca-nhan/<str:secret>.ics", ahead.my_calendar, name="my_calendar"),
]

"""Addresses of what plans remind of."""

from django.urls import path

from campaigns.views import reminders

_PLAN = "lam-viec/ke-hoach/<int:pk>/"

desk = [
    path(f"{_PLAN}nhac-viec/", reminders.rules, name="notice_rules"),
    path(f"{_PLAN}nhac-don-vi/", reminders.call, name="call_late"),
    path(f"{_PLAN}nhac-don-vi/dien-thoai/", reminders.call_list, name="call_list"),
]

public = [
    path("k/<int:pk>/", reminders.short, name="short_plan"),
]

"""Addresses of what plans remind of."""

from django.urls import path

from campaigns.views import reminders

_PLAN = "lam-viec/ke-hoach/<int:pk>/"

desk = [
    path(f"{_PLAN}nhac-viec/", reminders.rules, name="notice_rules"),
]

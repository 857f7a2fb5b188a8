"""Stretches of time in words."""

from django import template
from django.utils.translation import gettext as _

from portal.agencies import ranges
from portal.agencies.actions.structure import LONG_AGO
from portal.common.display import date_vi

register = template.Library()


@register.simple_tag
def stretch(valid):
    """{% stretch row.valid %}: "từ 01/7/2025", "đến 30/6/2025", "01/3/2026 – 10/3/2026"."""
    first, last = ranges.first_day(valid), ranges.last_day(valid)
    if first is not None and first <= LONG_AGO:
        first = None  # nobody dated the founding
    if first and last:
        return f"{date_vi(first)} – {date_vi(last)}"
    if first:
        return _("từ %(day)s") % {"day": date_vi(first)}
    if last:
        return _("đến %(day)s") % {"day": date_vi(last)}
    return _("không ghi thời gian")

"""Words for boundaries, events and assignments in templates; reads nothing from the database."""

from django import template
from django.utils.translation import gettext as _

from campaigns.boundaries import spec_of
from campaigns.models import Boundary
from campaigns.rules import words
from campaigns.rules.states import DOING, DONE, OVERDUE, TODO
from portal.common import display
from portal.common.text import roman as to_roman

register = template.Library()


@register.filter
def limit(view):
    """A BoundaryView as a day, "để ngỏ" or "chưa xác định"."""
    if view.on:
        return display.date_vi(view.on)
    return words.open_words() if view.open else words.unknown_words()


@register.filter
def bound_to(view):
    """How a boundary comes to its day, where that is not plain: precision, event, other phase."""
    boundary = view.boundary
    if boundary.kind == Boundary.Kind.DATE:
        if boundary.before:
            with_day = boundary.before == Boundary.Before.INCLUSIVE
            counted = _("tính cả ngày đó") if with_day else _("không tính ngày đó")
            if boundary.precision != Boundary.Precision.DAY:
                counted = _("tính cả kỳ đó") if with_day else _("không tính kỳ đó")
            return f"{_side(view)}: {words.date_words(spec_of(boundary))}, {counted}"
        if boundary.precision == Boundary.Precision.DAY:
            return ""
        month = boundary.precision == Boundary.Precision.MONTH
        exact = _("chính xác đến tháng") if month else _("chính xác đến năm")
        return f"{_side(view)}: {exact}"
    if boundary.kind in {Boundary.Kind.EVENT, Boundary.Kind.REF}:
        text = words_of(boundary)
        return f"{_side(view)}: {text}" if text else ""
    return ""


def words_of(boundary):
    """What an event-bound boundary hangs on, in words; a reference says so."""
    if boundary.kind == Boundary.Kind.EVENT:
        return words.event_words(
            boundary.moment, str(boundary.event), boundary.offset, boundary.working
        )
    return _("tính theo đợt khác")


def _side(view):
    return _("đầu") if view.boundary.side == Boundary.Side.START else _("cuối")


@register.filter
def event_days(event):
    """The days of an Event or EventView that count: a range, expected words, or "chưa xác định"."""
    if event.opens or event.closes:
        return days(event.opens, event.closes)
    inner = getattr(event, "event", event)
    return inner.expected_words or _("Chưa xác định")


@register.filter
def days(opens, closes):
    """A range of days, one day, or "Chưa xác định"."""
    first, last = opens or closes, closes or opens
    if first is None:
        return _("Chưa xác định")
    return display.date_vi(first) if first == last else display.date_range(first, last)


@register.filter
def roman(number):
    """16 as XVI."""
    return to_roman(number)


@register.filter
def units(view):
    """The units of a TaskView: the first by name, the others counted."""
    given = view.given
    if not given.total:
        return _("Chưa giao")
    more = given.total - len(given.names)
    text = ", ".join(given.names)
    return text + (_(" và %s đơn vị khác") % display.number_vi(more) if more else "")


@register.filter
def states(view):
    """[(state, number)] of the assignments of a TaskView, the late ones first."""
    counts = view.given.counts
    return [(state, counts[state]) for state in (OVERDUE, DOING, TODO, DONE) if counts[state]]

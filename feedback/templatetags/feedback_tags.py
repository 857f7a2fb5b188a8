from django import template
from django.utils.safestring import mark_safe

from feedback import moderation, receipts
from portal.common.diff import marked, word_diff
from portal.moderation.forms import AppealForm

register = template.Library()


@register.simple_tag
def days_left(on, today):
    """Whole days from `today` until the end day `on` (0: it is the last day)."""
    return max((on - today).days, 0)


@register.simple_tag
def wording(old, new):
    """A proposed wording shown as a change against the passage it was written about."""
    return marked(word_diff(old, new, smooth=True), spoken=True)


@register.simple_tag
def receipt_drawing(code):
    """The QR code of a receipt, drawn into the page: no request carries the code."""
    return mark_safe(receipts.drawing(code))  # noqa: S308 - made of rectangles by segno


@register.simple_tag
def receipt_place():
    """The short address where a receipt code is typed."""
    return receipts.address("").partition("://")[2].rstrip("#/")


@register.filter
def of(found, key):
    """What a dict holds under a key that is a variable, or None."""
    return found.get(key)


@register.simple_tag
def moderated(opinion):
    """What its author is told of the moderation of an opinion, or None."""
    return moderation.moderated(opinion)


@register.simple_tag
def appeal_form():
    """An empty form to ask for a second look."""
    return AppealForm(prefix="xem-lai")

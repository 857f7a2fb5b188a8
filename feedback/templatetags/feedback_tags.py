from django import template

from portal.common.diff import marked, word_diff

register = template.Library()


@register.simple_tag
def days_left(on, today):
    """Whole days from `today` until the end day `on` (0: it is the last day)."""
    return max((on - today).days, 0)


@register.simple_tag
def wording(old, new):
    """A proposed wording shown as a change against the passage it was written about."""
    return marked(word_diff(old, new, smooth=True), spoken=True)

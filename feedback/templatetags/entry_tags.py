from django import template

from feedback.queries import entries

register = template.Library()


@register.filter
def corrections(row):
    """[(label, as typed, as corrected)] of a row of a batch that was changed in the check."""
    return entries.corrections(row)

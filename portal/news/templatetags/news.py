"""Tags of news pages: {% load news %}. They draw and read nothing from the database."""

from django import template
from django.utils.safestring import mark_safe

from portal.common import richtext

register = template.Library()


@register.simple_tag
def article_body(text, article):
    """{% article_body text article %}: the text for a screen of any width.

    `text` may be any text of `article`; pictures that only a newer text has come as they are.
    """
    # Sanitised when it was written (portal.common.richtext); what is added here is our own.
    return mark_safe(richtext.responsive(text.body, article.picture_sizes))  # noqa: S308

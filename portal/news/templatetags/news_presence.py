"""{% load news_presence %}: who has an article open."""

from django import template

from portal.news import presence

register = template.Library()


@register.simple_tag(takes_context=True)
def editing_now(context, article):
    """{% editing_now article as people %}: those who have it open, besides the reader."""
    return presence.others(article.pk, context["request"].user.pk)

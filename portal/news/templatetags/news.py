"""Tags of news pages: {% load news %}. They draw and read nothing from the database."""

from django import template
from django.urls import reverse
from django.utils.safestring import mark_safe

from portal.common import richtext
from portal.news import video

register = template.Library()


@register.simple_tag
def article_body(text, article):
    """{% article_body text article %}: the text for a screen of any width.

    `text` may be any text of `article`; pictures that only a newer text has come as they are.
    """
    # Sanitised when it was written (portal.common.richtext); what is added here is our own.
    return mark_safe(richtext.responsive(text.body, article.picture_sizes))  # noqa: S308


@register.simple_tag
def attachments(items, article):
    """{% attachments items.files article as files %}: what {% file_list %} draws."""
    return [
        {
            "name": item.title or item.upload.original_name,
            "url": reverse("news:attachment", args=[article.pk, item.upload_id]),
            "kind": item.upload.original_name.rpartition(".")[2].upper()[:5],
            "size": item.upload.size,
        }
        for item in items
    ]


@register.simple_tag
def video_of(item):
    """{% video_of item as video %}: name of the other site, its player and its page."""
    return {
        "name": video.name_of(item.provider),
        "embed": video.embed_url(item.provider, item.ref),
        "watch": video.watch_url(item.provider, item.ref),
    }

"""An article for paper, and as a file to keep (NĐ 42/2022 asks for both)."""

from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from portal.common import clock, pagecache
from portal.common.addresses import absolute
from portal.common.attachments import attachment
from portal.common.limits import limited
from portal.news.files import saving
from portal.news.views._article import address_of, of_article


@pagecache.public_page()
@require_safe
@of_article
def page(request, article, now):
    """The text alone, as it comes out on paper. Works without scripts."""
    context = {
        "article": article,
        "text": article,
        "items": article.items,
        "address": absolute(article.get_absolute_url()),
        "save_url": reverse("news:article_save", args=address_of(article)),
    }
    response = render(request, "news/print.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@limited("article_save", per_address=60, methods=("GET", "HEAD"))
@require_safe
@of_article
def save(request, article, now):
    """One HTML file with the pictures inside; opens anywhere, also without a line.

    Megabytes made for each asking and kept by no cache: hence the limit.
    """
    album = saving.Album()
    context = {
        "article": article,
        "address": absolute(article.get_absolute_url()),
        "saved_at": now,
        "cover": album.picture(article.cover.medium_url) if article.cover else "",
        # Sanitised when it was written; `saving.body` only changes addresses.
        "body": mark_safe(saving.body(article.body, album)),  # noqa: S308
        "pictures": [
            (album.picture(item.upload.medium_url), item) for item in article.items.images
        ],
        "files": [
            (
                item.title or item.upload.original_name,
                absolute(reverse("news:attachment", args=[article.pk, item.upload_id])),
            )
            for item in article.items.files
        ],
        "style": mark_safe(saving.style()),  # noqa: S308  a file of ours
    }
    text = render_to_string("news/saved.html", context)
    day = clock.local(article.published_at)
    name = f"{day:%Y-%m-%d}-{article.slug}.html"
    response = attachment(text, name, "text/html; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"
    return response

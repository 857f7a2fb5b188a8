"""What an article says about itself elsewhere: Open Graph, NewsArticle (schema.org), sharing."""

import json

from django.conf import settings
from django.utils.safestring import mark_safe
from django.utils.text import Truncator

from portal.common import clock
from portal.common.addresses import absolute
from portal.common.sharing import sharing

DESCRIPTION_LENGTH = 200
_AS_DATA = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def of_article(article):
    """What the head of a published article says, and where it may be shared.

    {"description", "open_graph": [(property, content)], "json_ld", "share": {name: address}}
    """
    address = absolute(article.get_absolute_url())
    description = describe(article)
    published = clock.local(article.published_at).isoformat()
    updated = clock.local(article.updated_at_public or article.published_at).isoformat()
    graph = [
        ("og:type", "article"),
        ("og:site_name", settings.SITE["name"]),
        ("og:locale", "vi_VN"),
        ("og:title", article.title),
        ("og:description", description),
        ("og:url", address),
    ]
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": address,
        "headline": article.title,
        "description": description,
        "datePublished": published,
        "dateModified": updated,
        "inLanguage": "vi",
        "isAccessibleForFree": True,
        "author": [_author(article)],
        "publisher": {"@type": "Organization", "name": article.agency_name},
    }
    if article.cover is not None:
        cover = article.cover
        picture = absolute(cover.url)
        graph += [
            ("og:image", picture),
            ("og:image:width", cover.width),
            ("og:image:height", cover.height),
            ("og:image:alt", article.cover_alt),
        ]
        data["image"] = [picture]
    graph.append(("article:published_time", published))
    if article.updated_at_public:
        graph.append(("article:modified_time", updated))
    if article.section is not None:
        graph.append(("article:section", article.section.title))
        data["articleSection"] = article.section.title
    graph += [("article:tag", tag) for tag in article.tags]
    if article.tags:
        data["keywords"] = article.tags
    return {
        "description": description,
        "open_graph": graph,
        "json_ld": as_data(data),
        "share": sharing(article.title, address),
    }


def describe(article):
    """One or two sentences for lists of other sites: the lead, else how the text begins."""
    text = article.lead or article.title
    return Truncator(" ".join(text.split())).chars(DESCRIPTION_LENGTH)


def _author(article):
    if article.byline:
        return {"@type": "Person", "name": article.byline}
    return {"@type": "Organization", "name": article.agency_name}


def as_data(value):
    """JSON that can stand in a script element of data: nothing in it can close the element."""
    text = json.dumps(value, ensure_ascii=False).translate(_AS_DATA)
    return mark_safe(text)  # noqa: S308

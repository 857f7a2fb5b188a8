"""Lists across agencies: series (loạt bài) and tags (từ khóa)."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.common import clock, pagecache
from portal.news import queries
from portal.news.views._listing import feeds_of, listed, with_lead

LISTS = pagecache.public_page(trang=pagecache.page_number)


@pagecache.public_page()
@require_safe
def series_index(request):
    """Every series that has articles."""
    now = clock.now()
    return render(request, "news/series_index.html", {"rows": queries.series_with_counts(now)})


@LISTS
@require_safe
def series(request, slug):
    """Loạt bài, such as "Người tốt, việc tốt". One without articles says so."""
    now = clock.now()
    found = queries.series_by_slug(slug)
    if found is None:
        raise Http404
    feeds = feeds_of(found.title, "news:series_feed", slug=found.slug)
    context = listed(request, queries.of_series(found, now), feeds=feeds)
    context |= {"series": found, **with_lead(context["page"])}
    return render(request, "news/series.html", context)


@LISTS
@require_safe
def tag(request, slug):
    """Articles with a tag, in whatever case it was written. A tag nobody used does not exist."""
    now = clock.now()
    context = listed(request, queries.of_tag(slug, now))
    page = context["page"]
    if not page.items:
        raise Http404
    context |= {"tag": queries.tag_named(slug, page.items[0]), "stories": page.items, "lead": None}
    return render(request, "news/tag.html", context)

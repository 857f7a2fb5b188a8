"""Lists across agencies: series (loạt bài) and tags (từ khóa)."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.common import clock
from portal.news import queries
from portal.news.views._listing import listed, with_lead


@require_safe
def series_index(request):
    """Every series that has articles."""
    now = clock.now()
    return render(request, "news/series_index.html", {"rows": queries.series_with_counts(now)})


@require_safe
def series(request, slug):
    """Loạt bài, such as "Người tốt, việc tốt". One without articles says so."""
    now = clock.now()
    found = queries.series_by_slug(slug)
    if found is None:
        raise Http404
    context = listed(request, queries.of_series(found, now))
    context |= {"series": found, **with_lead(context["page"])}
    return render(request, "news/series.html", context)


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

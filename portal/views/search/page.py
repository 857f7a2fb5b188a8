"""The page of the search.

Every word has to be there as a whole word, marks or not, words in quotes side by side; hits whose
title carries the words with the very marks that were typed come first (DOMAIN 6).
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.common import clock, finding, fulltext
from portal.common.paging import paginate, tabs
from portal.views.search.filters import ArticleFilter
from portal.views.search.sources import SOURCES, Source

FEW = 5


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The words of `q`; `loai` names one kind, which is then shown page by page."""
    asked = fulltext.asked(request.GET.get("q", ""))
    now = clock.now()
    chosen = next((s for s in SOURCES if s.slug == request.GET.get("loai")), None)
    whole = ArticleFilter(request.GET, queryset=None, now=now)
    narrowed = _narrowed(whole)
    context = {
        "search_query": asked.typed,
        "asked": bool(asked),
        "chosen": chosen,
        "page": None,
        "filter_form": whole.form,
        "narrowed": narrowed,
        "unnarrowed_url": _address(request, chosen.slug if chosen else "", *whole.filters),
    }
    if asked and whole.form.is_valid():
        found = {
            source: source.find(asked, now, _narrow(source, request, whole, narrowed))
            for source in SOURCES
            if _fits(source, narrowed)
        }
        context.update(_found(request, asked, found, chosen))
    return render(request, "portal/search.html", context)


def _narrowed(whole: ArticleFilter) -> set[str]:
    """Names of the filters in use."""
    if not whole.form.is_valid():
        return set()
    return {name for name, value in whole.form.cleaned_data.items() if value}


def _fits(source: Source, narrowed: set[str]) -> bool:
    """Whether the kind knows every filter in use."""
    known = set(source.filter.base_filters) if source.filter else set()
    return narrowed <= known


def _narrow(source: Source, request, whole: ArticleFilter, narrowed: set[str]):
    """The filter of the kind, as a function of a queryset."""
    if not narrowed:
        return lambda rows: rows
    if source.filter is ArticleFilter:
        return whole.filter_queryset
    return lambda rows: source.filter(request.GET, queryset=rows).qs


def _found(request, asked, found: dict, chosen: Source | None) -> dict:
    counts = {source: ranked.count() for source, ranked in found.items()}
    more = any(ranked.more for ranked in found.values())
    context = {"total": sum(counts.values()), "tabs": _tabs(request, counts, chosen)}
    context["more_than_shown"] = fulltext.MOST if more else None
    if chosen is None:
        context["groups"] = [
            {
                "source": source,
                "rows": _shown(source, ranked[:FEW], asked.words),
                "more": counts[source] > FEW,
                "count": counts[source],
                "beyond": ranked.more,
                "url": _address(request, source.slug),
            }
            for source, ranked in found.items()
            if counts[source]
        ]
    elif chosen in found:
        page = paginate(request, found[chosen])
        rows = _shown(chosen, page, asked.words)
        context["page"] = page
        context["groups"] = [{"source": chosen, "rows": rows}]
    return context


def _shown(source: Source, rows, words) -> list[dict]:
    out = []
    for row in rows:
        item = source.show(row, words)
        item["title"] = finding.marked(item["title"], words)
        item["facts"] = [fact for fact in item["facts"] if fact]
        out.append(item)
    return out


def _address(request: HttpRequest, slug: str = "", *without: str) -> str:
    query = request.GET.copy()
    for name in ("trang", "loai", *without):
        query.pop(name, None)
    if slug:
        query["loai"] = slug
    return f"?{query.urlencode()}"


def _tabs(request: HttpRequest, counts: dict, chosen: Source | None) -> list[dict]:
    choices = [("", _("Tất cả"), sum(counts.values()))]
    choices += [
        (source.slug, source.label, counts.get(source, 0))
        for source in SOURCES
        if counts.get(source) or source is chosen
    ]
    return tabs(request, "loai", choices, "" if chosen is None else chosen.slug)

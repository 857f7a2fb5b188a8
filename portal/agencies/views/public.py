"""Public pages: the tree of agencies, and one agency over time."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from portal.agencies import queries
from portal.agencies.forms.structure import SearchForm
from portal.common import clock, pagecache
from portal.common.paging import paginate


@pagecache.public_page(trang=pagecache.page_number)
@require_safe
def index(request):
    """Every agency of today in protocol order: the two upper levels, or what was searched for."""
    form = SearchForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    rows = queries.public().select_related("level")
    if words:
        rows = queries.named_like(rows, words)
    else:
        rows = rows.filter(node__depth__lte=2)
    page = paginate(request, rows, per_page=60)
    return render(request, "agencies/index.html", {"page": page, "form": form, "words": words})


@pagecache.public_page(trang=pagecache.page_number)
@require_safe
def agency(request, slug):
    """One agency: names over time, above, below, what it came from and what became of it."""
    found = queries.by_slug(slug)
    if found is None:
        raise Http404
    if found.slug != slug:
        return redirect("agencies:agency", found.slug, permanent=True)
    today = clock.today()
    names, parents, before, after = queries.history(found)
    alive = found.valid.upper is None or found.valid.upper > today
    context = {
        "agency": found,
        "above": list(queries.ancestors(found)),
        "children": paginate(request, queries.children(found).select_related("level"), 60),
        "names": names,
        "parents": parents,
        "before": before,
        "after": after,
        "alive": alive,
        "news_url": _address("news:agency", found.slug),
    }
    return render(request, "agencies/agency.html", context)


def _address(name, *args):
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""

"""What the pages of one published article share: the page itself, its print and its file."""

from functools import wraps

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from portal.common import clock
from portal.news import queries


def of_article(view):
    """The view gets the article (`queries.to_read`) and the instant it was read at.

    Another slug, or that of another agency, leads to the one address (301). A withdrawn article
    says so with its reason, whatever page of it was asked for (410).
    """

    @wraps(view)
    def found(request, agency_slug, slug, pk):
        now = clock.now()
        shown = queries.to_read(pk, now)
        if shown is None:
            raise Http404
        if (agency_slug, slug) != (shown.agency.slug, shown.slug):
            here = request.resolver_match.view_name
            return redirect(reverse(here, args=address_of(shown)), permanent=True)
        if shown.withdrawn_at is not None:
            context = {"article": shown, "others": queries.others(shown, now)}
            return render(request, "news/withdrawn.html", context, status=410)
        return view(request, shown, now)

    return found


def address_of(article):
    """Positional arguments of every address of an article."""
    return [article.agency.slug, article.slug, article.pk]

"""What the pages of the desk share."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.views.decorators.cache import never_cache

from portal.common.scoped import fetch
from portal.news import rules, video
from portal.news.models import Article


def for_staff(view):
    """Signed in, and never kept by a cache; the scoped fetch says what else is needed."""
    return never_cache(login_required(view))


def in_newsroom(view):
    """`for_staff`, with some role in news: for the pages that are not about one article."""

    @for_staff
    @wraps(view)
    def checked(request, *args, **kwargs):
        if not rules.works_with_news(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def get_article(request, pk, may=None):
    """The article with its newest text, through the one scoped fetch."""
    rows = Article.objects.select_related(
        "agency",
        "author",
        "submitted_by",
        "submitted_for",
        "approved_by",
        "paper_approval",
        *(f"working__{name}" for name in Article.ROW_FIELDS),
        "assignment__task__plan",
    ).defer("plain", "search")
    return fetch(rows, user=request.user, see=rules.may_see, may=may, pk=pk)


def say(request, sentence):
    messages.success(request, sentence)


def say_refused(request, refused):
    messages.error(request, refused.message)


def allow_players(response, items):
    """Let a page frame the players of the videos it has, of no other site and on no other page."""
    origins = sorted({video.frame_origin(item.provider) for item in items.embedded})
    if origins:
        response._csp_update = {"frame-src": origins}
    return response

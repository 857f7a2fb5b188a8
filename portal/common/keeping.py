"""What a person typed outlives their session.

    @keeps_typed   # outermost
    @login_required
    def edit(request, pk): ...

A form that arrives after the session ended, or with the CSRF token of an earlier session (signing
in again makes a new one), is answered by a page that holds all its fields and sends them once more.
It needs no script; files cannot travel this way and are named.
"""

import functools

from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import csrf
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.common import richtext

_MARK = "keeps_typed"
_NO_TEXT = {"csrfmiddlewaretoken"}
#: Values at least so long are shown, so that they can be copied whatever else fails.
_WORTH_SHOWING = 20


def keeps_typed(view):
    """Decorator, outermost: POSTs of nobody to `view` get the page that keeps what was typed."""

    @functools.wraps(view)
    def wrapped(request, *args, **kwargs):
        if request.method == "POST" and not request.user.is_authenticated:
            return kept(request, status=401)
        return view(request, *args, **kwargs)

    return keeps_after_csrf(wrapped)


def keeps_after_csrf(view):
    """Decorator, outermost, for views where guests may write too: what comes with the token of an
    earlier session is kept; whether nobody may write is the view's to say, by `kept`."""
    setattr(view, _MARK, True)
    return view


def csrf_failure(request, reason=""):
    """Instead of Django's page; for views that keep what was typed, the page that does.

    Only what was sent from a page of our own: a stranger's form gets the bare refusal.
    """
    if request.method == "POST" and _from_here(request) and _keeps(request):
        return kept(request, status=403)
    return csrf.csrf_failure(request, reason=reason)


def _keeps(request):
    try:
        return getattr(resolve(request.path_info).func, _MARK, False)
    except Resolver404:
        return False


def _from_here(request):
    told = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return told != "null" and url_has_allowed_host_and_scheme(
        told, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


@never_cache
def kept(request, *, status):
    """The page that holds all fields of this POST and sends them once more."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NO_TEXT
        for value in values
    ]
    context = {
        "fields": fields,
        "texts": [_readable(value) for _n, value in fields if len(value) >= _WORTH_SHOWING],
        "files": [file.name for _n, files in request.FILES.lists() for file in files],
        "action": request.get_full_path(),
        "signed_out": not request.user.is_authenticated,
    }
    return render(request, "common/kept.html", context, status=status)


def _readable(value):
    return richtext.plain(richtext.sanitize(value)) if "<" in value else value


@never_cache
@require_safe
def signed_in(request):
    """Where signing in again in another tab ends: back to the tab with the text."""
    return render(request, "common/signed_in.html", {"back": request.user.is_authenticated})

"""The gate that a person who must choose a password stands before."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url

#: What a person who must choose a password may still reach.
OPEN = {"accounts:new_password", "account_set_password", "account_logout", "accounts:slip"}


class AccountGateMiddleware:
    """Leads whoever must choose a password to the page where they do, whatever they asked for.

    Requests without a session cookie pass untouched, so pages for anonymous readers stay free of
    sessions and can be kept in the page cache.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        user = request.user
        if not user.is_authenticated or not user.must_change_password:
            return None
        if request.resolver_match.view_name in OPEN:
            return None
        url = resolve_url("accounts:new_password")
        if getattr(request, "htmx", False):
            return HttpResponse(headers={"HX-Redirect": url})
        return redirect(url)

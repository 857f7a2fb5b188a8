"""The gate of two-step sign-in, for portals that ask it of everyone who works there."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from portal.agencies.rules import grants_of

SET_UP = "second_step_set_up"
#: Where the second step is set up, and the way out.
OPEN = {
    "account_logout",
    "account_reauthenticate",
    "account_set_password",
    "accounts:new_password",
    "mfa_activate_totp",
    "mfa_index",
    "mfa_reauthenticate",
}


class SecondStepMiddleware:
    """With MFA_REQUIRED_FOR_STAFF, leads whoever works here to set up the second step first.

    Plain members and readers are not asked. Once it is known to be set up, the session remembers
    it and the request costs nothing.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.MFA_REQUIRED_FOR_STAFF:
            return None
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        user = request.user
        if not user.is_authenticated or request.session.get(SET_UP):
            return None
        if request.resolver_match.view_name in OPEN:
            return None
        if not (user.is_superuser or grants_of(user).works()):
            return None
        if is_mfa_enabled(user):
            request.session[SET_UP] = True
            return None
        if getattr(request, "htmx", False):
            return HttpResponse(headers={"HX-Redirect": resolve_url("mfa_index")})
        messages.info(request, _("Người làm việc ở đây phải bật xác thực hai bước trước."))
        return redirect("mfa_index")

"""What the work pages share."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.cache import never_cache

from campaigns.models import Plan
from campaigns.rules import access
from portal.agencies.rules import grants_of
from portal.common.scoped import fetch

PLANS = Plan.objects.select_related(
    "document", "issuer", "implements__document", "submitted_by", "issued_by", "paper_approval"
)


def for_office(view):
    """Signed in, working on plans somewhere, and never kept by a cache."""

    @never_cache
    @login_required
    @wraps(view)
    def checked(request, *args, **kwargs):
        if not grants_of(request.user).agency_ids(access.OFFICE):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def signed_in(view):
    """Signed in, and never kept by a cache.

    A form that htmx sent after the session had ended goes to the sign-in page as a whole: the page
    itself has no place for it.
    """

    @never_cache
    @wraps(view)
    def checked(request, *args, **kwargs):
        if request.htmx and not request.user.is_authenticated:
            return HttpResponse(headers={"HX-Redirect": redirect_to_login(request.path).url})
        return ready(request, *args, **kwargs)

    ready = login_required(view)
    return checked


def working_plan(user, pk, may=None):
    """The plan for those who work on it at its issuer, or above; 404 for everybody else."""
    return fetch(PLANS, user=user, see=access.may_see_all_tasks, may=may, pk=pk)


def posted(request):
    """What a form is bound to: the data of a POST, even an empty one, else nothing."""
    return request.POST if request.method == "POST" else None

"""What the work pages of agencies share: the scoped fetch and the page around one form."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from portal.agencies import rules
from portal.agencies.models import Agency, Role, RoleRequest
from portal.common import audit, scoped
from portal.common.limits import limited

#: Forms that find an account by name or phone number answer "no such account" only so often: nobody
#: learns from them whose number a number is.
looks_up_people = limited("person_lookup", per_person=20, minutes=10)


def administers(view):
    """For `view(request, agency, …)` under /co-quan/<slug>/: the agency's administrator only.

    Others get 404. What is written inside is marked "thay mặt" when the right is delegated.
    """

    @never_cache
    @login_required
    @wraps(view)
    def inner(request, slug, *args, **kwargs):
        agency = scoped.fetch(
            Agency.objects.select_related("level", "parent", "node"),
            user=request.user,
            see=rules.may_administer,
            slug=slug,
        )
        giver = rules.acting(request.user, Role.ADMIN, agency).on_behalf_of
        with audit.acting_for(giver):
            return view(request, agency, *args, **kwargs)

    return inner


def needs(predicate):
    """Under `administers`: 403 unless predicate(user, agency)."""

    def decorate(view):
        @wraps(view)
        def inner(request, agency, *args, **kwargs):
            if not predicate(request.user, agency):
                raise PermissionDenied
            return view(request, agency, *args, **kwargs)

        return inner

    return decorate


def person_of(agency, public_id):
    """The account that holds or held a role at `agency`, or waits for one; 404 for others."""
    rows = agency.memberships.filter(user__public_id=public_id).select_related("user")
    row = rows.first()
    if row is None:
        waiting = agency.role_requests.filter(
            user__public_id=public_id, state=RoleRequest.State.WAITING
        )
        row = waiting.select_related("user").first()
    if row is None:
        raise Http404
    return row.user


def ask(request, *, title, form, button, cancel_url, crumbs, intro="", effects=(), danger=False):
    """The page around one form; 422 when it is sent back."""
    context = {
        "title": title,
        "form": form,
        "button": button,
        "cancel_url": cancel_url,
        "crumbs": crumbs,
        "intro": intro,
        "effects": effects,
        "danger": danger,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "agencies/ask.html", context, status=status)

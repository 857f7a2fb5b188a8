"""Việc hôm nay: the first page of everyone who works here."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.agencies import today as todays_work
from portal.agencies.rules import grants_of


def works_here(user):
    """Whether the page is for `user`: any working role, or the portal's administrator."""
    return grants_of(user).works() or user.is_superuser


@never_cache
@login_required
@require_safe
def landing(request):
    """Where signing in leads: work for those who work here, the home page for readers."""
    return redirect("today" if works_here(request.user) else "/")


@never_cache
@login_required
@require_safe
def today(request):
    """What waits for me, by deadline, across my roles."""
    if not works_here(request.user):
        raise PermissionDenied
    return render(request, "today.html", {"day": todays_work.collect(request.user)})

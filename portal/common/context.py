"""What every page needs. Costs no query and touches no session for an anonymous reader."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from . import clock, nav


def site(request: HttpRequest) -> dict:
    """Names of the portal, today, and both navigations (lazy: computed only where shown)."""
    return {
        "portal": settings.SITE,
        "today": clock.today(),
        "public_nav": SimpleLazyObject(lambda: nav.public_items(request.path)),
        "staff_nav": SimpleLazyObject(lambda: nav.staff.groups(request)),
        "works_here": SimpleLazyObject(lambda: nav.staff.shows("today", request)),
    }

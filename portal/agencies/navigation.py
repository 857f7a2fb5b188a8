"""Who sees which entry of the side bar, and the roles on a person's own page."""

from portal.agencies import rules
from portal.agencies.models import Delegation, Membership
from portal.common import clock


def works(request):
    return rules.grants_of(request.user).works()


def works_here(request):
    return works(request) or request.user.is_superuser


def administers(request):
    return rules.administers_something(request.user)


def roles_panel(request):
    """My roles of today and what I do for others."""
    today = clock.today()
    own = Membership.objects.filter(user=request.user, valid__contains=today)
    held = Delegation.objects.filter(to_user=request.user, valid__contains=today)
    return "agencies/_my_roles.html", {
        "own": own.select_related("agency").order_by("agency__protocol_no", "role"),
        "held": held.select_related("agency", "giver").order_by("valid"),
    }

"""Who sees which entry of the side bar, and the roles on a person's own page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.agencies import queries, rules, today
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
    day = clock.today()
    own = Membership.objects.filter(user=request.user, valid__contains=day)
    held = Delegation.objects.filter(to_user=request.user, valid__contains=day)
    return "agencies/_my_roles.html", {
        "own": own.select_related("agency").order_by("agency__protocol_no", "role"),
        "held": held.select_related("agency", "giver").order_by("valid"),
    }


def waiting_roles(user, grants, now):
    """Provider of "Việc hôm nay": roles that `user` may confirm as the second administrator."""
    if not rules.administers_something(user):
        return
    rows = queries.role_requests(user).exclude(requested_by=user).exclude(user=user)
    found = list(rows[: today.MOST])
    items = [
        today.Item(
            title=f"{row.user.full_name}: {row.get_role_display()}",
            url=reverse("agencies:role_requests"),
            note=row.agency.short_name or row.agency.name,
        )
        for row in found
        if rules.may_confirm_role(user, row)
    ]
    yield today.Section("agencies.roles", _("Vai trò chờ xác nhận"), items=items)

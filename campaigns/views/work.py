"""The work of a unit: its assignments, how far it is, what shows it."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns.forms.filters import MyAssignmentFilter
from campaigns.models import Assignment
from campaigns.queries import desk
from campaigns.rules import access
from campaigns.views._desk import signed_in
from portal.common import clock
from portal.common.paging import paginate


@signed_in
@require_safe
def mine(request):
    """Nhiệm vụ của đơn vị: what my units have to do, by deadline."""
    user, day = request.user, clock.today()
    rows = desk.my_assignments_rows(user, day)
    if not access.own_agency_ids(user) and not rows.exists():
        raise PermissionDenied
    found = MyAssignmentFilter(request.GET, queryset=rows)
    shown = found.qs
    if not request.GET.get("trang_thai"):
        shown = shown.exclude(state=Assignment.State.DONE)
    page = paginate(request, desk.ordered(shown), per_page=30)
    context = {
        "filter": found,
        "filtered": bool(request.GET.get("trang_thai")),
        "page": page,
        "views": desk.views(page, day),
        "many_units": len(access.own_agency_ids(user)) > 1,
    }
    return render(request, "campaigns/desk/mine.html", context)

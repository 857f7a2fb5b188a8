"""Roles that wait for a second administrator."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.agencies import actions, queries, rules
from portal.common.errors import Refused
from portal.common.paging import paginate


@never_cache
@login_required
@require_safe
def waiting(request):
    """What waits at the agencies I administer, and which of it I may confirm."""
    if not rules.administers_something(request.user):
        raise PermissionDenied
    page = paginate(request, queries.role_requests(request.user), per_page=20)
    rows = [(row, rules.may_confirm_role(request.user, row)) for row in page]
    return render(request, "agencies/role_requests.html", {"page": page, "rows": rows})


@never_cache
@login_required
@require_POST
def decide(request, pk):
    """Confirm or refuse; who asked may take it back, never confirm."""
    row = get_object_or_404(queries.role_requests(request.user), pk=pk)
    confirms = request.POST.get("quyet_dinh") == "xac-nhan"
    try:
        if confirms:
            actions.confirm_role(actor=request.user, request=row)
        else:
            actions.refuse_role(actor=request.user, request=row)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        done = _("Đã xác nhận vai trò.") if confirms else _("Vai trò không được giao.")
        messages.success(request, done)
    return redirect("agencies:role_requests")

"""Ủy quyền by the holder: what I have given, what I act in for others."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.agencies import actions, ranges, rules
from portal.agencies.forms.people import DelegationForm
from portal.agencies.models import Delegation, Membership, Role
from portal.agencies.views._common import looks_up_people
from portal.common import audit, clock
from portal.common.errors import Refused


@never_cache
@login_required
@looks_up_people
@require_http_methods(["GET", "POST"])
def mine(request):
    """My delegations, and the form for a new one."""
    user, today = request.user, clock.today()
    if not rules.grants_of(user, on=today).works():
        raise PermissionDenied
    held = Membership.objects.filter(user=user, valid__overlap=ranges.days(today))
    form = DelegationForm(request.POST or None, held=held, initial={"starts": today})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.delegate(
                actor=user,
                giver=user,
                to_user=data["to_user"],
                agency=data["held"].agency,
                role=data["held"].role,
                starts=data["starts"],
                until=data["until"],
                decision=data["decision"],
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã ghi ủy quyền."))
            return redirect("agencies:my_delegations")
    running = Delegation.objects.filter(valid__endswith__gt=today).select_related("agency")
    context = {
        "form": form,
        "given": running.filter(giver=user).select_related("agency", "to_user").order_by("valid"),
        "held": running.filter(to_user=user).select_related("agency", "giver").order_by("valid"),
        "can_give": form.fields["held"].queryset.exists(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "agencies/my_delegations.html", context, status=status)


@never_cache
@login_required
@require_POST
def end(request, pk):
    """Withdraw a delegation: its giver, or the agency's administrator."""
    row = get_object_or_404(Delegation.objects.select_related("agency", "giver"), pk=pk)
    own = row.giver_id == request.user.pk
    if not own and not rules.may_administer(request.user, row.agency):
        raise Http404
    giver = None if own else rules.acting(request.user, Role.ADMIN, row.agency).on_behalf_of
    with audit.acting_for(giver):
        actions.end_delegation(actor=request.user, delegation=row)
    messages.success(request, _("Đã kết thúc ủy quyền."))
    if own:
        return redirect("agencies:my_delegations")
    return redirect("agencies:overview", row.agency.slug)

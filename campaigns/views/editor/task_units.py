"""Whom a task is given to."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns import actions
from campaigns.forms import UnitsForm
from campaigns.models import Assignment, Task
from campaigns.queries import desk, direct, handing
from campaigns.views._desk import posted, signed_in
from campaigns.views.editor._page import GET_OR_POST, plan_to_edit
from portal.common.errors import Refused
from portal.common.paging import paginate


@signed_in
@require_http_methods(GET_OR_POST)
def units(request, pk, row):
    """Whom a task is given to; more are added, those who have not begun are taken back."""
    plan = plan_to_edit(request, pk)
    found = get_object_or_404(Task.objects.select_related("plan__issuer", "due"), plan=plan, pk=row)
    form = UnitsForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.assign_task(
                actor=request.user, task=found, agencies=form.cleaned_data["agencies"]
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã giao cho %d đơn vị.") % len(made))
            return redirect("campaigns:units", pk, row)
    words_ = " ".join(request.GET.get("tim", "").split())[:80]
    groups, more = desk.units_for(found, words_)
    given = direct(found.assignments.select_related("agency")).order_by(
        "agency__protocol_no", "agency__sort_key", "id"
    )
    context = {
        "plan": plan,
        "task": found,
        "form": form,
        "groups": groups,
        "more": more,
        "words": words_,
        "given": paginate(request, given, per_page=60, param="trang-da-giao"),
        "batches": handing.undoable(task=found),
        "chosen": set(request.POST.getlist("agencies")) if request.method == "POST" else set(),
    }
    return render(request, "campaigns/desk/units.html", context)


@signed_in
@require_POST
def unassign(request, pk, row, assignment):
    """Take a task back from a unit that has not begun."""
    plan = plan_to_edit(request, pk)
    found = get_object_or_404(
        Assignment.objects.select_related("task__plan", "agency"),
        task__plan=plan,
        task=row,
        pk=assignment,
    )
    try:
        actions.unassign(actor=request.user, assignment=found)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã thu lại nhiệm vụ của %s.") % found.agency.name)
    return redirect("campaigns:units", pk, row)

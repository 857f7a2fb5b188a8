"""A task for many units at once, undone for ten minutes, passed on to the units below."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns import actions
from campaigns.models import Assignment, AssignmentBatch, Task
from campaigns.queries import handing
from campaigns.rules import access
from campaigns.views._desk import posted, signed_in, working_plan
from portal.agencies.forms.selection import UnitSelectionForm
from portal.agencies.queries import reachable
from portal.common.errors import Refused
from portal.common.paging import paginate

GET_OR_POST = ["GET", "HEAD", "POST"]


@signed_in
@require_http_methods(GET_OR_POST)
def hand_out(request, pk, row):
    """Give a task to many units: conditions, list with exceptions, confirmation."""
    plan = working_plan(request.user, pk, may=access.may_edit_plan)
    task = get_object_or_404(Task.objects.select_related("plan__issuer", "due"), plan=plan, pk=row)
    free = reachable(plan.issuer).exclude(assignments__task=task)
    form = UnitSelectionForm(posted(request), root=plan.issuer, among=free)
    if form.confirmed:
        try:
            batch = actions.hand_out(actor=request.user, task=task, agencies=form.units())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã giao cho %d đơn vị.") % batch.count)
            return redirect("campaigns:units", pk, row)
    context = {"plan": plan, "task": task, "form": form}
    return render(request, "campaigns/desk/hand_out.html", context)


def cascade_context(request, assignment):
    """What the page of an assignment shows of the units it was passed on to."""
    numbers = handing.passed(assignment)
    may = access.may_pass_on(request.user, assignment)
    context = {
        "passed": numbers,
        "may_pass_on": may,
        "may_see_children": access.may_see_passed(request.user, assignment),
        "shows_passed": bool(numbers.total)
        or (may and reachable(assignment.agency).exclude(pk=assignment.agency_id).exists()),
    }
    if numbers.total:
        rows = handing.passed_rows(assignment)
        context["passed_page"] = paginate(request, rows, per_page=30, param="trang-don-vi")
        context["batches"] = handing.undoable(parent=assignment) if may else ()
    return context


def passing(user, pk):
    """The Assignment for those who may pass it on; 404 for who may not see it, 403 for others."""
    rows = Assignment.objects.select_related("task__plan__document", "task__due", "agency")
    found = get_object_or_404(rows, pk=pk)
    if not access.may_see_assignment(user, found):
        raise Http404
    if not access.may_pass_on(user, found):
        raise PermissionDenied
    return found


@signed_in
@require_http_methods(GET_OR_POST)
def pass_on(request, pk):
    """A unit gives its task on to units below it."""
    found = passing(request.user, pk)
    free = reachable(found.agency).exclude(assignments__task=found.task_id)
    form = UnitSelectionForm(posted(request), root=found.agency, among=free)
    if form.confirmed:
        try:
            batch = actions.pass_on(actor=request.user, assignment=found, agencies=form.units())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã giao tiếp cho %d đơn vị.") % batch.count)
            return redirect("campaigns:assignment", pk)
    return render(request, "campaigns/desk/pass_on.html", {"assignment": found, "form": form})


@signed_in
@require_POST
def undo(request, batch):
    """Hoàn tác: take a batch back."""
    rows = AssignmentBatch.objects.select_related("task__plan", "parent__task__plan")
    found = get_object_or_404(rows, pk=batch)
    if found.parent_id:
        passing(request.user, found.parent_id)
        back = ("campaigns:assignment", found.parent_id)
    else:
        working_plan(request.user, found.task.plan_id, may=access.may_edit_plan)
        back = ("campaigns:units", found.task.plan_id, found.task_id)
    try:
        count, left = actions.undo_batch(actor=request.user, batch=found)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        said = _("Đã thu lại nhiệm vụ ở %d đơn vị.") % count
        if left:
            said += " " + _("Giữ nguyên ở %(n)d đơn vị đã bắt đầu: %(names)s.") % {
                "n": len(left),
                "names": handing.few_names(left),
            }
        messages.success(request, said)
    return redirect(*back)


@signed_in
@require_POST
def take_back(request, pk, child):
    """A unit takes back from one unit what it had passed on."""
    found = passing(request.user, pk)
    rows = Assignment.objects.select_related("agency", "task__plan")
    row = get_object_or_404(rows, parent=found, pk=child)
    try:
        actions.take_back(actor=request.user, assignment=row)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã thu lại nhiệm vụ của %s.") % row.agency.name)
    return redirect("campaigns:assignment", pk)


@signed_in
@require_POST
def finish(request, pk):
    """The unit says that it is done, after all units below have said so."""
    found = passing(request.user, pk)
    numbers = handing.passed(found)
    if numbers.total and not numbers.open:
        try:
            shown = found.evidence.filter(retracted_at=None).exists()
            actions.set_progress(
                actor=request.user,
                assignment=found,
                state="done",
                note=_("Các đơn vị được giao tiếp đều đã hoàn thành: %d.") % numbers.total,
                without_evidence=not shown,
            )
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("Đã ghi đơn vị hoàn thành nhiệm vụ."))
    else:
        messages.error(request, _("Vẫn còn đơn vị cấp dưới chưa hoàn thành."))
    return redirect("campaigns:assignment", pk)

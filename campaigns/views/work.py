"""The work of a unit: its assignments, how far it is, what shows it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import actions, queries
from campaigns.forms import EvidenceForm, ProgressForm
from campaigns.forms.filters import MyAssignmentFilter
from campaigns.models import Assignment, Evidence
from campaigns.queries import desk
from campaigns.rules import access
from campaigns.views._desk import posted, signed_in
from campaigns.views.cascade import may_derive
from campaigns.views.handing import cascade_context
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
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


def _assignment(request, pk, may=None):
    """(AssignmentView, [Evidence]) for those who may see it; 404 for all others."""
    found = queries.assignment_page(pk, day=clock.today())
    if found is None or not access.may_see_assignment(request.user, found[0].assignment):
        raise Http404
    if may is not None and not may(request.user, found[0].assignment):
        raise PermissionDenied
    return found


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def assignment(request, pk):
    """One assignment; POST says how far it is."""
    may = access.may_work_on if request.method == "POST" else None
    view, evidence = _assignment(request, pk, may=may)
    form = ProgressForm(posted(request), assignment=view.assignment)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.set_progress(
                actor=request.user,
                assignment=view.assignment,
                state=data["state"],
                note=data["note"],
                done_on=data["done_on"],
                lock_version=form.expected_version,
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error("done_on" if refused.code == "future" else None, refused.message)
        else:
            messages.success(request, _("Đã lưu tiến độ."))
            return redirect("campaigns:assignment", pk)
    return _page(request, view, evidence, form, EvidenceForm(initial=_today()))


@signed_in
@require_POST
def add_evidence(request, pk):
    """Evidence entered by hand."""
    view, evidence = _assignment(request, pk, may=access.may_work_on)
    form = EvidenceForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.add_manual_evidence(
                actor=request.user,
                assignment=view.assignment,
                title=data["title"],
                happened_on=data["happened_on"],
                url=data["url"],
                note=data["evidence_note"],
            )
        except Refused as refused:
            field = {"future": "happened_on", "url": "url"}.get(refused.code)
            form.add_error(field, refused.message)
        else:
            messages.success(request, _("Đã thêm minh chứng."))
            return redirect("campaigns:assignment", pk)
    return _page(request, view, evidence, ProgressForm(assignment=view.assignment), form)


@signed_in
@require_POST
def retract_evidence(request, pk, evidence):
    """Take back evidence that was entered by hand."""
    view, _rows = _assignment(request, pk, may=access.may_work_on)
    found = get_object_or_404(
        Evidence.objects.select_related("assignment__task__plan"),
        assignment=view.assignment,
        pk=evidence,
    )
    try:
        actions.retract_manual_evidence(actor=request.user, evidence=found)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã gỡ minh chứng."))
    return redirect("campaigns:assignment", pk)


def _today():
    return {"happened_on": clock.today()}


def _page(request, view, evidence, form, evidence_form):
    plan = view.task.plan
    user = request.user
    context = {
        "view": view,
        "plan": plan,
        "shown": [e for e in evidence if e.retracted_at is None],
        "gone": [e for e in evidence if e.retracted_at is not None],
        "form": form,
        "evidence_form": evidence_form,
        "may_work": access.may_work_on(user, view.assignment),
        "sees_plan_desk": grants_of(user).has(access.OFFICE, plan.issuer_id),
        "has_own_list": bool(access.own_agency_ids(user)),
    }
    context |= cascade_context(request, view.assignment)
    context["derive_url"] = may_derive(request, plan)
    return render(request, "campaigns/desk/assignment.html", context)

"""One assignment: how far it is, what shows it, who answers for it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns import actions, queries
from campaigns.forms import ProgressForm, ResponsibleForm
from campaigns.queries import acceptance
from campaigns.rules import access, states
from campaigns.rules.evidence import WAYS
from campaigns.views._desk import posted, signed_in
from campaigns.views.cascade import may_derive
from campaigns.views.handing import cascade_context
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused, StaleVersion

GET_OR_POST = ["GET", "HEAD", "POST"]


def fetched(request, pk, may=None):
    """(AssignmentView, [Evidence]) for those who may see it; 404 for all others."""
    found = queries.assignment_page(pk, day=clock.today())
    if found is None or not access.may_see_assignment(request.user, found[0].assignment):
        raise Http404
    if may is not None and not may(request.user, found[0].assignment):
        raise PermissionDenied
    return found


@signed_in
@require_http_methods(GET_OR_POST)
def assignment(request, pk):
    """One assignment; POST says how far it is."""
    may = access.may_work_on if request.method == "POST" else None
    view, evidence = fetched(request, pk, may=may)
    form = ProgressForm(posted(request), assignment=view.assignment)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_progress(
                actor=request.user,
                assignment=view.assignment,
                lock_version=form.expected_version,
                **form.values(),
            )
        except StaleVersion as stale:
            form.mark_stale_progress(stale.current)
        except Refused as refused:
            field = {"future": "done_on", "note_needed": "note"}.get(refused.code, "state")
            form.add_error(field, refused.message)
        else:
            messages.success(request, _("Đã lưu tiến độ."))
            return redirect("campaigns:assignment", pk)
    return render(
        request, "campaigns/work/assignment.html", _context(request, view, evidence, form)
    )


def _context(request, view, evidence, form):
    row, user = view.assignment, request.user
    plan = view.task.plan
    return cascade_context(request, row) | {
        "view": view,
        "plan": plan,
        "shown": [e for e in evidence if e.retracted_at is None],
        "gone": [e for e in evidence if e.retracted_at is not None],
        "notes": list(row.notes.select_related("author")),
        "themes": list(view.task.themes.order_by("position", "id")),
        "form": form,
        "ways": WAYS.values(),
        "lost": states.EVIDENCE_GONE in view.marks,
        "may_work": access.may_work_on(user, row),
        "may_change": row.accepted_at is None,
        "may_accept": access.may_accept(user, row),
        "may_name": access.may_name_responsible(user, row),
        "sees_plan_desk": grants_of(user).has(access.OFFICE, plan.issuer_id),
        "has_own_list": bool(access.own_agency_ids(user)),
        "derive_url": may_derive(request, plan),
    }


@signed_in
@require_http_methods(GET_OR_POST)
def responsible(request, pk):
    """Name the person of the unit who answers for it."""
    view, _evidence = fetched(request, pk, may=access.may_name_responsible)
    row = view.assignment
    form = ResponsibleForm(
        posted(request), assignment=row, people=acceptance.people_of(row.agency_id)
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["responsible"]
        try:
            actions.set_responsible(
                actor=request.user,
                assignment=row,
                responsible=chosen,
                lock_version=form.expected_version,
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error("responsible", refused.message)
        else:
            said = _("Người phụ trách: %s.") % chosen if chosen else _("Đã bỏ tên người phụ trách.")
            messages.success(request, said)
            return redirect("campaigns:assignment", pk)
    return render(request, "campaigns/work/responsible.html", {"view": view, "form": form})

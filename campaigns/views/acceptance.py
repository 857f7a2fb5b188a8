"""Chờ nghiệm thu: what units report as done, accepted one by one or many at once, or returned."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns import actions
from campaigns.forms import ReturnForm
from campaigns.queries import acceptance, desk
from campaigns.rules import access
from campaigns.views._desk import posted, signed_in
from campaigns.views.assignment import GET_OR_POST, fetched
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate

PER_PAGE = 50


@signed_in
@require_http_methods(GET_OR_POST)
def queue(request):
    """What waits for my acceptance; POST accepts what was ticked."""
    user = request.user
    if not grants_of(user).agency_ids(access.ACCEPTORS):
        raise PermissionDenied
    if request.method == "POST":
        _accept_ticked(request)
        return redirect(request.get_full_path())
    plans = acceptance.waiting_by_plan(user)
    rows = acceptance.waiting_rows(user)
    chosen = request.GET.get("ke_hoach", "")
    plan = next((p for p, _n in plans if str(p.pk) == chosen), None)
    if plan is not None:
        rows = rows.filter(task__plan=plan)
    page = paginate(request, rows, per_page=PER_PAGE)
    context = {
        "plans": plans,
        "plan": plan,
        "page": page,
        "views": desk.views(page, clock.today()),
    }
    return render(request, "campaigns/work/queue.html", context)


def _accept_ticked(request):
    versions = {}
    for value in request.POST.getlist("chon"):
        pk, _dot, version = value.partition(".")
        if pk.isascii() and pk.isdigit() and version.isascii() and version.isdigit():
            versions[int(pk[:18])] = int(version[:9])
    if not versions:
        messages.warning(request, _("Chưa chọn phân công nào."))
        return
    rows = acceptance.waiting(request.user).filter(pk__in=list(versions)[:PER_PAGE])
    chosen = [(row, versions[row.pk]) for row in rows.select_related("task", "agency")]
    done, left = actions.accept_many(actor=request.user, chosen=chosen)
    if done:
        messages.success(request, _("Đã nghiệm thu %d phân công.") % len(done))
    for row, why in left:
        messages.warning(
            request,
            _("%(unit)s, “%(task)s”: %(why)s.")
            % {"unit": row.agency.name, "task": row.task.title, "why": why.rstrip(".")},
        )
    gone = len(versions) - len(chosen)
    if gone:
        messages.warning(request, _("%d phân công không còn chờ nghiệm thu.") % gone)


@signed_in
@require_POST
def accept(request, pk):
    """Accept one assignment as it was seen."""
    view, _evidence = fetched(request, pk, may=access.may_accept)
    seen = request.POST.get("lock_version", "")
    try:
        if not (seen.isascii() and seen.isdigit()):
            raise StaleVersion("", current=view.assignment)
        actions.accept_assignment(
            actor=request.user, assignment=view.assignment, lock_version=int(seen[:9])
        )
    except StaleVersion:
        messages.warning(
            request, _("Đơn vị vừa cập nhật nhiệm vụ này. Hãy xem lại rồi nghiệm thu.")
        )
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã nghiệm thu."))
    return redirect("campaigns:assignment", pk)


@signed_in
@require_http_methods(GET_OR_POST)
def give_back(request, pk):
    """Return work to the unit with a reason."""
    view, _evidence = fetched(request, pk, may=access.may_accept)
    form = ReturnForm(posted(request), assignment=view.assignment)
    if request.method == "POST" and form.is_valid():
        try:
            actions.return_assignment(
                actor=request.user,
                assignment=view.assignment,
                note=form.cleaned_data["note"],
                lock_version=form.expected_version,
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã trả lại cho %s.") % view.agency.name)
            return redirect("campaigns:assignment", pk)
    return render(request, "campaigns/work/return.html", {"view": view, "form": form})

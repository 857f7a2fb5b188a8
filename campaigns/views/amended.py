"""What the superior changed since a unit made its plan: taken over or kept, thing by thing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns import actions
from campaigns.actions.taking import KEPT, TAKEN
from campaigns.models import Plan
from campaigns.queries.amended import compare, under_way
from campaigns.rules import access
from campaigns.views._desk import signed_in, working_plan
from portal.common.errors import Refused


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def above_changes(request, pk):
    """Cấp trên sửa đổi: both texts side by side; POST decides one thing or all plain ones."""
    plan = working_plan(request.user, pk)
    if plan.implements_id is None or plan.synced_version is None:
        raise Http404
    may = access.may_edit_plan(request.user, plan)
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        try:
            _decide(request, plan)
        except Refused as refused:
            messages.error(request, refused.message)
        return redirect("campaigns:above_changes", pk)
    found = compare(plan)
    unpublished = under_way().filter(plan=plan.implements_id).exists()
    context = {
        "plan": plan,
        "unpublished": unpublished,
        "above": plan.implements,
        "found": found,
        "behind": found is not None and found.base != found.version,
        "may_edit": may and not unpublished,
        "waits": plan.state == Plan.State.SUBMITTED,
    }
    return render(request, "campaigns/desk/above_changes.html", context)


def _decide(request, plan):
    step = request.POST.get("buoc")
    if step == "da-doi-chieu":
        actions.mark_compared(actor=request.user, plan=plan)
        messages.success(request, _("Đã ghi nhận: đơn vị đã đối chiếu với bản mới của cấp trên."))
        return
    if step == "nhan-het":
        found = compare(plan)
        if found is None or found.digest != request.POST.get("ban"):
            raise Refused(
                _("Nội dung chờ nhận vừa thay đổi. Chưa có gì được lưu; hãy xem lại."),
                code="moved",
            )
        choices = {item.key: (TAKEN, item.digest) for item in found.plain}
    else:
        choice = {"nhan": TAKEN, "giu": KEPT}.get(step)
        if choice is None:
            raise Http404
        choices = {request.POST.get("muc", ""): (choice, request.POST.get("ban", ""))}
    left = actions.decide(actor=request.user, plan=plan, choices=choices)
    if left:
        messages.success(request, _("Đã lưu lựa chọn. Còn %d nội dung chờ đơn vị chọn.") % left)
    else:
        messages.success(
            request, _("Đã lưu lựa chọn. Kế hoạch của đơn vị đã đối chiếu xong với cấp trên.")
        )

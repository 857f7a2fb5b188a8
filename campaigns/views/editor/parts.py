"""Parts of a plan are moved among their siblings and removed."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from campaigns import actions
from campaigns.actions import contents
from campaigns.models import Phase, PlanForm, Task, Theme, Track
from campaigns.views._desk import signed_in
from campaigns.views.editor._page import GET_OR_POST, done, plan_to_edit
from portal.common.errors import Refused


@dataclass(frozen=True)
class Part:
    """One kind of rows: how to find them, their siblings, the verbs, the question."""

    rows: object
    to_plan: str
    siblings: Callable
    argument: str
    move: Callable
    remove: Callable
    question: str

    def name(self, row):
        return {"theme": "text", "link": "form"}.get(self.argument, "title")


PARTS = {
    "mach": Part(
        Track.objects.select_related("plan"),
        "plan",
        lambda row: Track.objects.filter(plan=row.plan_id),
        "track",
        actions.move_track,
        actions.remove_track,
        lazy("Xóa mạch “%s” cùng các đợt của nó?"),
    ),
    "dot": Part(
        Phase.objects.select_related("track__plan", "starts", "ends"),
        "track__plan",
        lambda row: Phase.objects.filter(track=row.track_id),
        "phase",
        actions.move_phase,
        actions.remove_phase,
        lazy("Xóa đợt “%s”?"),
    ),
    "nhiem-vu": Part(
        Task.objects.select_related("plan", "due"),
        "plan",
        lambda row: Task.objects.filter(plan=row.plan_id),
        "task",
        actions.move_task,
        actions.remove_task,
        lazy("Xóa nhiệm vụ “%s”?"),
    ),
    "noi-dung": Part(
        Theme.objects.select_related("plan"),
        "plan",
        lambda row: Theme.objects.filter(plan=row.plan_id, phase=row.phase_id),
        "theme",
        contents.move_theme,
        contents.remove_theme,
        lazy("Xóa nội dung “%s”?"),
    ),
    "hinh-thuc": Part(
        PlanForm.objects.select_related("plan", "form"),
        "plan",
        lambda row: PlanForm.objects.filter(plan=row.plan_id),
        "link",
        contents.move_form,
        contents.remove_form,
        lazy("Bỏ hình thức “%s” khỏi kế hoạch?"),
    ),
}


def _part(plan, part, row):
    """(Part, the row, its name)"""
    if part not in PARTS:
        raise Http404
    kind = PARTS[part]
    found = get_object_or_404(kind.rows, **{kind.to_plan: plan, "pk": row})
    return kind, found, str(getattr(found, kind.name(found)))


@signed_in
@require_POST
def move(request, pk, part, row):
    """One place up or down among its siblings."""
    plan = plan_to_edit(request, pk)
    kind, found, _name = _part(plan, part, row)
    order = list(kind.siblings(found).order_by("position", "id").values_list("pk", flat=True))
    step = -1 if request.POST.get("huong") == "len" else 1
    position = max(0, order.index(found.pk) + step)
    said = ""
    try:
        kind.move(actor=request.user, position=position, **{kind.argument: found})
    except Refused as refused:
        said = refused.message
    return done(request, plan, f"{part}-{row}", said, wrong=bool(said))


@signed_in
@require_http_methods(GET_OR_POST)
def remove(request, pk, part, row):
    """Ask, then remove."""
    plan = plan_to_edit(request, pk)
    kind, found, name = _part(plan, part, row)
    refusal = ""
    if request.method == "POST":
        try:
            kind.remove(actor=request.user, **{kind.argument: found})
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, _("Đã xóa “%s”.") % name)
            return redirect("campaigns:manage", pk)
    context = {
        "plan": plan,
        "title": kind.question % name,
        "refusal": refusal,
        "cancel_url": f"{reverse('campaigns:manage', args=[pk])}#{part}-{row}",
    }
    return render(request, "campaigns/desk/remove.html", context)

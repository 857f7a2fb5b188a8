"""Amendments of a plan in force: what changed, for readers; the steps to publication, for staff."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import actions, queries
from campaigns.actions.amendments import LIFECYCLE
from campaigns.forms.amendments import PaperApprovalForm, SubmitAmendmentForm
from campaigns.forms.plans import ReasonForm, add_refusal
from campaigns.models import PlanAmendment
from campaigns.queries.amendments import (
    amendments_of,
    changes_between,
    hands_of_amendment,
)
from campaigns.queries.approval import second_people
from campaigns.rules import access
from campaigns.views._desk import signed_in, working_plan
from portal.agencies.models import Role
from portal.agencies.rules import acting
from portal.common import audit, clock
from portal.common.errors import Refused, StaleVersion
from portal.official import actions as official

State = PlanAmendment.State


# --- For readers ----------------------------------------------------------------------------


@require_safe
def changes(request, slug, pk, old=None, new=None):
    """The versions of a plan and what differs between two; tasks for their readers only."""
    plan = get_object_or_404(queries.visible_plans(request.user), pk=pk)
    if slug != plan.slug:
        return redirect(plan.get_absolute_url(), permanent=True)
    points = amendments_of(plan).points()
    numbers = [point.n for point in points]
    if old is None and len(points) > 1:
        old, new = numbers[-2], numbers[-1]
    if old is not None and (old not in numbers or new not in numbers or old >= new):
        raise Http404
    sees_tasks = access.may_see_all_tasks(request.user, plan)
    items = [] if old is None else changes_between(plan, old, new, tasks=sees_tasks)
    context = {
        "plan": plan,
        "points": list(zip(points, [None, *numbers], strict=False)),
        "old": next((p for p in points if p.n == old), None),
        "new": next((p for p in points if p.n == new), None),
        "items": items,
        "sees_tasks": sees_tasks,
    }
    return render(request, "campaigns/changes.html", context)


# --- For those who work on it ---------------------------------------------------------------


def _may_edit(user, plan, amendment):
    return access.may_edit_plan(user, plan) and plan.state == "issued"


def _may_submit(user, plan, amendment):
    return (
        amendment is not None
        and amendment.state == State.OPEN
        and amendment.base_version != plan.version
        and _may_edit(user, plan, amendment)
    )


def _may_publish(user, plan, amendment):
    return _is_submitted(plan, amendment) and access.approves_for(
        user, plan.issuer_id, hands_of_amendment(amendment)
    )


def _may_publish_on_paper(user, plan, amendment):
    return (
        _is_submitted(plan, amendment)
        and _may_edit(user, plan, amendment)
        and not second_people(plan.issuer, hands_of_amendment(amendment))
    )


def _may_send_back(user, plan, amendment):
    return _is_submitted(plan, amendment) and (
        user.pk == amendment.submitted_by_id or access.approves_for(user, plan.issuer_id, set())
    )


def _may_drop(user, plan, amendment):
    return (
        amendment is not None and amendment.state == State.OPEN and _may_edit(user, plan, amendment)
    )


def _is_submitted(plan, amendment):
    return amendment is not None and amendment.state == State.SUBMITTED and plan.state == "issued"


class Step:
    """One step of an amendment on a page of its own; `may(user, plan, amendment or None)`."""

    def __init__(self, slug, transition, may, *, button, title, text, done, tone="", shows=True):
        self.slug, self.transition, self.may = slug, transition, may
        self.button, self.title, self.text, self.done = button, title, text, done
        self.tone, self.shows = tone, shows


STEPS = {
    step.slug: step
    for step in (
        Step(
            "bat-dau",
            None,
            lambda user, plan, amendment: amendment is None and _may_edit(user, plan, amendment),
            button=lazy("Bắt đầu sửa đổi"),
            title=lazy("Sửa đổi kế hoạch đã ban hành?"),
            text=lazy(
                "Từ lúc này mọi chỗ sửa được gom thành một lần sửa đổi. Phần đã sửa có hiệu lực "
                "ngay với các mốc thời gian; trang công khai ghi “đang sửa đổi” và chỉ rõ chỗ "
                "khác, cho đến khi một người khác công bố."
            ),
            done=lazy("Đã mở đợt sửa đổi."),
            shows=False,
        ),
        Step(
            "trinh",
            "submit",
            _may_submit,
            button=lazy("Trình công bố sửa đổi"),
            title=lazy("Trình công bố sửa đổi"),
            text=lazy(
                "Người duyệt xem đúng những thay đổi dưới đây. Nếu có ai sửa thêm sau khi trình, "
                "phải trình lại."
            ),
            done=lazy("Đã trình công bố sửa đổi."),
            tone="main",
        ),
        Step(
            "cong-bo",
            "publish",
            _may_publish,
            button=lazy("Công bố sửa đổi"),
            title=lazy("Công bố sửa đổi"),
            text=lazy(
                "Trang công khai ghi “Sửa đổi lần …” với lý do này; đơn vị có kế hoạch triển khai "
                "và đơn vị được giao nhiệm vụ nhận thông báo."
            ),
            done=lazy("Đã công bố sửa đổi."),
            tone="main",
        ),
        Step(
            "cong-bo-giay",
            "publish",
            _may_publish_on_paper,
            button=lazy("Công bố theo bản giấy"),
            title=lazy("Công bố sửa đổi theo chữ ký trên giấy"),
            text=lazy(
                "Cơ quan không có người duyệt thứ hai trên cổng, nên chữ ký trên giấy thay cho "
                "việc duyệt. Lần sửa đổi được đánh dấu “phê duyệt trên giấy”, cấp trên nhìn thấy."
            ),
            done=lazy("Đã công bố sửa đổi theo bản giấy."),
            tone="main",
        ),
        Step(
            "tra-lai",
            "send_back",
            _may_send_back,
            button=lazy("Trả lại để sửa"),
            title=lazy("Trả lại sửa đổi"),
            text=lazy("Người trình sẽ nhận được lý do này."),
            done=lazy("Đã trả lại kèm lý do."),
        ),
        Step(
            "bo",
            "drop",
            _may_drop,
            button=lazy("Bỏ đợt sửa đổi"),
            title=lazy("Bỏ đợt sửa đổi?"),
            text=lazy("Chỉ bỏ được khi kế hoạch đã giống hệt bản đã công bố."),
            done=lazy("Đã bỏ đợt sửa đổi."),
        ),
    )
}


def steps_for(user, plan, amendment):
    """The Steps `user` may take now."""
    if plan.state != "issued":
        return []
    return [step for step in STEPS.values() if step.may(user, plan, amendment)]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def amendment_step(request, pk, verb):
    """Ask before a step of the amendment, showing what differs, and take it."""
    if verb not in STEPS:
        raise Http404
    chosen = STEPS[verb]
    plan = working_plan(request.user, pk)
    amendment = amendments_of(plan).under_way
    state = amendment.state if amendment else None
    if request.method == "POST" and (
        chosen.transition and (state is None or not LIFECYCLE.allows(chosen.transition, state))
    ):
        # Sent twice, or somebody else was faster: what was wanted is no longer to be done.
        messages.info(request, _("Bước này không còn làm được: đợt sửa đổi vừa đổi trạng thái."))
        return redirect("campaigns:manage", pk)
    if not chosen.may(request.user, plan, amendment):
        raise PermissionDenied
    form = _form(request, chosen, amendment)
    refusal = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        roles = Role.APPROVER if chosen.slug in ("cong-bo", "tra-lai") else access.DRAFTERS
        try:
            with audit.acting_for(acting(request.user, roles, plan.issuer_id).on_behalf_of):
                _run(request.user, chosen, plan, amendment, form, _seen(request))
        except StaleVersion:
            refusal = _("Kế hoạch vừa được sửa thêm và trình lại; hãy xem những thay đổi mới.")
            plan, amendment = working_plan(request.user, pk), amendments_of(plan).under_way
        except Refused as refused:
            refusal = refused.message
            if form is not None:
                add_refusal(form, refused)
        else:
            messages.success(request, chosen.done)
            return redirect("campaigns:manage", pk)
    shown = chosen.shows and amendment is not None
    context = {
        "plan": plan,
        "verb": chosen,
        "form": form,
        "refusal": "" if form and form.errors else refusal,
        "sends_file": form is not None and form.is_multipart(),
        "cancel_url": reverse("campaigns:manage", args=[pk]),
        "amendment": amendment if chosen.slug in ("cong-bo", "cong-bo-giay") else None,
        "seen": amendment.lock_version if amendment else None,
        "shows_changes": shown,
        "items": changes_between(plan, amendment.base_version, plan.version, tasks=True)
        if shown
        else [],
    }
    return render(request, "campaigns/desk/step.html", context)


def _form(request, chosen, amendment):
    data = request.POST if request.method == "POST" else None
    if chosen.slug == "trinh":
        initial = {"amended_on": amendment.amended_on or clock.today(), "reason": amendment.reason}
        if amendment.document_id:
            initial["document"] = [amendment.document]
        return SubmitAmendmentForm(data, user=request.user, initial=initial)
    if chosen.slug == "cong-bo-giay":
        files = request.FILES if data is not None else None
        return PaperApprovalForm(data, files)
    return ReasonForm(data) if chosen.slug == "tra-lai" else None


def _seen(request):
    """The state of the amendment that the page showed; 0 is before every submission."""
    sent = request.POST.get("lock_version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else 0


@transaction.atomic
def _run(user, chosen, plan, amendment, form, seen):
    values = dict(form.cleaned_data) if form else {}
    match chosen.slug:
        case "bat-dau":
            actions.begin_amendment(actor=user, plan=plan)
        case "trinh":
            if isinstance(values["document"], dict):
                values["document"] = official.register_document(actor=user, **values["document"])
            actions.submit_amendment(actor=user, amendment=amendment, **values)
        case "cong-bo":
            # What was shown is what is published.
            actions.publish_amendment(actor=user, amendment=amendment, lock_version=seen)
        case "cong-bo-giay":
            actions.publish_amendment_on_paper(actor=user, amendment=amendment, **values)
        case "tra-lai":
            actions.send_back_amendment(actor=user, amendment=amendment, **values)
        case "bo":
            actions.drop_amendment(actor=user, amendment=amendment)

"""Plans of my agencies: the list, a new one, the page of one, its life cycle."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import actions, queries
from campaigns.actions.plans import LIFECYCLE
from campaigns.forms import IssueForm, NewPlanForm, PlanForm, ReasonForm
from campaigns.forms.filters import DeskPlanFilter
from campaigns.models import Plan
from campaigns.queries import desk
from campaigns.queries.plans import basis_of
from campaigns.rules import access
from campaigns.views._desk import for_office, posted, signed_in, working_plan
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate
from portal.official import actions as official


@for_office
@require_safe
def plans(request):
    """Plans of my agencies and those below that I supervise."""
    found = DeskPlanFilter(request.GET, queryset=desk.working_plans(request.user, clock.today()))
    page = paginate(request, found.qs, per_page=20)
    context = {
        "filter": found,
        "page": page,
        "filtered": any(request.GET.get(name) for name in found.filters),
        "may_create": bool(grants_of(request.user).agency_ids(access.DRAFTERS)),
    }
    return render(request, "campaigns/desk/plans.html", context)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def create(request):
    """A new plan."""
    if not grants_of(request.user).agency_ids(access.DRAFTERS):
        raise PermissionDenied
    form = NewPlanForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                plan = actions.create_plan(
                    actor=request.user,
                    issuer=form.cleaned_data["issuer"],
                    basis=_registered(request.user, form.cleaned_data["basis"]),
                    events=list(form.cleaned_data["events"]),
                    **form.values(),
                )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã tạo kế hoạch. Mời đồng chí thêm mạch và đợt."))
            return redirect("campaigns:manage", plan.pk)
    return render(request, "campaigns/desk/new.html", {"form": form})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """The plan's own text and its document."""
    plan = working_plan(request.user, pk, may=access.may_edit_plan)
    form = PlanForm(posted(request), user=request.user, plan=plan, basis=basis_of(plan))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                actions.edit_plan(
                    actor=request.user,
                    plan=plan,
                    lock_version=form.expected_version,
                    basis=_registered(request.user, form.cleaned_data["basis"]),
                    events=form.chosen_events(),
                    **form.values(),
                )
        except StaleVersion as stale:
            form.mark_stale_plan(stale.current, basis_of(stale.current))
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("campaigns:manage", pk)
    return render(request, "campaigns/desk/edit.html", {"plan": plan, "form": form})


def _registered(actor, basis):
    """OfficialDocuments for what a BasisField gives; new symbols are put into the register."""
    return [
        official.register_document(actor=actor, **entry) if isinstance(entry, dict) else entry
        for entry in basis
    ]


@signed_in
@require_safe
def manage(request, pk):
    """One plan as those see it who work on it: everything, and what may be done."""
    plan = working_plan(request.user, pk)
    user = request.user
    context = {
        "plan": plan,
        "p": queries.plan_page(plan, user=user, day=clock.today()),
        "may_edit": access.may_edit_plan(user, plan),
        "verbs": [verb for verb in VERBS.values() if verb.may(user, plan)],
        "waits": plan.state == Plan.State.SUBMITTED,
    }
    return render(request, "campaigns/desk/manage.html", context)


# --- The life cycle -------------------------------------------------------------------------


class Verb:
    """One step of the life cycle, asked for on a page of its own.

    `may(user, plan)`, `form(plan, data)` or None, `run(actor, plan, form)`.
    """

    def __init__(self, slug, action, may, *, button, title, text, done, form=None, tone=""):
        self.slug, self.action, self.may = slug, action, may
        self.transition = action.__name__.removesuffix("_plan")
        self.button, self.title, self.text, self.done = button, title, text, done
        self.form_class, self.tone = form, tone

    def form(self, plan, data):
        if self.form_class is IssueForm:
            paper = plan.document
            names = ("symbol", "issued_on", "signer", "signer_position")
            return IssueForm(data, initial={n: getattr(paper, n) for n in names})
        return self.form_class(data) if self.form_class else None

    def run(self, actor, plan, form):
        values = form.cleaned_data if form else {}
        self.action(actor=actor, plan=plan, **values)


VERBS = {
    verb.slug: verb
    for verb in (
        Verb(
            "trinh-duyet",
            actions.submit_plan,
            access.may_submit_plan,
            button=lazy("Trình duyệt"),
            title=lazy("Trình duyệt kế hoạch?"),
            text=lazy(
                "Người duyệt của cơ quan sẽ nhận thông báo. Trong lúc chờ duyệt không sửa được; "
                "người duyệt phải là người khác."
            ),
            done=lazy("Đã trình người duyệt."),
            tone="main",
        ),
        Verb(
            "ban-hanh",
            actions.issue_plan,
            access.may_issue_plan,
            button=lazy("Ban hành"),
            title=lazy("Ban hành kế hoạch"),
            text=lazy(
                "Ghi số, ngày và người ký đúng như trên bản giấy. Sau khi ban hành, kế hoạch hiện "
                "trên trang công khai và các đơn vị thấy nhiệm vụ của mình."
            ),
            done=lazy("Đã ban hành kế hoạch."),
            form=IssueForm,
            tone="main",
        ),
        Verb(
            "tra-lai",
            actions.send_back_plan,
            access.may_send_back_plan,
            button=lazy("Trả lại để sửa"),
            title=lazy("Trả lại kế hoạch để sửa"),
            text=lazy("Người trình sẽ nhận được lý do này."),
            done=lazy("Đã trả lại kèm lý do."),
            form=ReasonForm,
        ),
        Verb(
            "ket-thuc",
            actions.close_plan,
            access.may_end_plan,
            button=lazy("Kết thúc kế hoạch"),
            title=lazy("Kết thúc kế hoạch?"),
            text=lazy(
                "Kế hoạch vẫn ở trang công khai, không còn nhắc việc và không nhận thêm tiến độ."
            ),
            done=lazy("Kế hoạch đã kết thúc."),
        ),
        Verb(
            "thu-hoi",
            actions.withdraw_plan,
            access.may_end_plan,
            button=lazy("Thu hồi"),
            title=lazy("Thu hồi kế hoạch"),
            text=lazy("Kế hoạch rời trang công khai và không còn hiệu lực với các đơn vị."),
            done=lazy("Đã thu hồi kế hoạch."),
            form=ReasonForm,
            tone="danger",
        ),
    )
}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def step(request, pk, verb):
    """Ask before a step of the life cycle, and take it."""
    if verb not in VERBS:
        raise Http404
    chosen = VERBS[verb]
    plan = working_plan(request.user, pk)
    if request.method == "POST" and not LIFECYCLE.allows(chosen.transition, plan.state):
        # Sent twice, or somebody else was faster: what was wanted is no longer to be done.
        messages.info(
            request,
            _("Bước này không còn làm được: kế hoạch đang ở trạng thái “%s”.")
            % plan.get_state_display(),
        )
        return redirect("campaigns:manage", pk)
    if not chosen.may(request.user, plan):
        raise PermissionDenied
    form = chosen.form(plan, posted(request))
    refusal = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            chosen.run(request.user, plan, form)
        except Refused as refused:
            refusal = refused.message
            if form is not None:
                form.add_error(None, refusal)
        else:
            messages.success(request, chosen.done)
            return redirect("campaigns:manage", pk)
    context = {
        "plan": plan,
        "verb": chosen,
        "form": form,
        "refusal": "" if form else refusal,
        "cancel_url": reverse("campaigns:manage", args=[pk]),
    }
    return render(request, "campaigns/desk/step.html", context)

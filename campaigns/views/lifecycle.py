"""The life cycle of a plan: one page per step, which asks before it is taken."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from campaigns import actions
from campaigns.actions.plans import LIFECYCLE
from campaigns.forms.plans import IssueForm, PaperIssueForm, ReasonForm, add_refusal
from campaigns.queries.approval import may_issue_on_paper
from campaigns.rules import access
from campaigns.views._desk import signed_in, working_plan
from portal.agencies.models import Role
from portal.agencies.rules import acting
from portal.common import audit
from portal.common.errors import Refused


class Verb:
    """One step of the life cycle, asked for on a page of its own.

    `may(user, plan)`, `form(plan, data)` or None, `run(actor, plan, form)`; `roles` are those by
    which it is done.
    """

    def __init__(
        self,
        slug,
        action,
        may,
        *,
        button,
        title,
        text,
        done,
        form=None,
        tone="",
        roles=Role.APPROVER,
    ):
        self.slug, self.action, self.may = slug, action, may
        self.transition = action.__name__.split("_plan")[0]
        self.button, self.title, self.text, self.done = button, title, text, done
        self.form_class, self.tone, self.roles = form, tone, roles

    def form(self, plan, *sent):
        """The form, unbound or with what was `sent` (data, files); None where nothing is asked."""
        if self.form_class and issubclass(self.form_class, IssueForm):
            paper = plan.document
            names = ("symbol", "issued_on", "signer", "signer_position")
            return self.form_class(*sent, initial={n: getattr(paper, n) for n in names})
        return self.form_class(*sent) if self.form_class else None

    def run(self, actor, plan, form):
        values = form.cleaned_data if form else {}
        with audit.acting_for(acting(actor, self.roles, plan.issuer_id).on_behalf_of):
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
            roles=access.DRAFTERS,
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
            "duyet-giay",
            actions.issue_plan_on_paper,
            may_issue_on_paper,
            button=lazy("Ban hành theo bản giấy"),
            title=lazy("Ban hành theo chữ ký trên bản giấy"),
            text=lazy(
                "Cơ quan không có người duyệt thứ hai trên cổng, nên chữ ký trên bản giấy thay cho "
                "việc duyệt. Kế hoạch được đánh dấu “phê duyệt trên giấy”, cấp trên nhìn thấy; bản "
                "quét được giữ nguyên và là bản ký của kế hoạch."
            ),
            done=lazy("Đã ban hành kế hoạch theo bản giấy."),
            form=PaperIssueForm,
            tone="main",
            roles=access.DRAFTERS,
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
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = chosen.form(plan, *sent)
    refusal = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            chosen.run(request.user, plan, form)
        except Refused as refused:
            refusal = refused.message
            if form is not None:
                add_refusal(form, refused)
        else:
            messages.success(request, chosen.done)
            return redirect("campaigns:manage", pk)
    context = {
        "plan": plan,
        "verb": chosen,
        "form": form,
        "refusal": "" if form else refusal,
        "sends_file": form is not None and form.is_multipart(),
        "cancel_url": reverse("campaigns:manage", args=[pk]),
    }
    return render(request, "campaigns/desk/step.html", context)

"""Plans made from others: templates, plans to copy, the copying itself."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import actions
from campaigns.forms.copying import CopyForm
from campaigns.forms.filters import DeskPlanFilter
from campaigns.queries import templates as queries
from campaigns.rules import access
from campaigns.views._desk import for_office, posted, signed_in, working_plan
from portal.agencies.rules import grants_of
from portal.common.errors import Refused
from portal.common.paging import paginate


def _check_drafter(request):
    if not grants_of(request.user).agency_ids(access.DRAFTERS):
        raise PermissionDenied


@for_office
@require_safe
def templates(request):
    """Templates of my agencies and of those above."""
    _check_drafter(request)
    page = paginate(request, queries.visible_templates(request.user), per_page=20)
    rows = [{"plan": p, "may_edit": access.may_edit_plan(request.user, p)} for p in page]
    return render(request, "campaigns/desk/templates.html", {"page": page, "rows": rows})


@for_office
@require_safe
def sources(request):
    """Plans that may be copied, found by their words."""
    _check_drafter(request)
    found = DeskPlanFilter(request.GET, queryset=queries.copyable_plans(request.user))
    page = paginate(request, found.qs, per_page=20)
    context = {"filter": found, "page": page, "words": request.GET.get("q", "")}
    return render(request, "campaigns/desk/copy_sources.html", context)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request, pk, template=False):
    """A plan, or with `template` a template, made from a plan or a template."""
    source = queries.source_plan(request.user, pk)
    if source is None:
        raise Http404
    _check_drafter(request)
    form = CopyForm(posted(request), user=request.user, source=source, template=template)
    if request.method == "POST" and form.is_valid():
        try:
            plan = actions.copy_plan(
                actor=request.user, source=source, template=template, **form.values()
            )
        except Refused as refused:
            form.add_error("years" if refused.code == "years" else None, refused.message)
        else:
            messages.success(request, _done_words(plan))
            return redirect("campaigns:manage", plan.pk)
    context = {"source": source, "form": form, "template": template}
    return render(request, "campaigns/desk/copy.html", context)


def _done_words(plan):
    if plan.is_template:
        return _("Đã lưu mẫu. Mẫu không ban hành và không hiện công khai.")
    return _("Đã lập kế hoạch. Mời đồng chí xem lại các mốc thời gian.")


@signed_in
@require_POST
def end(request, pk):
    """A template becomes an ordinary draft."""
    plan = working_plan(request.user, pk, may=access.may_edit_plan)
    actions.end_template(actor=request.user, plan=plan)
    messages.success(request, _("Không còn là mẫu; đây là một kế hoạch đang soạn."))
    return redirect("campaigns:manage", pk)

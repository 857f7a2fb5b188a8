"""Plans of my agencies: the list, a new one, the page of one, its life cycle."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import actions, queries
from campaigns.forms import NewPlanForm, PlanForm
from campaigns.forms.filters import DeskPlanFilter
from campaigns.forms.plans import add_refusal
from campaigns.models import Plan
from campaigns.queries import desk
from campaigns.queries.amended import changed_above
from campaigns.queries.amendments import amendments_of
from campaigns.queries.plans import basis_of
from campaigns.rules import access
from campaigns.views._desk import for_office, posted, signed_in, working_plan
from campaigns.views.amendments import steps_for
from campaigns.views.lifecycle import VERBS
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate
from portal.official import actions as official
from portal.official.queries import current_copy


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
                    basis=_registered(
                        request.user, form.cleaned_data["basis"], form.cleaned_data["issuer"]
                    ),
                    events=list(form.cleaned_data["events"]),
                    **form.values(),
                )
        except Refused as refused:
            add_refusal(form, refused)
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
                    basis=_registered(request.user, form.cleaned_data["basis"], plan.issuer),
                    events=form.chosen_events(),
                    **form.values(),
                )
        except StaleVersion as stale:
            form.mark_stale_plan(stale.current, basis_of(stale.current))
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("campaigns:manage", pk)
    return render(request, "campaigns/desk/edit.html", {"plan": plan, "form": form})


def _registered(actor, basis, issuer):
    """OfficialDocuments for what a BasisField gives; new symbols are put into the register."""
    return [
        official.register_document(actor=actor, kept_by=issuer, **entry)
        if isinstance(entry, dict)
        else entry
        for entry in basis
    ]


@signed_in
@require_safe
def manage(request, pk):
    """One plan as those see it who work on it: everything, and what may be done."""
    plan = working_plan(request.user, pk)
    user = request.user
    amendments = amendments_of(plan)
    context = {
        "plan": plan,
        "p": queries.plan_page(plan, user=user, day=clock.today()),
        "may_edit": access.may_edit_plan(user, plan),
        "above_changed": plan.synced_version is not None
        and changed_above().filter(pk=plan.pk).exists(),
        "verbs": [verb for verb in VERBS.values() if verb.may(user, plan)],
        "waits": plan.state == Plan.State.SUBMITTED,
        "copy": current_copy(plan.document),
        "amendments": amendments,
        "amendment_steps": steps_for(user, plan, amendments.under_way),
    }
    return render(request, "campaigns/desk/manage.html", context)

"""A unit makes its plan from its superior's; the superior sees which units have."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import actions
from campaigns.actions.cascade import set_derive_by
from campaigns.board_file import board_xlsx
from campaigns.forms.cascade import BoardFilter, DeriveByForm, DeriveForm
from campaigns.models import Plan
from campaigns.queries import cascade
from campaigns.rules import access
from campaigns.views._desk import PLANS, posted, signed_in, working_plan
from portal.agencies.queries import named_like
from portal.common import clock, sheets
from portal.common.attachments import attachment
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate
from portal.common.scoped import fetch

GET_OR_POST = ["GET", "HEAD", "POST"]


@signed_in
@require_http_methods(GET_OR_POST)
def derive(request, pk):
    """Lập kế hoạch triển khai: what to bring along from the superior's plan, then the editor."""
    above = fetch(PLANS, user=request.user, see=access.may_see_plan, pk=pk)
    units = list(cascade.deriving_units(request.user, above))
    if not units:
        if access.may_create_plan(request.user, above.issuer_id):
            messages.info(request, _("Đây là kế hoạch của chính cơ quan."))
            return redirect("campaigns:manage", pk)
        raise PermissionDenied
    own = cascade.own_plans(above, [unit.pk for unit in units])
    open_units = [unit for unit in units if unit.pk not in own]
    in_force = above.state == Plan.State.ISSUED
    form = None
    if open_units and in_force:
        form = DeriveForm(posted(request), plan=above, units=open_units)
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            plan = actions.derive_plan(actor=request.user, above=above, **form.values())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(
                request, _("Đã lập kế hoạch. Mời đồng chí bổ sung phần của đơn vị rồi trình duyệt.")
            )
            return redirect("campaigns:manage", plan.pk)
    elif form is None and request.method == "POST":
        # Somebody of the unit was faster, or the superior ended the plan meanwhile.
        messages.info(request, _("Kế hoạch chưa được lập thêm; xem tình trạng dưới đây."))
    context = {
        "plan": above,
        "form": form,
        "in_force": in_force,
        "own": [(unit, own[unit.pk]) for unit in units if unit.pk in own],
        "one_unit": open_units[0] if len(open_units) == 1 else None,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "campaigns/desk/derive.html", context, status=status)


def _units(request, plan):
    """(BoardFilter, units with their plans that it lets through, before the state is filtered)."""
    form = BoardFilter(request.GET)
    form.is_valid()
    units = cascade.expected_units(plan, form.value("pham_vi"))
    if form.value("loai"):
        units = units.filter(kind=form.value("loai"))
    if form.value("cap"):
        units = units.filter(level=form.value("cap"))
    if form.value("tim"):
        units = named_like(units, form.value("tim"))
    return form, cascade.with_plans(units.select_related("level"), plan)


def _in_state(units, state):
    if state == "chua-ban-hanh":
        return units.exclude(own_state=cascade.ISSUED)
    return units.filter(own_state=state) if state else units


@signed_in
@require_http_methods(GET_OR_POST)
def board(request, pk):
    """Triển khai ở đơn vị: which units have issued their plan; POST sets the day for it."""
    may = access.may_edit_plan if request.method == "POST" else None
    plan = working_plan(request.user, pk, may=may)
    by_form = DeriveByForm(
        posted(request),
        initial={"derive_by": plan.derive_by, "lock_version": plan.lock_version},
    )
    if request.method == "POST" and by_form.is_valid():
        try:
            set_derive_by(
                actor=request.user,
                plan=plan,
                on=by_form.cleaned_data["derive_by"],
                lock_version=by_form.expected_version,
            )
        except StaleVersion as stale:
            by_form.mark_stale(stale.current)
        except Refused as refused:
            by_form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lưu hạn ban hành kế hoạch triển khai."))
            return redirect("campaigns:cascade_board", pk)
    day = clock.today()
    form, units = _units(request, plan)
    shown = _in_state(units, form.value("tinh_trang"))
    page = paginate(request, shown, per_page=50)
    plans = cascade.plans_of(page.items)
    late = cascade.is_late(plan, day)
    context = {
        "plan": plan,
        "form": form,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "numbers": cascade.board(plan, units, day),
        "page": page,
        "rows": [(unit, plans.get(unit.pk)) for unit in page],
        "is_late": late,
        "by_form": by_form,
        "may_edit": access.may_edit_plan(request.user, plan),
        "query": request.GET.urlencode(),
    }
    return render(request, "campaigns/desk/board.html", context)


@signed_in
@require_safe
def board_file(request, pk):
    """The board as XLSX, all units of the filter on one sheet."""
    plan = working_plan(request.user, pk)
    form, units = _units(request, plan)
    units = list(_in_state(units, form.value("tinh_trang")))
    day = clock.today()
    data = board_xlsx(plan, units, cascade.plans_of(units), cascade.is_late(plan, day), day)
    name = f"trien-khai-{plan.slug}-{day:%Y-%m-%d}.xlsx"
    return attachment(data, name, sheets.XLSX)


def may_derive(request, plan):
    """The address of "Lập kế hoạch triển khai" for this reader, or ""."""
    user = request.user
    if not user.is_authenticated or plan.state != Plan.State.ISSUED:
        return ""
    units = cascade.deriving_units(user, plan)
    if not units.exclude(pk__in=list(cascade.own_plans(plan, units))).exists():
        return ""
    return reverse("campaigns:derive", args=[plan.pk])

"""How a plan reminds, and the call to its units that are behind."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import actions, notify
from campaigns.forms.reminders import CallForm, NoticeRulesForm
from campaigns.models import Plan
from campaigns.queries import late
from campaigns.queries.reminders import upcoming_notices
from campaigns.rules import access
from campaigns.views._desk import posted, signed_in, working_plan
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate
from portal.notices.letters import site_url


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request, pk):
    """The rules of a plan and what will be sent next."""
    may = access.may_edit_plan if request.method == "POST" else None
    plan = working_plan(request.user, pk, may=may)
    form = NoticeRulesForm(posted(request), plan=plan, rules=notify.rules_of([pk])[pk])
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                changed = actions.set_notice_rules(
                    actor=request.user,
                    plan=plan,
                    rules=form.rules(),
                    lock_version=form.expected_version,
                )
            except StaleVersion as stale:
                form.mark_stale_rules(stale.current, notify.rules_of([pk])[pk])
            except Refused as refused:
                form.add_error(None, refused.message)
            else:
                if changed:
                    messages.success(request, _("Đã lưu cách nhắc. Các lần nhắc đã lập lại."))
                else:
                    messages.info(request, _("Cách nhắc không thay đổi."))
                return redirect("campaigns:notice_rules", pk)
        status = 422
    upcoming, count = upcoming_notices(plan)
    context = {
        "plan": plan,
        "form": form,
        "may_edit": access.may_edit_plan(request.user, plan),
        "upcoming": upcoming,
        "more": count - len(upcoming),
    }
    return render(request, "campaigns/desk/notice_rules.html", context, status=status)


# --- Nhắc đơn vị chậm -----------------------------------------------------------------------


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def call(request, pk):
    """Whom the call would reach and in which words; POST sends it, at most once a day."""
    plan = working_plan(request.user, pk, may=access.may_edit_plan)
    now = clock.now()
    day = clock.today(now)
    units = late.late_units(plan, now, day)
    wanted = [r for r in request.GET.getlist("vi_sao") if r in late.REASONS] or late.REASONS
    form = CallForm(
        posted(request), units=units, initial={"vi_sao": list(wanted), "text": _words(plan)}
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                row = actions.remind_late_units(
                    actor=request.user,
                    plan=plan,
                    text=form.cleaned_data["text"],
                    reasons=form.cleaned_data["vi_sao"],
                    leave_out={int(pk_) for pk_ in form.cleaned_data["bo"]},
                )
            except Refused as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(
                    request,
                    _("Đã nhắc %(units)d đơn vị, %(people)d người.")
                    % {"units": len(row.agencies), "people": row.people},
                )
                return redirect("campaigns:call_late", pk)
        status = 422
        wanted = form.data.getlist("vi_sao")
    chosen = [unit.narrowed(wanted) for unit in units if unit.reasons & set(wanted)]
    last = plan.late_reminders.select_related("made_by").first()
    context = {
        "plan": plan,
        "form": form,
        "units": chosen,
        "left_out": form.data.getlist("bo") if form.is_bound else [],
        "people": late.people_called(chosen, day) if chosen else 0,
        "last": last,
        "called_today": last is not None and last.on == day,
        "copy": _to_copy(plan),
        "signed": _committee(plan),
    }
    return render(request, "campaigns/desk/call_late.html", context, status=status)


@signed_in
@require_safe
def call_list(request, pk):
    """Numbers to telephone: for the staff whose duty it is, and every look is logged."""
    plan = working_plan(request.user, pk, may=access.may_edit_plan)
    now = clock.now()
    day = clock.today(now)
    page = paginate(request, late.late_units(plan, now, day), per_page=100)
    actions.note_look_at_phones(actor=request.user, plan=plan, units=len(page))
    context = {"plan": plan, "page": page, "rows": late.phones(list(page), day), "day": day}
    return render(request, "campaigns/desk/call_list.html", context)


@require_safe
def short(request, pk):
    """The short address of a plan, for messages; public plans only."""
    plan = get_object_or_404(Plan, pk=pk, state__in=access.PUBLIC, is_template=False)
    return redirect(plan.get_absolute_url())


def _committee(plan):
    return plan.issuer.committee_name or plan.issuer.name


def _words(plan):
    return _(
        "Đề nghị đơn vị khẩn trương hoàn thành những việc đã quá hạn theo kế hoạch %(plan)s; có "
        "khó khăn, vướng mắc thì báo cáo ngay."
    ) % {"plan": plan.document.symbol or plan.title}


def _to_copy(plan):
    """A message for the units' group elsewhere: no unit is named, each looks at its own."""
    address = site_url(reverse("campaigns:short_plan", args=[plan.pk]))
    return "\n".join(
        [
            _("Kính gửi các đơn vị,"),
            _(
                "Một số đơn vị còn việc quá hạn theo kế hoạch %(plan)s. Đề nghị đăng nhập cổng, "
                "xem việc của đơn vị mình và cập nhật kết quả."
            )
            % {"plan": plan.document.symbol or plan.title},
            address,
            f"TM. {_committee(plan)}",
        ]
    )

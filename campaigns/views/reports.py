"""The reports of a unit: its list, one report, corrections afterwards; and sending one back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import actions
from campaigns.actions.reports import FigureErrors
from campaigns.forms.reports import CorrectionForm, ReportForm, ReturnForm
from campaigns.models import UnitReport
from campaigns.queries import reports as queries
from campaigns.rules import access, report_access
from campaigns.views._desk import posted, signed_in
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate
from portal.common.scoped import fetch


@signed_in
@require_safe
def mine(request):
    """Báo cáo của đơn vị: what my units have to report, open ones first."""
    user, now = request.user, clock.now()
    own = access.own_agency_ids(user)
    if not own:
        raise PermissionDenied
    page = paginate(request, queries.my_reports(user, now), per_page=30)
    context = {"page": page, "many_units": len(own) > 1, "now": now}
    return render(request, "campaigns/reports/mine.html", context)


def report_for(request, pk, may=None):
    """The report for those who may see it; 404 for all others."""
    return fetch(
        queries.REPORTS.prefetch_related(
            "values", "corrections__made_by", "corrections__indicator"
        ),
        user=request.user,
        see=report_access.may_see_report,
        may=may,
        pk=pk,
    )


def lines_now(report):
    """The Lines of a report as they stand: frozen, or brought up to date."""
    indicators = queries.indicators_of(report.period.series_id)
    live = None
    if report.state != UnitReport.State.CONFIRMED:
        live = queries.live_figures(report, indicators)
    lines = queries.lines_of(report, indicators, live=live)
    changed = {c.indicator_id for c in report.corrections.all() if c.indicator_id}
    for line in lines:
        line.corrected_later = line.indicator.pk in changed
    return lines


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def report(request, pk):
    """One report; POST keeps it, with `xac-nhan` it is confirmed."""
    may = report_access.may_write_report if request.method == "POST" else None
    row = report_for(request, pk)
    confirm = "xac-nhan" in request.POST
    if may is not None:
        if row.state == UnitReport.State.CONFIRMED and report_access.may_confirm_report(
            request.user, row
        ):
            messages.error(request, _("Báo cáo đã được xác nhận trong lúc đồng chí soạn."))
            return redirect("campaigns:report", pk)
        if not may(request.user, row):
            raise PermissionDenied
        if confirm and not report_access.may_confirm_report(request.user, row):
            raise PermissionDenied
    lines = lines_now(row)
    form = None
    if report_access.may_write_report(request.user, row):
        form = ReportForm(posted(request), report=row, lines=lines)
    status = 200
    if request.method == "POST":
        done = _saved(request, row, form, confirm)
        if done is not None:
            return done
        status = 422
    return render(
        request, "campaigns/reports/report.html", _context(request, row, lines, form), status=status
    )


def _saved(request, row, form, confirm):
    if not form.is_valid():
        return None
    data = form.cleaned_data
    try:
        actions.save_report(
            actor=request.user,
            report=row,
            figures=form.figures(),
            results=data["results"],
            limits=data["limits"],
            proposals=data["proposals"],
            takes_below=data["takes_below"],
            confirm=confirm,
            lock_version=form.expected_version,
        )
    except StaleVersion as stale:
        form.mark_stale_report(stale.current)
    except FigureErrors as errors:
        form.add_figure_errors(errors.fields)
    except Refused as refused:
        form.add_error(None, refused.message)
    else:
        text = _("Đã xác nhận và gửi báo cáo.") if confirm else _("Đã lưu bản nháp.")
        messages.success(request, text)
        return redirect("campaigns:report", row.pk)
    return None


def _context(request, row, lines, form):
    user = request.user
    return {
        "report": row,
        "period": row.period,
        "series": row.period.series,
        "plan": row.period.series.plan,
        "lines": lines,
        "form": form,
        "has_below": any(line.below for line in lines) or not row.takes_below,
        "has_within": any(line.within for line in lines),
        "late": row.state != UnitReport.State.CONFIRMED and row.period.deadline_at <= clock.now(),
        "early": clock.today() < row.period.last_on,
        "may_confirm": report_access.may_confirm_report(user, row),
        "may_enter": report_access.may_enter_file(user, row),
        "may_return": report_access.may_return_report(user, row),
        "follows": report_access.may_follow_reports(user, row.period.series.plan),
        "has_own_list": bool(access.own_agency_ids(user)),
        "corrections": row.corrections.all(),
    }


@signed_in
@require_safe
def below(request, pk):
    """What stands behind "Cấp dưới" and "Đơn vị trực thuộc": every unit with figures and words."""
    row = report_for(request, pk)
    indicators = queries.indicators_of(row.period.series_id)
    rows = queries.figures_below(row, indicators)
    context = {
        "report": row,
        "period": row.period,
        "plan": row.period.series.plan,
        "indicators": indicators,
        "rows": rows,
        "follows": report_access.may_follow_reports(request.user, row.period.series.plan),
        "said": [
            (
                UnitReport._meta.get_field(name).verbose_name,
                [(r.agency, getattr(r, name)) for r, _figures, _source in rows if getattr(r, name)],
            )
            for name in ("results", "limits", "proposals")
        ],
    }
    return render(request, "campaigns/reports/below.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request, pk):
    """Change a confirmed report; every change stays visible with its reason."""
    row = report_for(request, pk, may=report_access.may_confirm_report)
    if row.state != UnitReport.State.CONFIRMED:
        return redirect("campaigns:report", pk)
    form = CorrectionForm(posted(request), report=row, lines=lines_now(row))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.correct_report(
                    actor=request.user,
                    report=row,
                    reason=form.cleaned_data["reason"],
                    figures=form.figures(),
                    texts=form.texts(),
                    lock_version=form.expected_version,
                )
            except StaleVersion as stale:
                stored = {f"so_{v.indicator_id}": v.value for v in stale.current.values.all()}
                form.mark_stale(stale.current, values=stored)
            except FigureErrors as errors:
                for pk_, sentence in errors.fields.items():
                    form.add_error(f"so_{pk_}", sentence)
            except Refused as refused:
                form.add_error("reason" if refused.code == "missing" else None, refused.message)
            else:
                messages.success(request, _("Đã sửa báo cáo; chỗ sửa được ghi lại kèm lý do."))
                return redirect("campaigns:report", pk)
    context = {"report": row, "period": row.period, "form": form}
    return render(request, "campaigns/reports/correct.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request, pk):
    """The superior sends a confirmed report back with a reason."""
    row = report_for(request, pk, may=report_access.may_return_report)
    form = ReturnForm(posted(request), initial={"lock_version": row.lock_version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.return_report(
                    actor=request.user,
                    report=row,
                    note=form.cleaned_data["note"],
                    lock_version=form.cleaned_data["lock_version"],
                )
            except StaleVersion as stale:
                messages.error(request, _("Đơn vị vừa sửa báo cáo; hãy xem lại rồi quyết định."))
                return redirect("campaigns:report", stale.current.pk)
            except Refused as refused:
                form.add_error("note" if refused.code == "missing" else None, refused.message)
            else:
                messages.success(request, _("Đã trả lại báo cáo; đơn vị được báo ngay."))
                return redirect("campaigns:period", row.period_id)
    context = {"report": row, "period": row.period, "form": form}
    return render(request, "campaigns/reports/return.html", context, status=status)

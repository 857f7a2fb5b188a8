"""Reporting series and periods of a plan: who has reported, what it adds up to."""

import datetime as dt

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import actions
from campaigns.forms.reports import DeadlineForm, PeriodForm, ReportFilterForm, SeriesForm
from campaigns.models import Indicator, Period, ReportSeries, UnitReport
from campaigns.queries import reports as queries
from campaigns.queries import rollup
from campaigns.rules import report_access
from campaigns.views._desk import posted, signed_in, working_plan
from portal.agencies.forms.selection import UnitSelectionForm
from portal.agencies.models import Agency
from portal.agencies.queries import named_like
from portal.common import clock, display
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate
from portal.common.scoped import fetch

State = UnitReport.State
PERIODS = Period.objects.select_related(
    "series__plan__document", "series__plan__issuer__node", "series__plan__issuer__parent"
)
#: Which field of the form a refusal belongs to.
_FIELDS = {
    "cutoff_weekday": "cutoff_weekday",
    "cutoff_day": "cutoff_day",
    "days": "ends_on",
    "starts_on": "starts_on",
    "no_indicators": "indicators",
    "kind": "kind",
    "overlap": "first_on",
    "deadline": "due_on",
}


@signed_in
@require_safe
def of_plan(request, pk):
    """The series of a plan and the periods that have begun, with how many units have reported."""
    plan = working_plan(request.user, pk)
    now = clock.now()
    page = paginate(request, queries.begun_periods(plan, clock.today(now)), per_page=20)
    counts = queries.counts_of([period.pk for period in page], now)
    context = {
        "plan": plan,
        "all_series": list(queries.series_of(plan)),
        "page": page,
        "rows": [(period, counts[period.pk]) for period in page],
        "may_run": report_access.may_run_series(request.user, plan),
        "now": now,
    }
    return render(request, "campaigns/reports/plan.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_series(request, pk):
    """Ask the units of a plan for reports."""
    plan = working_plan(request.user, pk, may=report_access.may_run_series)
    return _series_page(request, plan, None)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit_series(request, pk, series):
    """Change what is asked."""
    plan = working_plan(request.user, pk, may=report_access.may_run_series)
    return _series_page(request, plan, _series(plan, series))


def _series(plan, pk):
    return get_object_or_404(
        ReportSeries.objects.select_related("plan").prefetch_related("series_indicators"),
        plan=plan,
        pk=pk,
    )


def _series_page(request, plan, series):
    form = SeriesForm(posted(request), series=series)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if series is None:
                    actions.create_series(actor=request.user, plan=plan, **form.values())
                else:
                    units = None if series.all_units else list(series.units.all())
                    actions.edit_series(
                        actor=request.user,
                        series=series,
                        units=units,
                        lock_version=form.expected_version,
                        **form.values(),
                    )
            except StaleVersion as stale:
                form.mark_stale(stale.current)
            except Refused as refused:
                form.add_error(_FIELDS.get(refused.code), refused.message)
            else:
                messages.success(request, _("Đã lưu chế độ báo cáo; các kỳ đã được lập."))
                return redirect("campaigns:plan_reports", plan.pk)
    context = {
        "plan": plan,
        "series": series,
        "form": form,
        "scope": queries.scope(series).count() if series else None,
    }
    return render(request, "campaigns/reports/series.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def units(request, pk, series):
    """Who reports: units chosen by kind, level, subtree, with exceptions."""
    plan = working_plan(request.user, pk, may=report_access.may_run_series)
    row = _series(plan, series)
    form = UnitSelectionForm(posted(request), root=plan.issuer)
    if form.confirmed:
        try:
            actions.set_units(actor=request.user, series=row, units=form.units())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("%d đơn vị báo cáo từ nay.") % form.count)
            return redirect("campaigns:plan_reports", pk)
    context = {
        "plan": plan,
        "series": row,
        "form": form,
        "now_reporting": queries.scope(row).count(),
    }
    return render(request, "campaigns/reports/units.html", context)


@signed_in
@require_POST
def everybody(request, pk, series):
    """All units that hold a task of the plan report again."""
    plan = working_plan(request.user, pk, may=report_access.may_run_series)
    try:
        actions.set_units(actor=request.user, series=_series(plan, series), units=None)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Mọi đơn vị được giao nhiệm vụ đều báo cáo."))
    return redirect("campaigns:plan_reports", pk)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, pk, series):
    """Ask no more from the next period on; POST does it."""
    plan = working_plan(request.user, pk, may=report_access.may_run_series)
    row = _series(plan, series)
    if request.method == "POST":
        actions.stop_series(actor=request.user, series=row)
        messages.success(request, _("Đã dừng; các kỳ chưa bắt đầu được bỏ."))
        return redirect("campaigns:plan_reports", plan.pk)
    return render(request, "campaigns/reports/stop.html", {"plan": plan, "series": row})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_period(request, pk, series):
    """A period by hand."""
    plan = working_plan(request.user, pk, may=report_access.may_run_series)
    row = _series(plan, series)
    form = PeriodForm(posted(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                made = actions.add_period(
                    actor=request.user,
                    series=row,
                    first_on=data["first_on"],
                    last_on=data["last_on"],
                    deadline_at=form.deadline_at(),
                    title=data["title"],
                )
            except Refused as refused:
                field = "last_on" if refused.code == "days" else _FIELDS.get(refused.code)
                form.add_error(field, refused.message)
            else:
                messages.success(request, _("Đã lập kỳ báo cáo."))
                return redirect("campaigns:period", made.pk)
    context = {"plan": plan, "series": row, "form": form}
    return render(request, "campaigns/reports/new_period.html", context, status=status)


def one_period(user, pk, may=None):
    """The period for those who follow its plan; 404 for all others."""
    return fetch(
        PERIODS,
        user=user,
        see=lambda user, row: report_access.may_follow_reports(user, row.series.plan),
        may=may and (lambda user, row: may(user, row.series.plan)),
        pk=pk,
    )


@signed_in
@require_safe
def period(request, pk):
    """Every unit of a period with its state; "Chưa báo cáo" with telephone numbers."""
    row = one_period(request.user, pk)
    now = clock.now()
    form = ReportFilterForm(request.GET)
    reports = queries.of_period(row, now)
    wanted = words = ""
    if form.is_valid():
        wanted, words = form.cleaned_data["trang_thai"], form.cleaned_data["tim"]
    if wanted == "chua":
        reports = reports.exclude(state=State.CONFIRMED)
    elif wanted == "sua":
        reports = reports.filter(corrected__gt=0)
    elif wanted:
        reports = reports.filter(state=wanted)
    if words:
        reports = reports.filter(agency__in=named_like(Agency.objects, words).values("pk"))
    counts = queries.counts_of([row.pk], now)[row.pk]
    context = {
        "period": row,
        "series": row.series,
        "plan": row.series.plan,
        "counts": counts,
        "missing": counts["all"] - counts[State.CONFIRMED],
        "page": paginate(request, reports, per_page=50),
        "filter": form,
        "wanted": wanted,
        "filtered": bool(wanted or words),
        "passed": row.deadline_at <= now,
        "begun": row.first_on <= clock.today(now),
        "may_run": report_access.may_run_series(request.user, row.series.plan),
    }
    return render(request, "campaigns/reports/period.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def deadline(request, pk):
    """Give one period another deadline."""
    row = one_period(request.user, pk, may=report_access.may_run_series)
    local = clock.local(row.deadline_at)
    initial = {"due_on": local.date(), "due_hour": local.hour}
    if local.hour == 0:
        day = clock.today(row.deadline_at - dt.timedelta(seconds=1))
        initial = {"due_on": day, "due_hour": 24}
    form = DeadlineForm(posted(request), initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.set_deadline(actor=request.user, period=row, deadline_at=form.deadline_at())
            except Refused as refused:
                form.add_error(_FIELDS.get(refused.code), refused.message)
            else:
                messages.success(request, _("Đã đổi hạn gửi."))
                return redirect("campaigns:period", pk)
    context = {"period": row, "plan": row.series.plan, "form": form}
    return render(request, "campaigns/reports/deadline.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, pk):
    """Take back a period in which no unit has written."""
    row = one_period(request.user, pk, may=report_access.may_run_series)
    plan = row.series.plan
    if request.method == "POST":
        try:
            actions.remove_period(actor=request.user, period=row)
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("campaigns:period", pk)
        messages.success(request, _("Đã xóa kỳ báo cáo."))
        return redirect("campaigns:plan_reports", plan.pk)
    context = {"period": row, "plan": plan, "days": display.date_range(row.first_on, row.last_on)}
    return render(request, "campaigns/reports/remove_period.html", context)


@signed_in
@require_safe
def sums(request, pk):
    """The roll-up: every indicator over all units, declared beside counted, and what they said."""
    row = one_period(request.user, pk)
    now = clock.now()
    counts = queries.counts_of([row.pk], now)[row.pk]
    context = {
        "period": row,
        "series": row.series,
        "plan": row.series.plan,
        "counts": counts,
        "missing": counts["all"] - counts[State.CONFIRMED],
        "lines": rollup.sums(row),
        "said": [
            (UnitReport._meta.get_field(name).verbose_name, texts)
            for name, texts in rollup.said(row).items()
        ],
    }
    context["has_below"] = any(line.below for line in context["lines"])
    return render(request, "campaigns/reports/sums.html", context)


@signed_in
@require_safe
def traced(request, pk, indicator):
    """The units behind one sum."""
    row = one_period(request.user, pk)
    found = get_object_or_404(Indicator, slug=indicator)
    asked = {i.pk for i in queries.indicators_of(row.series_id)}
    if found.pk not in asked:
        raise Http404
    values = rollup.traced(row, found)
    context = {
        "period": row,
        "plan": row.series.plan,
        "indicator": found,
        "line": next(line for line in rollup.sums(row) if line.indicator.pk == found.pk),
        "page": paginate(request, values, per_page=100),
    }
    return render(request, "campaigns/reports/traced.html", context)

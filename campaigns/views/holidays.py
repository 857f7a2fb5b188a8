"""The calendar of holidays and swapped days, by year."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import actions
from campaigns.forms.calendar import YEARS, CalendarDayForm, ProposalsForm, YearForm
from campaigns.models import CalendarDay
from campaigns.rules import access, holidays
from campaigns.views._desk import for_office, posted
from portal.common import clock
from portal.common.errors import Refused

GET_OR_POST = ["GET", "HEAD", "POST"]


def _year(request):
    form = YearForm(request.GET)
    return form.cleaned_data["nam"] if form.is_valid() else clock.today().year


def _home(year):
    return f"{reverse('campaigns:holidays')}?nam={year}"


def _keeper(request):
    if not access.may_keep_calendar(request.user):
        raise PermissionDenied


@for_office
@require_safe
def index(request):
    """The days of one year that are not ordinary."""
    year = _year(request)
    days = list(CalendarDay.objects.filter(on__year=year))
    have = {day.on for day in days}
    missing = [p for p in holidays.proposals(year) if p.on not in have]
    context = {
        "year": year,
        "year_text": str(year),
        "days": days,
        "missing": len(missing),
        "uncertain": sum(day.uncertain for day in days),
        "before": year - 1 if year > YEARS[0] else None,
        "after": year + 1 if year < YEARS[1] else None,
        "may_keep": access.may_keep_calendar(request.user),
    }
    return render(request, "campaigns/calendar/holidays.html", context)


@for_office
@require_http_methods(GET_OR_POST)
def propose(request):
    """What the law and the moon give for a year and the calendar does not have yet."""
    _keeper(request)
    year = _year(request)
    have = set(CalendarDay.objects.filter(on__year=year).values_list("on", flat=True))
    missing = [p for p in holidays.proposals(year) if p.on not in have]
    form = ProposalsForm(posted(request), proposals=missing)
    if request.method == "POST" and form.is_valid():
        made, _changed = actions.set_calendar(actor=request.user, days=form.chosen())
        messages.success(request, _("Đã thêm %d ngày vào lịch năm %d.") % (made, year))
        return redirect(_home(year))
    chosen = set(request.POST.getlist("days")) if form.is_bound else set(form.by_day)
    rows = [
        {"proposal": p, "key": p.on.isoformat(), "checked": p.on.isoformat() in chosen}
        for p in missing
    ]
    context = {"year": year, "form": form, "rows": rows}
    status = 422 if form.is_bound else 200
    return render(request, "campaigns/calendar/propose.html", context, status=status)


@for_office
@require_http_methods(GET_OR_POST)
def day(request, on=None):
    """Add a day, or change one; its date is what names it."""
    _keeper(request)
    row = get_object_or_404(CalendarDay, on=_date(on)) if on else None
    initial = (
        {"on": row.on, "kind": row.kind, "name": row.name, "uncertain": row.uncertain}
        if row
        else {"kind": CalendarDay.Kind.HOLIDAY}
    )
    form = CalendarDayForm(posted(request), initial=initial)
    if row:
        form.fields["on"].disabled = True
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        when = values.pop("on")
        if row is None and CalendarDay.objects.filter(on=when).exists():
            form.add_error("on", _("Ngày này đã có trong lịch; hãy sửa ở danh sách."))
        else:
            actions.set_calendar(actor=request.user, days={when: values})
            messages.success(
                request, _("Đã lưu lịch nghỉ; các mốc tính theo ngày làm việc đổi theo.")
            )
            return redirect(_home(when.year))
    context = {"form": form, "row": row, "year": row.on.year if row else _year(request)}
    status = 422 if form.is_bound else 200
    return render(request, "campaigns/calendar/holiday.html", context, status=status)


@for_office
@require_POST
def remove(request, on):
    """Make a day ordinary again."""
    _keeper(request)
    when = _date(on)
    try:
        actions.remove_calendar_day(actor=request.user, on=when)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã bỏ ngày %s khỏi lịch.") % f"{when:%d/%m/%Y}")
    return redirect(_home(when.year))


def _date(text):
    """The date of an address; the pattern of the address lets only dates through."""
    return dt.date.fromisoformat(text)

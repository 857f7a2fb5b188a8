"""Recurring days: the list with what comes next, making and changing one, plans that mark one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import actions
from campaigns.forms.calendar import CommemorationForm, MarkForm
from campaigns.models import Commemoration, Event
from campaigns.queries import commemorations as queries
from campaigns.rules import access
from campaigns.views._desk import for_office, posted
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate

GET_OR_POST = ["GET", "HEAD", "POST"]
_FIELDS = {"day": "day", "origin": "origin_year", "missing": "name", "long": "name"}


@for_office
@require_safe
def index(request):
    """Every recurring day with its next date and anniversary, the nearest first."""
    words, round_only = request.GET.get("q", "").strip()[:80], bool(request.GET.get("nam_tron"))
    inactive = bool(request.GET.get("ngung"))
    today = clock.today()
    rows = queries.commemorations(today, words=words, stands_out=round_only, inactive=inactive)
    user = request.user
    keeps = access.may_keep_calendar(user)
    page = paginate(request, rows, per_page=40)
    for item in page:
        host = item.row.host
        item.may_edit = keeps if host is None else access.may_create_event(user, host)
    context = {
        "page": page,
        "words": words,
        "round_only": round_only,
        "inactive": inactive,
        "filtered": bool(words or round_only or inactive),
        "may_create": access.may_create_commemoration(user),
        "today": today,
    }
    return render(request, "campaigns/calendar/commemorations.html", context)


@for_office
@require_http_methods(GET_OR_POST)
def create(request):
    """A new recurring day."""
    if not access.may_create_commemoration(request.user):
        raise PermissionDenied
    form = CommemorationForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        _check(request.user, form.cleaned_data["host"])
        try:
            row = actions.create_commemoration(actor=request.user, **form.values())
        except Refused as refused:
            form.add_error(_FIELDS.get(refused.code), refused.message)
        else:
            messages.success(request, _("Đã thêm ngày kỷ niệm và tạo sự kiện cho hai năm tới."))
            return redirect("campaigns:edit_commemoration", row.pk)
    return _page(request, form, None)


@for_office
@require_http_methods(GET_OR_POST)
def edit(request, pk):
    """A recurring day and its occurrences to come."""
    row = get_object_or_404(Commemoration.objects.select_related("host"), pk=pk)
    _check(request.user, row.host)
    form = CommemorationForm(posted(request), user=request.user, instance=row)
    if request.method == "POST" and form.is_valid():
        _check(request.user, form.cleaned_data["host"])
        try:
            actions.update_commemoration(
                actor=request.user,
                commemoration=row,
                lock_version=form.expected_version,
                **form.values(),
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error(_FIELDS.get(refused.code), refused.message)
        else:
            messages.success(request, _("Đã lưu; các sự kiện sắp tới đổi theo."))
            return redirect("campaigns:edit_commemoration", pk)
    return _page(request, form, row)


def _page(request, form, row):
    today = clock.today()
    coming = queries.coming(today).filter(commemoration=row) if row else ()
    context = {"form": form, "row": row, "coming": [queries.occurrence(e) for e in coming]}
    status = 422 if form.is_bound else 200
    return render(request, "campaigns/calendar/commemoration.html", context, status=status)


def _check(user, host):
    if not access.may_edit_commemoration(user, host):
        raise PermissionDenied


@for_office
@require_POST
def generate(request):
    """Make what is missing of the coming two years; the same as beat does each night."""
    if not access.may_keep_calendar(request.user):
        raise PermissionDenied
    done = actions.generate_occurrences(actor=request.user)
    made = len(done.made)
    if made:
        text = ngettext("Đã tạo %d sự kiện.", "Đã tạo %d sự kiện.", made) % made
        messages.success(request, text)
    else:
        messages.info(request, _("Sự kiện của hai năm tới đã đủ, không có gì phải tạo thêm."))
    return redirect("campaigns:commemorations")


@for_office
@require_http_methods(GET_OR_POST)
def mark(request, pk):
    """Put an event among those that one of my plans marks."""
    event = get_object_or_404(Event.objects.select_related("host"), pk=pk)
    form = MarkForm(posted(request), user=request.user, event=event)
    if request.method == "POST" and form.is_valid():
        plan = form.cleaned_data["plan"]
        links = plan.plan_events.select_related("event").order_by("position", "id")
        events = [(link.event, link.observed_on) for link in links]
        try:
            actions.edit_plan(actor=request.user, plan=plan, events=[*events, (event, None)])
        except Refused as refused:
            form.add_error("plan", refused.message)
        else:
            messages.success(request, _("Đã gắn vào kế hoạch."))
            return redirect("campaigns:manage", plan.pk)
    context = {
        "event": event,
        "form": form,
        "plans": list(event.plans.select_related("document").order_by("-id")[:20]),
    }
    status = 422 if form.is_bound else 200
    return render(request, "campaigns/calendar/mark.html", context, status=status)

"""The congress calendar: for readers by month, for staff as a list in which days are entered."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import actions
from campaigns.actions.congresses import CongressDates
from campaigns.forms.congresses import (
    CalendarFilterForm,
    CongressDatesForm,
    DeskFilterForm,
    WindowForm,
)
from campaigns.models import CongressWindow, Event
from campaigns.queries import congresses as queries
from campaigns.rules import access
from campaigns.views._desk import for_office, posted
from portal.agencies.models import Agency
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate

GET_OR_POST = ["GET", "HEAD", "POST"]
PER_PAGE = 30
_FIELDS = {"term": "term_end", "days": "latest", "no_day": "latest", "twice": "level"}


@require_safe
def calendar(request):
    """Congresses of a term by month, those without a day last; windows by level."""
    terms = queries.terms()
    form = CalendarFilterForm(request.GET or None, terms=terms)
    term = form.term()
    context = {"form": form, "term": term, "groups": [], "page": None, "counts": []}
    if term:
        start = term[0]
        rows = queries.congresses(start, level=form.value("cap"), words=form.value("q") or "")
        page = paginate(request, rows, per_page=60)
        windows = queries.windows(start)
        context |= {
            "page": page,
            "groups": queries.by_month(page),
            "windows": sorted(windows.values(), key=lambda window: window.level.order),
            "today": clock.today(),
        }
    return render(request, "campaigns/calendar/public.html", context)


@for_office
@require_http_methods(GET_OR_POST)
def desk(request):
    """Party units that I follow, or below any other that is named, with their congress of a term;
    POST enters the days of the rows on the page.

    All rows of a page are saved together or none is; each row's mistake stands beside it.
    """
    terms = queries.terms()
    form = DeskFilterForm(request.GET or None, terms=terms)
    term = form.term()
    if term is None:
        return render(request, "campaigns/calendar/congresses.html", {"form": form, "term": None})
    windows = queries.windows(term[0])
    below, within = form.value("duoi"), queries.followed(request.user)
    found = queries.units(
        term[0],
        windows,
        below=below,
        within=within,
        level=form.value("cap"),
        words=form.value("q") or "",
        state=form.value("loc") or "",
    )
    page = paginate(request, found, per_page=PER_PAGE)
    rows = _rows(request, list(page), windows)
    status = 200
    if request.method == "POST":
        if _save(request, term, rows):
            return redirect(request.get_full_path())
        status = 422
    context = {
        "form": form,
        "term": term,
        "page": page,
        "rows": rows,
        "filtered": bool(request.GET),
        "may_enter": any(row["form"] for row in rows),
        "counts": queries.level_counts(term[0], windows, below=below, within=within),
        "may_keep": access.may_keep_calendar(request.user),
        "today": clock.today(),
    }
    return render(request, "campaigns/calendar/congresses.html", context, status=status)


def _rows(request, units, windows):
    """Dicts unit, event, window, outside, form (None where the user may not enter days)."""
    events = Event.objects.select_related("host").in_bulk(
        [unit.congress_id for unit in units if unit.congress_id]
    )
    mine = set(
        Agency.objects.filter(queries.datable(request.user), pk__in=[u.pk for u in units])
        .order_by()
        .values_list("pk", flat=True)
    )
    rows = []
    for unit in units:
        event = events.get(unit.congress_id)
        window = windows.get(unit.level_id)
        given = None
        if unit.pk in mine:
            given = CongressDatesForm(posted(request), unit=unit, event=event)
        rows.append(
            {
                "unit": unit,
                "event": event,
                "window": window,
                "outside": queries.is_outside(unit, window),
                "form": given,
            }
        )
    return rows


def _save(request, term, rows):
    """Save what was entered; False with the mistakes on the forms of their rows."""
    sent = [row for row in rows if row["form"] and row["form"].add_prefix("opens") in request.POST]
    mistaken = [row for row in sent if not row["form"].is_valid()]
    if mistaken:
        messages.error(request, _("Chưa lưu gì: có dòng cần sửa."))
        return False
    entries = []
    for row in sent:
        data, form = row["form"].cleaned_data, row["form"]
        names = ("opens", "closes", "ordinal")
        if all(data[name] == form.get_initial_for_field(form.fields[name], name) for name in names):
            continue
        if row["event"] is None and not data["opens"]:
            continue
        entries.append(
            CongressDates(
                host=row["unit"],
                event=row["event"],
                clear=True,
                lock_version=form.expected_version if row["event"] else None,
                **{name: data[name] for name in names},
            )
        )
    try:
        with transaction.atomic():
            made, changed = actions.set_congress_dates(
                actor=request.user, term=term, entries=entries
            )
    except StaleVersion as stale:
        messages.error(request, str(stale))
        _blame(rows, stale)
        return False
    except Refused as refused:
        messages.error(request, refused.message)
        return False
    if made or changed:
        messages.success(
            request,
            _("Đã lưu ngày của %d đại hội; các mốc tính theo đó đã tính lại.") % (made + changed),
        )
    else:
        messages.info(request, _("Không có ngày nào thay đổi."))
    return True


def _blame(rows, stale):
    """The row that somebody else changed shows both and takes what was typed the next time."""
    for row in rows:
        if row["event"] is not None and row["event"].pk == stale.current.pk and row["form"]:
            theirs = stale.current.planned_opens
            words = f"{theirs:%d/%m/%Y}" if theirs else _("chưa có ngày")
            row["form"].add_error("opens", _("Người khác vừa ghi: %s.") % words)
            row["form"].data = row["form"].data.copy()
            row["form"].data[row["form"].add_prefix("lock_version")] = str(
                stale.current.lock_version
            )


@for_office
@require_safe
def windows(request):
    """The windows of every level and term."""
    rows = CongressWindow.objects.select_related("level", "document")
    context = {"rows": rows, "may_keep": access.may_keep_calendar(request.user)}
    return render(request, "campaigns/calendar/windows.html", context)


@for_office
@require_http_methods(GET_OR_POST)
def window(request, pk=None):
    """A new window, or one that changes."""
    if not access.may_keep_calendar(request.user):
        raise PermissionDenied
    row = get_object_or_404(CongressWindow.objects.select_related("level"), pk=pk) if pk else None
    form = WindowForm(posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_window(
                actor=request.user,
                window=row,
                lock_version=form.expected_version if row else None,
                **form.values(),
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error(_FIELDS.get(refused.code), refused.message)
        else:
            messages.success(request, _("Đã lưu khung thời gian."))
            return redirect("campaigns:congress_windows")
    status = 422 if form.is_bound else 200
    context = {"form": form, "row": row}
    return render(request, "campaigns/calendar/window.html", context, status=status)


@for_office
@require_POST
def remove_window(request, pk):
    """Take a window away."""
    if not access.may_keep_calendar(request.user):
        raise PermissionDenied
    row = get_object_or_404(CongressWindow.objects.select_related("level"), pk=pk)
    actions.remove_window(actor=request.user, window=row)
    messages.success(request, _("Đã bỏ khung thời gian."))
    return redirect("campaigns:congress_windows")

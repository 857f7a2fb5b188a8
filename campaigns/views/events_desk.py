"""Events for those who work on plans: the list, details, and dates with their effect."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import actions, boundaries, queries
from campaigns.forms import EventDatesForm, EventForm
from campaigns.forms.filters import DeskEventFilter
from campaigns.jobs import start_move
from campaigns.models import Event
from campaigns.rules import access
from campaigns.views._desk import for_office, posted
from campaigns.views._effect import effect_context
from portal.agencies.rules import grants_of
from portal.common.errors import Refused, StaleVersion
from portal.common.jobs import address as job_address
from portal.common.paging import paginate

EVENTS = Event.objects.select_related("host", "previous__host")
#: From so many boundaries on a worker moves them, and the page shows how far it is.
BACKGROUND_FROM = 500
GET_OR_POST = ["GET", "HEAD", "POST"]


@for_office
@require_safe
def events(request):
    """All events; those of my agencies can be edited."""
    found = DeskEventFilter(request.GET, queryset=queries.events())
    page = paginate(request, found.qs, per_page=30)
    user = request.user
    context = {
        "filter": found,
        "filtered": any(request.GET.get(name) for name in found.filters),
        "page": page,
        "rows": [{"event": e, "may_edit": access.may_edit_event(user, e)} for e in page],
        "may_create": bool(grants_of(user).agency_ids(access.DRAFTERS)),
    }
    return render(request, "campaigns/desk/events.html", context)


@for_office
@require_http_methods(GET_OR_POST)
def create(request):
    """A new event."""
    if not grants_of(request.user).agency_ids(access.DRAFTERS):
        raise PermissionDenied
    form = EventForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            event = actions.create_event(actor=request.user, **form.values())
        except Refused as refused:
            form.add_error(_field_of(refused), refused.message)
        else:
            messages.success(request, _("Đã thêm sự kiện."))
            return redirect("campaigns:edit_event", event.pk)
    return render(request, "campaigns/desk/event.html", {"event": None, "form": form})


@for_office
@require_http_methods(GET_OR_POST)
def edit(request, pk):
    """What an event is called, where it is; its dates have a page of their own."""
    event = _event(request, pk)
    form = EventForm(posted(request), user=request.user, instance=event)
    if request.method == "POST" and form.is_valid():
        if not access.may_create_event(request.user, form.cleaned_data["host"]):
            raise PermissionDenied
        try:
            actions.update_event(
                actor=request.user,
                event=event,
                lock_version=form.expected_version,
                **form.values(),
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error(_field_of(refused), refused.message)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("campaigns:edit_event", pk)
    return render(request, "campaigns/desk/event.html", {"event": event, "form": form})


def _field_of(refused):
    return {"name": "name", "term": "term_end", "ordinal": "ordinal"}.get(refused.code)


def _event(request, pk):
    """The event, for those who may edit it; its page is public, so others get 403, not 404."""
    event = get_object_or_404(EVENTS, pk=pk)
    if not access.may_edit_event(request.user, event):
        raise PermissionDenied
    return event


@for_office
@require_http_methods(GET_OR_POST)
def move(request, pk):
    """Other dates: first the effect is shown, then it is saved, unless the graph moved on."""
    event = _event(request, pk)
    form = EventDatesForm(posted(request), event=event)
    context = {"event": event, "form": form, "effect": None}
    if request.method == "POST" and form.is_valid():
        graph_seen = form.cleaned_data["graph_revision"]
        try:
            # Said before an older graph is: whoever moved this event moved the graph as well.
            if form.expected_version != event.lock_version:
                raise StaleVersion("", current=event)
            if "xac_nhan" in request.POST and graph_seen is not None:
                wanted = {
                    "actor": request.user,
                    "event": event,
                    "dates": form.dates(),
                    "graph_revision": graph_seen,
                    "lock_version": form.expected_version,
                    "reason": form.cleaned_data["reason"],
                }
                if boundaries.hanging_on(event, BACKGROUND_FROM) == BACKGROUND_FROM:
                    back = reverse("campaigns:edit_event", args=[pk])
                    return redirect(job_address(start_move(**wanted, back_url=back)))
                actions.move_event(**wanted)
                messages.success(request, _("Đã lưu ngày mới và tính lại các mốc."))
                return redirect("campaigns:edit_event", pk)
            context |= _preview(request, event, form)
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error(None, refused.message)
            if refused.code == "stale_preview":
                context |= _preview(request, event, form)
    return render(request, "campaigns/desk/move_event.html", context)


def _preview(request, event, form):
    effect = boundaries.preview_event_move(event, form.dates())
    form.with_revision(effect.graph_revision)
    changed = any(getattr(event, n) != day for n, day in form.dates().items())
    return effect_context(request.user, effect) | {"changed": changed}

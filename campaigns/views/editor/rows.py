"""Tracks, phases and tasks: added and changed, each on its own page or in its row."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import actions
from campaigns.forms import BoundaryForm, PhaseForm, TaskForm, TrackForm
from campaigns.forms.structure import stored_phase, stored_task
from campaigns.models import Phase, Task, Track
from campaigns.queries import choices
from campaigns.rules import specs, words
from campaigns.views._desk import posted, signed_in
from campaigns.views._effect import effect_context
from campaigns.views.editor._page import GET_OR_POST, done, form_page, plan_to_edit
from portal.common.errors import Refused, StaleVersion


@signed_in
@require_http_methods(GET_OR_POST)
def track(request, pk, row=None):
    """A new track, or an old one."""
    plan = plan_to_edit(request, pk)
    found = get_object_or_404(Track, plan=plan, pk=row) if row else None
    stored = {"title": found.title, "declared_phases": found.declared_phases} if found else {}
    form = TrackForm(posted(request), row=found, initial=stored)
    if request.method == "POST" and form.is_valid():
        try:
            if found is None:
                saved = actions.add_track(actor=request.user, plan=plan, **form.values())
            else:
                saved = actions.edit_track(
                    actor=request.user,
                    track=found,
                    lock_version=form.expected_version,
                    **form.values(),
                )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error(_field_of(refused), refused.message)
        else:
            return done(request, plan, f"mach-{saved.pk}", _("Đã lưu mạch."))
    anchor = f"mach-{found.pk}-dau" if found else "mach-moi"
    return form_page(
        request, "track", {"plan": plan, "track": found, "form": form, "anchor": anchor}
    )


def _field_of(refused):
    """The field that a refusal is about; None for the form as a whole."""
    return {"title_taken": "title"}.get(refused.code)


# --- Phases ---------------------------------------------------------------------------------


@signed_in
@require_http_methods(GET_OR_POST)
def add_phase(request, pk, track):
    """A new phase of a track."""
    plan = plan_to_edit(request, pk)
    found = get_object_or_404(Track, plan=plan, pk=track)
    form = PhaseForm(posted(request), plan=plan, choices=_choices(request, plan))
    if _sent(request, form) and form.is_valid():
        try:
            saved = actions.add_phase(actor=request.user, track=found, **form.values())
        except Refused as refused:
            form.add_error(_field_of(refused), refused.message)
        else:
            return done(request, plan, f"dot-{saved.pk}", _resolved_words(saved))
    context = {"plan": plan, "track": found, "form": form, "anchor": f"dot-moi-{found.pk}"}
    return form_page(request, "phase", context)


@signed_in
@require_http_methods(GET_OR_POST)
def phase(request, pk, row):
    """One phase: its text, when it starts and ends. Dates of plans in force move after a look at
    the effect.
    """
    plan = plan_to_edit(request, pk)
    rows = Phase.objects.select_related("track__plan", "starts", "ends")
    found = get_object_or_404(rows, track__plan=plan, pk=row)
    offered = _choices(request, plan, found.starts, found.ends)
    form = PhaseForm(posted(request), plan=plan, choices=offered, phase=found)
    context = {"plan": plan, "track": found.track, "phase": found, "form": form}
    context |= {"anchor": f"dot-{found.pk}", "tag": "li"}
    if _sent(request, form) and form.is_valid():
        saved = _save(request, form, found, context, actions.edit_phase, "phase", stored_phase)
        if saved is not None:
            return done(request, plan, f"dot-{saved.pk}", _resolved_words(saved))
    return form_page(request, "phase", context)


def _save(request, form, found, context, verb, name, stored):
    """The row as saved, or None: then the form says why, or shows the effect first."""
    try:
        if form.expected_version != found.lock_version:
            raise StaleVersion("", current=found)
        if form.needs_preview and not form.confirmed:
            context |= _preview(request, form, context["plan"])
            return None
        return verb(
            actor=request.user,
            lock_version=form.expected_version,
            graph_revision=form.seen_revision if form.confirmed else None,
            **{name: found},
            **form.values(),
        )
    except StaleVersion as stale:
        form.mark_stale_with_dates(stale.current, _lines(stored(stale.current)))
    except Refused as refused:
        form.add_error(_field_of(refused), refused.message)
        if refused.code == "stale_preview":
            context |= _preview(request, form, context["plan"])
    return None


def _preview(request, form, plan):
    form.with_revision()
    return effect_context(request.user, form.effect, plan)


def _lines(stored):
    """Lists as the text areas show them, so that both texts compare line by line."""
    return {k: "\n".join(v) if _is_lines(v) else v for k, v in stored.items()}


def _is_lines(value):
    # Ticked rows are lists as well, of their numbers.
    return isinstance(value, list) and all(isinstance(line, str) for line in value)


def _resolved_words(phase):
    fresh = Phase.objects.select_related("starts", "ends").get(pk=phase.pk)
    sides = [
        words.open_words() if b.kind == "open" else words.day_words(b.resolved_on)
        for b in (fresh.starts, fresh.ends)
    ]
    return _("Đã lưu “%(title)s”: từ %(starts)s đến %(ends)s.") % {
        "title": fresh.title,
        "starts": sides[0],
        "ends": sides[1],
    }


# --- Boundaries being chosen ----------------------------------------------------------------

PREFIXES = ("starts", "ends", "due")


def _sent(request, form):
    """Whether the form is to be saved; a button of it may only look for events."""
    if request.method == "POST" and "tim" in request.POST:
        form.forget_errors()
        return False
    return request.method == "POST"


def _choices(request, plan, *stored, prefixes=("starts", "ends")):
    """The BoundaryChoices of a form: what was looked for and what is chosen is among them."""
    data = request.POST if request.method == "POST" else request.GET
    return {
        prefix: choices.boundary_choices(
            plan,
            *stored,
            chosen=[data.get(f"{prefix}-event", "")],
            words=data.get(f"{prefix}-tim", ""),
        )
        for prefix in prefixes
    }


@signed_in
@require_safe
def boundary(request, pk):
    """Fragment: the day that a boundary comes to as it is being chosen."""
    plan = plan_to_edit(request, pk)
    prefix = request.GET.get("moc", "")
    if prefix not in PREFIXES:
        raise Http404
    form = _boundary_form(request, plan, prefix)
    day, said = None, ""
    if form.is_valid() and (spec := form.spec()) is not None:
        said = {"Open": words.open_words(), "Unknown": words.unknown_words()}.get(
            type(spec).__name__, ""
        )
        try:
            day = choices.resolved_day(spec, form.side)
        except Refused as refused:
            said = refused.message
    weekday, free = choices.day_note(day)
    context = {"day": day, "said": said, "weekday": weekday, "free": free}
    return render(request, "campaigns/desk/_resolved.html", context)


def _boundary_form(request, plan, prefix):
    return BoundaryForm(
        request.GET,
        prefix=prefix,
        choices=_choices(request, plan, prefixes=(prefix,))[prefix],
        optional=prefix == "due",
        side=specs.START if prefix == "starts" else specs.END,
        includes_day=plan.before_includes_day,
    )


@signed_in
@require_safe
def events(request, pk):
    """Fragment: the events that fit the words typed, as choices of a boundary."""
    plan = plan_to_edit(request, pk)
    prefix = request.GET.get("moc", "")
    if prefix not in PREFIXES:
        raise Http404
    form = _boundary_form(request, plan, prefix)
    form.forget_errors()
    return render(request, "campaigns/desk/_event_choice.html", {"b": form, "plan": plan})


# --- Tasks ----------------------------------------------------------------------------------


@signed_in
@require_http_methods(GET_OR_POST)
def task(request, pk, row=None):
    """A new task, or an old one; its due date moves as the dates of a phase do."""
    plan = plan_to_edit(request, pk)
    found = None
    if row:
        rows = Task.objects.select_related("plan", "due")
        found = get_object_or_404(rows, plan=plan, pk=row)
    offered = _choices(request, plan, found.due if found else None, prefixes=("due",))
    form = TaskForm(posted(request), plan=plan, choices=offered, task=found)
    context = {"plan": plan, "task": found, "form": form}
    context["anchor"] = f"nhiem-vu-{found.pk}" if found else "nhiem-vu-moi"
    context["tag"] = "li" if found else "div"
    if _sent(request, form) and form.is_valid():
        if found is None:
            if response := _add_task(request, plan, form):
                return response
        else:
            saved = _save(request, form, found, context, actions.edit_task, "task", stored_task)
            if saved is not None:
                return done(request, plan, f"nhiem-vu-{saved.pk}", _("Đã lưu nhiệm vụ."))
    return form_page(request, "task", context)


def _add_task(request, plan, form):
    try:
        saved = actions.add_task(actor=request.user, plan=plan, **form.values())
    except Refused as refused:
        form.add_error(_field_of(refused), refused.message)
        return None
    messages.success(request, _("Đã thêm nhiệm vụ. Mời đồng chí chọn đơn vị."))
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("campaigns:units", args=[plan.pk, saved.pk])
        return response
    return redirect("campaigns:units", plan.pk, saved.pk)

"""The parts of a plan: tracks, phases, themes and forms, tasks, and whom they are given to."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import actions, boundaries
from campaigns.forms import BoundaryForm, ContentsForm, PhaseForm, TaskForm, TrackForm, UnitsForm
from campaigns.forms.structure import stored_phase, stored_task
from campaigns.models import Assignment, Phase, PlanForm, Task, Theme, Track
from campaigns.queries import desk, direct, handing
from campaigns.rules import access, specs, words
from campaigns.views._desk import posted, signed_in, working_plan
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate

GET_OR_POST = ["GET", "HEAD", "POST"]


def _plan(request, pk):
    return working_plan(request.user, pk, may=access.may_edit_plan)


def _back(plan, anchor):
    return redirect(f"{reverse('campaigns:manage', args=[plan.pk])}#{anchor}")


# --- Themes and forms -----------------------------------------------------------------------


@signed_in
@require_http_methods(GET_OR_POST)
def contents(request, pk):
    """Themes and forms of the whole plan, as lists."""
    plan = _plan(request, pk)
    if request.method != "POST":
        form = ContentsForm(stored=_contents(plan))
        return render(request, "campaigns/desk/contents.html", {"plan": plan, "form": form})
    try:
        # Under the graph lock nobody else writes between the comparison and the two verbs.
        with boundaries.editing(actor=request.user):
            form = ContentsForm(request.POST, stored=_contents(plan))
            if form.is_valid():
                texts, names = form.cleaned_data["themes"], form.cleaned_data["forms_"]
                actions.set_themes(actor=request.user, plan=plan, texts=texts)
                actions.set_forms(actor=request.user, plan=plan, forms=names)
    except Refused as refused:
        form.add_error(None, refused.message)
    if form.is_valid():
        messages.success(request, _("Đã lưu."))
        return _back(plan, "noi-dung-hinh-thuc")
    return render(request, "campaigns/desk/contents.html", {"plan": plan, "form": form})


def _contents(plan):
    themes = Theme.objects.filter(plan=plan, phase=None).order_by("position", "id")
    names = PlanForm.objects.filter(plan=plan).order_by("position", "id")
    return {
        "themes": list(themes.values_list("text", flat=True)),
        "forms_": list(names.values_list("form__name", flat=True)),
    }


# --- Tracks ---------------------------------------------------------------------------------


@signed_in
@require_http_methods(GET_OR_POST)
def track(request, pk, row=None):
    """A new track, or an old one."""
    plan = _plan(request, pk)
    found = get_object_or_404(Track, plan=plan, pk=row) if row else None
    stored = {"title": found.title, "declared_phases": found.declared_phases} if found else {}
    form = TrackForm(posted(request), row=found, initial=stored)
    if request.method == "POST" and form.is_valid():
        values = {n: form.cleaned_data[n] for n in ("title", "declared_phases")}
        try:
            if found is None:
                found = actions.add_track(actor=request.user, plan=plan, **values)
            else:
                found = actions.edit_track(
                    actor=request.user, track=found, lock_version=form.expected_version, **values
                )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lưu mạch."))
            return _back(plan, f"mach-{found.pk}")
    return render(
        request, "campaigns/desk/track.html", {"plan": plan, "track": found, "form": form}
    )


# --- Phases ---------------------------------------------------------------------------------


@signed_in
@require_http_methods(GET_OR_POST)
def add_phase(request, pk, track):
    """A new phase of a track."""
    plan = _plan(request, pk)
    found = get_object_or_404(Track, plan=plan, pk=track)
    form = PhaseForm(posted(request), plan=plan, choices=desk.boundary_choices(plan))
    if request.method == "POST" and form.is_valid():
        try:
            phase = actions.add_phase(actor=request.user, track=found, **form.values())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            _say_resolved(request, phase)
            return _back(plan, f"dot-{phase.pk}")
    return _phase_page(request, plan, found, None, form)


@signed_in
@require_http_methods(GET_OR_POST)
def phase(request, pk, row):
    """One phase: its text, when it starts and ends."""
    plan = _plan(request, pk)
    rows = Phase.objects.select_related("track__plan", "starts", "ends")
    found = get_object_or_404(rows, track__plan=plan, pk=row)
    choices = desk.boundary_choices(plan, found.starts, found.ends)
    form = PhaseForm(posted(request), plan=plan, choices=choices, phase=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.edit_phase(
                actor=request.user,
                phase=found,
                lock_version=form.expected_version,
                **form.values(),
            )
        except StaleVersion as stale:
            form.mark_stale_with_dates(stale.current, _lines(stored_phase(stale.current)))
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            _say_resolved(request, saved)
            return _back(plan, f"dot-{saved.pk}")
    return _phase_page(request, plan, found.track, found, form)


def _lines(stored):
    """Lists as the text areas show them, so that both texts compare line by line."""
    return {k: "\n".join(v) if isinstance(v, list) else v for k, v in stored.items()}


def _phase_page(request, plan, track, found, form):
    context = {"plan": plan, "track": track, "phase": found, "form": form}
    return render(request, "campaigns/desk/phase.html", context)


def _say_resolved(request, phase):
    fresh = Phase.objects.select_related("starts", "ends").get(pk=phase.pk)
    sides = [
        words.open_words() if b.kind == "open" else words.day_words(b.resolved_on)
        for b in (fresh.starts, fresh.ends)
    ]
    messages.success(
        request,
        _("Đã lưu “%(title)s”: từ %(starts)s đến %(ends)s.")
        % {"title": fresh.title, "starts": sides[0], "ends": sides[1]},
    )


@signed_in
@require_safe
def boundary(request, pk):
    """Fragment: the day that a boundary comes to as it is being chosen."""
    plan = _plan(request, pk)
    prefix = request.GET.get("moc", "")
    if prefix not in ("starts", "ends", "due"):
        raise Http404
    side = specs.START if prefix == "starts" else specs.END
    form = BoundaryForm(
        request.GET,
        prefix=prefix,
        choices=desk.boundary_choices(plan),
        optional=prefix == "due",
        side=side,
        includes_day=plan.before_includes_day,
    )
    day, said = None, ""
    if form.is_valid() and (spec := form.spec()) is not None:
        said = {"Open": words.open_words(), "Unknown": words.unknown_words()}.get(
            type(spec).__name__, ""
        )
        try:
            day = desk.resolved_day(spec, side)
        except OverflowError:
            said = _("rơi ra ngoài lịch")
    return render(request, "campaigns/desk/_resolved.html", {"day": day, "said": said})


# --- Tasks ----------------------------------------------------------------------------------


@signed_in
@require_http_methods(GET_OR_POST)
def task(request, pk, row=None):
    """A new task, or an old one."""
    plan = _plan(request, pk)
    found = None
    if row:
        rows = Task.objects.select_related("plan", "due")
        found = get_object_or_404(rows, plan=plan, pk=row)
    choices = desk.boundary_choices(plan, found.due if found else None)
    form = TaskForm(posted(request), plan=plan, choices=choices, task=found)
    if request.method == "POST" and form.is_valid():
        try:
            if found is None:
                saved = actions.add_task(actor=request.user, plan=plan, **form.values())
                messages.success(request, _("Đã thêm nhiệm vụ. Mời đồng chí chọn đơn vị."))
                return redirect("campaigns:units", pk, saved.pk)
            saved = actions.edit_task(
                actor=request.user,
                task=found,
                lock_version=form.expected_version,
                **form.values(),
            )
        except StaleVersion as stale:
            form.mark_stale_with_dates(stale.current, stored_task(stale.current))
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lưu nhiệm vụ."))
            return _back(plan, f"nhiem-vu-{saved.pk}")
    return render(request, "campaigns/desk/task.html", {"plan": plan, "task": found, "form": form})


@signed_in
@require_http_methods(GET_OR_POST)
def units(request, pk, row):
    """Whom a task is given to; more are added, those who have not begun are taken back."""
    plan = _plan(request, pk)
    found = get_object_or_404(Task.objects.select_related("plan__issuer", "due"), plan=plan, pk=row)
    form = UnitsForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.assign_task(
                actor=request.user, task=found, agencies=form.cleaned_data["agencies"]
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã giao cho %d đơn vị.") % len(made))
            return redirect("campaigns:units", pk, row)
    words_ = " ".join(request.GET.get("tim", "").split())[:80]
    groups, more = desk.units_for(found, words_)
    given = direct(found.assignments.select_related("agency")).order_by(
        "agency__protocol_no", "agency__sort_key", "id"
    )
    context = {
        "plan": plan,
        "task": found,
        "form": form,
        "groups": groups,
        "more": more,
        "words": words_,
        "given": paginate(request, given, per_page=60, param="trang-da-giao"),
        "batches": handing.undoable(task=found),
        "chosen": set(request.POST.getlist("agencies")) if request.method == "POST" else set(),
    }
    return render(request, "campaigns/desk/units.html", context)


@signed_in
@require_POST
def unassign(request, pk, row, assignment):
    """Take a task back from a unit that has not begun."""
    plan = _plan(request, pk)
    found = get_object_or_404(
        Assignment.objects.select_related("task__plan", "agency"),
        task__plan=plan,
        task=row,
        pk=assignment,
    )
    try:
        actions.unassign(actor=request.user, assignment=found)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã thu lại nhiệm vụ của %s.") % found.agency.name)
    return redirect("campaigns:units", pk, row)


# --- Moving and removing --------------------------------------------------------------------

#: Part of the address: (rows with their plan, siblings, verb to move, verb to remove, question)
PARTS = {
    "mach": (
        Track.objects.select_related("plan"),
        "plan",
        lambda row: Track.objects.filter(plan=row.plan_id),
        lambda **k: actions.move_track(track=k.pop("row"), **k),
        lambda **k: actions.remove_track(track=k.pop("row"), **k),
        lazy("Xóa mạch “%s” cùng các đợt của nó?"),
    ),
    "dot": (
        Phase.objects.select_related("track__plan", "starts", "ends"),
        "track__plan",
        lambda row: Phase.objects.filter(track=row.track_id),
        lambda **k: actions.move_phase(phase=k.pop("row"), **k),
        lambda **k: actions.remove_phase(phase=k.pop("row"), **k),
        lazy("Xóa đợt “%s”?"),
    ),
    "nhiem-vu": (
        Task.objects.select_related("plan", "due"),
        "plan",
        lambda row: Task.objects.filter(plan=row.plan_id),
        lambda **k: actions.move_task(task=k.pop("row"), **k),
        lambda **k: actions.remove_task(task=k.pop("row"), **k),
        lazy("Xóa nhiệm vụ “%s”?"),
    ),
}


def _part(plan, part, row):
    if part not in PARTS:
        raise Http404
    rows, to_plan, *rest = PARTS[part]
    return (get_object_or_404(rows, **{to_plan: plan, "pk": row}), *rest)


@signed_in
@require_POST
def move(request, pk, part, row):
    """One place up or down among its siblings."""
    plan = _plan(request, pk)
    found, siblings, move_it, _remove, _question = _part(plan, part, row)
    order = list(siblings(found).order_by("position", "id").values_list("pk", flat=True))
    step = -1 if request.POST.get("huong") == "len" else 1
    try:
        move_it(actor=request.user, row=found, position=max(0, order.index(found.pk) + step))
    except Refused as refused:
        messages.error(request, refused.message)
    return _back(plan, f"{part}-{row}")


@signed_in
@require_http_methods(GET_OR_POST)
def remove(request, pk, part, row):
    """Ask, then remove."""
    plan = _plan(request, pk)
    found, _siblings, _move, remove_it, question = _part(plan, part, row)
    refusal = ""
    if request.method == "POST":
        try:
            remove_it(actor=request.user, row=found)
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, _("Đã xóa “%s”.") % found.title)
            return redirect("campaigns:manage", pk)
    context = {
        "plan": plan,
        "title": question % found.title,
        "refusal": refusal,
        "cancel_url": f"{reverse('campaigns:manage', args=[pk])}#{part}-{row}",
    }
    return render(request, "campaigns/desk/remove.html", context)

"""Tracks, phases, themes and forms of a plan."""

import difflib
import uuid

from django.utils.translation import gettext as _

from campaigns import boundaries, notify
from campaigns.actions._common import (
    amended,
    editable,
    last_position,
    lock,
    one_line,
    place,
    sent_before,
)
from campaigns.actions.releasing import release_derived
from campaigns.models import Form, FormFamily, Phase, PlanForm, Theme, Track
from campaigns.owners import PHASE
from campaigns.rules.specs import END, START
from portal.common import audit, text
from portal.common.errors import Refused

TRACK_TITLE, PHASE_TITLE, THEME_TEXT, FORM_NAME = 300, 200, 500, 200
#: Two texts of themes with so great a share in common are one theme that was reworded.
REWORDED = 0.7


# --- Tracks ---------------------------------------------------------------------------------


def add_track(*, actor, plan, title, declared_phases=None, derived_from=None, key=None):
    """Add a track at the end.

    Args:
        key: made with the form; sent again it gives the track that was made the first time.

    Raises:
        Refused: "title_taken" when the plan has a track of this title; "not_editable".
    """
    with boundaries.editing(actor=actor) as graph:
        plan = editable(plan)
        if sent := sent_before(plan.tracks.all(), key):
            return sent
        title = _free_title(plan.tracks.all(), title, TRACK_TITLE, _("tên mạch"))
        track = Track.objects.create(
            plan=plan,
            key=key or uuid.uuid4(),
            title=title,
            declared_phases=declared_phases,
            derived_from=derived_from,
            origin=derived_from and derived_from.key,
            position=last_position(plan.tracks.all()),
        )
        _record(actor, "add_track", track, plan, {"title": [None, title]})
        amended(graph, plan, actor)
    return track


def edit_track(*, actor, track, lock_version=None, **values):
    """Change `title` or `declared_phases` of a track."""
    with boundaries.editing(actor=actor) as graph:
        plan = editable(track.plan)
        track = lock(track, lock_version)
        if "title" in values:
            others = plan.tracks.exclude(pk=track.pk)
            values["title"] = _free_title(others, values["title"], TRACK_TITLE, _("tên mạch"))
        changes = _change(track, values, ("title", "declared_phases"))
        if changes:
            track.lock_version += 1
            track.save()
            _record(actor, "edit_track", track, plan, changes)
            amended(graph, plan, actor)
    return track


def move_track(*, actor, track, position):
    """Put a track at `position` (0 is first) in its plan."""
    with boundaries.editing(actor=actor) as graph:
        plan = editable(track.plan)
        before = track.position
        place(plan.tracks.all(), track, position)
        if before != track.position:
            _record(actor, "move_track", track, plan, {"position": [before, track.position]})
            amended(graph, plan, actor)
    return track


def remove_track(*, actor, track):
    """Remove a track with its phases, if nothing outside hangs on them."""
    with boundaries.editing(actor=actor) as graph:
        plan = editable(track.plan)
        _remove_phases(graph, list(track.phases.select_related("starts", "ends")))
        _record(actor, "remove_track", track, plan, {"title": [track.title, None]})
        Track.objects.filter(pk=track.pk).delete()
        amended(graph, plan, actor)


# --- Phases ---------------------------------------------------------------------------------


def add_phase(
    *,
    actor,
    track,
    title,
    starts,
    ends,
    summary="",
    themes=(),
    forms=(),
    derived_from=None,
    key=None,
):
    """Add a phase at the end of its track.

    Args:
        starts, ends: Specs (`campaigns.boundaries.DateSpec`, …).
        themes: texts; forms: names of forms.
        key: made with the form; sent again it gives the phase that was made the first time.

    Raises:
        Refused: "title_taken", "not_editable", "cycle".
    """
    with boundaries.editing(actor=actor) as graph:
        plan = editable(track.plan)
        if sent := sent_before(track.phases.all(), key):
            return sent
        title = _free_title(track.phases.all(), title, PHASE_TITLE, _("tên đợt"))
        phase = Phase.objects.create(
            track=track,
            key=key or uuid.uuid4(),
            title=title,
            summary=text.clean(summary or ""),
            starts=graph.create(side=START, owner_kind=PHASE, spec=starts),
            ends=graph.create(side=END, owner_kind=PHASE, spec=ends),
            position=last_position(track.phases.all()),
            derived_from=derived_from,
            origin=derived_from and derived_from.key,
        )
        _write_themes(plan, phase, themes)
        _write_phase_forms(phase, forms)
        _record(actor, "add_phase", phase, plan, {"title": [None, title]})
        amended(graph, plan, actor)
    return phase


def edit_phase(*, actor, phase, lock_version=None, graph_revision=None, reason="", **values):
    """Change a phase: `title`, `summary`, `starts`, `ends` (Specs), `themes`, `forms`.

    Args:
        graph_revision: of the preview that was shown; an older one is refused ("stale_preview").
        reason: why dates move, told to those concerned when the plan is in force.

    Raises:
        StaleVersion; Refused: "title_taken", "not_editable", "cycle", "stale_preview".
    """
    with boundaries.editing(actor=actor, reason=text.one_line(reason)) as graph:
        plan = editable(phase.track.plan)
        phase = lock(phase, lock_version)
        boundaries.check_seen(graph_revision)
        specs = {side: values.pop(side) for side in ("starts", "ends") if side in values}
        themes, forms = values.pop("themes", None), values.pop("forms", None)
        if "title" in values:
            others = Phase.objects.filter(track=phase.track_id).exclude(pk=phase.pk)
            values["title"] = _free_title(others, values["title"], PHASE_TITLE, _("tên đợt"))
        if "summary" in values:
            values["summary"] = text.clean(values["summary"] or "")
        changes = _change(phase, values, ("title", "summary"))
        for side, spec in specs.items():
            boundary = getattr(phase, side)
            before = boundaries.as_written(boundary)
            if graph.replace(boundary, spec):
                changes[side] = [before, boundaries.as_written(boundary)]
        if themes is not None and (moved := _write_themes(plan, phase, themes)):
            changes["themes"] = moved
        if forms is not None and (moved := _write_phase_forms(phase, forms)):
            changes["forms"] = moved
        if changes:
            phase.lock_version += 1
            phase.save(update_fields=["title", "summary", "lock_version"])
            _record(actor, "edit_phase", phase, plan, changes)
            amended(graph, plan, actor)
    return phase


def move_phase(*, actor, phase, position):
    """Put a phase at `position` (0 is first) in its track."""
    with boundaries.editing(actor=actor) as graph:
        plan = editable(phase.track.plan)
        before = phase.position
        place(Phase.objects.filter(track=phase.track_id), phase, position)
        if before != phase.position:
            _record(actor, "move_phase", phase, plan, {"position": [before, phase.position]})
            amended(graph, plan, actor)
    return phase


def remove_phase(*, actor, phase):
    """Remove a phase.

    Raises:
        Refused: "boundary_in_use" when other boundaries hang on it, "has_tasks" when tasks do.
    """
    with boundaries.editing(actor=actor) as graph:
        plan = editable(phase.track.plan)
        _record(actor, "remove_phase", phase, plan, {"title": [phase.title, None]})
        _remove_phases(graph, [phase])
        amended(graph, plan, actor)


def _remove_phases(graph, phases):
    ids = [p.pk for p in phases]
    tasks = Phase.objects.filter(pk__in=ids, tasks__isnull=False)
    if tasks.exists():
        raise Refused(
            _("Đợt này còn nhiệm vụ; hãy chuyển hoặc xóa các nhiệm vụ đó trước."), code="has_tasks"
        )
    notify.phases_removed(ids)
    owned = [b for p in phases for b in (p.starts, p.ends)]
    if phases:
        release_derived(graph, phases[0].track.plan_id, owned)
    graph.check_free(owned)
    Phase.objects.filter(pk__in=ids).delete()
    graph.delete(owned)


# --- Themes and forms -----------------------------------------------------------------------


def set_themes(*, actor, plan, texts, phase=None):
    """Make `texts` the whole list of themes of the plan, or of one of its phases."""
    with boundaries.editing(actor=actor) as graph:
        plan = editable(plan)
        changed = _write_themes(plan, phase, texts)
        if changed:
            _record(actor, "set_themes", phase or plan, plan, {"themes": changed})
            amended(graph, plan, actor)


def set_forms(*, actor, plan, forms):
    """Make `forms` the whole list of forms of the plan: names, or (name, family name) pairs.

    A form belongs to the same family in every plan; a family given here wins.
    """
    with boundaries.editing(actor=actor) as graph:
        plan = editable(plan)
        rows = [form_named(*((f,) if isinstance(f, str) else f)) for f in forms]
        wanted = list(dict.fromkeys(row.pk for row in rows))
        links = PlanForm.objects.filter(plan=plan)
        before = list(links.order_by("position").values_list("form_id", flat=True))
        if before != wanted:
            links.exclude(form_id__in=wanted).delete()
            for position, form_id in enumerate(wanted):
                PlanForm.objects.update_or_create(
                    plan=plan, form_id=form_id, defaults={"position": position}
                )
            _record(actor, "set_forms", plan, plan, {"forms": [before, wanted]})
            amended(graph, plan, actor)


def form_named(name, family=None):
    """The Form of this name, made if there is none."""
    name = one_line(name, limit=FORM_NAME, what=_("tên hình thức"))
    form = Form.objects.filter(name=name).select_related("family").first()
    if family:
        family = one_line(family, limit=160, what=_("tên nhóm hình thức"))
        group, _made = FormFamily.objects.get_or_create(
            name=family, defaults={"order": last_order(FormFamily)}
        )
    else:
        group = form.family if form else None
    if form is None:
        return Form.objects.create(name=name, family=group, order=last_order(Form))
    if form.family_id != getattr(group, "pk", None):
        form.family = group
        form.save(update_fields=["family"])
    return form


def last_order(model):
    """The order after the last row of a small list of words."""
    last = model.objects.order_by("-order").values_list("order", flat=True).first()
    return 0 if last is None else last + 1


def _write_themes(plan, phase, texts):
    """Returns [before, after] when the list changed, else None."""
    wanted = [one_line(t, limit=THEME_TEXT, what=_("nội dung")) for t in texts if t and t.strip()]
    rows = list(Theme.objects.filter(plan=plan, phase=phase).order_by("position", "id"))
    before = [row.text for row in rows]
    if before == wanted:
        return None
    kept = _matched(rows, wanted)
    for position, row in kept.items():
        row.text, row.position = wanted[position], position
    Theme.objects.bulk_update(kept.values(), ["text", "position"])
    stay = {row.pk for row in kept.values()}
    Theme.objects.filter(pk__in=[row.pk for row in rows if row.pk not in stay]).delete()
    Theme.objects.bulk_create(
        Theme(plan=plan, phase=phase, position=n, text=wanted[n])
        for n in range(len(wanted))
        if n not in kept
    )
    return [before, wanted]


def _matched(rows, wanted):
    """{position in `wanted`: the row that carries it on}: equal texts first, then those that were
    only reworded. Tasks point at these rows, and have to stay with their words.
    """
    left, kept = list(rows), {}
    for position, words in enumerate(wanted):
        row = next((r for r in left if r.text == words), None)
        if row is not None:
            kept[position] = row
            left.remove(row)
    for position, words in enumerate(wanted):
        if position not in kept and left:
            share, row = max(((_alike(r.text, words), r) for r in left), key=lambda pair: pair[0])
            if share >= REWORDED:
                kept[position] = row
                left.remove(row)
    return kept


def _alike(one, other):
    return difflib.SequenceMatcher(None, one.lower(), other.lower(), autojunk=False).ratio()


def _write_phase_forms(phase, names):
    rows = [form_named(name) for name in names]
    before = set(phase.forms.values_list("pk", flat=True))
    after = {row.pk for row in rows}
    if before == after:
        return None
    phase.forms.set(rows)
    return [sorted(before), sorted(after)]


def _free_title(siblings, title, limit, what):
    title = one_line(title, limit=limit, what=what)
    if siblings.filter(title=title).exists():
        raise Refused(_("“%s” đã có ở đây; hãy đặt tên khác.") % title, code="title_taken")
    return title


def _change(row, values, allowed):
    unknown = set(values) - set(allowed)
    if unknown:
        raise TypeError(f"not a field of a {row._meta.model_name}: {sorted(unknown)}")
    before = audit.snapshot(row, allowed)
    for name, value in values.items():
        setattr(row, name, value)
    return audit.diff(before, audit.snapshot(row, allowed))


def _record(actor, verb, obj, plan, changes):
    audit.record(actor=actor, verb=verb, obj=obj, agency=plan.issuer_id, changes=changes)

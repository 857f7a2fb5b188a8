"""A unit goes through what its superior changed: takes it over, or keeps its own."""

from django.utils.translation import gettext as _

from campaigns import boundaries
from campaigns.actions._common import editable, place
from campaigns.actions.cascade import bound, copy_phase, copy_task, copy_track
from campaigns.actions.plans import edit_plan
from campaigns.actions.structure import (
    edit_phase,
    edit_track,
    form_named,
    remove_phase,
    remove_track,
    set_forms,
    set_themes,
)
from campaigns.actions.tasks import edit_task, remove_task
from campaigns.models import (
    Boundary,
    CascadeChoice,
    Event,
    Phase,
    Plan,
    PlanForm,
    Task,
    Theme,
    Track,
)
from campaigns.queries.amended import compare, under_way
from portal.common import audit
from portal.common.errors import Refused

TAKEN, KEPT = CascadeChoice.Choice.TAKEN, CascadeChoice.Choice.KEPT


def decide(*, actor, plan, choices):
    """Take over or keep, one or several things that the superior changed.

    Nothing of the unit's is lost: what it keeps stays, what it replaces is in its versions and in
    the audit log. Every choice is recorded and not asked again until the superior changes the same
    thing again. When nothing waits any more, `synced_version` moves up to the superior's.

    Args:
        choices: {Item.key: (CascadeChoice.Choice, Item.digest)} as the person saw them.

    Returns how many still wait.

    Raises:
        Refused: "being_amended" until the superior publishes; "moved" when what was seen is no
            longer so (nothing is done then); "not_editable"; and what taking over refuses,
            with the name of the thing.
    """
    with boundaries.editing(actor=actor):
        plan = _locked(plan)
        found = compare(plan)
        items = {item.key: item for item in (found.items if found else ())}
        for key, (_choice, digest) in choices.items():
            if key not in items or items[key].digest != digest:
                raise Refused(
                    _(
                        "Trong lúc đồng chí xem, kế hoạch cấp trên hoặc của đơn vị lại thay đổi. "
                        "Chưa có gì được lưu; hãy xem lại rồi chọn."
                    ),
                    code="moved",
                )
        chosen = [item for item in items.values() if item.key in choices]
        changes = {}
        for item in chosen:
            choice = choices[item.key][0]
            CascadeChoice.objects.update_or_create(
                plan=plan,
                item=item.key,
                defaults={
                    "theirs": item.theirs_digest,
                    "choice": choice,
                    "version": found.version,
                    "made_by": actor,
                },
            )
            name = f"{item.where} · {item.what}"[:200]
            changes[name] = [item.mine[:300], item.theirs[:300] if choice == TAKEN else item.mine]
            if choice == TAKEN:
                _take(actor, plan, item)
        if chosen:
            audit.record(
                actor=actor,
                verb="decide_cascade",
                obj=plan,
                agency=plan.issuer_id,
                changes=changes,
            )
        left = compare(Plan.objects.select_related("implements").get(pk=plan.pk))
        if left is not None and not left.items:
            _advance(plan, left.version)
        return len(left.items) if left else 0


def mark_compared(*, actor, plan):
    """Nothing waits: the unit has seen the superior's newest version.

    Raises:
        Refused: "waiting" when there are things to decide after all.
    """
    with boundaries.editing(actor=actor):
        plan = _locked(plan)
        found = compare(plan)
        if found is None:
            return
        if found.items:
            raise Refused(_("Còn nội dung chờ đơn vị chọn."), code="waiting")
        if found.version != plan.synced_version:
            audit.record(
                actor=actor,
                verb="decide_cascade",
                obj=plan,
                agency=plan.issuer_id,
                changes={"synced_version": [plan.synced_version, found.version]},
            )
        _advance(plan, found.version)


def _locked(plan):
    editable(plan)
    plan = Plan.objects.select_related("implements", "issuer", "document").get(pk=plan.pk)
    if plan.implements_id:
        Plan.objects.select_for_update().get(pk=plan.implements_id)
        if under_way().filter(plan=plan.implements_id).exists():
            raise Refused(
                _(
                    "Cấp trên đang sửa đổi kế hoạch và chưa công bố bản sửa đổi; hãy chọn sau khi "
                    "cấp trên công bố."
                ),
                code="being_amended",
            )
    return plan


def _advance(plan, version):
    Plan.objects.filter(pk=plan.pk).update(synced_version=version)


def _take(actor, plan, item):
    kind, *rest = item.op
    try:
        _TAKE[kind](actor, plan, *rest)
    except Refused as refused:
        raise Refused(
            _("Không nhận được “%(what)s” (%(where)s): %(why)s")
            % {"what": item.what, "where": item.where, "why": refused.message},
            code=refused.code,
        ) from refused


def _plan_text(actor, plan, name, value):
    edit_plan(actor=actor, plan=plan, **{name: value})


def _event(actor, plan, slug):
    links = plan.implements.plan_events.filter(event__slug=slug).select_related("event")
    rows = plan.plan_events.select_related("event").order_by("position", "id")
    mine = [(link.event, link.observed_on) for link in rows]
    new = [(link.event, link.observed_on) for link in links]
    if not new:
        new = [(event, None) for event in Event.objects.filter(slug=slug)]
    edit_plan(actor=actor, plan=plan, events=mine + new)


def _list(actor, plan, target, old, new):
    """In a list of texts put `new` in the place of `old`, at the end, or take `old` out."""
    kind, *pk = target
    phase = _phase_row(pk[0]) if pk else None
    if kind == "forms":
        links = PlanForm.objects.filter(plan=plan).order_by("position", "id")
        names = list(links.values_list("form__name", flat=True))
        set_forms(actor=actor, plan=plan, forms=_swapped(names, old, new))
    elif kind == "phase_forms":
        names = list(phase.forms.values_list("name", flat=True))
        edit_phase(actor=actor, phase=phase, forms=_swapped(names, old, new))
    else:
        rows = Theme.objects.filter(plan=plan, phase=phase).order_by("position", "id")
        texts = _swapped(list(rows.values_list("text", flat=True)), old, new)
        if phase is None:
            set_themes(actor=actor, plan=plan, texts=texts)
        else:
            edit_phase(actor=actor, phase=phase, themes=texts)


def _swapped(texts, old, new):
    if old and old in texts:
        at = texts.index(old)
        return texts[:at] + ([new] if new else []) + texts[at + 1 :]
    return [*texts, new] if new else texts


def _track(actor, plan, pk, name, value):
    edit_track(actor=actor, track=Track.objects.get(pk=pk), **{name: value})


def _phase_row(pk):
    return Phase.objects.select_related("track__plan", "starts", "ends").get(pk=pk)


def _phase(actor, plan, pk, name, value):
    edit_phase(actor=actor, phase=_phase_row(pk), **{name: value})


def _task(actor, plan, pk, name, value):
    if name == "form":
        value = form_named(value) if value else None
    edit_task(actor=actor, task=Task.objects.get(pk=pk), **{name: value})


def _task_phase(actor, plan, pk, key):
    phase = None
    if key is not None:
        phase = Phase.objects.filter(track__plan=plan, origin=key).select_related("track").first()
        if phase is None:
            raise Refused(_("Đơn vị chưa có đợt này; hãy nhận đợt trước."), code="no_phase")
    edit_task(actor=actor, task=Task.objects.get(pk=pk), phase=phase)


def _limit(actor, plan, kind, pk, side, target):
    spec = None
    if target is not None:
        spec = boundaries.Open()
        if target != "open":
            spec = bound(Boundary.objects.get(pk=target))
    if kind == "task":
        edit_task(actor=actor, task=Task.objects.select_related("due").get(pk=pk), due=spec)
    else:
        edit_phase(actor=actor, phase=_phase_row(pk), **{side: spec})


def _add_track(actor, plan, key):
    theirs = Track.objects.get(plan=plan.implements_id, key=key)
    mine = copy_track(actor, theirs, plan)
    _set_in_order(plan.tracks.all(), mine, Track.objects.filter(plan=plan.implements_id), theirs)


def _add_phase(actor, plan, key):
    rows = Phase.objects.select_related("track", "starts", "ends")
    theirs = rows.get(track__plan=plan.implements_id, key=key)
    track = Track.objects.filter(plan=plan, origin=theirs.track.key).first()
    if track is None:  # the unit had left the whole track out
        track = copy_track(actor, theirs.track, plan, only={theirs.pk})
        return
    mine = copy_phase(actor, theirs, track)
    _set_in_order(track.phases.all(), mine, Phase.objects.filter(track=theirs.track_id), theirs)


def _add_task(actor, plan, key):
    rows = Task.objects.select_related("form", "due", "phase")
    theirs = rows.get(plan=plan.implements_id, key=key)
    copy_task(actor, theirs, plan)


def _set_in_order(mine, row, theirs, model):
    """Put a new row behind the one that stands before it above, if that is here."""
    before = theirs.filter(position__lt=model.position).order_by("-position", "-id")
    here = dict(mine.exclude(pk=row.pk).values_list("origin", "pk"))
    order = list(mine.exclude(pk=row.pk).order_by("position", "id").values_list("pk", flat=True))
    for key in before.values_list("key", flat=True):
        if key in here:
            place(mine, row, order.index(here[key]) + 1)
            return
    place(mine, row, 0)


def _remove(actor, plan, kind, pk):
    if kind == "track":
        remove_track(actor=actor, track=Track.objects.get(pk=pk))
    elif kind == "phase":
        remove_phase(actor=actor, phase=_phase_row(pk))
    else:
        remove_task(actor=actor, task=Task.objects.select_related("due", "plan").get(pk=pk))


_TAKE = {
    "plan": _plan_text,
    "event": _event,
    "list": _list,
    "track": _track,
    "phase": _phase,
    "task": _task,
    "task_phase": _task_phase,
    "limit": _limit,
    "add_track": _add_track,
    "add_phase": _add_phase,
    "add_task": _add_task,
    "remove": _remove,
}

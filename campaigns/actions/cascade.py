"""The cascade: a unit's own plan, bound to its superior's."""

from django.utils.translation import gettext as _

from campaigns import boundaries, notify
from campaigns.actions._common import lock
from campaigns.actions.plans import create_plan
from campaigns.actions.structure import add_phase, add_track, set_forms, set_themes
from campaigns.actions.tasks import add_task
from campaigns.models import CascadeChoice, Phase, Plan, Task, Theme, Track
from campaigns.queries.cascade import digest_of, task_data
from campaigns.rules.specs import Open, RefSpec
from portal.common import audit
from portal.common.errors import Refused


def derive_plan(
    *, actor, above, issuer, title, phases=None, tasks=None, themes=True, forms=True, **values
):
    """Start a plan of `issuer` that carries out the plan `above`, which must be in force.

    Tracks and phases come along, every boundary bound to the superior's, so that a congress that
    moves there moves here; themes are copied as text; tasks given to `issuer` come along with
    their due dates bound likewise and are given to `issuer` again. The unit adds its own after.
    The plan remembers which version of the superior's it was made from (`synced_version`).

    Args:
        phases, tasks: ids of the superior's to bring along; None for all. A track comes along
            with any of its phases, and when it has none.
        themes, forms: whether those of the whole plan come along.
        values: further fields of `create_plan` (symbol, summary, …).

    Raises:
        Refused: "not_in_force"; "derived" when the issuer has such a plan already; "own_plan" for
            the issuer's own.
    """
    if above.issuer_id == issuer.pk:
        raise Refused(_("Đây là kế hoạch của chính cơ quan."), code="own_plan")
    with boundaries.editing(actor=actor):
        above = Plan.objects.select_for_update().get(pk=above.pk)
        if above.state != Plan.State.ISSUED:
            raise Refused(_("Kế hoạch cấp trên chưa hoặc không còn hiệu lực."), code="not_in_force")
        same = Plan.objects.filter(implements=above, issuer=issuer)
        if same.exclude(state=Plan.State.WITHDRAWN).exists():
            raise Refused(_("Cơ quan đã có kế hoạch triển khai kế hoạch này."), code="derived")
        values.setdefault("before_includes_day", above.before_includes_day)
        plan = create_plan(
            actor=actor,
            issuer=issuer,
            title=title,
            implements=above,
            basis=[above.document],
            events=[
                (link.event, link.observed_on)
                for link in above.plan_events.select_related("event").order_by("position", "id")
            ],
            **values,
        )
        Plan.objects.filter(pk=plan.pk).update(synced_version=above.version)
        if forms:
            links = above.plan_forms.select_related("form__family").order_by("position", "id")
            set_forms(actor=actor, plan=plan, forms=[link.form.name for link in links])
        if themes:
            rows = Theme.objects.filter(plan=above, phase=None).order_by("position", "id")
            set_themes(actor=actor, plan=plan, texts=[theme.text for theme in rows])
        for track in Track.objects.filter(plan=above).order_by("position", "id"):
            copy_track(actor, track, plan, only=phases)
        _copy_tasks(actor, above, plan, tasks)
    plan.refresh_from_db()
    return plan


def copy_track(actor, track, plan, only=None):
    """Bring a track of the superior into `plan`, with its phases (those of `only`)."""
    rows = Phase.objects.filter(track=track)
    wanted = rows if only is None else rows.filter(pk__in=only)
    if rows.exists() and not wanted.exists():
        return None
    mine = add_track(actor=actor, plan=plan, title=track.title, derived_from=track)
    for phase in wanted.select_related("starts", "ends").order_by("position", "id"):
        copy_phase(actor, phase, mine)
    return mine


def copy_phase(actor, phase, track):
    """Bring a phase of the superior into `track` of a derived plan, its limits bound."""
    themes = Theme.objects.filter(phase=phase).order_by("position", "id")
    return add_phase(
        actor=actor,
        track=track,
        title=phase.title,
        summary=phase.summary,
        starts=bound(phase.starts),
        ends=bound(phase.ends),
        themes=[theme.text for theme in themes],
        forms=[form.name for form in phase.forms.all()],
        derived_from=phase,
    )


def _copy_tasks(actor, above, plan, only):
    given = Task.objects.filter(plan=above, assignments__agency=plan.issuer_id)
    for task in given.select_related("form", "due", "phase").order_by("position", "id"):
        if only is None or task.pk in only:
            copy_task(actor, task, plan)
        else:
            # Left out on purpose: not offered again until the superior changes it.
            CascadeChoice.objects.create(
                plan=plan,
                item=f"task:{task.key}",
                theirs=digest_of(task_data(task)),
                choice=CascadeChoice.Choice.KEPT,
                version=above.version,
                made_by=actor,
            )


def copy_task(actor, task, plan):
    """Bring a task of the superior into `plan`, its due date bound, given to the issuer."""
    phase = None
    if task.phase_id:
        phase = Phase.objects.filter(track__plan=plan, origin=task.phase.key).first()
    texts = set(task.themes.values_list("text", flat=True))
    return add_task(
        actor=actor,
        plan=plan,
        title=task.title,
        detail=task.detail,
        deliverable=task.deliverable,
        phase=phase,
        form=task.form,
        due=bound(task.due) if task.due else None,
        themes=list(Theme.objects.filter(plan=plan, text__in=texts)),
        assigned_to=[plan.issuer],
        derived_from=task,
    )


def bound(boundary):
    """The superior's limit as a reference. An open one is open here too: a reference to it would
    say that there is a day which nobody knows.
    """
    return Open() if boundary.kind == boundary.Kind.OPEN else RefSpec(boundary_id=boundary.pk)


def set_derive_by(*, actor, plan, on, lock_version=None):
    """The day by which the units issue their plans; None for no day.

    Raises:
        StaleVersion; Refused: "not_in_force".
    """
    with boundaries.editing(actor=actor):
        row = lock(plan, lock_version)
        if row.state not in (Plan.State.EDITING, Plan.State.ISSUED):
            raise Refused(_("Kế hoạch không còn hiệu lực nên không đặt hạn."), code="not_in_force")
        before = audit.snapshot(row, ("derive_by",))
        row.derive_by = on
        changes = audit.diff(before, audit.snapshot(row, ("derive_by",)))
        if changes:
            row.lock_version += 1
            row.save(update_fields=["derive_by", "lock_version"])
            notify.derive_day_changed(row)
            audit.record(
                actor=actor, verb="set_derive_by", obj=row, agency=row.issuer_id, changes=changes
            )
    return row

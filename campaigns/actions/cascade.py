"""The cascade: a unit's own plan, bound to its superior's."""

from django.utils.translation import gettext as _

from campaigns import boundaries
from campaigns.actions.plans import create_plan
from campaigns.actions.structure import add_phase, add_track, set_forms, set_themes
from campaigns.actions.tasks import add_task
from campaigns.models import Phase, Plan, Task, Theme, Track
from campaigns.rules.specs import Open, RefSpec
from portal.common.errors import Refused


def derive_plan(*, actor, above, issuer, title, **values):
    """Start a plan of `issuer` that carries out the plan `above`, which must be in force.

    Tracks and phases come along, every boundary bound to the superior's, so that a congress that
    moves there moves here; themes are copied as text; tasks given to `issuer` come along with
    their due dates bound likewise and are given to `issuer` again. The unit adds its own after.

    Args:
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
        links = above.plan_forms.select_related("form__family").order_by("position", "id")
        set_forms(actor=actor, plan=plan, forms=[link.form.name for link in links])
        phases = _copy_tracks(actor, above, plan)
        _copy_tasks(actor, above, plan, phases)
    plan.refresh_from_db()
    return plan


def _copy_tracks(actor, above, plan):
    """{id of a phase above: the phase here}."""
    themes = {}
    for theme in Theme.objects.filter(plan=above).order_by("position", "id"):
        themes.setdefault(theme.phase_id, []).append(theme.text)
    set_themes(actor=actor, plan=plan, texts=themes.get(None, ()))
    found = {}
    for track in Track.objects.filter(plan=above).order_by("position", "id"):
        mine = add_track(actor=actor, plan=plan, title=track.title, derived_from=track)
        for phase in (
            Phase.objects.filter(track=track)
            .select_related("starts", "ends")
            .order_by("position", "id")
        ):
            found[phase.pk] = add_phase(
                actor=actor,
                track=mine,
                title=phase.title,
                summary=phase.summary,
                starts=_bound(phase.starts),
                ends=_bound(phase.ends),
                themes=themes.get(phase.pk, ()),
                derived_from=phase,
            )
    return found


def _copy_tasks(actor, above, plan, phases):
    mine = Task.objects.filter(plan=above, assignments__agency=plan.issuer_id)
    for task in mine.select_related("form", "due").order_by("position", "id"):
        add_task(
            actor=actor,
            plan=plan,
            title=task.title,
            detail=task.detail,
            deliverable=task.deliverable,
            phase=phases.get(task.phase_id),
            form=task.form,
            due=_bound(task.due) if task.due else None,
            assigned_to=[plan.issuer],
            derived_from=task,
        )


def _bound(boundary):
    """The superior's limit as a reference. An open one is open here too: a reference to it would
    say that there is a day which nobody knows.
    """
    return Open() if boundary.kind == boundary.Kind.OPEN else RefSpec(boundary_id=boundary.pk)

"""Tasks of a plan."""

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
from campaigns.actions.structure import _change, _record
from campaigns.actions.work import assign_task
from campaigns.models import Assignment, CascadeChoice, Task
from campaigns.owners import TASK
from campaigns.queries.cascade import digest_of, task_data
from campaigns.rules.specs import END
from portal.common import text
from portal.common.errors import Refused

TITLE = 300
FIELDS = ("title", "detail", "deliverable", "phase", "form")


def add_task(
    *,
    actor,
    plan,
    title,
    detail="",
    deliverable="",
    phase=None,
    due=None,
    form=None,
    themes=(),
    assigned_to=(),
    derived_from=None,
    key=None,
):
    """Add a task at the end.

    Args:
        themes: Themes of this plan or its phases that the task carries out.
        due: a Spec, or None when the text sets no limit.
        form: a Form; phase: a Phase of this plan.
        assigned_to: Agencies it is given to at once.
        key: made with the form; sent again it gives the task that was made the first time.

    Raises:
        Refused: "phase_elsewhere", "theme_elsewhere", "not_editable", "cycle".
    """
    with boundaries.editing(actor=actor) as graph:
        plan = editable(plan)
        if sent := sent_before(plan.tasks.all(), key):
            return sent
        _check_phase(plan, phase)
        _check_themes(plan, themes)
        task = Task.objects.create(
            plan=plan,
            key=key or uuid.uuid4(),
            title=one_line(title, limit=TITLE, what=_("tên nhiệm vụ")),
            detail=text.clean(detail or ""),
            deliverable=text.one_line(deliverable or ""),
            phase=phase,
            form=form,
            due=graph.create(side=END, owner_kind=TASK, spec=due) if due else None,
            position=last_position(plan.tasks.all()),
            derived_from=derived_from,
            origin=derived_from and derived_from.key,
        )
        task.themes.set(themes)
        _record(actor, "add_task", task, plan, {"title": [None, task.title]})
        if assigned_to:
            assign_task(actor=actor, task=task, agencies=assigned_to)
        amended(graph, plan, actor)
    return task


def edit_task(*, actor, task, lock_version=None, graph_revision=None, reason="", **values):
    """Change a task: FIELDS, `due` (a Spec or None) and `themes` (Themes of the plan).

    Args:
        graph_revision: of the preview that was shown; an older one is refused ("stale_preview").
        reason: why the due date moves, told to those concerned.

    Raises:
        StaleVersion; Refused: "phase_elsewhere", "theme_elsewhere", "not_editable", "cycle",
            "boundary_in_use", "stale_preview".
    """
    with boundaries.editing(actor=actor, reason=text.one_line(reason)) as graph:
        plan = editable(task.plan)
        task = lock(task, lock_version)
        boundaries.check_seen(graph_revision)
        if "title" in values:
            values["title"] = one_line(values["title"], limit=TITLE, what=_("tên nhiệm vụ"))
        if "detail" in values:
            values["detail"] = text.clean(values["detail"] or "")
        if "deliverable" in values:
            values["deliverable"] = text.one_line(values["deliverable"] or "")
        _check_phase(plan, values.get("phase"))
        has_due, due = "due" in values, values.pop("due", None)
        themes = values.pop("themes", None)
        changes = _change(task, values, FIELDS)
        gone = None
        if has_due:
            before = boundaries.as_written(task.due) if task.due else None
            if due is None and task.due is not None:
                gone, task.due = task.due, None
                release_derived(graph, plan, [gone])
                graph.check_free([gone])
                changes["due"] = [before, None]
            elif due is not None and task.due is None:
                task.due = graph.create(side=END, owner_kind=TASK, spec=due)
                changes["due"] = [None, boundaries.as_written(task.due)]
            elif due is not None and graph.replace(task.due, due):
                changes["due"] = [before, boundaries.as_written(task.due)]
        if themes is not None and (moved := _write_task_themes(plan, task, themes)):
            changes["themes"] = moved
        if changes:
            task.lock_version += 1
            task.save()
            if gone is not None:
                notify.due_removed([gone.pk])
                graph.delete([gone])
            _record(actor, "edit_task", task, plan, changes)
            amended(graph, plan, actor)
    return task


def move_task(*, actor, task, position):
    """Put a task at `position` (0 is first) in its plan."""
    with boundaries.editing(actor=actor) as graph:
        plan = editable(task.plan)
        before = task.position
        place(plan.tasks.all(), task, position)
        if before != task.position:
            _record(actor, "move_task", task, plan, {"position": [before, task.position]})
            amended(graph, plan, actor)
    return task


def remove_task(*, actor, task):
    """Remove a task nobody has begun.

    Raises:
        Refused: "begun" when a unit has entered progress or evidence for it.
    """
    with boundaries.editing(actor=actor) as graph:
        plan = editable(task.plan)
        rows = Assignment.objects.filter(task=task)
        begun = rows.exclude(state=Assignment.State.TODO) | rows.filter(evidence__isnull=False)
        if begun.exists():
            raise Refused(
                _("Đã có đơn vị thực hiện nhiệm vụ này nên không xóa được."), code="begun"
            )
        _record(actor, "remove_task", task, plan, {"title": [task.title, None]})
        due = task.due
        if due is not None:
            release_derived(graph, plan, [due])
            graph.check_free([due])
        _remember_left_out(actor, plan, task)
        rows.update(parent=None)  # nobody has begun; children and parents go together
        rows.delete()
        notify.tasks_removed([task.pk])
        Task.objects.filter(pk=task.pk).delete()
        if due is not None:
            graph.delete([due])
        amended(graph, plan, actor)


def _remember_left_out(actor, plan, task):
    """A unit drops what its superior gave it: it is not offered again as new."""
    above = task.derived_from
    if above is None or plan.implements_id != above.plan_id:
        return
    CascadeChoice.objects.update_or_create(
        plan=plan,
        item=f"task:{above.key}",
        defaults={
            "theirs": digest_of(task_data(above)),
            "choice": CascadeChoice.Choice.KEPT,
            "version": plan.implements.version,
            "made_by": actor,
        },
    )


def _check_phase(plan, phase):
    if phase is not None and phase.track.plan_id != plan.pk:
        raise Refused(_("Đợt này thuộc kế hoạch khác."), code="phase_elsewhere")


def _check_themes(plan, themes):
    if any(theme.plan_id != plan.pk for theme in themes):
        raise Refused(_("Nội dung này thuộc kế hoạch khác."), code="theme_elsewhere")


def _write_task_themes(plan, task, themes):
    """Returns [before, after] as texts when the list changed, else None."""
    _check_themes(plan, themes)
    before = {theme.pk: theme.text for theme in task.themes.all()}
    after = {theme.pk: theme.text for theme in themes}
    if before.keys() == after.keys():
        return None
    task.themes.set(themes)
    return [list(before.values()), list(after.values())]

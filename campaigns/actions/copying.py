"""Plans made from other plans: copies, templates, plans from templates."""

import calendar
from dataclasses import replace

from django.utils.translation import gettext as _

from campaigns import boundaries
from campaigns.actions.plans import create_plan
from campaigns.actions.structure import add_phase, add_track, set_forms, set_themes
from campaigns.actions.tasks import add_task
from campaigns.actions.work import assign_task
from campaigns.models import Assignment, Phase, Plan, Task, Theme, Track
from campaigns.rules.specs import DateSpec, EventSpec, RefSpec, Unknown
from portal.agencies.queries import reachable
from portal.common import audit
from portal.common.errors import Refused

#: What becomes of dates that are written as such.
KEEP, SHIFT, UNKNOWN = "keep", "shift", "unknown"


def copy_plan(
    *,
    actor,
    source,
    issuer,
    title,
    dates=UNKNOWN,
    years=0,
    events=None,
    assigned=False,
    template=False,
):
    """Start a plan of `issuer` with the tracks, phases, themes, forms and tasks of `source`.

    What hangs on an event or on a phase goes on hanging on it: on the copy's own phase where the
    source has it, on another plan's where the source hung there. Symbol, signer, legal basis and
    the superior's plan are not copied: they are the new plan's own.

    Args:
        dates: KEEP, SHIFT by `years` (29/2 becomes 28/2 where it must), or UNKNOWN.
        events: {event id: the Event to put in its place}; others stay.
        assigned: give the tasks to the same units, as far as `issuer` may.
        template: make a template: a plan that is never submitted, for others to start from.

    Raises:
        Refused: "years" for a shift by nothing; as `create_plan`.
    """
    if dates == SHIFT and not years:
        raise Refused(_("Ghi số năm cần dời."), code="years")
    events = events or {}
    with boundaries.editing(actor=actor) as graph:
        plan = create_plan(
            actor=actor,
            issuer=issuer,
            title=title,
            summary=source.summary,
            before_includes_day=source.before_includes_day,
            needs_acceptance=source.needs_acceptance,
            events=_events(source, events),
        )
        if template:
            plan.is_template = True
            plan.save(update_fields=["is_template"])
        links = source.plan_forms.select_related("form").order_by("position", "id")
        set_forms(actor=actor, plan=plan, forms=[link.form.name for link in links])
        copy = _Copy(graph, actor, source, plan, dates, years, events)
        copy.tracks()
        copy.tasks()
        copy.limits()
        if assigned:
            copy.assignments()
        audit.record(
            actor=actor,
            verb="copy_plan",
            obj=plan,
            agency=issuer,
            changes={"source": [None, source.key], "template": [None, template]},
        )
    plan.refresh_from_db()
    return plan


def _events(source, replaced):
    """(Event, observed_on) pairs; a day that belongs to one occasion is not carried to another."""
    links = source.plan_events.select_related("event").order_by("position", "id")
    found = {}
    for link in links:
        event = replaced.get(link.event_id)
        found.setdefault(
            (event or link.event).pk,
            (event or link.event, None if event else link.observed_on),
        )
    return list(found.values())


class _Copy:
    """One copying under way; `_boundaries` are {id of a boundary of the source: the new one}."""

    def __init__(self, graph, actor, source, plan, dates, years, events):
        self.graph, self.actor, self.source, self.plan = graph, actor, source, plan
        self.dates, self.years, self.events = dates, years, events
        self._boundaries, self._stored = {}, {}
        self._phases, self._themes, self._tasks = {}, {}, {}

    def tracks(self):
        themes = {}
        rows = Theme.objects.filter(plan=self.source).order_by("position", "id")
        for theme in rows:
            themes.setdefault(theme.phase_id, []).append(theme)
        own = themes.get(None, ())
        set_themes(actor=self.actor, plan=self.plan, texts=[t.text for t in own])
        self._match(own, None)
        for track in Track.objects.filter(plan=self.source).order_by("position", "id"):
            mine = add_track(
                actor=self.actor,
                plan=self.plan,
                title=track.title,
                declared_phases=track.declared_phases,
            )
            phases = Phase.objects.filter(track=track).select_related("starts", "ends")
            for phase in phases.prefetch_related("forms").order_by("position", "id"):
                self._phase(phase, mine, themes.get(phase.pk, ()))

    def _phase(self, phase, track, themes):
        made = add_phase(
            actor=self.actor,
            track=track,
            title=phase.title,
            summary=phase.summary,
            starts=Unknown(),
            ends=Unknown(),
            themes=[t.text for t in themes],
            forms=[f.name for f in phase.forms.all()],
        )
        self._phases[phase.pk] = made
        self._match(themes, made)
        self._pair(phase.starts, made.starts)
        self._pair(phase.ends, made.ends)

    def _match(self, themes, phase):
        made = {t.text: t for t in Theme.objects.filter(plan=self.plan, phase=phase)}
        self._themes |= {t.pk: made[t.text] for t in themes if t.text in made}

    def _pair(self, old, new):
        self._boundaries[old.pk] = new
        self._stored[old.pk] = old

    def tasks(self):
        rows = Task.objects.filter(plan=self.source).select_related("form", "due")
        for task in rows.prefetch_related("themes").order_by("position", "id"):
            made = add_task(
                actor=self.actor,
                plan=self.plan,
                title=task.title,
                detail=task.detail,
                deliverable=task.deliverable,
                phase=self._phases.get(task.phase_id),
                form=task.form,
                themes=[self._themes[t.pk] for t in task.themes.all() if t.pk in self._themes],
                due=Unknown() if task.due else None,
            )
            self._tasks[task.pk] = made
            if task.due:
                self._pair(task.due, made.due)

    def limits(self):
        """Every boundary says what its original says; only now do all of them exist."""
        for pk, new in self._boundaries.items():
            self.graph.replace(new, self._spec(boundaries.spec_of(self._stored[pk])))

    def _spec(self, spec):
        if isinstance(spec, DateSpec):
            if self.dates == UNKNOWN:
                return Unknown()
            return spec if self.dates == KEEP else _shifted(spec, self.years)
        if isinstance(spec, EventSpec) and spec.event_id in self.events:
            # The words of the text may name the event that was replaced.
            return replace(spec, event_id=self.events[spec.event_id].pk, verbatim="")
        if isinstance(spec, RefSpec) and spec.boundary_id in self._boundaries:
            return replace(spec, boundary_id=self._boundaries[spec.boundary_id].pk)
        return spec

    def assignments(self):
        within = reachable(self.plan.issuer)
        rows = Assignment.objects.filter(
            task__plan=self.source, parent=None, agency__in=within
        ).select_related("agency")
        given = {}
        for row in rows.order_by("agency__protocol_no", "agency__sort_key", "id"):
            given.setdefault(row.task_id, []).append(row.agency)
        for task_id, agencies in given.items():
            assign_task(actor=self.actor, task=self._tasks[task_id], agencies=agencies)


def _shifted(spec, years):
    """The same day so many years later; the wording of the text, which may name the year, goes."""
    year = spec.date.year + years
    if not 1 <= year <= 9999:
        raise Refused(_("Mốc thời gian rơi ra ngoài lịch."), code="overflow")
    last = calendar.monthrange(year, spec.date.month)[1]
    date = spec.date.replace(year=year, day=min(spec.date.day, last))
    return replace(spec, date=date, verbatim="")


def end_template(*, actor, plan):
    """A template becomes an ordinary draft of its office."""
    with boundaries.editing(actor=actor):
        current = Plan.objects.select_for_update().get(pk=plan.pk)
        if current.is_template:
            current.is_template = False
            current.save(update_fields=["is_template"])
            audit.record(actor=actor, verb="end_template", obj=current, agency=current.issuer_id)
    return current

"""Plans: lists and the page of one plan."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import F, Q
from django.utils.translation import gettext as _

from campaigns.boundaries import written
from campaigns.models import Event, Phase, Plan, PlanEvent, PlanForm, Task, Theme, Track
from campaigns.queries.given import Given, given_of
from campaigns.rules import access
from campaigns.rules.states import ACTIVE, phase_state
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.official.models import DocumentLink

#: So many plans that carry a plan out are shown on its page.
MOST_DERIVED = 20
_PHASE_JOINS = (
    "starts__event__host",
    "ends__event__host",
    "track",
)


@dataclass(frozen=True)
class BoundaryView:
    """A boundary as a page shows it: the words, and the day they come to (None: unknown)."""

    boundary: object
    words: str
    on: dt.date | None

    @property
    def open(self):
        return self.boundary.kind == "open"


@dataclass
class PhaseView:
    """A phase with its limits, its state on the day asked for, its themes and forms."""

    phase: Phase
    starts: BoundaryView
    ends: BoundaryView
    state: str
    themes: list = field(default_factory=list)
    forms: list = field(default_factory=list)
    tasks: list = field(default_factory=list)

    @property
    def title(self):
        return self.phase.title


@dataclass
class TrackView:
    """A track with its phases in order."""

    track: Track
    phases: list = field(default_factory=list)

    @property
    def title(self):
        return self.track.title


@dataclass
class TaskView:
    """A task with its due date and themes, and of its units what the reader may see."""

    task: Task
    due: BoundaryView | None
    given: Given = field(default_factory=Given)
    themes: list[Theme] = field(default_factory=list)


@dataclass(frozen=True)
class EventView:
    """An event of a plan: `observed_on` is the day a commemoration is marked by this plan."""

    event: Event
    observed_on: dt.date | None

    @property
    def opens(self):
        return self.observed_on or self.event.opens

    @property
    def closes(self):
        return self.observed_on or self.event.closes


@dataclass
class Outline:
    """What everybody may know of a plan on `day`: its tracks with phases and their themes, the
    themes of the whole plan, its events."""

    plan: Plan
    day: dt.date
    tracks: list[TrackView]
    themes: list[Theme]
    events: list[EventView]

    @property
    def phases(self):
        return [phase for track in self.tracks for phase in track.phases]

    @property
    def current(self):
        """The phases that are active on the day."""
        return [p for p in self.phases if p.state == ACTIVE]


@dataclass
class PlanPage(Outline):
    """Everything the page of a plan shows on `day`.

    `tasks` is empty for readers who see none; `sees_all_tasks` tells those who see every unit from
    those who see only their own.
    """

    links: list[PlanForm]  # with their form, in the order of the plan
    basis: list
    derived: list[Plan]
    tasks: list[TaskView]
    sees_all_tasks: bool
    warnings: list = field(default_factory=list)
    derived_more: bool = False

    @property
    def document(self):
        return self.plan.document

    @property
    def forms(self):
        """[(FormFamily or None, [Form])]"""
        families = {}
        for link in self.links:
            families.setdefault(link.form.family, []).append(link.form)
        return list(families.items())

    @property
    def text_warnings(self):
        """Warnings about the text that readers see; free days are the office's own business."""
        return [w for w in self.warnings if w.code not in ("holiday", "outside")]


def visible_plans(user):
    """Plans `user` may see, newest first, with document and issuer. Mirrors `may_see_plan`.

    Templates are no plans of anybody: they are found by `queries.templates`.
    """
    grants = grants_of(user)
    own = grants.agency_ids(access.OFFICE)
    seen = Q(state__in=access.PUBLIC)
    if own:
        seen |= Q(issuer_id__in=own)
    for path in grants.subtree_paths(access.OFFICE):
        seen |= Q(issuer__node__path__startswith=path) & ~Q(state=Plan.State.EDITING)
    return (
        Plan.objects.filter(seen, is_template=False)
        .select_related("document", "issuer", "implements")
        .order_by("-document__issued_on", "-id")
    )


def visible_documents(documents, user):
    """Of `documents` (OfficialDocument) those `user` may know of: a plan hides its own row."""
    seen = visible_plans(user).order_by().values("document_id")
    return documents.filter(Q(plan=None) | Q(pk__in=seen))


def document_pages(documents, user):
    """{document id: (label, address)} of the plans behind `documents` that `user` may see."""
    plans = visible_plans(user).filter(document__in=documents)
    label = _("Các đợt, nội dung và tiến trình của kế hoạch")
    return {plan.document_id: (label, plan.get_absolute_url()) for plan in plans}


def documents_of_plans(ids):
    """{document id: sentence} of those of `ids` that belong to a plan and change with it."""
    found = Plan.objects.filter(document__in=ids).values_list("document_id", flat=True)
    sentence = _("Đây là văn bản của một kế hoạch trên cổng: sửa số, ngày, căn cứ ở kế hoạch đó.")
    return dict.fromkeys(found, sentence)


def current_phases(plans, day=None):
    """{plan id: [PhaseView] active on `day`} for a page of plans. One query and words."""
    day = day or clock.today()
    rows = list(
        Phase.objects.filter(track__plan__in=[p.pk for p in plans])
        .select_related(*_PHASE_JOINS)
        .order_by("track__position", "position", "id")
    )
    active = [row for row in rows if phase_state(row, day) == ACTIVE]
    found = defaultdict(list)
    for view in phase_views(active, day):
        found[view.phase.track.plan_id].append(view)
    return dict(found)


def phase_views(phases, day, *, context_key=""):
    """PhaseViews without themes and forms; `phases` come with their boundaries and events."""
    limits = [b for p in phases for b in (p.starts, p.ends)]
    words = written(limits, context_key=context_key)
    return [
        PhaseView(
            phase=p,
            starts=BoundaryView(p.starts, words[p.starts_id], p.starts.resolved_on),
            ends=BoundaryView(p.ends, words[p.ends_id], p.ends.resolved_on),
            state=phase_state(p, day),
        )
        for p in phases
    ]


def outline(plan, day=None):
    """The Outline of `plan` on `day` (today). Four queries, and the words of the boundaries."""
    day = day or clock.today()
    tracks = {t.pk: TrackView(t) for t in plan.tracks.order_by("position", "id")}
    rows = list(
        Phase.objects.filter(track__plan=plan)
        .select_related(*_PHASE_JOINS)
        .order_by("track__position", "position", "id")
    )
    views = {v.phase.pk: v for v in phase_views(rows, day, context_key=_context_key(plan))}
    for view in views.values():
        tracks[view.phase.track_id].phases.append(view)
    themes = []
    for theme in Theme.objects.filter(plan=plan).order_by("position", "id"):
        (views[theme.phase_id].themes if theme.phase_id in views else themes).append(theme)
    return Outline(
        plan=plan, day=day, tracks=list(tracks.values()), themes=themes, events=_events(plan)
    )


def _context_key(plan):
    return f"campaigns.plan:{plan.pk}"


def plan_page(plan, *, user=None, day=None):
    """The PlanPage of `plan` (with `document` and `issuer`, best from `visible_plans`).

    Args:
        user: whose eyes; None shows everything (commands, versions).
        day: the day states are computed for, today if not given.
    """
    from campaigns.queries.warnings import warnings_of

    told = outline(plan, day)
    day, views = told.day, {view.phase.pk: view for view in told.phases}
    links = Phase.forms.through.objects.filter(phase__track__plan=plan).select_related("form")
    for link in links.order_by("form__order", "form_id"):
        views[link.phase_id].forms.append(link.form)
    sees_all = user is None or access.may_see_all_tasks(user, plan)
    derived = list(_derived(plan, user)[: MOST_DERIVED + 1])
    page = PlanPage(
        plan=plan,
        day=day,
        tracks=told.tracks,
        themes=told.themes,
        links=_links(plan),
        events=told.events,
        basis=basis_of(plan),
        derived=derived[:MOST_DERIVED],
        derived_more=len(derived) > MOST_DERIVED,
        tasks=_tasks(plan, user, sees_all, day, _context_key(plan)),
        sees_all_tasks=sees_all,
    )
    for task in page.tasks:
        if task.task.phase_id in views:
            views[task.task.phase_id].tasks.append(task)
    page.warnings = warnings_of(page)
    return page


def basis_of(plan):
    """OfficialDocuments the plan stands on, in the order of the text."""
    links = DocumentLink.objects.filter(
        source_id=plan.document_id, kind=DocumentLink.Kind.BASIS
    ).select_related("target__issuer")
    return [link.target for link in links.order_by("position", "id")]


def _derived(plan, user):
    rows = Plan.objects.filter(implements=plan) if user is None else visible_plans(user)
    return (
        rows.filter(implements=plan)
        .select_related("document", "issuer")
        .order_by("issuer__protocol_no", "issuer__sort_key", "id")
    )


def _links(plan):
    links = PlanForm.objects.filter(plan=plan).select_related("form__family")
    return list(links.order_by("position", "id"))


def _events(plan):
    rows = PlanEvent.objects.filter(plan=plan).select_related("event__host")
    views = [EventView(row.event, row.observed_on) for row in rows.order_by("position", "id")]
    # Those with a day by day; the others behind them, in the order of the text.
    return sorted(views, key=lambda v: v.opens or v.closes or dt.date.max)


def _tasks(plan, user, sees_all, day, key):
    mine, person = None, None
    if not sees_all:
        if not user.is_authenticated:
            return []
        mine, person = access.own_agency_ids(user), user
    rows = Task.objects.filter(plan=plan).select_related("due__event__host", "phase", "form")
    tasks = list(rows.order_by("position", "id"))
    if not tasks:
        return []
    given = given_of(tasks, day=day, agency_ids=mine, responsible=person)
    words = written([t.due for t in tasks if t.due], context_key=key)
    themes = defaultdict(list)
    links = Task.themes.through.objects.filter(task__plan=plan).select_related("theme")
    first = F("theme__phase_id").asc(nulls_first=True)
    for link in links.order_by(first, "theme__position", "theme_id"):
        themes[link.task_id].append(link.theme)
    return [
        TaskView(
            task=task,
            due=BoundaryView(task.due, words[task.due_id], task.due.resolved_on)
            if task.due
            else None,
            given=given.get(task.pk) or Given(),
            themes=themes[task.pk],
        )
        for task in tasks
        if sees_all or task.pk in given
    ]

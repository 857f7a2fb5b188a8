"""The plan of the root, the plans derived from it, their tasks and the notices that wait.

The root's plan is made by the verbs of the portal; what is derived is written as rows, in the shape
that `derive_plan` leaves: every limit refers to the same one of the plan above.
"""

import datetime as dt
import uuid

from campaigns import actions, boundaries
from campaigns.models import (
    Assignment,
    Boundary,
    Event,
    Evidence,
    Phase,
    Plan,
    PlanEvent,
    Task,
    Track,
)
from campaigns.notify import PHASE
from campaigns.owners import PHASE as PHASE_OWNER
from campaigns.owners import TASK as TASK_OWNER
from portal.accounts.models import User
from portal.agencies.models import Agency
from portal.common import clock
from portal.notices import registry
from portal.notices.models import ScheduledNotice
from portal.official.models import OfficialDocument
from tests.bench.copying import copy, next_id, settle

TRACKS, PHASES_EACH = 2, 6
ROOT_TASKS, OWN_TASKS = 16, 4
#: The congress opens so many days from today: some phases are over, some are to come.
OPENS_IN = 200
TASK = "campaigns.task"


def make(world, scale):
    """Returns the root's Plan."""
    top = _root_plan(world)
    derived = _derived(world, top)
    _assignments(world, top, derived)
    _notices(world, scale, derived)
    return top


def _root_plan(world):
    root = Agency.objects.get(pk=world.root)
    staff = User.objects.get(pk=world.staff[world.root])
    event = actions.create_event(
        actor=staff,
        slug="dai-hoi-toan-quoc",
        host=root,
        kind=Event.Kind.CONGRESS,
        delegates=Event.Delegates.NATIONAL,
        ordinal=15,
        term_start=world.day.year,
        term_end=world.day.year + 5,
        planned_opens=world.day + dt.timedelta(days=OPENS_IN),
        planned_closes=world.day + dt.timedelta(days=OPENS_IN + 6),
    )
    plan = actions.create_plan(
        actor=staff,
        issuer=root,
        title="Kế hoạch tuyên truyền đại hội đảng các cấp tiến tới Đại hội toàn quốc",
        summary=world.words(60),
        events=[event],
    )
    phases = []
    for t in range(TRACKS):
        track = actions.add_track(actor=staff, plan=plan, title=f"Mạch tuyên truyền {t + 1}")
        for n in range(PHASES_EACH):
            starts = -300 + 65 * n + t
            phases.append(
                actions.add_phase(
                    actor=staff,
                    track=track,
                    title=f"Đợt {n + 1}",
                    summary=world.words(30),
                    starts=_of(event, starts),
                    ends=_of(event, starts + 64),
                    themes=[world.words(12), world.words(12)],
                )
            )
    for n in range(ROOT_TASKS):
        phase = phases[n % len(phases)]
        actions.add_task(
            actor=staff,
            plan=plan,
            title=f"Nhiệm vụ {n + 1}: {world.words(8)}",
            phase=phase,
            due=boundaries.RefSpec(boundary_id=phase.ends_id, offset=-(n % 5)),
        )
    actions.submit_plan(actor=staff, plan=plan)
    actions.issue_plan(actor=User.objects.get(pk=world.approver), plan=plan)
    plan.refresh_from_db()
    return plan


def _of(event, days):
    return boundaries.EventSpec(event_id=event.pk, moment="opens", offset=days)


class Derived:
    """Rows of derived plans, collected before they are written; numbers are given here."""

    def __init__(self):
        self.next = {
            model: next_id(model)
            for model in (OfficialDocument, Plan, Track, Phase, Task, Boundary)
        }
        self.rows = {model: [] for model in self.next}
        self.links = []
        #: plan -> [(number, boundary, starts?, day)] of its phases; and of its own tasks
        self.phases = {}
        self.tasks = {}

    def add(self, model, **values):
        pk = self.next[model]
        self.next[model] += 1
        self.rows[model].append({"id": pk, **values})
        return pk

    def limit(self, above, offset=0):
        """A boundary that refers to `above`, a (number, side, day) triple."""
        number, side, day, owner = above
        day += dt.timedelta(days=offset)
        after = day + dt.timedelta(days=1) if side == "end" else day
        pk = self.add(
            Boundary,
            kind="ref",
            side=side,
            owner_kind=owner,
            date=None,
            event_id=None,
            ref_boundary_id=number,
            offset=offset,
            resolved_on=day,
            at=dt.datetime.combine(after, dt.time.min, tzinfo=clock.TZ),
        )
        return pk, side, day, owner


def _derived(world, top):
    made = Derived()
    event = top.events.get().pk
    skeleton = [
        (
            track.pk,
            track.title,
            [
                (p.pk, p.title, _triple(p.starts), _triple(p.ends))
                for p in track.phases.select_related("starts", "ends").order_by("position", "id")
            ],
        )
        for track in top.tracks.order_by("position", "id")
    ]
    below = {}
    for agency in world.provinces:
        below[agency] = _one(world, made, agency, top.pk, skeleton, event)
    for agency in world.communes:
        plan, shape = below[world.parent[agency]]
        _one(world, made, agency, plan, shape, event)
    for model in (OfficialDocument, Plan, Boundary, Track, Phase, Task):
        copy(model, made.rows[model])
    copy(PlanEvent, made.links)
    settle(OfficialDocument, Plan, PlanEvent, Boundary, Track, Phase, Task)
    return made


def _triple(boundary):
    return boundary.pk, boundary.side, boundary.resolved_on, PHASE_OWNER


def _one(world, made, agency, above, shape, event):
    """The plan of one unit below the plan `above`; returns its number and its shape."""
    name = world.names[agency]
    title = f"Kế hoạch tuyên truyền đại hội của {name}"
    document = made.add(OfficialDocument, issuer_id=agency, issuer_name=name, title=title)
    plan = made.add(
        Plan,
        document_id=document,
        issuer_id=agency,
        implements_id=above,
        key=f"don-vi-{agency}",
        slug="ke-hoach-tuyen-truyen",
        title=title,
        summary="",
        state="issued",
        issued_at=world.now,
    )
    made.links.append({"plan_id": plan, "event_id": event})
    mine, limits = [], []
    for t, (track, track_title, phases) in enumerate(shape):
        row = made.add(
            Track, plan_id=plan, key=uuid.uuid4(), position=t, title=track_title,
            derived_from_id=track,
        )  # fmt: skip
        own = []
        for n, (phase, phase_title, starts, ends) in enumerate(phases):
            start, end = made.limit(starts), made.limit(ends)
            pk = made.add(
                Phase, track_id=row, key=uuid.uuid4(), position=n, title=phase_title,
                starts_id=start[0], ends_id=end[0], derived_from_id=phase,
            )  # fmt: skip
            own.append((pk, phase_title, start, end))
            limits += [(pk, *start), (pk, *end)]
        mine.append((row, track_title, own))
    made.phases[plan] = (agency, limits)
    phases = [phase for _row, _title, own in mine for phase in own]
    made.tasks[plan] = (agency, [])
    for n in range(OWN_TASKS):
        phase, _title, _start, end = phases[n % len(phases)]
        number, _side, day, _owner = end
        due = made.limit((number, "end", day, TASK_OWNER), -n)
        task = made.add(
            Task, plan_id=plan, phase_id=phase, key=uuid.uuid4(), position=n,
            title=f"Việc của đơn vị {n + 1}", due_id=due[0], derived_from_id=None,
        )  # fmt: skip
        made.tasks[plan][1].append((task, *due))
    return plan, mine


def _assignments(world, top, made):
    """Every task of the root for every unit that has a plan, and the units' own tasks."""
    tasks = list(top.tasks.values_list("pk", "due__resolved_on"))
    units = [*world.provinces, *world.communes]
    pairs = [(task, day, agency) for task, day in tasks for agency in units]
    for agency, own in made.tasks.values():
        pairs += [(task, day, agency) for task, _boundary, _side, day, _owner in own]
    number = next_id(Assignment)
    rows, shown = [], []
    for task, day, agency in pairs:
        past = day <= world.day
        state = world.rng.choices(("done", "doing", "todo"), (80, 12, 8) if past else (10, 30, 60))[
            0
        ]
        done_on = min(day, world.day) if state == "done" else None
        rows.append(
            {"id": number, "task_id": task, "agency_id": agency, "state": state, "done_on": done_on}
        )
        if done_on is not None and world.rng.random() < 0.5:
            shown.append(
                {
                    "assignment_id": number,
                    "source_kind": "manual",
                    "source_id": uuid.uuid4().hex,
                    "title": world.words(8),
                    "happened_on": done_on,
                    "added_by_id": world.staff[agency],
                }
            )
        number += 1
    copy(Assignment, rows)
    copy(Evidence, shown)
    settle(Assignment, Evidence)


def _notices(world, scale, made):
    """Pending notices: `scale.due` that are due, `scale.notices` that are not."""
    wanted = scale.notices + scale.due

    def every():
        for offset in (-3, 0, -14, -7, -1, -21, -28, -35):
            for agency, limits in made.phases.values():
                for phase, boundary, side, day, _owner in limits:
                    yield agency, phase, boundary, side, day, offset

    def rows():
        for n, (agency, phase, boundary, side, day, offset) in enumerate(every()):
            if n >= wanted:
                return
            if side == "start":
                kind = registry.PHASE_STARTS_SOON if offset else registry.PHASE_STARTED
            else:
                kind = registry.PHASE_ENDS_SOON if offset else registry.PHASE_ENDED
            due = world.now - dt.timedelta(minutes=5)
            if n >= scale.due:
                later = max((day - world.day).days + offset, 1 + n % 300)
                due = world.now + dt.timedelta(days=later)
            yield {
                "kind": kind,
                "subject_kind": PHASE,
                "subject_id": phase,
                "boundary_id": boundary,
                "offset_days": offset,
                "due_at": due,
                "useful_until": None,
                "agency_id": agency,
            }

    copy(ScheduledNotice, rows())
    settle(ScheduledNotice)

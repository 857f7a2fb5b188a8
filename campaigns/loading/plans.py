"""Writing what plan files say, through the actions, in one transaction."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction

from campaigns import actions, boundaries
from campaigns.loading import schema
from campaigns.loading.checking import World, canonical, stored_plan
from campaigns.loading.ground import Ground
from campaigns.loading.problems import LoadError, Problem, Source, place_of
from campaigns.models import Form, Phase, Plan, Task, Track
from campaigns.rules import specs
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from portal.official.models import OfficialDocument
from portal.official.queries import matching


@dataclass
class Report:
    """What a load did: rows made per kind, how many acts changed anything, remarks for people."""

    created: Counter = field(default_factory=Counter)
    acts: int = 0
    remarks: list = field(default_factory=list)
    plans: list = field(default_factory=list)


def load_files(paths, *, check=False, actor=None):
    """Load plan files as one: all or nothing.

    Args:
        check: validate only, write nothing.

    Returns a Report.

    Raises:
        LoadError: with every problem of every file.
    """
    return load_documents([Source.of_file(path) for path in paths], check=check, actor=actor)


def load_documents(sources, *, check=False, actor=None):
    """`load_files` for Sources that are read already (the demo puts its days in)."""
    contents = [schema.read(source) if not source.problems else None for source in sources]
    world = World([content for content in contents if content is not None])
    world.check()
    problems = [problem for source in sources for problem in source.problems]
    if problems:
        raise LoadError(problems)
    with transaction.atomic():
        before = AuditEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
        writer = _Writer(world, actor)
        try:
            writer.write()
        except Refused as refusal:
            raise LoadError([writer.problem(refusal)]) from refusal
        writer.report.acts = AuditEntry.objects.filter(id__gt=before).count()
        if check:
            transaction.set_rollback(True)
    return writer.report


class _Writer(Ground):
    def __init__(self, world, actor):
        self.world = world
        self.actor = actor
        self.report = Report()
        self._at = None
        self._plans = {}

    def problem(self, refusal):
        """The Problem of a refused action, at the place that was being written."""
        if self._at is None:
            return Problem("", "", str(refusal.message))
        source, path = self._at
        return Problem(source.name, place_of(path), str(refusal.message), source.line(path))

    def write(self):
        world = self.world
        self._agencies()
        with boundaries.editing(actor=self.actor):
            self._events()
            self._documents()
            for plan in world.plans.values():
                self._at = plan["@"]
                self._plan_row(plan)
            for plan in world.plans.values():
                self._plan_text(plan)
            for plan in world.plans.values():
                self._structure(plan)
            for plan in world.plans.values():
                self._limits(plan)
            for plan in world.plans.values():
                self._tasks(plan)
            for plan in world.plans.values():
                self._state(plan)
            self._at = None

    # --- plans ------------------------------------------------------------------------------

    def _plan_row(self, plan):
        """Find or make the row, so that others can point to it."""
        stored = stored_plan(plan)
        if stored is None:
            issuer = self.agencies[plan["issuer"]]
            document = None
            if plan["symbol"]:
                document = OfficialDocument.objects.filter(
                    pk__in=matching(plan["symbol"], issuer=issuer).values("pk"), plan=None
                ).first()
            stored = actions.create_plan(
                actor=self.actor,
                issuer=issuer,
                document=document,
                title=plan["title"],
                slug=plan["slug"],
                symbol=plan["symbol_raw"] or plan["symbol"] or "",
                issued_on=plan["issued_on"],
            )
            self.report.created["plans"] += 1
        self._plans[id(plan)] = stored
        if plan["symbol"]:
            self.documents[canonical(plan["symbol"])] = stored.document

    def _named(self, name):
        """The stored Plan for a reference that was checked."""
        found = self.world.plan_named(name, None, None)
        return self._plans[id(found)] if isinstance(found, dict) else found

    def _plan_text(self, plan):
        self._at = plan["@"]
        if plan is next(iter(self.world.plans.values())):
            self._document_links()
            self._at = plan["@"]
        row = self._plans[id(plan)]
        source = plan["source"] or dict.fromkeys(
            ("name", "byline", "section", "published_at", "updated_on")
        )
        events = [self.events[slug] for slug in plan["congresses"] or ()]
        for mark in self.world.commemorations.values():
            if mark["plan"] and self._named(mark["plan"]).pk == row.pk:
                events.append(self.events[mark["slug"]])
        row = actions.edit_plan(
            actor=self.actor,
            plan=row,
            title=plan["title"],
            symbol=plan["symbol_raw"] or plan["symbol"] or "",
            issued_on=plan["issued_on"],
            signer=plan["signer"] or "",
            recipients=plan["recipients"] or "",
            summary=plan["summary"] or "",
            remarks=plan["remarks"] or [],
            before_includes_day=bool(plan["before_includes_day"]),
            implements=self._named(plan["implements"]) if plan["implements"] else None,
            source_name=source["name"] or "",
            source_byline=source["byline"] or "",
            source_section=source["section"] or "",
            source_published_at=source["published_at"],
            source_updated_on=source["updated_on"],
            basis=[self._document(symbol) for symbol in plan["basis"] or ()],
            events=list(dict.fromkeys(events)),
        )
        self._plans[id(plan)] = row
        if plan["themes"] is not None:
            actions.set_themes(actor=self.actor, plan=row, texts=plan["themes"])
        if plan["forms"] is not None:
            forms = [pair for group in plan["forms"] for pair in group]
            actions.set_forms(actor=self.actor, plan=row, forms=forms)

    def _structure(self, plan):
        """Tracks and phases, new ones without dates yet."""
        row = self._plans[id(plan)]
        tracks = {t.title: t for t in row.tracks.all()}
        named = []
        for wanted in plan["tracks"] or ():
            self._at = wanted["@"]
            track = tracks.get(wanted["title"])
            if track is None:
                track = actions.add_track(
                    actor=self.actor,
                    plan=row,
                    title=wanted["title"],
                    declared_phases=wanted["declared_phases"],
                )
                self.report.created["tracks"] += 1
            else:
                track = actions.edit_track(
                    actor=self.actor, track=track, declared_phases=wanted["declared_phases"]
                )
            named.append(track.pk)
            self._phases(wanted, track)
        self._order(Track.objects.filter(plan=row), named, "track", actions.move_track)
        for title in tracks.keys() - {t["title"] for t in plan["tracks"] or ()}:
            self._remark(plan, f"mạch “{title}” không còn trong tệp; giữ nguyên")

    def _phases(self, wanted, track):
        phases = {p.title: p for p in track.phases.all()}
        named = []
        for item in wanted["phases"] or ():
            self._at = item["@"]
            phase = phases.get(item["title"])
            if phase is None:
                phase = actions.add_phase(
                    actor=self.actor,
                    track=track,
                    title=item["title"],
                    starts=specs.Unknown(),
                    ends=specs.Unknown(),
                )
                self.report.created["phases"] += 1
            named.append(phase.pk)
            item["row"] = phase
        self._order(Phase.objects.filter(track=track), named, "phase", actions.move_phase)
        for title in phases.keys() - {p["title"] for p in wanted["phases"] or ()}:
            self._remark(wanted, f"đợt “{title}” không còn trong tệp; giữ nguyên")

    def _order(self, rows, named, kind, move):
        """Bring the rows of the file into the order of the file; others stay behind them."""
        stored = list(rows.order_by("position", "id").values_list("pk", flat=True))
        wanted = named + [pk for pk in stored if pk not in named]
        for position, pk in enumerate(wanted):
            if stored[position] != pk:
                move(actor=self.actor, position=position, **{kind: rows.get(pk=pk)})
                stored = list(rows.order_by("position", "id").values_list("pk", flat=True))

    def _limits(self, plan):
        for track in plan["tracks"] or ():
            for item in track["phases"] or ():
                self._at = item["@"]
                actions.edit_phase(
                    actor=self.actor,
                    phase=item["row"],
                    starts=self._spec(plan, item["starts"]),
                    ends=self._spec(plan, item["ends"]),
                    summary=item["summary"] or "",
                    themes=item["themes"] or (),
                    forms=item["forms"] or (),
                )

    def _tasks(self, plan):
        row = self._plans[id(plan)]
        stored = {t.title: t for t in Task.objects.filter(plan=row).select_related("due", "plan")}
        names = [t["form"] for t in plan["tasks"] or () if t["form"]]
        forms = {f.name: f for f in Form.objects.filter(name__in=names)}
        named = []
        for item in plan["tasks"] or ():
            self._at = item["@"]
            values = {
                "detail": item["detail"] or "",
                "deliverable": item["deliverable"] or "",
                "phase": self._phase_of(plan, item) if item["phase"] else None,
                "due": self._spec(plan, item["due"]) if item["due"] else None,
                "form": forms.get(item["form"]),
            }
            units = [self.agencies[slug] for slug in item["assigned_to"] or ()]
            task = stored.get(item["title"])
            if task is None:
                task = actions.add_task(
                    actor=self.actor, plan=row, title=item["title"], assigned_to=units, **values
                )
                self.report.created["tasks"] += 1
            else:
                task = actions.edit_task(actor=self.actor, task=task, **values)
                actions.assign_task(actor=self.actor, task=task, agencies=units)
            named.append(task.pk)
        self._order(Task.objects.filter(plan=row), named, "task", actions.move_task)
        for title in stored.keys() - {t["title"] for t in plan["tasks"] or ()}:
            self._remark(plan, f"nhiệm vụ “{title}” không còn trong tệp; giữ nguyên")

    def _phase_of(self, plan, item):
        target = self.world.phase_named(plan, None, item["phase"], item, track_title=item["track"])
        return self._phase_row(target)

    def _phase_row(self, target):
        plan, track, phase = target
        row = self._plans[id(plan)] if isinstance(plan, dict) else plan
        return Phase.objects.select_related("track").get(
            track__plan=row, track__title=track, title=phase
        )

    def _spec(self, plan, limit):
        words = {"verbatim": limit["verbatim"]}
        match limit["source"]:
            case "on":
                if not limit["before_of_plan"]:
                    return limit["spec"]
                row = self._plans[id(plan)]
                return limit["spec"].before_by(includes_day=row.before_includes_day)
            case "open":
                return specs.Open(**words)
            case "unknown":
                return specs.Unknown(**words)
        shift = {"offset": limit["offset"], "working": limit["working"], **words}
        if limit["source"] == "phase":
            phase = self._phase_row(limit["target"])
            boundary = phase.starts_id if limit["moment"] == "starts" else phase.ends_id
            return specs.RefSpec(boundary_id=boundary, **shift)
        event = self.events[limit["key"]]
        return specs.EventSpec(event_id=event.pk, moment=limit["moment"], **shift)

    def _state(self, plan):
        self._at = plan["@"]
        row = Plan.objects.get(pk=self._plans[id(plan)].pk)
        wanted = plan["state"] or "issued"
        if row.state == Plan.State.EDITING and wanted == "issued":
            actions.submit_plan(actor=self.actor, plan=row)
            actions.issue_plan(actor=self.actor, plan=row)
        elif row.state != wanted:
            self._remark(plan, f"kế hoạch đang ở trạng thái “{row.get_state_display()}”")
        self.report.plans.append(row)

    def _remark(self, row, text):
        source, path = row["@"]
        self.report.remarks.append(str(Problem(source.name, "", text, source.line(path))))

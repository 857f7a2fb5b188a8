"""Editing the graph under one lock."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction
from django.utils.translation import gettext as _

from campaigns import registry
from campaigns.boundaries import rows
from campaigns.models import Boundary, DateChange, GraphState
from campaigns.rules.resolve import Cycle, resolve
from campaigns.rules.specs import Open, Unknown
from portal.common.errors import Refused
from portal.common.locks import advisory_lock

LOCK = "campaigns.boundaries"
_current: ContextVar["Graph | None"] = ContextVar("campaigns_graph", default=None)


class Graph:
    """An edit in progress; made by `editing` only.

    Args:
        actor: who edits, or None for the system.
        reason: why dates move, for those who are told.
        event: the Event that was moved, if that is what happens.
        report: called with (done, total, step) as a long edit goes on; None: nobody waits.
    """

    #: Steps of `finish` that are reported.
    STEPS = 4

    def __init__(self, *, actor, reason="", event=None, report=None):
        self.actor = actor
        self.reason = reason
        self.event = event
        self._report = report or (lambda *told: None)
        self.change = None
        self._created = set()
        self._touched = set()
        self._structure = False
        self._handed = {}
        self._before = {}
        self._after = {}

    def create(self, *, side, owner_kind, spec):
        """A new Boundary for `spec`; resolved when the edit ends.

        Args:
            side: "start" or "end" (due dates are ends).
            owner_kind: a name registered in `campaigns.registry.boundary_owners`.
        """
        boundary = Boundary(side=side, owner_kind=owner_kind)
        _assign(boundary, spec)
        boundary.save(force_insert=True)
        self._created.add(boundary.pk)
        self._touch_instance(boundary)
        return boundary

    def replace(self, boundary, spec):
        """Make `boundary` say `spec`. Returns whether anything changed, words included."""
        stored = Boundary.objects.select_for_update().get(pk=boundary.pk)
        before = rows.spec_of(stored)
        if before == spec:
            return False
        _assign(boundary, spec)
        fields = list(rows.SOURCE_FIELDS)
        if before.worded("") != spec.worded(""):
            self._touch_instance(boundary)
            if isinstance(spec, Open | Unknown) and stored.resolved_on is not None:
                # What is open or unknown has no day, and the database insists on it at once.
                self._before.setdefault(boundary.pk, stored.resolved_on)
                boundary.resolved_on = boundary.at = None
                boundary.revision = stored.revision + 1
                fields += ["resolved_on", "at", "revision"]
        boundary.save(update_fields=fields)
        return True

    def check_free(self, boundaries):
        """Refuse when boundaries of others hang on these, which are about to go.

        Raises:
            Refused: "boundary_in_use", naming those that hang on them.
        """
        ids = [b.pk for b in boundaries]
        hanging = Boundary.objects.filter(ref_boundary_id__in=ids).exclude(pk__in=ids)
        pairs = list(hanging.values_list("pk", "owner_kind")[:5])
        if pairs:
            names = {d.name for d in registry.describe(pairs).values()}
            raise Refused(
                _("Không xóa được: mốc thời gian của %s đang tính theo đây.")
                % ", ".join(sorted(names)),
                code="boundary_in_use",
            )

    def delete(self, boundaries):
        """Delete boundaries whose owners are gone. Raises Refused as `check_free`."""
        self.check_free(boundaries)
        ids = [b.pk for b in boundaries]
        # They may hang on each other; PROTECT would count that against us.
        gone = Boundary.objects.filter(pk__in=ids)
        gone.update(**rows.fields_of(Unknown()), resolved_on=None, at=None)
        gone.delete()
        self._touched -= set(ids)
        self._created -= set(ids)
        self._structure = True

    def touch(self, ids):
        """Have these boundaries and their dependants resolved when the edit ends."""
        self._touched.update(ids)

    def touch_event(self, event):
        """Have everything that hangs on `event` resolved when the edit ends."""
        self.touch(Boundary.objects.filter(event=event).values_list("pk", flat=True))
        self._structure = True

    def touch_working(self):
        """Have everything that counts working days resolved (the calendar changed)."""
        self.touch(Boundary.objects.filter(working=True).values_list("pk", flat=True))

    def after(self, key, callback):
        """Call `callback` when everything is resolved; once per key, however often it is asked."""
        self._after.setdefault(key, callback)

    def finish(self):
        """Resolve, write, record, tell. Called once, by `editing`."""
        self._resolve_all()
        self._report(3, self.STEPS, _("Đang lưu"))
        for callback in self._after.values():
            callback()

    def _resolve_all(self):
        if not self._touched and not self._structure:
            return
        self._report(0, self.STEPS, _("Đang tính lại các mốc"))
        nodes, stored = rows.affected(self._touched)
        days = self._resolve(nodes)
        self._report(1, self.STEPS, _("Đang ghi ngày mới"))
        changed = {i: day for i, day in days.items() if day != stored[i].resolved_on}
        if changed:
            rows.write_days(changed)
        if not changed and not self._structure:
            return
        revision = _bump()
        before = {i: self._before.get(i, about.resolved_on) for i, about in stored.items()}
        moves = [
            (i, before[i], day)
            for i, day in days.items()
            if day != before[i] and i not in self._created
        ]
        if moves:
            self.change = DateChange.objects.create(
                made_by=self.actor,
                reason=self.reason,
                event=self.event,
                graph_revision=revision,
            )
            rows.write_items(self.change, moves)
        self._refresh()
        self._report(2, self.STEPS, _("Đang xếp lại lịch nhắc"))
        self._tell({i for i, *_rest in moves} | (self._created & set(nodes)), stored)

    def _resolve(self, nodes):
        try:
            return resolve(nodes, rows.work_calendar())
        except Cycle as cycle:
            raise Refused(cycle_words(cycle.ids, nodes, self._touched), code="cycle") from cycle
        except OverflowError as error:
            raise Refused(_("Mốc thời gian rơi ra ngoài lịch."), code="overflow") from error

    def _tell(self, ids, stored):
        by_kind = {}
        for boundary_id in ids:
            by_kind.setdefault(stored[boundary_id].owner_kind, []).append(boundary_id)
        for kind, owned in sorted(by_kind.items()):
            owner = registry.boundary_owners.get(kind)
            if owner is not None and owner.on_moved is not None:
                owner.on_moved(sorted(owned), self.change)

    def _touch_instance(self, boundary):
        self._touched.add(boundary.pk)
        self._structure = True
        self._handed.setdefault(boundary.pk, []).append(boundary)

    def _refresh(self):
        """Rows that were handed out learn the day they resolved to."""
        fresh = Boundary.objects.in_bulk(list(self._handed))
        for boundary_id, instances in self._handed.items():
            if row := fresh.get(boundary_id):
                for instance in instances:
                    instance.resolved_on = row.resolved_on
                    instance.at = row.at
                    instance.revision = row.revision


@contextmanager
def editing(*, actor, reason="", event=None, report=None):
    """Edit boundaries: `with editing(actor=user) as graph: graph.replace(...)`.

    Opens a transaction and takes the graph lock, before any row is locked. Inside another
    `editing` it joins that one, which then resolves once for all; so actions can be called one by
    one or by a loader. Raises Refused at the end of the outermost block for a loop.
    """
    outer = _current.get()
    if outer is not None:
        with transaction.atomic():
            yield outer
        return
    with transaction.atomic():
        advisory_lock(LOCK)
        graph = Graph(actor=actor, reason=reason, event=event, report=report)
        token = _current.set(graph)
        try:
            yield graph
            graph.finish()
        finally:
            _current.reset(token)


def reresolve(boundary_ids, *, actor=None, reason=""):
    """Resolve these boundaries and all that depend on them anew. Returns the DateChange or None."""
    with editing(actor=actor, reason=reason) as graph:
        graph.touch(boundary_ids)
    return graph.change


def check_seen(revision):
    """Refuse when the graph moved on after a preview of `revision` was shown (None: no preview).

    Called inside `editing`. Raises Refused "stale_preview".
    """
    if revision is not None and revision != graph_revision():
        raise Refused(
            _("Các mốc thời gian vừa thay đổi sau khi bạn xem trước; hãy xem lại tác động."),
            code="stale_preview",
        )


def graph_revision():
    """The revision of the whole graph; a preview carries it so that a stale one is refused."""
    return GraphState.objects.filter(pk=1).values_list("revision", flat=True).first() or 0


def _bump():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_graphstate (id, revision) VALUES (1, 1) "
            "ON CONFLICT (id) DO UPDATE SET revision = campaigns_graphstate.revision + 1 "
            "RETURNING revision"
        )
        return cursor.fetchone()[0]


def _assign(boundary, spec):
    for name, value in rows.fields_of(spec).items():
        setattr(boundary, name, value)


def cycle_words(ids, nodes, touched):
    """ "Đợt 1 → Đợt 2 → Đợt 1": owners along the loop, those next to each other named once."""
    loop = ids[:-1]
    first = next((i for i, node in enumerate(loop) if node in touched), 0)
    loop = loop[first:] + loop[:first]
    pairs = Boundary.objects.filter(pk__in=loop).values_list("pk", "owner_kind")
    described = registry.describe(pairs)
    contexts = {d.context_key for d in described.values()}
    names = []
    for boundary_id in loop:
        item = described.get(boundary_id)
        name = item.name if item else _("mốc %s") % boundary_id
        if item and len(contexts) > 1 and item.context:
            name = f"{name} ({item.context})"
        if not names or names[-1] != name:
            names.append(name)
    if len(names) > 1 and names[-1] == names[0]:
        names.pop()
    names.append(names[0])
    return _("Các mốc thời gian phụ thuộc vòng quanh vào nhau: %s.") % " → ".join(names)

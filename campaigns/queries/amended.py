"""What a superior changed in its plan since a unit took it over, beside what the unit changed.

Three texts are compared: the superior's plan as the unit took it over (`Plan.synced_version`), the
superior's plan now, and the unit's plan. Rows are matched by key (`origin` here is the `key`
there). What only the superior changed is offered; where the unit changed the same thing both
stand side by side. Limits bound to the superior's follow by themselves and are only told.
"""

from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.db.models import F
from django.utils.translation import gettext as _

from campaigns.boundaries import as_written
from campaigns.models import (
    Assignment,
    CascadeChoice,
    Phase,
    Plan,
    PlanAmendment,
    PlanForm,
    PlanVersion,
    Task,
    Theme,
    Track,
)
from campaigns.queries.cascade import digest_of
from campaigns.queries.data import source_of
from campaigns.rules import access
from campaigns.rules.words import day_words
from portal.agencies.rules import grants_of


@dataclass
class Item:
    """One thing that changed above and waits for the unit.

    `before`, `theirs` and `mine` are words: as taken over, as it stands above now, as it stands in
    the unit's plan ("" where there is nothing). `op` is what taking it means, for
    `actions.taking`. `digest` names what the person saw; `theirs_digest` what was decided about.
    """

    key: str
    where: str
    what: str
    before: str
    theirs: str
    mine: str
    conflict: bool
    op: tuple
    theirs_digest: str

    @property
    def digest(self):
        return digest_of([self.theirs_digest, self.mine, self.conflict])


@dataclass
class Comparison:
    """Items that wait, and the dates that followed by themselves."""

    base: int
    version: int
    items: list = field(default_factory=list)
    followed: list = field(default_factory=list)  # (where, what, words before, words now)

    @property
    def plain(self):
        return [item for item in self.items if not item.conflict]

    @property
    def conflicts(self):
        return [item for item in self.items if item.conflict]

    @property
    def digest(self):
        """Of everything that "Nhận tất cả" would take."""
        return digest_of([[item.key, item.digest] for item in self.plain])


def under_way():
    """Amendments that have changed a plan and are not published yet: nobody takes them over."""
    return PlanAmendment.objects.filter(
        state__in=(PlanAmendment.State.OPEN, PlanAmendment.State.SUBMITTED)
    ).exclude(base_version=F("plan__version"))


def changed_above():
    """Plans whose superior's plan has a version that the unit has not gone through, published."""
    return Plan.objects.filter(
        synced_version__isnull=False,
        synced_version__lt=F("implements__version"),
        implements__state=Plan.State.ISSUED,
        state__in=access.EDITABLE,
    ).exclude(implements__in=under_way().values("plan"))


def plans_changed_above(user):
    """Those of `changed_above` of the agencies where `user` is staff."""
    return (
        changed_above()
        .filter(issuer__in=grants_of(user).agency_ids(access.DRAFTERS))
        .select_related("document", "issuer", "implements__document")
        .order_by("id")
    )


def compare(plan):
    """The Comparison of a derived plan with its superior's, or None when there is nothing to
    compare. A fixed number of queries.
    """
    above = plan.implements
    if above is None or plan.synced_version is None:
        return None
    versions = dict(
        PlanVersion.objects.filter(
            plan=above, n__in=(plan.synced_version, above.version)
        ).values_list("n", "data")
    )
    if len(versions) < 1 or above.version not in versions or plan.synced_version not in versions:
        return None
    result = Comparison(plan.synced_version, above.version)
    if plan.synced_version == above.version and not _late_tasks_possible(plan):
        return result
    _Comparing(plan, above, versions, result).run()
    return result


def _late_tasks_possible(plan):
    """A task may be given after the plan was issued, which makes no version."""
    return (
        Task.objects.filter(plan=plan.implements_id, assignments__agency=plan.issuer_id)
        .exclude(key__in=Task.objects.filter(plan=plan, origin__isnull=False).values("origin"))
        .exists()
    )


class _Comparing:
    def __init__(self, plan, above, versions, result):
        self.plan, self.above, self.result = plan, above, result
        self.theirs = versions[above.version]
        self.base = _with_keys(versions[plan.synced_version], self.theirs)
        self.decided = dict(CascadeChoice.objects.filter(plan=plan).values_list("item", "theirs"))
        self.tracks = {
            str(t.origin): t for t in Track.objects.filter(plan=plan, origin__isnull=False)
        }
        mine = Phase.objects.filter(track__plan=plan, origin__isnull=False)
        mine = mine.select_related("track", "starts__event__host", "ends__event__host")
        self.phases = {str(p.origin): p for p in mine.prefetch_related("forms")}
        tasks = Task.objects.filter(plan=plan, origin__isnull=False)
        tasks = tasks.select_related("due__event__host", "phase", "form")
        self.tasks = {str(t.origin): t for t in tasks}
        self.themes = {}
        for theme in Theme.objects.filter(plan=plan).order_by("position", "id"):
            self.themes.setdefault(theme.phase_id, []).append(theme.text)
        live = Phase.objects.filter(track__plan=above).select_related("starts", "ends")
        self.live_phases = {str(p.key): p for p in live}
        live = Task.objects.filter(plan=above).select_related("due")
        self.live_tasks = {str(t.key): t for t in live}
        self.given = {
            str(key)
            for key in Assignment.objects.filter(
                task__plan=above, agency=plan.issuer_id
            ).values_list("task__key", flat=True)
        }

    def run(self):
        self._plan()
        base, theirs = _rows(self.base), _rows(self.theirs)
        new_tracks = self._tracks(base[0], theirs[0])
        self._phases(base[1], theirs[1], base[0], theirs[0], new_tracks)
        self._tasks(base[2], theirs[2])

    # --- Writing items ----------------------------------------------------------------------

    def _add(self, key, where, what, *, theirs_value, op, conflict, before="", theirs="", mine=""):
        digest = digest_of(theirs_value)
        if self.decided.get(key) == digest:
            return
        self.result.items.append(
            Item(
                key=key,
                where=where,
                what=str(what),
                before=before or "",
                theirs=theirs or "",
                mine=mine or "",
                conflict=conflict,
                op=op,
                theirs_digest=digest,
            )
        )

    def _text(self, key, where, what, before, theirs, mine, op):
        if theirs != before and mine != theirs:
            self._add(
                key,
                where,
                what,
                theirs_value=theirs,
                op=op,
                conflict=mine != before,
                before=before,
                theirs=theirs,
                mine=mine,
            )

    def _list(self, prefix, where, what, before, theirs, mine, target):
        """Entries of a list of texts: added, removed, replaced one by one."""
        swapped = _replaced(before, theirs)
        own = _replaced(before, mine)
        for old, new in swapped.items():
            if new in mine:
                continue
            kept = old if old in mine else own.get(old, "")
            self._add(
                f"{prefix}:{digest_of(old)}",
                where,
                what,
                theirs_value=new,
                op=("list", target, kept, new),
                conflict=kept != old,
                before=old,
                theirs=new,
                mine=kept,
            )
        for old in before:
            if old not in theirs and old not in swapped and old in mine:
                self._add(
                    f"{prefix}:{digest_of(old)}",
                    where,
                    what,
                    theirs_value=None,
                    op=("list", target, old, ""),
                    conflict=False,
                    before=old,
                    mine=old,
                )
        for new in theirs:
            if new not in before and new not in swapped.values() and new not in mine:
                self._add(
                    f"{prefix}:{digest_of(new)}",
                    where,
                    what,
                    theirs_value=new,
                    op=("list", target, "", new),
                    conflict=False,
                    theirs=new,
                )

    def _limit(self, key, where, what, before, theirs, mine, live, op):
        """A start, an end or a due date. `before`, `theirs` are limits of versions, `mine` and
        `live` Boundaries or None.
        """
        if "source" not in before or before["source"] == theirs["source"]:
            return
        source = theirs["source"]
        is_open = bool(source) and source["kind"] == "open"
        follows = mine is not None and live is not None and mine.ref_boundary_id == live.pk
        words = _limit_words(theirs, live)
        if follows and source and not is_open:
            self.result.followed.append((where, str(what), _limit_words(before), words))
            return
        own = source_of(mine) if mine is not None else None
        if (own is None and not source) or (is_open and own and own["kind"] == "open"):
            return
        untouched = follows or own == before["source"]
        if not untouched and own and own["kind"] == "open":
            untouched = bool(before["source"]) and before["source"]["kind"] == "open"
        said = _limit_words(
            {
                "as_written": as_written(mine),
                "resolved": mine.resolved_on.isoformat() if mine.resolved_on else None,
                "source": own,
            }
            if mine is not None
            else {"source": None}
        )
        self._add(
            key,
            where,
            what,
            theirs_value=source,
            op=(*op, "open" if is_open else live.pk if source and live else None),
            conflict=not untouched,
            before=_limit_words(before),
            theirs=words,
            mine=said,
        )

    # --- The rows ---------------------------------------------------------------------------

    def _plan(self):
        base, theirs, whole = self.base, self.theirs, _("Cả kế hoạch")
        if theirs["summary"] != base["summary"]:
            self._add(
                "plan:summary",
                whole,
                _("Mục đích, yêu cầu"),
                theirs_value=theirs["summary"],
                op=("plan", "summary", theirs["summary"]),
                conflict=bool(self.plan.summary),
                before=base["summary"],
                theirs=theirs["summary"],
                mine=self.plan.summary,
            )
        mine = self.themes.get(None, [])
        what = _("Nội dung tuyên truyền")
        self._list("plan:themes", whole, what, base["themes"], theirs["themes"], mine, ("themes",))
        links = PlanForm.objects.filter(plan=self.plan).order_by("position", "id")
        mine = list(links.values_list("form__name", flat=True))
        what = _("Hình thức tuyên truyền")
        self._list("plan:forms", whole, what, base["forms"], theirs["forms"], mine, ("forms",))
        mine = set(self.plan.plan_events.values_list("event__slug", flat=True))
        for slug in theirs["events"]:
            if slug not in base["events"] and slug not in mine:
                self._add(
                    f"plan:events:{slug}"[:160],
                    whole,
                    _("Đại hội, sự kiện"),
                    theirs_value=slug,
                    op=("event", slug),
                    conflict=False,
                    theirs=_event_name(slug),
                )

    def _tracks(self, base, theirs):
        """Keys of tracks that are new and not here yet."""
        new = set()
        for key, row in theirs.items():
            mine, before = self.tracks.get(key), base.get(key)
            if mine is not None:
                if before is not None:
                    self._text(
                        f"track:{key}:title",
                        _("Mạch “%s”") % mine.title,
                        _("Tên mạch"),
                        before["title"],
                        row["title"],
                        mine.title,
                        ("track", mine.pk, "title", row["title"]),
                    )
            elif before is None:
                new.add(key)
                titles = ", ".join(phase["title"] for phase in row["phases"])
                self._add(
                    f"track:{key}",
                    _("Mạch “%s”") % row["title"],
                    _("Mạch mới"),
                    theirs_value=_track_value(row),
                    op=("add_track", key),
                    conflict=False,
                    theirs=f"{row['title']}: {titles}" if titles else row["title"],
                )
        for key, before in base.items():
            mine = self.tracks.get(key)
            if mine is not None and key not in theirs:
                self._gone(f"track:{key}", _("Mạch “%s”") % mine.title, before, mine, "track")
        return new

    def _gone(self, key, where, before, mine, kind):
        changed = mine.title != before["title"]
        if kind == "task":
            changed |= (mine.detail, mine.deliverable) != (
                before["detail"],
                before["deliverable"],
            )
        elif kind == "phase":
            changed |= mine.summary != before["summary"]
        self._add(
            key,
            where,
            _("Cấp trên đã bỏ"),
            theirs_value=None,
            op=("remove", kind, mine.pk),
            conflict=changed,
            before=before["title"],
            mine=mine.title,
        )

    def _phases(self, base, theirs, base_tracks, tracks, new_tracks):
        for key, row in theirs.items():
            mine, before = self.phases.get(key), base.get(key)
            if row["track"] in new_tracks:
                continue
            if mine is None:
                left_out = before is not None
                if left_out and _phase_value(before) == _phase_value(row):
                    continue
                no_track = row["track"] not in self.tracks
                self._add(
                    f"phase:{key}",
                    _("Đợt “%s”") % row["title"],
                    _("Đợt đơn vị không mang theo, cấp trên đã sửa") if left_out else _("Đợt mới"),
                    theirs_value=_phase_value(row),
                    op=("add_phase", key),
                    conflict=left_out or no_track,
                    theirs=_phase_words(row),
                )
                continue
            if before is None:
                continue
            where = _("Đợt “%s”") % mine.title
            for name, what in (("title", _("Tên đợt")), ("summary", _("Nội dung chính"))):
                self._text(
                    f"phase:{key}:{name}",
                    where,
                    what,
                    before[name],
                    row[name],
                    getattr(mine, name),
                    ("phase", mine.pk, name, row[name]),
                )
            live = self.live_phases.get(key)
            for side, what in (("starts", _("Ngày bắt đầu")), ("ends", _("Ngày kết thúc"))):
                self._limit(
                    f"phase:{key}:{side}",
                    where,
                    what,
                    before[side],
                    row[side],
                    getattr(mine, side),
                    getattr(live, side) if live else None,
                    ("limit", "phase", mine.pk, side),
                )
            self._list(
                f"phase:{key}:themes",
                where,
                _("Nội dung tuyên truyền"),
                before["themes"],
                row["themes"],
                self.themes.get(mine.pk, []),
                ("phase_themes", mine.pk),
            )
            self._list(
                f"phase:{key}:forms",
                where,
                _("Hình thức tuyên truyền"),
                before["forms"],
                row["forms"],
                [form.name for form in mine.forms.all()],
                ("phase_forms", mine.pk),
            )
        for key, before in base.items():
            mine = self.phases.get(key)
            track_gone = before["track"] not in tracks and before["track"] in self.tracks
            if mine is not None and key not in theirs and not track_gone:
                self._gone(f"phase:{key}", _("Đợt “%s”") % mine.title, before, mine, "phase")

    def _tasks(self, base, theirs):
        titles = {key: row["title"] for key, row in _rows(self.theirs)[1].items()}
        for key, row in theirs.items():
            mine, before = self.tasks.get(key), base.get(key)
            if mine is None:
                if key in self.given:
                    self._add(
                        f"task:{key}",
                        _("Nhiệm vụ “%s”") % row["title"],
                        _("Nhiệm vụ mới được giao"),
                        theirs_value=_task_value(row),
                        op=("add_task", key),
                        conflict=f"task:{key}" in self.decided,
                        theirs=_task_words(row),
                    )
                continue
            if before is None:
                continue
            where = _("Nhiệm vụ “%s”") % mine.title
            form = mine.form.name if mine.form_id else ""
            for name, what, own in (
                ("title", _("Nhiệm vụ"), mine.title),
                ("detail", _("Yêu cầu"), mine.detail),
                ("deliverable", _("Sản phẩm"), mine.deliverable),
                ("form", _("Hình thức"), form),
            ):
                self._text(
                    f"task:{key}:{name}",
                    where,
                    what,
                    before.get(name) or "",
                    row.get(name) or "",
                    own,
                    ("task", mine.pk, name, row.get(name) or ""),
                )
            own = str(mine.phase.origin) if mine.phase_id and mine.phase.origin else None
            was, now = before.get("phase_key"), row.get("phase_key")
            if was != now and own != now:
                self._add(
                    f"task:{key}:phase",
                    where,
                    _("Đợt"),
                    theirs_value=now,
                    op=("task_phase", mine.pk, now),
                    conflict=own != was,
                    before=before.get("phase") or "",
                    theirs=titles.get(now, ""),
                    mine=mine.phase.title if mine.phase_id else "",
                )
            live = self.live_tasks.get(key)
            self._limit(
                f"task:{key}:due",
                where,
                _("Hạn"),
                before["due"],
                row["due"],
                mine.due,
                live.due if live else None,
                ("limit", "task", mine.pk, "due"),
            )
        for key, before in base.items():
            mine = self.tasks.get(key)
            if mine is not None and key not in theirs:
                self._gone(f"task:{key}", _("Nhiệm vụ “%s”") % mine.title, before, mine, "task")


# --- Reading versions -----------------------------------------------------------------------


def _with_keys(base, theirs):
    """Versions kept before rows had keys: matched by title."""
    if all("key" in row for row in base["tasks"]) and all(
        "key" in phase for track in base["tracks"] for phase in track["phases"]
    ):
        return base
    known = [{row["title"]: row["key"] for row in rows.values()} for rows in _rows(theirs)]
    for track in base["tracks"]:
        track.setdefault("key", known[0].get(track["title"], f"?{track['title']}"))
        for phase in track["phases"]:
            phase.setdefault("key", known[1].get(phase["title"], f"?{phase['title']}"))
    for task in base["tasks"]:
        task.setdefault("key", known[2].get(task["title"], f"?{task['title']}"))
        task.setdefault("deliverable", "")
    return base


def _rows(data):
    """({key: track}, {key: phase with "track"}, {key: task}) of a version, in order."""
    tracks = {track["key"]: track for track in data["tracks"]}
    phases = {
        phase["key"]: phase | {"track": track["key"]}
        for track in data["tracks"]
        for phase in track["phases"]
    }
    return tracks, phases, {task["key"]: task for task in data["tasks"]}


def _phase_value(row):
    value = {name: row[name] for name in ("title", "summary", "themes", "forms")}
    return value | {side: row[side].get("source") for side in ("starts", "ends")}


def _track_value(row):
    return {"title": row["title"], "phases": [_phase_value(phase) for phase in row["phases"]]}


def _task_value(row):
    names = ("title", "detail", "deliverable", "form", "phase_key")
    return {name: row.get(name) for name in names} | {"due": row["due"].get("source")}


def _replaced(before, after):
    """{old: new} of the entries of a list that were replaced one for one."""
    found = {}
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "replace" and i2 - i1 == j2 - j1:
            pairs = zip(before[i1:i2], after[j1:j2], strict=True)
            found |= {old: new for old, new in pairs if old not in after and new not in before}
    return found


# --- Words ----------------------------------------------------------------------------------


def _limit_words(limit, live=None):
    if not limit.get("source") and not limit.get("as_written"):
        return _("Không đặt hạn")
    day = limit.get("resolved")
    if live is not None:
        day = live.resolved_on.isoformat() if live.resolved_on else None
    words = limit.get("as_written") or ""
    if not day:
        return words or str(day_words(None))
    on = f"{day[8:10]}/{day[5:7]}/{day[:4]}"
    return on if not words or on in words else f"{on} ({words})"


def _phase_words(row):
    lines = [
        _("%(title)s: từ %(starts)s đến %(ends)s")
        % {
            "title": row["title"],
            "starts": _limit_words(row["starts"]),
            "ends": _limit_words(row["ends"]),
        },
        row["summary"],
        *row["themes"],
    ]
    return "\n".join(line for line in lines if line)


def _task_words(row):
    lines = [row["title"], row.get("detail") or "", _("Hạn: %s") % _limit_words(row["due"])]
    return "\n".join(line for line in lines if line)


def _event_name(slug):
    from campaigns.models import Event
    from campaigns.rules.names import event_name

    event = Event.objects.select_related("host").filter(slug=slug).first()
    return event_name(event) if event else slug

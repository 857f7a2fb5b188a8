"""The heat table: units × phases, added up over the tree, one level at a time.

A row stands for a unit and everything below it; opened, it shows the units below as rows of their
own. A task that a unit passed on to those below it counts once in its row, and for each of them in
theirs. All numbers come from the database added up, in a fixed number of queries whatever the
number of units, assignments and opened rows.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F

from campaigns.models import Phase
from campaigns.queries.standing import in_paths, standing, tasks_of
from campaigns.rules.states import DONE, OVERDUE, WAITING
from portal.agencies.models import Agency, AgencyNode
from portal.agencies.rules import path_of

STEP = AgencyNode.steplen
#: Rows of the first level on one page.
PER_PAGE = 60
#: So many units below an opened row; the others are a page of their own.
MOST_BELOW = 100
#: So many rows may be open at a time.
MOST_OPEN = 12
#: Units outside the tree of today (abolished meanwhile) stand by themselves at the end.
_LOOSE = "#"


@dataclass
class Cell:
    """What a row has done of one phase: numbers by state on the day."""

    counts: Counter = field(default_factory=Counter)
    begun: bool = True
    key: object = "null"  # of the filter: the phase, or "null" for tasks outside the phases

    @property
    def total(self):
        return sum(self.counts.values())

    @property
    def done(self):
        """What the unit has done, accepted or not."""
        return self.counts[DONE] + self.counts[WAITING]

    @property
    def waiting(self):
        return self.counts[WAITING]

    @property
    def late(self):
        return self.counts[OVERDUE]

    @property
    def heat(self):
        """Suffix of the class of the cell: none, idle, or 0 to 4 by share done."""
        if not self.total:
            return "none"
        if not self.begun and not self.done and not self.late:
            return "idle"
        if self.done == self.total:
            return "4"
        percent = 100 * self.done / self.total
        return "0" if not self.done else "1" if percent < 40 else "2" if percent < 70 else "3"


@dataclass
class Row:
    """A unit with what stands below it, or (`own`) only the unit itself.

    `depth` counts from 0; `opens` says that there is something below to show, `is_open` that it is
    shown. A row with `more` stands for that many further units below `agency`.
    """

    agency: Agency
    cells: list
    depth: int = 0
    own: bool = False
    opens: bool = False
    is_open: bool = False
    more: int = 0
    mo: str = ""  # the opened rows after a click on this one

    @property
    def whole(self):
        return Cell(sum((c.counts for c in self.cells), Counter()))


@dataclass
class Summary:
    """Numbers over everything that is seen: by phase, by form, by state, and units."""

    cells: Counter = field(default_factory=Counter)  # (phase id, form id, state) -> number
    units: int = 0
    late_units: int = 0
    by_task: dict = field(default_factory=lambda: defaultdict(Counter))
    low: str = ""  # the first and the last path of the home tree
    high: str = ""

    @property
    def counts(self):
        return self.by(lambda phase, form, state: state)

    @property
    def total(self):
        return sum(self.cells.values())

    def by(self, key):
        """Counter of the numbers by `key(phase, form, state)`."""
        found = Counter()
        for parts, n in self.cells.items():
            found[key(*parts)] += n
        return found

    def of(self, place):
        """{phase id (place 0) or form id (place 1): Counter of states}."""
        found = defaultdict(Counter)
        for parts, n in self.cells.items():
            found[parts[place]][parts[2]] += n
        return found


@dataclass
class Heat:
    """Units × phases. `columns` are (Phase or None, begun); `groups` are (Level, [Row])."""

    columns: list = field(default_factory=list)
    tracks: list = field(default_factory=list)  # (title, number of columns)
    groups: list = field(default_factory=list)
    footer: list = field(default_factory=list)
    longest: int = 0  # rows of the first level on all pages together

    @property
    def whole(self):
        return Cell(sum((c.counts for c in self.footer), Counter()))


@dataclass(frozen=True)
class _Window:
    """One level of the tree to show: paths under `base`, cut to `cut` characters."""

    base: str
    cut: int
    without: str = ""  # paths under it are not of this window
    first: int = 1
    last: int = PER_PAGE


def summary(plan, at, *, paths=None, root=None):
    """The Summary of what is seen of `plan`; a fixed number of queries.

    Args:
        at: AsOf.
        paths: tree paths that may be seen, None for all (`access.progress_paths`).
        root: an Agency: only itself and what stands below it.
    """
    result = units_of(plan, at, paths=paths, root=root)
    given = _Given(plan, at, narrow(paths, root))
    windows = _top(_home(plan, paths, root), result, narrow(paths, root))
    with connection.cursor() as cursor:
        cursor.execute(*given.cells(windows))
        _fill(result, given, cursor.fetchall())
    return result


def units_of(plan, at, *, paths=None, root=None):
    """A Summary that knows its units only; `heat` fills in the rest while it reads the table."""
    given = _Given(plan, at, narrow(paths, root))
    result = Summary()
    with connection.cursor() as cursor:
        cursor.execute(*given.units(_home(plan, paths, root)[:STEP]))
        result.units, result.late_units, low, high = cursor.fetchone()
    result.low, result.high = low or "", high or ""
    return result


def _fill(result, given, rows):
    for task, shown, n in rows:
        row = given.tasks[task]
        result.cells[row.phase_id, row.form_id, shown] += int(n)
        result.by_task[task][shown] += int(n)


def heat(plan, at, seen, *, paths=None, root=None, open_ids=(), page=1, per_page=PER_PAGE):
    """The Heat of `plan`; a fixed number of queries, one of them over the assignments.

    Args:
        seen: the Summary of the same plan, day, paths and root, or what `units_of` gives.
        open_ids: ids of agencies whose rows are open; those that are not shown are left out.
        page: number of the page of the first level.
    """
    first = (page - 1) * per_page + 1
    home = _home(plan, paths, root)
    top = _top(home, seen, narrow(paths, root), first, first + per_page - 1)
    open_paths = dict(
        AgencyNode.objects.filter(agency__in=list(open_ids)[:MOST_OPEN]).values_list(
            "agency_id", "path"
        )
    )
    opened = {
        path: _Window(path, len(path) + STEP, last=MOST_BELOW) for path in open_paths.values()
    }
    given = _Given(plan, at, narrow(paths, root))
    levels, overall = _read(given, [*top, *opened.values()], len(top))
    if not seen.cells:
        _fill(seen, given, overall)
    result, keys = _columns(plan, at, seen)
    agencies = {
        a.pk: a
        for a in Agency.objects.filter(
            pk__in={row[1] for rows in levels for row in rows}
        ).select_related("level")
    }
    windows = [*top, *opened.values()]
    place = {path: len(top) + n for n, path in enumerate(opened)}
    shown_open = set()

    def rows_of(n, depth):
        rows, window = [], windows[n]
        for path, agency_id, counts, deep, _many in levels[n]:
            agency = agencies.get(agency_id)
            if agency is None:
                continue
            cells = [Cell(counts[key], begun, key or "null") for key, begun in keys]
            own = path == window.base and window.cut > len(path)
            row = Row(agency, cells, depth, own=own, opens=not own and deep > len(path))
            row.is_open = row.opens and path in place and path not in shown_open
            rows.append(row)
            if row.is_open:
                shown_open.add(path)
                inner = place[path]
                rows += rows_of(inner, depth + 1)
                rest = (levels[inner][0][4] if levels[inner] else 0) - len(levels[inner])
                if rest > 0:
                    rows.append(Row(agency, [], depth + 1, more=rest))
        return rows

    groups = {}
    for n in range(len(top)):
        level = None
        for row in rows_of(n, 0):
            if row.depth == 0:
                level = row.agency.level
            groups.setdefault(level, []).append(row)
        result.longest = max(result.longest, levels[n][0][4] if levels[n] else 0)
    result.groups = list(groups.items())
    _link(result, open_paths, shown_open)
    return result


def _link(result, open_paths, shown_open):
    """Give every row the opened rows as they are after a click on it."""
    now = [pk for pk, path in open_paths.items() if path in shown_open]
    for _level, rows in result.groups:
        for row in rows:
            pk = row.agency.pk
            after = [x for x in now if x != pk] if row.is_open else [*now, pk][-MOST_OPEN:]
            row.mo = ",".join(map(str, after))


def units(plan, at, paths=None):
    """Every unit with tasks by itself: (name, name of its parent, level, {phase id: Counter}).

    In the order of the tree, those outside it at the end. Read from the database as it goes.
    """
    rows = (
        in_paths(standing(plan, at), paths)
        .order_by()
        .values_list(
            "agency__node__path", "agency_id", "agency__name", "agency__parent__name",
            "agency__level__name", "task__phase_id", "shown",
        )
        .annotate(n=Count("pk"))
        .order_by(F("agency__node__path").asc(nulls_last=True), "agency_id")
    )  # fmt: skip
    last, counts = None, defaultdict(Counter)
    for _path, pk, name, parent, level, phase, shown, n in rows.iterator(chunk_size=5_000):
        if last is not None and last[0] != pk:
            yield *last[1:], counts
            counts = defaultdict(Counter)
        last = (pk, name, parent or "", level)
        counts[phase][shown] += n
    if last is not None:
        yield *last[1:], counts


def narrow(paths, root):
    """Both limits in one: paths under `root` of those that may be seen."""
    if root is None:
        return paths
    path = path_of(root)
    if not path:
        return ()
    if paths is None or path.startswith(tuple(paths)):
        return (path,)
    return tuple(p for p in paths if p.startswith(path))


def _home(plan, paths, root):
    """The path whose children are the rows of the first level, '' when there is no such one."""
    narrowed = narrow(paths, root)
    if narrowed is None:
        return path_of(plan.issuer)
    return narrowed[0] if len(narrowed) == 1 else ""


def _top(home, seen, paths, first=1, last=PER_PAGE):
    """The windows of the first level.

    Below the issuer every child is a row. Units beside it (bodies it leads, or tasks from before a
    reorganisation) hang on the deepest unit above all of them, other trees on their roots.
    """
    limits = {"first": first, "last": last}
    if paths is not None and len(paths) != 1:
        return [_Window(path, len(path), **limits) for path in paths]
    if paths is not None:
        return [_Window(home, len(home) + STEP, **limits)]
    base = _common(home, seen.low, seen.high) if seen.low else home
    windows = [_Window(base, len(base) + STEP, **limits)] if base else []
    return [
        *windows,
        _Window("", STEP, without=base[:STEP] or _LOOSE, **limits),
        _Window(_LOOSE, 64, **limits),
    ]


def _common(*paths):
    """The deepest path above or at all of `paths`."""
    length = min(map(len, paths))
    while len({path[:length] for path in paths}) > 1:
        length -= STEP
    return paths[0][:length]


def _columns(plan, at, seen):
    """(a Heat with columns, tracks and footer; [(phase id or None, begun)])."""
    by_phase = seen.of(0)
    phases = Phase.objects.filter(track__plan=plan).select_related("track", "starts", "ends")
    phases = phases.order_by("track__position", "track_id", "position", "id")
    columns = [(p, has_begun(p, at.day)) for p in phases if p.pk in by_phase]
    if None in by_phase:
        columns.append((None, True))
    result = Heat(columns=columns)
    for phase, _begun in columns:
        title = phase.track.title if phase else ""
        if result.tracks and result.tracks[-1][0] == title:
            result.tracks[-1] = (title, result.tracks[-1][1] + 1)
        else:
            result.tracks.append((title, 1))
    keys = [(p.pk if p else None, begun) for p, begun in columns]
    result.footer = [Cell(by_phase[key], begun, key or "null") for key, begun in keys]
    return result, keys


def has_begun(phase, day):
    """Whether the phase has begun by `day`."""
    return phase.starts.resolved_on is not None and phase.starts.resolved_on <= day


class _Given:
    """SQL over the assignments that count: unit, task, shown, the path of whoever passed it on.

    The tree is joined to the windows first, unit by unit, so that the assignments, of which there
    are many more, meet it once and by number.
    """

    def __init__(self, plan, at, paths):
        tasks = tasks_of(plan)
        self.tasks = {task.pk: task for task in tasks}
        self.paths = paths
        rows = standing(plan, at, tasks).order_by().annotate(unit=F("agency_id"))
        rows = rows.annotate(giver=F("parent_id"), job=F("task_id"))
        try:
            self.sql, self.params = rows.values(
                "unit", "giver", "job", "shown"
            ).query.sql_with_params()
        except EmptyResultSet:  # a plan without a task
            self.sql = (
                "SELECT NULL::bigint AS unit, NULL::bigint AS giver, NULL::bigint AS job,"
                " NULL::text AS shown WHERE false"
            )
            self.params = ()

    def _reach(self):
        """(condition on node.path, parameters): what may be seen."""
        if self.paths is None:
            return "true", []
        if not self.paths:
            return "false", []
        parts = " OR ".join(["left(node.path, %s) = %s"] * len(self.paths))
        return f"({parts})", [x for path in self.paths for x in (len(path), path)]

    def units(self, root):
        """Numbers of units, of late ones, and the first and last path of the tree under `root`."""
        reach, params = self._reach()
        statement = f"""
            SELECT count(*), count(*) FILTER (WHERE u.late),
                   min(node.path) FILTER (WHERE left(node.path, {STEP}) = %s),
                   max(node.path) FILTER (WHERE left(node.path, {STEP}) = %s)
            FROM (SELECT unit, bool_or(shown = %s) AS late FROM ({self.sql}) g GROUP BY 1) u
            LEFT JOIN agencies_agencynode node ON node.agency_id = u.unit
            WHERE {reach}
        """  # noqa: S608
        return statement, [root, root, OVERDUE, *self.params, *params]

    def cells(self, windows):
        """Numbers by task and state, over all windows."""
        head, params = self._head(windows)
        statement = f"""
            {head} SELECT g.task, g.shown, count(*) FROM {_JOINED} GROUP BY g.task, g.shown
        """  # noqa: S608
        return statement, params

    def levels(self, windows, top):
        """The rows of every window from `first` to `last`, with their cells, in order.

        Before them, as those of a window -1, the numbers over the first `top` windows.
        """
        head, params = self._head(windows)
        statement = f"""
            {head}, cells AS MATERIALIZED (
                SELECT p.win, p.key, g.task, g.shown, count(*) AS n, max(p.deep) AS deep
                FROM {_JOINED} GROUP BY 1, 2, 3, 4
            ), keys AS (
                SELECT win, key, max(deep) AS deep FROM cells GROUP BY 1, 2
            ), ranked AS (
                SELECT k.win, k.key, k.deep, a.id, w.first, w.last,
                       count(*) OVER (PARTITION BY k.win) AS many,
                       row_number() OVER (
                           PARTITION BY k.win
                           ORDER BY (k.key = w.base) DESC, l.order, l.slug,
                                    a.protocol_no, a.sort_key, a.id
                       ) AS place
                FROM keys k JOIN w ON w.n = k.win
                LEFT JOIN agencies_agencynode node ON node.path = k.key
                LEFT JOIN agencies_agency a ON a.id = coalesce(
                    node.agency_id,
                    CASE WHEN left(k.key, 1) = '{_LOOSE}' THEN substr(k.key, 2)::bigint END)
                LEFT JOIN agencies_level l ON l.id = a.level_id
            )
            SELECT r.win, r.place, r.key, r.id, r.deep, r.many, c.task, c.shown, c.n
            FROM ranked r JOIN cells c ON c.win = r.win AND c.key = r.key
            WHERE r.place BETWEEN r.first AND r.last
            UNION ALL
            SELECT -1, 0, '', NULL, 0, 0, task, shown, sum(n)
            FROM cells WHERE win < %s GROUP BY task, shown
            ORDER BY 1, 2
        """  # noqa: S608
        return statement, [*params, top]

    def _head(self, windows):
        """The WITH clause: windows, tasks, places of units in windows, assignments."""
        reach, reach_params = self._reach()
        rows = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(windows))
        params = []
        for n, w in enumerate(windows):
            params += [n, w.base, w.cut, w.without, w.first, w.last]
        loose = _LOOSE_UNITS if self.paths is None else ""
        # Materialized: joined the other way round, every assignment would meet every window.
        head = f"""
            WITH w (n, base, cut, without, first, last) AS (VALUES {rows}),
            node AS (
                SELECT agency_id, path FROM agencies_agencynode node WHERE {reach} {loose}
            ), p AS MATERIALIZED (
                SELECT w.n AS win, node.agency_id AS unit, left(node.path, w.cut) AS key, w.cut,
                       length(node.path) AS deep
                FROM node JOIN w ON left(node.path, length(w.base)) = w.base
                 AND (w.without = '' OR left(node.path, length(w.without)) <> w.without)
                 AND (w.base <> '' OR left(node.path, 1) <> '{_LOOSE}')
            ), giver AS MATERIALIZED (
                SELECT above.id, n.path FROM campaigns_assignment above
                JOIN agencies_agencynode n ON n.agency_id = above.agency_id
                WHERE above.id IN (
                    SELECT parent_id FROM campaigns_assignment
                    WHERE parent_id IS NOT NULL AND task_id = ANY(%s)
                )
            ), g AS (
                SELECT g.unit, g.job AS task, g.shown, giver.path AS giver
                FROM ({self.sql}) g LEFT JOIN giver ON giver.id = g.giver
            )
        """  # noqa: S608
        return head, [*params, *reach_params, list(self.tasks), *self.params]


_LOOSE_UNITS = f"""
    UNION ALL SELECT a.id, '{_LOOSE}' || a.id FROM agencies_agency a
    WHERE NOT EXISTS (SELECT 1 FROM agencies_agencynode n WHERE n.agency_id = a.id)
"""  # noqa: S608
#: What a unit passed on inside one row is counted there already.
_JOINED = "g JOIN p ON p.unit = g.unit AND (g.giver IS NULL OR left(g.giver, p.cut) <> p.key)"


def _read(given, windows, top):
    """(for every window its rows in order, [(task, state, number)] over the first `top` windows).

    A row is (path, agency id, {phase: Counter}, depth, many): `depth` is the length of the longest
    path with a task, `many` the number of rows of the window before it was cut to `first` … `last`.
    """
    levels, overall = [[] for _window in windows], []
    if not windows:
        return levels, overall
    with connection.cursor() as cursor:
        cursor.execute(*given.levels(windows, top))
        found = cursor.fetchall()
    last = None
    for win, place, key, agency_id, deep, many, task, shown, n in found:
        if win < 0:
            overall.append((task, shown, n))
            continue
        if last != (win, place):
            last = (win, place)
            levels[win].append((key, agency_id, defaultdict(Counter), deep, many))
        levels[win][-1][2][given.tasks[task].phase_id][shown] += int(n)
    return levels, overall

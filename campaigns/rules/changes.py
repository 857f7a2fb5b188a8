"""What differs between two versions of a plan: pure, over the data that PlanVersion keeps.

Rows are told apart by their keys; versions from before rows had keys by their titles. A day that
moved because an event moved is no amendment, the text says the same: such rows are marked.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from portal.common.diff import diff_html

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class Row:
    """One thing that reads differently; `by_event`: the text is the same, only its day moved."""

    label: str
    old: str
    new: str
    by_event: bool = False

    @property
    def changes(self):
        """The difference with <del> and <ins>."""
        return diff_html(self.old, self.new)


@dataclass
class Item:
    """One track, phase or task that was added, removed or changed; "" as name: the plan itself."""

    kind: str
    what: str
    name: str
    rows: list[Row] = field(default_factory=list)

    @property
    def by_event(self):
        return self.kind == CHANGED and all(row.by_event for row in self.rows)


PLAN, TRACK, PHASE, TASK = "plan", "track", "phase", "task"
_LABELS = {
    "title": _("Tên"),
    "summary": _("Mục đích, yêu cầu"),
    "symbol": _("Số, ký hiệu"),
    "issued_on": _("Ngày ban hành"),
    "basis": _("Căn cứ"),
    "events": _("Đại hội, sự kiện"),
    "implements": _("Triển khai kế hoạch"),
    "themes": _("Nội dung tuyên truyền"),
    "forms": _("Hình thức tuyên truyền"),
    "remarks": _("Ghi chú về văn bản"),
    "declared_phases": _("Số đợt ghi trong văn bản"),
    "starts": _("Bắt đầu"),
    "ends": _("Kết thúc"),
    "due": _("Hạn"),
    "detail": _("Yêu cầu"),
    "deliverable": _("Sản phẩm"),
    "phase": _("Thuộc đợt"),
    "form": _("Hình thức"),
    "track": _("Thuộc mạch"),
    "order": _("Thứ tự"),
}
_OF_PLAN = (
    "title", "symbol", "issued_on", "implements", "basis", "events", "summary", "themes", "forms",
    "remarks",
)  # fmt: skip
_OF_TRACK = ("title", "declared_phases")
_OF_PHASE = ("title", "starts", "ends", "summary", "themes", "forms")
_OF_TASK = ("title", "due", "phase", "form", "detail", "deliverable", "themes")
_LIMITS = frozenset({"starts", "ends", "due"})


def compare(old, new, *, tasks=False, names=None):
    """The Items by which two versions differ, in the order of the plan.

    Args:
        old, new: data of PlanVersions.
        tasks: whether tasks count; readers see none.
        names: {slug or key: name for people} of events and plans.
    """
    names = names or {}
    old = _in_new_names(old, new)
    items = []
    rows = _rows(old, new, _OF_PLAN, names)
    if rows:
        items.append(Item(CHANGED, PLAN, "", rows))
    items += _pairs(TRACK, old["tracks"], new["tracks"], _OF_TRACK, names)
    called = {t["key"]: t["title"] for t in new["tracks"] if t.get("key")}
    items += _pairs(PHASE, _phases(old, called), _phases(new, {}), (*_OF_PHASE, "track"), names)
    if tasks:
        items += _pairs(TASK, old["tasks"], new["tasks"], _OF_TASK, names)
    return items


def _in_new_names(old, new):
    """`old` as it would read had its tracks and phases been called as in `new`.

    A phase that was renamed is one change, not one more of every task and date that names it.
    """
    titles = {row["key"]: row["title"] for row in _called(new) if row.get("key")}
    renamed = {
        row["title"]: titles[row["key"]]
        for row in _called(old)
        if row.get("key") in titles and titles[row["key"]] != row["title"]
    }
    if not renamed:
        return old

    def limit(data):
        if data and data.get("as_written"):
            words = data["as_written"]
            for before, after in renamed.items():
                words = words.replace(before, after)
            return data | {"as_written": words}
        return data

    def phase(row):
        return row | {"starts": limit(row.get("starts")), "ends": limit(row.get("ends"))}

    def task(row):
        called = renamed.get(row.get("phase"), row.get("phase"))
        return row | {"due": limit(row.get("due")), "phase": called}

    tracks = [
        track | {"phases": [phase(row) for row in track["phases"]]} for track in old["tracks"]
    ]
    return old | {"tracks": tracks, "tasks": [task(row) for row in old["tasks"]]}


def _called(data):
    """Rows that others name: tracks and phases."""
    return [*data["tracks"], *(phase for track in data["tracks"] for phase in track["phases"])]


def amounts_to_something(items):
    """Whether anything reads differently, not counting days that followed an event."""
    return any(not item.by_event for item in items)


def mentioned(*versions):
    """(event slugs, plan keys) that versions speak of, to look up their names."""
    events, plans = set(), set()
    for data in versions:
        events |= set(data.get("events", ()))
        plans |= {data.get("implements")} - {None}
    return events, plans


def _phases(data, called):
    """Phases with the name of their track; `called` has the names that tracks go by now."""
    return [
        phase | {"track": called.get(track.get("key"), track["title"])}
        for track in data["tracks"]
        for phase in track["phases"]
    ]


def _pairs(what, old, new, fields, names):
    """Items of rows on both sides; `what` they are."""
    by_key = {row["key"]: row for row in old if row.get("key")}
    by_title = {row["title"]: row for row in old}
    met, found, before = set(), [], []
    for row in new:
        match = by_key.get(row.get("key"))
        if match is None and not (row.get("key") and by_key):
            match = by_title.get(row["title"])
        if match is None or id(match) in met:
            rows = [r for r in _rows({}, row, fields, names) if r.label != _LABELS["title"]]
            found.append(Item(ADDED, what, row["title"], rows))
            continue
        met.add(id(match))
        before.append(old.index(match))
        rows = _rows(match, row, fields, names)
        if rows:
            found.append(Item(CHANGED, what, row["title"], rows))
    for row in old:
        if id(row) not in met:
            found.append(Item(REMOVED, what, row["title"]))
    kept = [row["title"] for row in new if row["title"] in by_title]
    if before != sorted(before) and what in (TRACK, PHASE):
        was = [row["title"] for row in old if row["title"] in kept]
        found.append(
            Item(CHANGED, what, "", [Row(_LABELS["order"], "; ".join(was), "; ".join(kept))])
        )
    return found


def _rows(old, new, fields, names):
    rows = []
    for name in fields:
        before, after = old.get(name), new.get(name)
        if name in _LIMITS:
            row = _limit(_LABELS[name], before, after)
            rows += [row] if row else []
        elif (before or None) != (after or None):
            was, now = _text(before, names), _text(after, names)
            if was != now:
                rows.append(Row(_LABELS[name], was, now))
    return rows


def _limit(label, old, new):
    """The Row of a boundary: its words, and the day they come to."""
    old, new = old or {}, new or {}
    same = old.get("as_written") == new.get("as_written")
    if same and "source" in old and "source" in new:  # kept since versions know their sources
        same = old["source"] == new["source"]
    if same and old.get("resolved") == new.get("resolved"):
        return None
    return Row(label, _limit_text(old), _limit_text(new), by_event=same and bool(old))


def _limit_text(limit):
    words, day = limit.get("as_written") or "", limit.get("resolved")
    shown = _day(day) if day else ""
    if not shown or shown in words:
        return words
    return f"{words} ({shown})" if words else shown


def _day(value):
    year, month, day = value.split("-")
    return f"{day}/{month}/{year}"


def _text(value, names):
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(names.get(item, item) for item in value)
    value = str(value)
    if len(value) == 10 and value[4] == value[7] == "-" and value.replace("-", "").isdigit():
        return _day(value)
    return names.get(value, value)

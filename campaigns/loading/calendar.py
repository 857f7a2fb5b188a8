"""Loading the calendar file (docs/PLAN_FORMAT.md, "The calendar file")."""

import datetime as dt

from campaigns import actions
from campaigns.loading import schema
from campaigns.loading.problems import LoadError, Source

_DAY = schema.mapping(
    required=("kind", "name"),
    **{
        "on": schema.date,
        "from": schema.date,
        "to": schema.date,
        "kind": schema.choice("holiday", "workday"),
        "name": schema.words(120),
        "uncertain": schema.boolean,
    },
)
_FILE = schema.mapping(required=("days",), days=schema.list_of(_DAY))
_LONGEST = 60


def load_calendar(path, *, actor=None):
    """Load the calendar file at `path`. Returns (created, changed) numbers of days.

    Raises:
        LoadError: with every mistake; nothing is written then.
    """
    source = Source.of_file(path)
    clean = _FILE(source.data, source, ()) if not source.problems else None
    days = {}
    for entry in (clean or {}).get("days") or ():
        for on in _span(entry):
            if on in days:
                source.problem(entry["@"][1], f"ngày {on} đã có ở trên")
            if entry["kind"] == "workday" and on.weekday() < 5:
                source.problem(entry["@"][1], f"ngày làm bù {on} không phải thứ Bảy, Chủ nhật")
            days[on] = {
                "kind": entry["kind"],
                "name": entry["name"],
                "uncertain": bool(entry["uncertain"]),
            }
    if source.problems:
        raise LoadError(source.problems)
    return actions.set_calendar(actor=actor, days=days)


def _span(entry):
    source, path = entry["@"]
    single, first, last = entry["on"], entry["from"], entry["to"]
    if single and not (first or last):
        return [single]
    if single or not (first and last):
        source.problem(path, "cần “on”, hoặc cả “from” và “to”")
        return []
    length = (last - first).days + 1
    if not 1 <= length <= _LONGEST:
        source.problem(path, f"từ {first} đến {last} không phải một kỳ nghỉ")
        return []
    return [first + dt.timedelta(days=n) for n in range(length)]

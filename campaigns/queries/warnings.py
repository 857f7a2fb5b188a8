"""What looks odd in a plan: legal, kept, and said beside it."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.boundaries.rows import work_calendar

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Warning:
    """`code` is declared, overlap, gap, reversed or holiday; `text` is for people."""

    code: str
    text: str


def warnings_of(page):
    """Warnings of a PlanPage: what the text declares, then track by track, then due dates."""
    found = []
    for track in page.tracks:
        declared, real = track.track.declared_phases, len(track.phases)
        if declared is not None and declared != real:
            text = _("Mạch “%(track)s”: văn bản ghi %(declared)d đợt nhưng liệt kê %(real)d đợt.")
            values = {"track": track.title, "declared": declared, "real": real}
            found.append(Warning("declared", text % values))
        found += _spans(track)
    return found + _due_dates(page)


def _spans(track):
    known = []
    for view in track.phases:
        start, end = view.starts.on, view.ends.on
        if start and end and end < start:
            text = _("“%(phase)s” kết thúc ngày %(end)s, trước ngày bắt đầu %(start)s.")
            values = {"phase": view.title, "end": f"{end:%d/%m/%Y}", "start": f"{start:%d/%m/%Y}"}
            yield Warning("reversed", text % values)
        elif (start or view.starts.open) and (end or view.ends.open):
            known.append((start or dt.date.min, end or dt.date.max, view))
    known.sort(key=lambda row: row[:2])
    for number, (start, end, view) in enumerate(known):
        for other_start, other_end, other in known[number + 1 :]:
            if other_start <= end and start <= other_end:
                first, last = other_start, min(end, other_end)
                yield Warning("overlap", _overlap_words(view, other, first, last))
    reached = None
    for start, end, view in known:
        # A phase whose limits are unknown may fill the gap; then nothing is said.
        if reached and start > reached + _DAY and len(known) == len(track.phases):
            text = _("Từ %(first)s đến %(last)s không thuộc đợt nào (trước “%(phase)s”).")
            first, last = f"{reached + _DAY:%d/%m/%Y}", f"{start - _DAY:%d/%m/%Y}"
            yield Warning("gap", text % {"first": first, "last": last, "phase": view.title})
        reached = max(reached or end, end) if end < dt.date.max else None
        if reached is None:
            break


def _overlap_words(view, other, first, last):
    values = {"a": view.title, "b": other.title, "first": f"{first:%d/%m/%Y}"}
    if last == dt.date.max:
        return _("“%(a)s” và “%(b)s” gối lên nhau từ ngày %(first)s.") % values
    values["last"] = f"{last:%d/%m/%Y}"
    return _("“%(a)s” và “%(b)s” gối lên nhau từ ngày %(first)s đến ngày %(last)s.") % values


def _due_dates(page):
    dated = [t for t in page.tasks if t.due and t.due.on]
    if not dated:
        return []
    calendar = work_calendar()
    text = _("Hạn của nhiệm vụ “%(task)s” rơi vào ngày nghỉ %(day)s.")
    return [
        Warning("holiday", text % {"task": t.task.title, "day": f"{t.due.on:%d/%m/%Y}"})
        for t in dated
        if not calendar.is_working(t.due.on)
    ]

"""What looks odd in a plan: legal, kept, and said beside it."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.boundaries.rows import work_calendar

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Warning:
    """`code` is declared, overlap, gap, reversed, holiday or outside; `text` is for people."""

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
    return found + _free_days(page) + _outside(page)


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


def _free_days(page):
    """Due days, and last days of phases that were written down as such, on which nobody works.

    The end of a month or the closing of a congress falls where it falls.
    """
    dues = [t for t in page.tasks if t.due and t.due.on]
    # Readers are not told of free days, so the calendar is not read for them.
    phases = page.phases if page.sees_all_tasks else ()
    ends = [v for v in phases if v.ends.on and _is_a_written_day(v.ends.boundary)]
    if not dues and not ends:
        return []
    calendar = work_calendar()
    task_text = _("Hạn của nhiệm vụ “%(task)s” rơi vào ngày nghỉ %(day)s.")
    phase_text = _("“%(phase)s” kết thúc vào ngày nghỉ %(day)s.")
    return [
        Warning("holiday", phase_text % {"phase": v.title, "day": f"{v.ends.on:%d/%m/%Y}"})
        for v in ends
        if not calendar.is_working(v.ends.on)
    ] + [
        Warning("holiday", task_text % {"task": t.task.title, "day": f"{t.due.on:%d/%m/%Y}"})
        for t in dues
        if not calendar.is_working(t.due.on)
    ]


def _is_a_written_day(boundary):
    return boundary.kind == boundary.Kind.DATE and boundary.precision == boundary.Precision.DAY


def _outside(page):
    """Tasks that are due before their phase starts or after it has ended."""
    spans = {v.phase.pk: v for v in page.phases}
    text = _("Hạn %(day)s của nhiệm vụ “%(task)s” nằm ngoài “%(phase)s”.")
    found = []
    for view in page.tasks:
        phase = spans.get(view.task.phase_id)
        if phase is None or not view.due or not view.due.on:
            continue
        start, end, day = phase.starts.on, phase.ends.on, view.due.on
        if (start and day < start) or (end and day > end):
            values = {"day": f"{day:%d/%m/%Y}", "task": view.task.title, "phase": phase.title}
            found.append(Warning("outside", text % values))
    return found

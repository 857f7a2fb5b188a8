"""The timeline of a plan as plain data, for drawing and for tests."""

import calendar
import datetime as dt

from campaigns.rules.names import event_name

#: The width of the drawing; x and w are in these units.
WIDTH = 1000
_PADDING = dt.timedelta(days=10)
#: How far a side that is open or unknown reaches beyond everything that has a day.
_BEYOND = dt.timedelta(days=45)


def timeline(page):
    """The timeline of a PlanPage, or None when nothing in it has a day.

    Returns a dict: `from`, `to` (dates), `width`; `today` {on, x} or None when outside; `months`
    [{label, year, month, x, w}]; `tracks` [{title, bars: [{title, state, x, w, from, to,
    open_start, open_end}]}] (an unknown side reaches to the edge like an open one but is told
    apart by `from`/`to` None and the flags); `diamonds` (events) [{title, on, until, x, w, kind}];
    `dots` (due dates the reader may see) [{title, on, x}]. x and w are numbers from 0 to `width`.
    """
    days = _days(page)
    if not days:
        return None
    first, last = min(days) - _PADDING, max(days) + _PADDING
    # A plan in force that ended lately or starts soon still shows where today is.
    if first - _BEYOND <= page.day <= last + _BEYOND:
        first, last = min(first, page.day - _PADDING), max(last, page.day + _PADDING)
    if any(_unlimited(p.starts) for p in page.phases):
        first -= _BEYOND
    if any(_unlimited(p.ends) for p in page.phases):
        last += _BEYOND
    scale = WIDTH / ((last - first).days + 1)

    def x(day):
        return round((day - first).days * scale, 2)

    def span(start, end):
        start, end = max(start, first), min(end, last)
        return {"x": x(start), "w": round(max((end - start).days + 1, 1) * scale, 2)}

    return {
        "from": first,
        "to": last,
        "width": WIDTH,
        "today": {"on": page.day, "x": x(page.day)} if first <= page.day <= last else None,
        "months": [
            {"label": f"{m}/{y}", "year": y, "month": m, **span(*_month(y, m))}
            for y, m in _months(first, last)
        ],
        "tracks": [
            {"title": track.title, "bars": [_bar(p, first, last, span) for p in track.phases]}
            for track in page.tracks
        ],
        "diamonds": [
            {
                "title": event_name(e.event),
                "on": e.opens or e.closes,
                "until": e.closes or e.opens,
                "kind": e.event.kind,
                **span(e.opens or e.closes, e.closes or e.opens),
            }
            for e in page.events
            if (e.opens or e.closes) and first <= (e.opens or e.closes) <= last
        ],
        "dots": [
            {"title": t.task.title, "on": t.due.on, "x": x(t.due.on)}
            for t in page.tasks
            if t.due and t.due.on
        ],
    }


def _bar(view, first, last, span):
    start, end = view.starts.on, view.ends.on
    left, right = start or first, end or last
    if left > right:  # ends before it starts: a mark where it would start
        right = left
    if start is None and end is None and not (view.starts.open or view.ends.open):
        position = None  # nothing known: named beside the drawing, not drawn
    else:
        position = span(left, right)
    return {
        "title": view.title,
        "state": view.state,
        "from": start,
        "to": end,
        "open_start": view.starts.open,
        "open_end": view.ends.open,
        "drawn": position is not None,
        **(position or {"x": 0, "w": 0}),
    }


def _unlimited(boundary):
    return boundary.on is None


def _days(page):
    found = [d for p in page.phases for d in (p.starts.on, p.ends.on) if d]
    found += [t.due.on for t in page.tasks if t.due and t.due.on]
    marked = [d for e in page.events for d in (e.opens, e.closes) if d]
    # Congresses long before or after do not stretch a plan that has phases of its own.
    if found:
        low, high = min(found) - _BEYOND, max(found) + _BEYOND
        return found + [d for d in marked if low <= d <= high]
    return marked


def _months(first, last):
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield year, month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _month(year, month):
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])

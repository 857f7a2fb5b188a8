"""Where things stand on a timeline or in a month: plain dicts in, plain dicts for templates out.

Knows dates and words only. Places are quarter percents (0-400) of the shown stretch, read by the
step style sheet, so that no page needs an inline style.
"""

import calendar
import datetime as dt

from django.utils.translation import gettext as _

from .text import roman

UNITS = 400
DAY = dt.timedelta(days=1)


def _month_start(date: dt.date) -> dt.date:
    return date.replace(day=1)


def _add_months(date: dt.date, months: int) -> dt.date:
    index = date.year * 12 + date.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def split_title(title: str) -> tuple[str, str]:
    """("Đợt 3", "Cao điểm trước Đại hội") from "Đợt 3. Cao điểm trước Đại hội"."""
    for mark in (". ", ": "):
        head, found, rest = title.partition(mark)
        if found and len(head) <= 12:
            return head, rest
    return title, ""


class Scale:
    """Dates to quarter percents between `first` and `last` (both inclusive)."""

    def __init__(self, first: dt.date, last: dt.date):
        self.first, self.last = first, last
        self.days = (last - first).days + 1

    def x(self, date: dt.date) -> int:
        """The left edge of a day, held inside the stretch."""
        return min(UNITS, max(0, round(UNITS * (date - self.first).days / self.days)))

    def span(self, start: dt.date, end: dt.date) -> tuple[int, int]:
        """Left edge and width of the days `start` to `end`, both inclusive."""
        left, right = self.x(start), self.x(end + DAY)
        return left, max(1, right - left)

    def ticks(self) -> list[dict]:
        """Months, or quarters beyond a year and a half, or years beyond six."""
        months = round(self.days / 30.4)
        step = 1 if months <= 18 else 3 if months <= 72 else 12
        date, ticks = self.first, []
        while date <= self.last:
            if step == 1:
                label = _("Th %d") % date.month
            elif step == 3:
                label = _("Quý %s") % roman((date.month - 1) // 3 + 1)
            else:
                label = str(date.year)
            year = date.year if step < 12 and (not ticks or date.month == 1) else ""
            ticks.append({"x": self.x(date), "label": label, "year": year, "date": date})
            date = _add_months(date, step)
        return ticks


def stretch(dates: list[dt.date], today: dt.date, *, room: int = 0) -> Scale | None:
    """The whole months that hold all `dates`, and `room` more; None without a date."""
    if not dates:
        return None
    first, last = _month_start(min(dates)), _add_months(max(dates), 1 + room)
    if (last - first).days > 550:  # quarters are shown: begin and end with one
        first = dt.date(first.year, (first.month - 1) // 3 * 3 + 1, 1)
        last = _add_months(last, -(last.month - 1) % 3)
    if (last - first).days > 2200:
        first, last = dt.date(first.year, 1, 1), dt.date(last.year + (last.month > 1), 1, 1)
    return Scale(first, last - DAY)


def pack(items: list[dict], gap: int = 2) -> list[list[dict]]:
    """Lanes in which no two items (x, w) touch, in the order given; the first lane that is free."""
    lanes: list[list[dict]] = []
    for item in items:
        for lane in lanes:
            if all(
                item["x"] >= o["x"] + o["w"] + gap or o["x"] >= item["x"] + item["w"] + gap
                for o in lane
            ):
                lane.append(item)
                break
        else:
            lanes.append([item])
    return lanes


def place_phases(phases: list[dict], scale: Scale) -> list[dict]:
    """Phases with x, w and looks ("open", "unsure"); undated ones follow the one before."""
    out, after = [], 0
    for phase in phases:
        start, end = phase.get("start"), phase.get("end")
        looks = []
        if start and end:
            x, w = scale.span(start, end)
        elif start and phase.get("open_end"):
            x = scale.x(start)
            w = UNITS - x
            looks.append("open")
        elif start:
            x = scale.x(start)
            w = min(UNITS // 5, UNITS - x)
            looks.append("unsure")
        elif end:
            right = scale.x(end + DAY)
            x = max(0, right - UNITS // 5)
            w = right - x
            looks.append("unsure")
        else:
            x = min(after + 2, UNITS * 4 // 5)
            w = UNITS // 6
            looks += ["undetermined"] + (["open"] if phase.get("open_end") else [])
        x, w = min(x, UNITS - 1), max(w, 1)
        after = x + w
        head, rest = split_title(phase["title"])
        named = {"title": head, "text": phase.get("text") or rest}
        out.append(phase | named | {"x": x, "w": w, "looks": looks})
    return out


def overlaps(phases: list[dict], scale: Scale) -> list[dict]:
    """The stretches that two dated phases of one track share."""
    dated = [p for p in phases if p.get("start") and p.get("end")]
    zones = []
    for i, one in enumerate(dated):
        for other in dated[i + 1 :]:
            start, end = max(one["start"], other["start"]), min(one["end"], other["end"])
            if start <= end:
                x, w = scale.span(start, end)
                zones.append({"x": x, "w": w})
    return zones


def _marks(items: list[dict], scale: Scale, kind: str) -> list[dict]:
    out = []
    for item in items:
        on = item.get("on")
        if not on or not scale.first <= on <= scale.last:
            continue
        x = scale.x(on)
        text = f"{item['title']} {item.get('note', '')}"
        width = round(len(text) * 2.9) + 12  # about 6,5 px a letter on 900 px
        end = x + width > UNITS and x > UNITS // 2
        look = "unsure" if item.get("unsure") else item.get("kind", kind)
        out.append(
            item
            | {"x": max(0, x - width) if end else x, "w": width, "at": x, "end": end, "look": look}
        )
    return out


def layout(
    tracks: list[dict],
    *,
    today: dt.date,
    congresses: list[dict] = (),
    commemorations: list[dict] = (),
) -> dict | None:
    """Everything `components/timeline.html` draws, or None when not one date is known.

    tracks: dicts title, note, url, kind ("task": a thinner row), phases; a phase has title, text,
    start, end (inclusive dates or None), open_end, state (upcoming, active, ended, undetermined;
    of tasks also done, late), url.
    congresses, commemorations: dicts on, title, note, url, unsure.
    """
    dates = [d for t in tracks for p in t["phases"] for d in (p.get("start"), p.get("end")) if d]
    dates += [c["on"] for c in congresses if c.get("on")]
    if not dates:
        return None
    open_end = any(p.get("open_end") or not p.get("end") for t in tracks for p in t["phases"])
    scale = stretch(dates, today, room=3 if open_end else 0)
    rows = []
    for track in tracks:
        placed = place_phases(track["phases"], scale)
        rows.append(
            {
                "title": track["title"],
                "note": track.get("note", ""),
                "url": track.get("url", ""),
                "kind": track.get("kind", ""),
                "lanes": pack(placed, gap=0),
                "zones": overlaps(placed, scale),
            }
        )
    x, ticks = scale.x(today), scale.ticks()
    # The flag of today turns to the left where it would leave the drawing or cover a year.
    crowded = any(tick["year"] and 0 < tick["x"] - x < 42 for tick in ticks)
    return {
        "ticks": ticks,
        "rows": rows,
        "congresses": pack(_marks(congresses, scale, "congress")),
        "commemorations": pack(_marks(commemorations, scale, "commemoration")),
        "today": {"x": x, "date": today, "end": crowded or x > UNITS * 4 // 5}
        if scale.first <= today <= scale.last
        else None,
    }


def month(
    year: int,
    number: int,
    *,
    today: dt.date,
    marked: dict,
    link,
    previous_url="",
    next_url="",
    current=None,
) -> dict:
    """One month for `components/month.html`, weeks from Monday.

    marked: dates with something to show (date -> count); link: date -> address;
    current: the date whose page this is.
    """
    weeks = []
    for week in calendar.Calendar().monthdatescalendar(year, number):
        weeks.append(
            [
                {
                    "date": date,
                    "out": date.month != number,
                    "count": marked.get(date, 0),
                    "url": link(date) if marked.get(date) and date.month == number else "",
                    "today": date == today,
                    "current": date == current,
                }
                for date in week
            ]
        )
    return {
        "year": year,
        "number": number,
        "weeks": weeks,
        "previous_url": previous_url,
        "next_url": next_url,
    }


def _month_name(date: dt.date) -> str:
    name = _("Tháng %d") % date.month
    return f"{name}/{date.year}" if date.month == 1 else name


def window(phases: list[dict], *, today: dt.date, before: int = 3, after: int = 4) -> dict | None:
    """A strip of months around `today` with the phases that touch it, or None without a date.

    phases as in `layout`; `before` and `after` are the most months shown on either side. The
    strip is no wider than its phases. "phases" holds those shown, in order, also undated ones.
    """
    dated = [d for p in phases for d in (p.get("start"), p.get("end")) if d]
    if not dated:
        return None
    this = _month_start(today)
    first = max(_month_start(min(dated)), _add_months(this, -before))
    last = min(_add_months(max(dated), 2), _add_months(this, after + 1)) - DAY
    if last < first:
        return None
    scale = Scale(first, last)
    shown = []
    for phase in phases:
        start, end = phase.get("start"), phase.get("end")
        if (end and end < first) or (start and start > last) or not (start or end):
            continue
        x, w = scale.span(max(start or first, first), min(end or last, last))
        size = "none" if w < 18 else "title" if w < 60 else ""  # how much of its name has room
        shown.append(phase | {"x": x, "w": w, "size": size})
    x = scale.x(today)
    return {
        "ticks": [t | {"label": _month_name(t["date"])} for t in scale.ticks()],
        "lanes": pack(shown, gap=0),
        "phases": [p for p in phases if not (p.get("end") and p["end"] < first)],
        "today": {"x": x, "date": today, "end": x > UNITS * 4 // 5}
        if first <= today <= last
        else None,
    }

"""Numbers of participation as tables with bars: what a page prints, nothing it has to compute.

For the public every table is suppressed as a whole (`feedback.suppression`), for those who run a
consultation the numbers stand as they are.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from documents.models import Edition
from feedback.models import Channel, DeclaredNumber, Opinion
from feedback.suppression import FEW, MINIMUM, TOTAL, WITHHELD, show, suppress, suppress_table
from portal.common.display import number_vi, quarters


@dataclass(frozen=True)
class Line:
    """One row: `shown` is the number in words, `w` the length of its bar in quarter percents of
    the longest (0 where the number is not shown), `url` where it is read about, or ""."""

    label: str
    shown: str
    w: int = 0
    url: str = ""


@dataclass(frozen=True)
class Table:
    """One table with bars; `note` says what its numbers leave out."""

    title: str
    head: str
    lines: list
    note: str = ""


@dataclass(frozen=True)
class Column:
    """One day of the chart: `pct` of the highest day, `shown` the number in words."""

    day: dt.date
    shown: str
    pct: int


def tables(picture, consultation, *, public, readable=None, url_of=None):
    """The Tables of a picture (`participation.count`), in reading order; empty ones left out.

    Args:
        readable: ids of the editions that this reader may read; None for all. What is hidden is
            the same for every reader.
        url_of: callable(edition, pos) -> address of a passage, or None for no links. 2 queries.
    """
    groups = {str(g.pk): g.name for g in consultation.groups.all()}
    groups[""] = _("Không nêu")
    editions = {
        e.pk: e
        for e in Edition.objects.filter(
            pk__in=[
                row["id"]
                for row in picture["editions"]
                if readable is None or row["id"] in readable
            ]
        ).select_related("document")
    }
    made = []
    by_edition = {row["id"]: row["n"] for row in picture["editions"]}
    shown = _shown(by_edition, public=public)
    if len(by_edition) > 1:
        rows = [
            (editions[pk].document.title, pk, "") for pk in by_edition if pk in editions
        ]  # fmt: skip
        made.append(_table(_("Theo văn kiện"), _("Văn kiện"), rows, shown))
    for row in picture["editions"]:
        edition = editions.get(row["id"])
        if edition is not None and row["n"]:
            made.append(_sections(edition, row, shown[row["id"]], public=public, url_of=url_of))
    channel, origin = channels_and_origins(picture, consultation, public=public)
    group = _shown(dict(_all_of(picture["group"], groups)), public=public)
    for title, head, shown, labels in [
        (_("Theo kênh tiếp nhận"), _("Kênh"), channel, dict(Channel.choices)),
        (_("Theo đối tượng góp ý"), _("Đối tượng"), group, groups),
        (_("Theo nguồn"), _("Nguồn"), origin, dict(Opinion.Origin.choices)),
    ]:
        if len(shown) > 1:
            rows = [(str(labels.get(key, key)), key, "") for key in shown]
            made.append(_table(title, head, rows, shown))
    return made


def channels_and_origins(picture, consultation, *, public):
    """({channel: (words, n)}, {origin: (words, n)}): hidden for the public in one decision.

    What people send comes online, what units enter by every other channel: so a number of one table
    is a sum of the other, and what one hides the other must not give back. Numbers of channels may
    stand in several tables of a page; all of them take them from here.
    """
    known = {c: picture["channel"].get(c, 0) for c in Channel.values if c in consultation.channels}
    channel = known | {c: n for c, n in sorted(picture["channel"].items()) if c not in known}
    origin = dict(_all_of(picture["origin"], dict(Opinion.Origin.choices)))
    if not public:
        return _shown(channel, public=False), _shown(origin, public=False)
    online, unit = Channel.ONLINE.value, Opinion.Origin.UNIT.value
    cells = {(unit, c): n for c, n in channel.items() if c != online}
    cells |= {(o, online): n for o, n in origin.items() if o != unit}
    by_units = sum(n for (o, _c), n in cells.items() if o == unit)
    by_people = sum(n for (o, _c), n in cells.items() if o != unit)
    if (by_units, by_people) != (origin.get(unit, 0), channel.get(online, 0)):
        # opinions that came otherwise: nothing is known of how the two hang together
        return _shown(channel, public=True), {}
    found = suppress_table(cells)
    if not found[TOTAL, TOTAL] and sum(cells.values()) >= MINIMUM:
        # the sum of everything stands on the page in any case
        found = dict.fromkeys(found, WITHHELD)
    return (
        {c: _drawn(found.get((TOTAL, c), FEW)) for c in channel},
        {o: _drawn(found.get((o, TOTAL), FEW)) for o in origin},
    )


def authors(picture, consultation, *, public):
    """(people with an account, guests who confirmed their address) as printed; "" where not told.

    Who is hidden in the table of origins is not counted as people beside it.
    """
    numbers = picture["people"], picture.get("guests")
    if not public:
        return tuple(words(n, public=False) for n in numbers)
    _channel, origin = channels_and_origins(picture, consultation, public=True)
    return tuple(
        words(n, public=True) if n is not None and origin.get(key, ("", 0))[1] else ""
        for n, key in zip(numbers, ("account", "guest"), strict=True)
    )


def columns(picture, *, first, until, public):
    """The Columns of a picture, one for each day from `first` to `until`, both included.

    Days outside of it (an opinion keyed in late keeps the day it came) are added.
    """
    days = {dt.date.fromisoformat(day): n for day, n in picture["days"]}
    ends = [day for day in (first, until, *days) if day is not None]
    if not days:
        return []
    start, last = min(ends), max(ends)
    span = [start + dt.timedelta(days=i) for i in range((last - start).days + 1)]
    cells = {day: days.get(day, 0) for day in span}
    shown = _shown(cells, public=public)
    highest = max((number for _words, number in shown.values()), default=0)
    return [
        Column(day, shown[day][0], round(100 * shown[day][1] / highest) if highest else 0)
        for day in span
    ]


@dataclass(frozen=True)
class Beside:
    """What was counted here and what others declare for one channel and measure."""

    channel: str
    measure: str
    counted: str
    declared: list


def beside(picture, declared, consultation, *, public):
    """[Beside] in the order of channels and measures: direct numbers next to declared ones.

    Only what is declared per channel is listed with it; nothing is added up.
    """
    counted, _origin = channels_and_origins(picture, consultation, public=public)
    shown = {(c, "opinions"): number for c, number in counted.items()}
    meetings = picture["meetings"]["n"]
    if meetings:
        shown[("meeting", "meetings")] = (words(meetings, public=public), meetings)
    by_cell = {}
    for row in declared:
        by_cell.setdefault((row.channel, row.measure), []).append(row)
    measures = DeclaredNumber.Measure
    return [
        Beside(
            channel=Channel(channel).label,
            measure=measures(measure).label,
            counted=shown.get((channel, measure), ("–", 0))[0],
            declared=by_cell.get((channel, measure), []),
        )
        for channel in Channel.values
        for measure in measures.values
        if (channel, measure) in shown or (channel, measure) in by_cell
    ]


def words(number, *, public):
    """A number that stands alone as it is printed; "" where it was not counted."""
    if number is None:
        return ""
    return str(show(number)) if public else number_vi(number)


def _sections(edition, row, whole, *, public, url_of):
    """The table of one edition, whose own number is `whole` in the table of editions."""
    rows, cells = [], {}
    for pos, title, n in row["sections"]:
        cells[pos] = n
        label = title or _("Phần mở đầu")
        rows.append((label, pos, url_of(edition, pos) if url_of else ""))
    cells["whole"] = row["whole"]
    rows.append((_("Góp ý chung cho toàn văn"), "whole", ""))
    shown = _shown(cells, public=public, whole=whole)
    return _table(edition.document.title, _("Phần của dự thảo"), rows, shown)


def _table(title, head, rows, shown):
    """Args: rows: [(label, key of `shown`, url)]; shown: {key: (words, number to draw)}."""
    highest = max((number for _words, number in shown.values()), default=0)
    lines = [
        Line(label, shown[key][0], quarters(shown[key][1], highest) if highest else 0, url)
        for label, key, url in rows
    ]
    return Table(title, head, lines)


def _shown(cells, *, public, whole=None):
    """{key: (words, number that may be drawn)}.

    `whole`: what another table of the page says of their sum, as (words, number); None where the
    sum is that of the consultation.
    """
    if not public:
        return {key: (number_vi(n), n) for key, n in cells.items()}
    total = sum(cells.values())
    if whole is not None and not whole[1]:
        return dict.fromkeys(cells, whole)
    return {key: _drawn(cell) for key, cell in suppress(cells, total=total).items()}


def _drawn(cell):
    return str(cell), cell.n or 0


def _all_of(numbers, labels):
    """Pairs (key, number) of all `labels` in their order, then of keys they do not know."""
    known = [(key, numbers.get(key, 0)) for key in labels]
    return known + sorted((k, n) for k, n in numbers.items() if k not in labels)

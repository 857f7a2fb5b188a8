"""Numbers of participation as tables with bars: what a page prints, nothing it has to compute.

For the public every table is suppressed as a whole (`feedback.suppression`), for those who run a
consultation the numbers stand as they are.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from documents.models import Edition
from feedback.models import Channel, DeclaredNumber, Opinion
from feedback.suppression import show, suppress
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


def tables(picture, consultation, *, public, url_of=None):
    """The Tables of a picture (`participation.count`), in reading order; empty ones left out.

    Args:
        url_of: callable(edition, pos) -> address of a passage, or None for no links. 2 queries.
    """
    groups = {str(g.pk): g.name for g in consultation.groups.all()}
    groups[""] = _("Không nêu")
    editions = {
        e.pk: e
        for e in Edition.objects.filter(
            pk__in=[row["id"] for row in picture["editions"]]
        ).select_related("document")
    }
    made = []
    if len(picture["editions"]) > 1:
        made.append(
            _table(
                _("Theo văn kiện"),
                _("Văn kiện"),
                [
                    (editions[row["id"]].document.title, row["n"], "")
                    for row in picture["editions"]
                    if row["id"] in editions
                ],
                public=public,
            )
        )
    for row in picture["editions"]:
        edition = editions.get(row["id"])
        if edition is not None and row["n"]:
            made.append(_sections(edition, row, public=public, url_of=url_of))
    channels = {c: Channel(c).label for c in Channel.values if c in consultation.channels}
    named = [
        (_("Theo kênh tiếp nhận"), _("Kênh"), "channel", channels),
        (_("Theo đối tượng góp ý"), _("Đối tượng"), "group", groups),
        (_("Theo nguồn"), _("Nguồn"), "origin", dict(Opinion.Origin.choices)),
    ]
    for title, head, key, labels in named:
        rows = [(str(labels.get(k, k)), n, "") for k, n in _all_of(picture[key], labels)]
        if len(rows) > 1:
            made.append(_table(title, head, rows, public=public))
    return made


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
    numbers = dict.fromkeys(consultation.channels, 0) | picture["channel"]
    shown = _shown({(c, "opinions"): n for c, n in numbers.items()}, public=public)
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


def _sections(edition, row, *, public, url_of):
    rows = []
    for pos, title, n in row["sections"]:
        label = title or _("Phần mở đầu")
        rows.append((label, n, url_of(edition, pos) if url_of else ""))
    rows.append((_("Góp ý chung cho toàn văn"), row["whole"], ""))
    return _table(edition.document.title, _("Phần của dự thảo"), rows, public=public)


def _table(title, head, rows, *, public):
    shown = _shown({i: n for i, (_label, n, _url) in enumerate(rows)}, public=public)
    highest = max((number for _words, number in shown.values()), default=0)
    lines = [
        Line(label, shown[i][0], quarters(shown[i][1], highest) if highest else 0, url)
        for i, (label, _n, url) in enumerate(rows)
    ]
    return Table(title, head, lines)


def _shown(cells, *, public):
    """{key: (words, number that may be drawn)}."""
    if not public:
        return {key: (number_vi(n), n) for key, n in cells.items()}
    hidden = suppress(cells, total=sum(cells.values()))
    return {key: (str(cell), cell.n or 0) for key, cell in hidden.items()}


def _all_of(numbers, labels):
    """Pairs (key, number) of all `labels` in their order, then of keys they do not know."""
    known = [(key, numbers.get(key, 0)) for key in labels]
    return known + sorted((k, n) for k, n in numbers.items() if k not in labels)

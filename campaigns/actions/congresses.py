"""Dates of many congresses at once, and the windows they are held in."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from campaigns import boundaries
from campaigns.actions._common import lock
from campaigns.models import Boundary, CongressWindow, Event
from campaigns.rules import event_name
from portal.common import audit, text
from portal.common.errors import Refused, StaleVersion

WINDOW = ("level", "term_start", "term_end", "earliest", "latest", "basis", "document")
_BATCH = 2000


@dataclass
class CongressDates:
    """What is known of the congress of one unit in one term; None and "" leave what is stored.

    `event` is the stored one, None for a congress that is entered for the first time.
    `lock_version` guards it where a form showed it before.
    """

    host: object
    event: Event | None = None
    opens: object = None
    closes: object = None
    ordinal: int | None = None
    delegates: str = ""
    place: str = ""
    clear: bool = False
    lock_version: int | None = None


def set_congress_dates(*, actor, term, entries, reason=""):
    """Enter planned days of congresses; what hangs on them moves, all in one transaction.

    Args:
        term: (first year, last year).
        entries: CongressDates; with `clear` empty days take stored ones away.

    Returns:
        (made, changed) numbers of congresses.

    Raises:
        StaleVersion with the Event that somebody else changed; Refused: "dates", "ordinal".
    """
    with boundaries.editing(actor=actor, reason=text.one_line(reason)) as graph:
        known = {
            row.pk: row
            for row in Event.objects.select_for_update(of=("self",)).filter(
                pk__in=[e.event.pk for e in entries if e.event is not None]
            )
        }
        made, changed, moved = [], [], []
        for entry in entries:
            if entry.closes and entry.opens and entry.closes < entry.opens:
                raise Refused(_("Ngày bế mạc phải từ ngày khai mạc trở đi."), code="dates")
            if entry.event is None:
                made.append(_new(entry, term))
                continue
            row = known[entry.event.pk]
            if entry.lock_version is not None and row.lock_version != entry.lock_version:
                raise StaleVersion(
                    _("Người khác vừa sửa đại hội của %s; hãy tải lại trang.") % entry.host.name,
                    current=row,
                )
            if _bring_in_line(row, entry, moved):
                row.lock_version += 1
                changed.append(row)
        try:
            with transaction.atomic():
                _name(made)
                Event.objects.bulk_create(made, batch_size=_BATCH)
                Event.objects.bulk_update(
                    changed,
                    ["planned_opens", "planned_closes", "ordinal", "delegates", "place",
                     "lock_version"],
                    batch_size=_BATCH,
                )  # fmt: skip
        except IntegrityError as error:
            raise Refused(
                _("Có tổ chức đã có đại hội với số lần thứ đó."), code="ordinal"
            ) from error
        if moved:
            graph.touch_event(moved[0])
            ids = Boundary.objects.filter(event__in=[e.pk for e in moved])
            graph.touch(ids.values_list("pk", flat=True))
        if made or changed:
            audit.record(
                actor=actor,
                verb="set_congress_dates",
                obj=(made or changed)[0],
                agency=entries[0].host if len(entries) == 1 else None,
                changes={"created": [0, len(made)], "changed": [0, len(changed)]},
            )
    return len(made), len(changed)


def _new(entry, term):
    return Event(
        kind=Event.Kind.CONGRESS,
        host=entry.host,
        ordinal=entry.ordinal,
        delegates=entry.delegates,
        place=entry.place,
        term_start=term[0],
        term_end=term[1],
        planned_opens=entry.opens,
        planned_closes=entry.closes,
    )


def _name(events):
    """Addresses for new congresses: their names, and a number where two are alike."""
    bases = {id(e): text.slugify_vi(event_name(e), 70) or "dai-hoi" for e in events}
    taken = set(
        Event.objects.filter(kind=Event.Kind.CONGRESS).values_list("slug", flat=True)
    ) | set(Event.objects.filter(slug__in=bases.values()).values_list("slug", flat=True))
    for event in events:
        event.slug = text.first_free(bases[id(event)], taken.__contains__)
        taken.add(event.slug)


def _bring_in_line(row, entry, moved):
    """Give a stored congress what the entry says. Whether anything changed."""
    wanted = {
        "planned_opens": entry.opens,
        "planned_closes": entry.closes,
        "ordinal": entry.ordinal,
        "delegates": entry.delegates,
        "place": entry.place,
    }
    if not entry.clear:
        wanted = {k: v for k, v in wanted.items() if v not in (None, "")}
    else:
        wanted = {k: v for k, v in wanted.items() if k.startswith("planned") or v}
    changes = {k: v for k, v in wanted.items() if getattr(row, k) != v}
    for name, value in changes.items():
        setattr(row, name, value)
    if row.planned_opens and row.planned_closes and row.planned_closes < row.planned_opens:
        raise Refused(
            _("%s: ngày bế mạc phải từ ngày khai mạc trở đi.") % entry.host.name, code="dates"
        )
    if {"planned_opens", "planned_closes"} & changes.keys():
        moved.append(row)
    return bool(changes)


@transaction.atomic
def save_window(*, actor, window=None, lock_version=None, **values):
    """Make or change the window of a level in a term. `values`: WINDOW.

    Raises:
        StaleVersion; Refused: "term", "days", "twice".
    """
    row = CongressWindow() if window is None else lock(window, lock_version)
    before = audit.snapshot(row, WINDOW) if window is not None else {}
    for name, value in values.items():
        if name not in WINDOW:
            raise TypeError(f"not a field of a window: {name}")
        setattr(row, name, value)
    row.basis = text.one_line(row.basis or "")
    if row.term_end <= row.term_start:
        raise Refused(_("Năm cuối nhiệm kỳ phải sau năm đầu."), code="term")
    if row.earliest is None and row.latest is None:
        raise Refused(_("Ghi ít nhất một ngày: sớm nhất hoặc muộn nhất."), code="no_day")
    if row.earliest and row.latest and row.latest < row.earliest:
        raise Refused(_("Ngày muộn nhất phải từ ngày sớm nhất trở đi."), code="days")
    if window is not None:
        row.lock_version += 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("Cấp này đã có khung thời gian của nhiệm kỳ đó."), code="twice") from error
    audit.record(
        actor=actor,
        verb="save_congress_window",
        obj=row,
        changes=audit.diff(before, audit.snapshot(row, WINDOW)),
        label=f"{row.level.name} {row.term_start}-{row.term_end}",
    )
    return row


@transaction.atomic
def remove_window(*, actor, window):
    """Take a window away; congresses stay as they are."""
    row = lock(window)
    audit.record(
        actor=actor,
        verb="remove_congress_window",
        obj=row,
        changes={"level": [row.level.name, None]},
        label=f"{row.level.name} {row.term_start}-{row.term_end}",
    )
    row.delete()

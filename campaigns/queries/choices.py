"""What a boundary may hang on: events, found by their words, and starts and ends of phases."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Case, F, When
from django.utils.translation import gettext as _

from campaigns import registry
from campaigns.boundaries import preview_specs
from campaigns.models import Boundary, CalendarDay, Phase, PlanEvent
from campaigns.queries.events import events
from campaigns.rules import specs
from campaigns.rules.names import event_name
from portal.common.sqltext import with_words
from portal.common.text import fold

#: So many plans upwards are offered as something to count from.
PLANS_ABOVE = 4
#: So many events of others are offered at once; more are found by their words.
MOST_EVENTS = 40
_WEEKDAYS = (
    "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật",
)  # fmt: skip


@dataclass(frozen=True)
class BoundaryChoices:
    """Grouped choices for a select: events, and starts and ends of phases (boundary ids).

    `more`: there are more events than are offered; `words`: what they were looked for by, and
    `found` how many of the events of others have them (those beyond the offer not counted).
    """

    events: list = field(default_factory=list)
    points: list = field(default_factory=list)
    more: bool = False
    words: str = ""
    found: int = 0


def boundary_choices(plan, *stored, chosen=(), words=""):
    """The BoundaryChoices for `plan`: its own events and phases first, those above after.

    Args:
        stored: Boundaries in use (or None); what they hang on is always among the choices.
        chosen: ids of events, as sent, that stay among the choices.
        words: what to look for among the events of others, with or without marks.
    """
    own = set(PlanEvent.objects.filter(plan=plan).values_list("event_id", flat=True))
    kept = {b.event_id for b in stored if b is not None and b.event_id}
    kept |= {int(pk) for pk in chosen if pk.isascii() and pk.isdigit() and len(pk) < 10}
    words = " ".join(words.split())[:80]
    mine = events().filter(pk__in=own | kept)
    near = Case(When(host=plan.issuer_id, then=0), default=1)
    others = found_events(words).exclude(pk__in=own | kept)
    others = others.order_by(near, F("opens_on").desc(nulls_last=True), "slug")
    offered = list(others[: MOST_EVENTS + 1])
    groups = ([], [])
    for event in [*mine, *offered[:MOST_EVENTS]]:
        groups[event.pk not in own].append((event.pk, _event_label(event)))
    named = [(_("Của kế hoạch này"), groups[0]), (_("Sự kiện khác"), groups[1])]
    if words:  # what was looked for stands first
        named = [(_("Tìm thấy và đang chọn"), groups[1]), named[0]]
    points = _points(plan)
    have = {pk for _group, rows in points for pk, _label in rows}
    missing = {b.ref_boundary_id for b in stored if b is not None and b.ref_boundary_id} - have
    if missing:
        points.append((_("Nơi khác"), _described(missing)))
    return BoundaryChoices(
        events=[g for g in named if g[1]],
        points=points,
        more=len(offered) > MOST_EVENTS or bool(words),
        words=words,
        found=min(len(offered), MOST_EVENTS),
    )


def event_choices(agency_ids, *stored, chosen=(), words=""):
    """BoundaryChoices of events only, for what belongs to no plan: those in use first, then those
    hosted by these agencies, the newest before. Arguments as those of `boundary_choices`.
    """
    kept = {b.event_id for b in stored if b is not None and b.event_id}
    kept |= {int(pk) for pk in chosen if pk.isascii() and pk.isdigit() and len(pk) < 10}
    words = " ".join(words.split())[:80]
    near = Case(When(host__in=agency_ids, then=0), default=1)
    others = found_events(words).exclude(pk__in=kept)
    others = others.order_by(near, F("opens_on").desc(nulls_last=True), "slug")
    offered = list(others[: MOST_EVENTS + 1])
    mine = [(event.pk, _event_label(event)) for event in events().filter(pk__in=kept)]
    rest = [(event.pk, _event_label(event)) for event in offered[:MOST_EVENTS]]
    return BoundaryChoices(
        events=mine + rest,
        more=len(offered) > MOST_EVENTS or bool(words),
        words=words,
        found=min(len(offered), MOST_EVENTS),
    )


def found_events(words):
    """Events whose name, host or address has every one of the words; all without words."""
    return with_words(events(), fold(words).split(), "name", "host__name", "slug")


def _event_label(event):
    name = event_name(event)
    day = event.opens or event.closes
    return f"{name} ({day:%d/%m/%Y})" if day else name


def _points(plan):
    above, seen = [plan], {plan.pk}
    while (step := above[-1].implements) is not None and step.pk not in seen:
        above.append(step)
        seen.add(step.pk)
        if len(above) > PLANS_ABOVE:
            break
    order = {p.pk: n for n, p in enumerate(above)}
    phases = Phase.objects.filter(track__plan__in=above).select_related(
        "track__plan__document", "starts", "ends"
    )
    rows = sorted(
        phases,
        key=lambda p: (order[p.track.plan_id], p.track.position, p.track_id, p.position, p.pk),
    )
    groups = defaultdict(list)
    for phase in rows:
        name = phase.track.title
        if phase.track.plan_id != plan.pk:
            other = phase.track.plan
            name = f"{other.document.symbol or other.title}: {name}"
        for boundary, word in ((phase.starts, _("bắt đầu")), (phase.ends, _("kết thúc"))):
            day = f" ({boundary.resolved_on:%d/%m/%Y})" if boundary.resolved_on else ""
            groups[name].append((boundary.pk, f"{phase.title}: {word}{day}"))
    return list(groups.items())


def _described(ids):
    pairs = Boundary.objects.filter(pk__in=ids).values_list("pk", "owner_kind")
    found = registry.describe(pairs)
    words = {specs.START: _("bắt đầu"), specs.END: _("kết thúc")}
    rows = []
    for pk in sorted(ids):
        item = found.get(pk)
        name = f"{item.name} ({item.context}): {words[item.side]}" if item else f"#{pk}"
        rows.append((pk, name))
    return rows


def resolved_day(spec, side, boundary_id=-1):
    """The day a Spec would come to now, or None.

    Args:
        boundary_id: the boundary that would say it, if it exists; then a loop is found.

    Raises:
        Refused: "cycle", "overflow".
    """
    return preview_specs({boundary_id: (side, spec)}).days[boundary_id]


def day_note(day):
    """(weekday, what makes the day free or "") of a day, for beside it."""
    if day is None:
        return "", ""
    special = CalendarDay.objects.filter(on=day).first()
    weekday = _WEEKDAYS[day.weekday()]
    if special is not None and special.kind == CalendarDay.Kind.HOLIDAY:
        return weekday, _("ngày nghỉ: %s") % special.name
    if special is None and day.weekday() > 4:
        return weekday, _("ngày nghỉ cuối tuần")
    return weekday, ""

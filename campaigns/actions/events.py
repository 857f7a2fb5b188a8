"""Events: made, described, moved. Moving one moves everything that hangs on it."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from campaigns import boundaries
from campaigns.actions._common import lock
from campaigns.boundaries.effects import EVENT_DATES
from campaigns.models import Event
from campaigns.rules import event_name
from portal.common import audit, text
from portal.common.errors import Refused

#: What `create_event` and `update_event` take beside the dates.
DETAILS = (
    "host",
    "kind",
    "delegates",
    "name",
    "ordinal",
    "term_start",
    "term_end",
    "previous",
    "origin_on",
    "place",
    "expected_words",
)
_LINES = ("name", "place", "expected_words")
_AUDITED = (*DETAILS, *EVENT_DATES)


@transaction.atomic
def create_event(*, actor, slug=None, **values):
    """Make an event. `values`: DETAILS and EVENT_DATES; `slug` is made from its name if not given.

    Raises:
        Refused: "name" without anything to call it, "dates", "term", "ordinal" when the host has
            this congress already.
    """
    event = Event()
    _assign(event, values)
    event.slug = slug or _free_slug(event)
    _save(event, force_insert=True)
    changes = audit.diff({}, audit.snapshot(event, _AUDITED))
    audit.record(
        actor=actor,
        verb="create_event",
        obj=event,
        agency=event.host_id,
        changes={k: v for k, v in changes.items() if v[1] not in (None, "")},
    )
    return event


@transaction.atomic
def update_event(*, actor, event, lock_version=None, **values):
    """Change what an event is called and where it is; dates move with `move_event`.

    Raises:
        StaleVersion, Refused: as `create_event`.
    """
    current = lock(event, lock_version)
    before = audit.snapshot(current, DETAILS)
    _assign(current, values, allowed=DETAILS)
    changes = audit.diff(before, audit.snapshot(current, DETAILS))
    if not changes:
        return current
    current.lock_version += 1
    _save(current)
    audit.record(
        actor=actor, verb="update_event", obj=current, agency=current.host_id, changes=changes
    )
    return current


def move_event(
    *, actor, event, dates, graph_revision=None, lock_version=None, reason="", report=None
):
    """Give an event other dates and resolve everything that hangs on it, in one transaction.

    Args:
        dates: {name in EVENT_DATES: date or None}; what is left out stays.
        graph_revision: of the preview that was shown; an older one is refused ("stale_preview").
        reason: told to those concerned.
        report: called with (done, total, step) as the work goes on.

    Returns the event; its move is the newest of `event.changes`, if any boundary moved.
    """
    with boundaries.editing(
        actor=actor, reason=text.one_line(reason), event=event, report=report
    ) as graph:
        boundaries.check_seen(graph_revision)
        current = lock(event, lock_version)
        before = audit.snapshot(current, EVENT_DATES)
        _assign(current, dates, allowed=EVENT_DATES)
        changes = audit.diff(before, audit.snapshot(current, EVENT_DATES))
        if not changes:
            return current
        current.lock_version += 1
        _save(current)
        graph.touch_event(current)
        if reason:
            changes["reason"] = [None, reason]
        audit.record(
            actor=actor, verb="move_event", obj=current, agency=current.host_id, changes=changes
        )
    return current


def _assign(event, values, allowed=_AUDITED):
    unknown = set(values) - set(allowed)
    if unknown:
        raise TypeError(f"not a field of an event: {sorted(unknown)}")
    for name, value in values.items():
        if name in _LINES or name == "delegates":
            value = text.one_line(value or "")
        setattr(event, name, value)


def _save(event, **how):
    if not event.name and event.kind != Event.Kind.CONGRESS:
        raise Refused(_("Thiếu tên sự kiện."), code="name")
    if not event.name and event.host_id is None:
        raise Refused(_("Đại hội cần có tổ chức hoặc tên gọi."), code="name")
    if event.term_start and event.term_end and event.term_end <= event.term_start:
        raise Refused(_("Năm cuối nhiệm kỳ phải sau năm đầu."), code="term")
    for strength in ("planned", "expected", "actual"):
        opens, closes = (getattr(event, f"{strength}_{m}") for m in ("opens", "closes"))
        if opens and closes and closes < opens:
            raise Refused(_("Ngày bế mạc phải từ ngày khai mạc trở đi."), code="dates")
    try:
        with transaction.atomic():
            event.save(**how)
    except IntegrityError as error:
        if "campaigns_event_ordinal_per_host" in str(error):
            raise Refused(
                _("Tổ chức này đã có sự kiện cùng loại với số lần thứ đó."), code="ordinal"
            ) from error
        if "slug" in str(error):
            raise Refused(_("Đã có sự kiện khác dùng địa chỉ này."), code="slug") from error
        raise


def _free_slug(event):
    base = text.slugify_vi(event_name(event), 70) or "su-kien"
    return text.first_free(base, lambda slug: Event.objects.filter(slug=slug).exists())

"""The audit log: the one way a row of it is written."""

import datetime
import decimal
import uuid
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models

from portal.common import pagecache
from portal.common.models import AuditEntry

request_id_var: ContextVar[str] = ContextVar("request_id", default="")
_on_behalf_of: ContextVar = ContextVar("on_behalf_of", default=None)


@contextmanager
def acting_for(user):
    """Rows written inside say "thay mặt" `user` (None: the actor's own right), unless told."""
    token = _on_behalf_of.set(user)
    try:
        yield
    finally:
        _on_behalf_of.reset(token)


def record(*, actor, verb, obj, changes=None, agency=None, on_behalf_of=None, label=None):
    """Write one audit row inside the caller's transaction.

    Args:
        actor: the User who acts, or None for the system itself.
        verb: what was done, a stable English verb ("publish", "move_event").
        obj: the row acted on; only its kind, id and label are kept.
        changes: {field: [before, after]}, as `diff` returns it.
        agency: the Agency (or its id) in whose affairs it happened.
        on_behalf_of: the User who delegated the role that was used ("thay mặt").

    Raises:
        ValueError: for rows of feedback given with an actor: an audit row must not hold a person
            beside an opinion (DESIGN section 5).
    """
    kind = obj._meta.label_lower
    if kind in NEVER_WITH_ACTOR and actor is not None:
        raise ValueError(f"audit rows about {kind} carry no actor")
    if kind not in NEVER_WITH_ACTOR:
        # Whatever is done may show on a public page; what readers write does so after a reading.
        pagecache.changed()
    entry = _entry(actor, verb, obj, changes, agency, on_behalf_of, label)
    entry.save(force_insert=True)
    return entry


def record_many(*, actor, verb, rows, agency=None):
    """Write one audit row for each (object, changes) of `rows`, all of one kind, in one go.

    For what a list from Excel did to many objects; the rows are those `record` would write.
    """
    entries = [_entry(actor, verb, obj, changes, agency, None, None) for obj, changes in rows]
    if any(entry.object_kind in NEVER_WITH_ACTOR for entry in entries):
        raise ValueError("audit rows about opinions are written one by one")
    if entries:
        pagecache.changed()
    return AuditEntry.objects.bulk_create(entries)


def _entry(actor, verb, obj, changes, agency, on_behalf_of, label):
    return AuditEntry(
        actor=actor,
        on_behalf_of=on_behalf_of or _on_behalf_of.get(),
        verb=verb,
        object_kind=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_label=(str(obj) if label is None else label)[:300],
        agency_id=getattr(agency, "pk", agency),
        changes=changes or {},
        request_id=request_id_var.get(),
    )


# Kinds of rows that belong to an opinion; feedback adds to it in its AppConfig.
NEVER_WITH_ACTOR: set[str] = set()


def snapshot(obj, fields):
    """{field: plain value} of `fields`, to hand to `diff` after the change."""
    return {name: _plain(getattr(obj, obj._meta.get_field(name).attname)) for name in fields}


def diff(before, after):
    """{field: [before, after]} of what differs between two snapshots."""
    return {k: [before.get(k), v] for k, v in after.items() if before.get(k) != v}


def _plain(value):
    if isinstance(value, (datetime.datetime, datetime.date, uuid.UUID, decimal.Decimal)):
        return str(value)
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, (str, int, float, bool, list, dict, type(None))):
        return value
    return str(value)

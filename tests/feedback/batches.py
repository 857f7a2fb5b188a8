"""Batches for tests: started, filled and handed over through the actions."""

import datetime as dt

from feedback.actions import entries, open_due
from feedback.models import Channel, EntryBatch, LadderNode
from portal.agencies.models import Role
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.feedback.factories import NOW, make_world

DAY = dt.date(2025, 8, 18)


def open_world(**fields):
    """A World whose ladder is copied, with `clerk`, a second person at the commune."""
    world = make_world(**fields)
    open_due(now=NOW)
    world.consultation.refresh_from_db()
    world.clerk = UserFactory(full_name="clerk")
    give(world.clerk, Role.STAFF, world.commune)
    return world


def node(world, agency):
    return LadderNode.objects.get(consultation=world.consultation, agency=agency)


def start(world, **fields):
    return entries.start(
        **{
            "actor": world.clerk,
            "consultation": world.consultation,
            "node": node(world, world.commune),
            "kind": EntryBatch.Kind.PAPER,
            "channel": Channel.PAPER,
            "received_on": DAY,
            "now": NOW,
        }
        | fields
    )


def filled(world, rows=2, **fields):
    """A batch with `rows` complete rows, being entered."""
    batch = start(world, **fields)
    for n in range(rows):
        entries.put_row(
            actor=batch.entered_by, batch=batch, stance="partly", text=f"Ý kiến số {n + 1}.",
            place_typed="đoạn 2", group=world.group,
        )  # fmt: skip
    return batch


def checking(world, rows=2, **fields):
    """A batch that waits for the second person."""
    batch = filled(world, rows, **fields)
    return entries.submit(actor=batch.entered_by, batch=batch, now=NOW)


def accepted(world, rows=2, **fields):
    """A batch that is accepted, by the rapporteur of the commune."""
    batch = checking(world, rows, **fields)
    return entries.accept(actor=world.rapporteur, batch=batch, now=NOW)

"""The sweep: everything that is due and pending, however long ago, is settled exactly once.

A batch of rows is claimed with FOR UPDATE SKIP LOCKED, decided, expanded into deliveries and
settled in one short transaction. Whoever dies in the middle leaves the rows pending as they were;
two who race never hold the same row; the unique key of a delivery stands behind both.
"""

import logging
from dataclasses import dataclass, field
from functools import cache

from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    transaction,
)

from portal.common import clock
from portal.notices import queries, registry, rules
from portal.notices.actions.scheduling import hurry
from portal.notices.models import Delivery, ScheduledNotice

logger = logging.getLogger(__name__)

BATCH = 200
#: A batch takes on about so many ways to people (places times roles), so that notices to all units
#: do not fill the memory; one that is larger goes by itself.
ROOM = 20_000
State = ScheduledNotice.State


@dataclass(frozen=True)
class Outcome:
    """What the sweep did with one notice (or would do): its new state and how many are told.

    `state` is PENDING only for a notice that could not be handled; `error` then says why.
    """

    notice: ScheduledNotice
    state: str
    people: int = 0
    error: str = ""


@dataclass
class SweepResult:
    """The numbers of one sweep, by what became of the notices."""

    sent: int = 0
    cancelled: int = 0
    missed: int = 0
    errors: int = 0
    people: int = 0
    mail_at_once: bool = field(default=False, repr=False)

    _FIELD = {
        State.EXPANDED: "sent",
        State.CANCELLED: "cancelled",
        State.MISSED: "missed",
        State.PENDING: "errors",
    }

    def add(self, outcome):
        name = self._FIELD[outcome.state]
        setattr(self, name, getattr(self, name) + 1)
        self.people += outcome.people


def sweep(*, now=None, dry_run=False, report=None):
    """Settle every notice that is due at `now`. Costs by what is due; looks back without limit.

    Too late (past `useful_until`) -> missed; no longer true -> cancelled; else expanded: one
    delivery per person and channel, made in the same transaction.

    Args:
        now: the instant to judge by (default: now).
        dry_run: decide everything, lock and write nothing.
        report: called with an `Outcome` for each notice, after its batch is committed.

    Returns a SweepResult.
    """
    now = now or clock.now()
    result = SweepResult()
    seen = []
    size, searching = BATCH, False
    while True:
        try:
            outcomes = _batch(now, seen, size, dry_run, result)
        except _BatchFailed as failure:
            if size > 1:  # find the row whose handler broke the transaction, one by one
                size, searching = 1, True
                continue
            outcomes = [_failed(notice, failure.__cause__) for notice in failure.notices]
            size, searching = BATCH, False
            if not dry_run:
                _settle(outcomes, now)
        else:
            if not searching:
                # Where few notices fill the room, no more are read than fit.
                full = len(outcomes) < size
                size = max(1, len(outcomes)) if full else min(BATCH, 2 * size)
        if not outcomes:
            break
        for outcome in outcomes:
            result.add(outcome)
            if report is not None:
                report(outcome)
        # Settled rows are not pending any more; those left pending must not come round again.
        seen += [o.notice.pk for o in outcomes if dry_run or o.state == State.PENDING]
    if result.mail_at_once:
        hurry("notices.mail")
    return result


class _BatchFailed(Exception):
    """A handler broke the transaction, or could not read; nothing of the batch was written."""

    def __init__(self, notices):
        super().__init__(f"{len(notices)} notices")
        self.notices = notices


#: Faults of a statement; a lost connection is no fault of a notice and ends the sweep.
_BROKEN = (DataError, IntegrityError, InternalError, ProgrammingError)
_LOST = (OperationalError, InterfaceError)


def _batch(now, seen, size, dry_run, result):
    with transaction.atomic():
        rows = queries.due(now).exclude(pk__in=seen) if seen else queries.due(now)
        if not dry_run:
            rows = rows.select_for_update(skip_locked=True, no_key=True)
        notices = list(rows[:size])
        if not notices:
            return []
        try:
            deliveries, outcomes = _expand(notices, now)
        except _BROKEN as error:
            raise _BatchFailed(notices) from error
        if not dry_run:
            Delivery.objects.bulk_create(deliveries, ignore_conflicts=True, batch_size=1000)
            _settle(outcomes, now)
            if any(d.send_after is not None and d.send_after <= now for d in deliveries):
                result.mail_at_once = True
        return outcomes


def _expand(notices, now):
    """The deliveries to make and the Outcome of each notice; writes nothing.

    Notices for which the batch has no room are left out: they stay pending for the next batch.
    """
    try:
        queries.load_subjects(notices)
    except _LOST:
        raise
    except Exception as error:
        raise _BatchFailed(notices) from error
    outcomes = _decide(notices, now)
    audiences, outcomes = _audiences(outcomes)
    people = queries.recipients(audiences, clock.today(now)) if audiences else {}
    return _deliveries(outcomes, people, now)


def _decide(notices, now):
    """The Outcome of each notice before anybody is looked for."""
    outcomes = []
    for notice in notices:
        late = rules.is_too_late(notice, now)
        try:
            handler = registry.kinds[notice.subject_kind]
            # A late one counts as missed only if it was true when it should have gone.
            true = handler.still_due(notice, notice.due_at if late else now)
        except DatabaseError:
            raise
        except Exception as error:  # one bad row must not hold up the others
            outcomes.append(_failed(notice, error))
            continue
        state = State.CANCELLED if not true else State.MISSED if late else State.EXPANDED
        outcomes.append(Outcome(notice, state))
    return outcomes


def _audiences(outcomes):
    """({notice id: Audience} of those to send, the outcomes that this batch has room for)."""
    audiences, kept, room = {}, [], ROOM
    for outcome in outcomes:
        notice = outcome.notice
        if outcome.state != State.EXPANDED:
            kept.append(outcome)
            continue
        try:
            audience = registry.kinds[notice.subject_kind].audience(notice)
        except DatabaseError:
            raise
        except Exception as error:
            kept.append(_failed(notice, error))
            continue
        weight = audience.weight
        if audiences and weight > room:
            continue
        room -= weight
        audiences[notice.pk] = audience
        kept.append(outcome)
    return audiences, kept


def _deliveries(outcomes, people, now):
    """The deliveries of every notice to send, and the outcomes with their numbers."""
    deliveries, done = [], []
    wishes = queries.wishes(
        {n.pk: n.kind for n in (o.notice for o in outcomes) if n.pk in people}, people
    )
    for outcome in outcomes:
        notice = outcome.notice
        if outcome.state != State.EXPANDED:
            done.append(outcome)
            continue
        try:
            rows = _deliveries_of(notice, people[notice.pk], wishes, now)
        except DatabaseError:
            raise
        except Exception as error:
            done.append(_failed(notice, error))
            continue
        deliveries += rows
        done.append(Outcome(notice, State.EXPANDED, people=len(people[notice.pk])))
    return deliveries, done


def _deliveries_of(notice, recipients, wishes, now):
    handler = registry.kinds[notice.subject_kind]
    mail_after = cache(lambda wish: rules.mail_after(notice, now, wish))
    rendered = {}
    rows = []
    for person in recipients:
        reach = frozenset(person.agency_ids)
        if reach not in rendered:
            rendered[reach] = handler.render_for(notice, reach)
        message = rendered[reach]
        common = {
            "notice": notice,
            "person_id": person.person_id,
            "title": str(message.title)[:300],
            "text": str(message.text),
            "url": rules.local_path(message.url),
            "why": person.why[:400],
        }
        rows.append(Delivery(channel=Delivery.Channel.INBOX, state=Delivery.State.SENT, **common))
        after = person.email and mail_after(wishes.get((person.person_id, notice.kind), ""))
        if after:
            rows.append(Delivery(channel=Delivery.Channel.MAIL, send_after=after, **common))
    return rows


def _settle(outcomes, now):
    by_state = {}
    for outcome in outcomes:
        if outcome.state == State.PENDING:
            if outcome.notice.error != outcome.error:
                ScheduledNotice.objects.filter(pk=outcome.notice.pk).update(error=outcome.error)
        else:
            by_state.setdefault(outcome.state, []).append(outcome.notice.pk)
    for state, ids in by_state.items():
        ScheduledNotice.objects.filter(pk__in=ids).update(state=state, settled_at=now, error="")


def _failed(notice, error):
    words = f"{type(error).__name__}: {error}"[:300]
    if words != notice.error:  # the same trouble each minute is told once
        logger.error(
            "notice %s (%s, %s) could not be handled",
            notice.pk,
            notice.kind,
            notice.subject_kind,
            exc_info=error,
        )
    return Outcome(notice, State.PENDING, error=words)

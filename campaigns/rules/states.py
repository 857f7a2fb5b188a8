"""Where a phase or an assignment stands on a day. Computed, never stored."""

import datetime as dt
from dataclasses import dataclass

UPCOMING, ACTIVE, ENDED, UNDETERMINED = "upcoming", "active", "ended", "undetermined"
TODO, DOING, DONE, OVERDUE = "todo", "doing", "done", "overdue"
#: Done, and the superior who asked for it has yet to accept it.
WAITING = "waiting"
OPEN = "open"
#: How long a task that was given to many units in one act may be taken back in one.
UNDO = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Limit:
    """A resolved boundary: a day, deliberately open, or not known (`on` None, `open` False)."""

    on: object = None
    open: bool = False

    @classmethod
    def of(cls, boundary):
        return cls(boundary.resolved_on, boundary.kind == OPEN)


def span_state(starts, ends, day):
    """upcoming, active, ended or undetermined on `day`; both days are inclusive.

    An open start lies before every day, an open end after every day. A known end in the past has
    ended whatever the start; a known start in the future is upcoming whatever the end. Otherwise
    both sides have to be known or open.
    """
    if ends.on is not None and day > ends.on:
        return ENDED
    if starts.on is not None and day < starts.on:
        return UPCOMING
    begun = starts.open or starts.on is not None
    lasts = ends.open or ends.on is not None
    return ACTIVE if begun and lasts else UNDETERMINED


def phase_state(phase, day):
    """`span_state` of a Phase whose boundaries are loaded."""
    return span_state(Limit.of(phase.starts), Limit.of(phase.ends), day)


def assignment_state(state, due_on, day):
    """todo, doing, done or overdue on `day`; the due day itself is still in time."""
    if state != DONE and due_on is not None and day > due_on:
        return OVERDUE
    return state


ACCEPTED, RETURNED = "accepted", "returned"
WITHOUT_EVIDENCE, EVIDENCE_GONE = "without_evidence", "evidence_gone"


def marks(row, *, needs_acceptance, shown, gone):
    """What is to be said of an assignment beside its state, most urgent first.

    Args:
        shown: whether any evidence counts now; gone: whether any was taken back.
    """
    found = []
    if row.state != DONE:
        return [RETURNED] if row.returned_at is not None else []
    if not shown and gone and not row.without_evidence:
        found.append(EVIDENCE_GONE)
    if row.without_evidence:
        found.append(WITHOUT_EVIDENCE)
    if row.accepted_at is not None:
        found.append(ACCEPTED)
    elif needs_acceptance and (row.parent_id or row.agency_id != row.task.plan.issuer_id):
        found.append(WAITING)
    return found

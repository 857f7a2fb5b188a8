"""Putting what readers wrote into the queue, and taking it out; called by the apps that own it."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portal.common import audit, clock
from portal.common.text import one_line
from portal.moderation import registry, rules
from portal.moderation.actions._common import locked, store
from portal.moderation.models import Appeal, Case, Proposal


@dataclass(frozen=True)
class NewCase:
    """A case to be made, as `put_in_queue` is told of it.

    Args:
        submitted_on: the day it came; nothing more exact is kept.
        due_on: the last day on which to decide.
        likeness: the same for cases whose words are the same; "" for none.
    """

    subject_id: str
    agency_id: int
    context_label: str
    context_url: str
    submitted_on: dt.date
    due_on: dt.date
    likeness: str = ""


@transaction.atomic
def put_in_queue(
    *,
    kind,
    subject_id,
    agency,
    context_label,
    context_url="",
    submitted_at,
    priority=Case.Priority.NORMAL,
):
    """The Case of a subject, made where there is none yet. Called by the app that owns the subject.

    Args:
        kind: a name of `registry.kinds`.
        subject_id: its random or plain id, as text.
        agency: the Agency (or its id) whose people decide.
        context_label, context_url: what it answers, for people; never who sent it.
        submitted_at: aware instant; the start of the day where only the day may be kept.
    """
    registry.kinds[kind]  # a misspelt kind would wait for ever
    case, _made = Case.objects.get_or_create(
        kind=kind,
        subject_id=str(subject_id),
        defaults={
            "agency_id": getattr(agency, "pk", agency),
            "context_label": one_line(context_label)[:300],
            "context_url": context_url[:300],
            "submitted_at": submitted_at,
            "priority": priority,
            "due_on": rules.due_after(clock.today(submitted_at), settings.MODERATION_DUE_DAYS),
        },
    )
    return case


@transaction.atomic
def put_many_in_queue(*, kind, rows):
    """Make the cases of many subjects; those that exist wait again, for their words changed.

    Five statements, however many there are. A case that was closed stays closed.

    Args:
        rows: [NewCase].
    """
    registry.kinds[kind]
    by_subject = {row.subject_id: row for row in rows}
    known = list(
        Case.objects.select_for_update()
        .filter(kind=kind, subject_id__in=by_subject)
        .exclude(state=Case.State.CLOSED)
        .order_by("pk")
    )
    for case in known:
        row = by_subject.pop(case.subject_id)
        case.state = rules.LIFECYCLE.target("resubmit", case.state)
        case.due_on, case.likeness = row.due_on, row.likeness
        case.lock_version += 1
    Case.objects.bulk_update(
        known, ["state", "due_on", "likeness", "lock_version"], batch_size=1000
    )
    _drop_proposals(known)
    Case.objects.bulk_create(
        [
            Case(
                kind=kind,
                subject_id=row.subject_id,
                agency_id=row.agency_id,
                context_label=one_line(row.context_label)[:300],
                context_url=row.context_url[:300],
                submitted_at=clock.start_of_day(row.submitted_on),
                due_on=row.due_on,
                likeness=row.likeness,
            )
            for row in by_subject.values()
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )


@transaction.atomic
def put_back(*, kind, subject_id):
    """The words changed: the case waits for a decision on them, whatever was decided before."""
    case = locked(kind=kind, subject_id=str(subject_id))
    case.state = rules.LIFECYCLE.target("resubmit", case.state)
    case.due_on = rules.due_after(clock.today(), settings.MODERATION_DUE_DAYS)
    store(case, "state", "due_on")
    _drop_proposals([case])
    return case


@transaction.atomic
def close(*, kind, subject_id):
    """The sender took it back: nothing is left to decide. Twice is harmless.

    Who decided what stays; the words of an appeal go like the others.
    """
    case = locked(kind=kind, subject_id=str(subject_id))
    if case.state == Case.State.CLOSED:
        return case
    before = case.state
    case.state = rules.LIFECYCLE.target("close", case.state)
    store(case, "state")
    _drop_proposals([case])
    Appeal.objects.filter(case=case).update(text=_("Người gửi đã rút."))
    audit.record(
        actor=None,
        verb="close_case",
        obj=case,
        agency=case.agency_id,
        changes={"state": [before, case.state]},
        label=case.context_label,
    )
    return case


@transaction.atomic
def close_many(*, kind, subject_ids):
    """Likewise of many, in four statements; without an audit row, for the hour is nobody's matter.

    Returns how many were closed.
    """
    cases = list(
        Case.objects.select_for_update()
        .filter(kind=kind, subject_id__in=list(subject_ids))
        .exclude(state=Case.State.CLOSED)
        .order_by("pk")
    )
    pks = [case.pk for case in cases]
    Case.objects.filter(pk__in=pks).update(
        state=Case.State.CLOSED, lock_version=F("lock_version") + 1
    )
    _drop_proposals(cases)
    Appeal.objects.filter(case__in=pks).update(text=_("Người gửi đã rút."))
    return len(cases)


def _drop_proposals(cases):
    Proposal.objects.filter(case__in=cases, closed_at=None).update(closed_at=clock.now())

"""Two real connections racing, and processes that die in the middle."""

import threading

import pytest
import time_machine
from celery import current_app
from django.core import mail as outbox_of
from django.db import close_old_connections, connection, transaction
from kombu.exceptions import OperationalError

from portal.notices import actions, registry
from portal.notices.actions import mailing, sweeping
from portal.notices.models import Delivery, Mail, ScheduledNotice

from .factories import SUBJECT, at, person

pytestmark = pytest.mark.django_db(transaction=True)

NOW = at("2025-09-22 06:00")
DIGEST = at("2025-09-22 07:30")


def plan(numbers):
    actions.schedule_many(
        actions.NoticeRow(
            kind=registry.PHASE_STARTED, subject_kind=SUBJECT, subject_id=n, due_at=NOW
        )
        for n in numbers
    )


def together(*jobs):
    """Run each job in a thread with a connection of its own; raise what one of them raised."""
    failures = []

    def run(job):
        try:
            job()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    if failures:
        raise failures[0]


def tell_everybody(subjects, count):
    people = [person(f"Người {n}") for n in range(count)]
    subjects.to = registry.Audience(user_ids=frozenset(p.pk for p in people))
    return people


def test_two_sweeps_at_once_share_the_work_and_tell_once(subjects, monkeypatch):
    monkeypatch.setattr(sweeping, "BATCH", 5)
    tell_everybody(subjects, 3)
    plan(range(40))
    # Both hold their first batch before either goes on: they really run at the same time.
    meeting = threading.Barrier(2, timeout=20)
    arrived = threading.local()

    def meet(notice):
        if not getattr(arrived, "yes", False):
            arrived.yes = True
            meeting.wait()

    subjects.before_expanding = meet
    results = []

    def job():
        results.append(actions.sweep(now=NOW))

    together(job, job)
    assert sum(r.sent for r in results) == 40
    assert min(r.sent for r in results) >= 5
    assert Delivery.objects.filter(channel="inbox").count() == 120
    assert Delivery.objects.filter(channel="mail").count() == 120
    assert set(ScheduledNotice.objects.values_list("state", flat=True)) == {"expanded"}


def test_a_sweep_does_not_wait_for_rows_another_holds(subjects):
    tell_everybody(subjects, 1)
    plan([1])
    held = threading.Event()
    done = threading.Event()

    def holder():
        with transaction.atomic():
            list(ScheduledNotice.objects.select_for_update())
            held.set()
            done.wait(20)

    def sweeper():
        held.wait(20)
        try:
            assert actions.sweep(now=NOW).sent == 0
        finally:
            done.set()

    together(holder, sweeper)
    assert actions.sweep(now=NOW).sent == 1


def test_moving_a_date_while_the_sweep_holds_the_old_notice(subjects):
    """Supersession waits for the sweep and leaves alone what was told."""
    tell_everybody(subjects, 1)
    actions.schedule(
        kind=registry.PHASE_STARTED,
        subject_kind=SUBJECT,
        subject_id=1,
        boundary_id=9,
        revision=1,
        due_at=NOW,
    )
    claimed = threading.Event()
    ended = []

    def during(notice):
        claimed.set()

    subjects.before_expanding = during

    def mover():
        claimed.wait(20)
        ended.append(actions.supersede_for_boundaries([9]))

    together(lambda: actions.sweep(now=NOW), mover)
    state = ScheduledNotice.objects.get().state
    assert (state, ended) == ("expanded", [0])
    assert Delivery.objects.filter(channel="inbox").count() == 1


def test_two_runs_forming_at_once_give_each_person_one_letter(subjects):
    tell_everybody(subjects, 30)
    plan([1, 2])
    actions.sweep(now=NOW)
    meeting = threading.Barrier(2, timeout=20)
    results = []

    def job():
        meeting.wait()
        results.append(actions.form_mails(now=DIGEST))

    together(job, job)
    assert sum(r.formed for r in results) == 30
    assert Mail.objects.values("person").distinct().count() == 30
    assert Delivery.objects.filter(channel="mail", mail=None).count() == 0


def test_two_runs_sending_at_once_send_every_letter_once(subjects, monkeypatch):
    people = tell_everybody(subjects, 30)
    plan([1, 2])
    actions.sweep(now=NOW)
    actions.form_mails(now=DIGEST)
    meeting = threading.Barrier(2, timeout=20)
    right = mailing._open_mails

    def both_have_read_the_list(mails, now):
        rows = list(right(mails, now))
        if mails.model is not Mail:
            return rows
        assert len(rows) == 30
        meeting.wait()
        return rows

    monkeypatch.setattr(mailing, "_open_mails", both_have_read_the_list)
    results = []

    def job():
        results.append(actions.send_mails(now=DIGEST))

    together(job, job)
    assert sum(r.sent for r in results) == 30
    assert sorted(m.to[0] for m in outbox_of.outbox) == sorted(p.email for p in people)
    assert Mail.objects.filter(state="sent", attempts=1).count() == 30


def test_killed_between_commit_and_enqueue_the_sweep_alone_does_it(subjects, monkeypatch):
    asked = []

    def lost(name, **options):
        asked.append(name)
        raise OperationalError("the broker is gone")

    monkeypatch.setattr(current_app, "send_task", lost)
    tell_everybody(subjects, 2)
    with time_machine.travel(NOW, tick=False), transaction.atomic():
        actions.notify_now(kind=registry.RETURNED, subject_kind=SUBJECT, subject_id=1)
    assert asked == ["notices.sweep"]
    assert Delivery.objects.count() == 0
    actions.notify_now(kind=registry.APPROVED, subject_kind=SUBJECT, subject_id=2)
    assert asked == ["notices.sweep"]  # nobody waits for a broker that has just failed
    assert actions.sweep(now=NOW).people == 2
    assert actions.send_mails(now=NOW).sent == 2


def test_nothing_is_hurried_before_the_commit_or_after_a_rollback(subjects, monkeypatch):
    asked = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: asked.append(name))
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.notify_now(kind=registry.RETURNED, subject_kind=SUBJECT, subject_id=1)
        assert asked == []
        raise RuntimeError
    assert asked == []
    assert ScheduledNotice.objects.count() == 0


@pytest.mark.parametrize("moment", ["audience", "deliveries", "settling"])
def test_a_sweep_killed_in_the_middle_leaves_everything_as_it_was(subjects, monkeypatch, moment):
    """The connection is cut as by a kill: PostgreSQL rolls back, the next sweep does it once."""
    tell_everybody(subjects, 2)
    plan([1, 2])
    kill = threading.Event()
    kill.set()

    def cut(*args, **kwargs):
        if kill.is_set():
            kill.clear()
            connection.connection.close()  # the socket goes, no ROLLBACK is sent
            raise SystemExit
        return

    if moment == "audience":
        subjects.before_expanding = cut
    else:
        target = sweeping._settle if moment == "settling" else sweeping._deliveries
        name = target.__name__

        def wrapped(*args):
            cut()
            return target(*args)

        monkeypatch.setattr(sweeping, name, wrapped)

    def job():
        with pytest.raises(SystemExit):
            actions.sweep(now=NOW)

    together(job)
    close_old_connections()
    with transaction.atomic():
        # the server needs a moment to see the cut: wait for its locks, a sweep would skip them
        list(ScheduledNotice.objects.select_for_update())
    assert Delivery.objects.count() == 0
    assert set(ScheduledNotice.objects.values_list("state", flat=True)) == {"pending"}
    assert actions.sweep(now=NOW).people == 4
    assert Delivery.objects.filter(channel="inbox").count() == 4


@pytest.mark.parametrize("went_out", [False, True])
def test_killed_between_claim_and_mark_goes_once_more_with_the_same_id(
    subjects, monkeypatch, went_out
):
    tell_everybody(subjects, 1)
    plan([1])
    actions.sweep(now=NOW)
    right = mailing._Server.send

    def die(self, letter):
        if went_out:
            right(self, letter)
        connection.close()
        raise SystemExit

    monkeypatch.setattr(mailing._Server, "send", die)

    def job():
        with time_machine.travel(DIGEST, tick=False), pytest.raises(SystemExit):
            actions.send_mails()

    together(job)
    monkeypatch.setattr(mailing._Server, "send", right)
    with time_machine.travel(DIGEST.replace(minute=39), tick=False):
        assert actions.send_mails().sent == 0  # somebody may still be at it
    with time_machine.travel(DIGEST.replace(minute=41), tick=False):
        assert actions.send_mails().sent == 1
    with time_machine.travel(DIGEST.replace(minute=59), tick=False):
        assert actions.send_mails().sent == 0
    ids = [m.extra_headers["Message-ID"] for m in outbox_of.outbox]
    assert len(ids) == (2 if went_out else 1)
    assert set(ids) == {f"<{Mail.objects.get().message_id}>"}
    assert Delivery.objects.get(channel="mail").state == "sent"

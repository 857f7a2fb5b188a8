"""An accepted batch is undone by two people, in time, and its opinions leave the count once."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from feedback import totals
from feedback.actions import batch_undo, entries, entry_files, meetings, minutes
from feedback.models import EntryBatch, Opinion
from feedback.queries import entries as queries
from feedback.rules import entering
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.agencies.factories import delegate
from tests.feedback.batches import accepted, checking, filled, open_world
from tests.feedback.factories import NOW
from tests.feedback.meetings import photo, photographed, sent, with_opinions

S = EntryBatch.State
WHY = "Nhập nhầm đơn vị."


@pytest.fixture
def world(db):
    return open_world()


def counted(world):
    return totals.live([world.consultation.pk]).get(world.consultation.pk, 0)


def refusal(verb, **fields):
    with pytest.raises(Refused) as refused:
        verb(**fields)
    return refused.value.code


def ask(batch, actor, **fields):
    return batch_undo.ask(**{"actor": actor, "batch": batch, "reason": WHY, "now": NOW} | fields)


def confirm(batch, actor, **fields):
    return batch_undo.confirm(**{"actor": actor, "batch": batch, "now": NOW} | fields)


def test_one_asks_and_another_confirms(world):
    batch = accepted(world, rows=3)
    spam = Opinion.objects.filter(batch=batch).first()
    totals.changed(spam, -1)
    Opinion.objects.filter(pk=spam.pk).update(state="spam")
    asked = ask(batch, world.clerk)
    assert (asked.state, asked.undo_asked_by, counted(world)) == (S.ACCEPTED, world.clerk, 2)
    assert refusal(confirm, batch=batch, actor=world.clerk) == "own"
    assert counted(world) == 2
    done = confirm(batch, world.rapporteur)
    confirm(batch, world.rapporteur)
    assert (done.state, done.undone_by, done.undone_reason) == (S.UNDONE, world.rapporteur, WHY)
    assert counted(world) == 0
    states = sorted(Opinion.objects.filter(batch=batch).values_list("state", flat=True))
    assert states == ["spam", "undone", "undone"]


def test_nobody_confirms_what_nobody_asked_for(world):
    batch = accepted(world)
    assert refusal(confirm, batch=batch, actor=world.rapporteur) == "not_asked"
    assert refusal(ask, batch=batch, actor=world.clerk, reason="  ") == "no_reason"
    assert refusal(ask, batch=batch, actor=world.member) == "no_right"
    ask(batch, world.clerk)
    assert refusal(confirm, batch=batch, actor=world.member) == "no_right"
    assert refusal(ask, batch=batch, actor=world.rapporteur, reason="Khác.") == "asked"
    assert ask(batch, world.clerk, reason="Bấm hai lần.").undone_reason == WHY
    assert counted(world) == 2


def test_the_unit_above_confirms_where_the_desk_has_one_person(world):
    batch = accepted(world)
    ask(batch, world.clerk)
    assert confirm(batch, world.staff).undone_by == world.staff


def test_who_acts_for_the_person_who_asked_does_not_confirm(world):
    batch = accepted(world)
    stand_in = UserFactory(full_name="Người được ủy quyền")
    delegate(world.clerk, stand_in, world.commune, Role.STAFF)
    ask(batch, world.clerk)
    assert refusal(confirm, batch=batch, actor=stand_in) == "own"
    batch_undo.keep(actor=world.clerk, batch=batch)
    asked = ask(batch, stand_in)
    assert asked.undo_asked_for == world.clerk
    assert refusal(confirm, batch=batch, actor=world.clerk) == "own"
    assert confirm(batch, world.rapporteur).state == S.UNDONE


def test_the_database_knows_that_two_are_needed(world):
    batch = ask(accepted(world), world.clerk)
    with pytest.raises(IntegrityError, match="undone_by_two"), transaction.atomic():
        EntryBatch.objects.filter(pk=batch.pk).update(state="undone", undone_by=world.clerk)


def test_taken_back_or_declined_the_batch_stays_and_the_trail_says_so(world):
    batch = accepted(world)
    batch_undo.keep(actor=world.rapporteur, batch=batch)  # nothing to decline
    ask(batch, world.clerk)
    kept = batch_undo.keep(actor=world.rapporteur, batch=batch)
    assert (kept.state, kept.undo_asked_by, kept.undone_reason) == (S.ACCEPTED, None, "")
    assert refusal(confirm, batch=batch, actor=world.rapporteur) == "not_asked"
    rows = AuditEntry.objects.filter(object_kind="feedback.entrybatch").order_by("id")
    assert [(r.verb, r.actor, r.changes) for r in rows][-2:] == [
        ("ask_undo_batch", world.clerk, {"reason": [None, WHY]}),
        ("keep_batch", world.rapporteur, {"reason": [WHY, None]}),
    ]


def test_long_after_the_end_what_counts_counts(world):
    batch = accepted(world)
    closes = world.consultation.closes.at
    over = closes + dt.timedelta(days=entering.GRACE_DAYS)
    last = over - dt.timedelta(seconds=1)
    assert refusal(ask, batch=batch, actor=world.clerk, now=over) == "over"
    ask(batch, world.clerk, now=last)
    assert refusal(confirm, batch=batch, actor=world.rapporteur, now=over) == "over"
    assert confirm(batch, world.rapporteur, now=last).state == S.UNDONE


def test_only_what_was_accepted_and_no_meeting(world):
    assert refusal(ask, batch=checking(world), actor=world.clerk) == "transition:undo:checking"
    meeting = sent(world)
    assert refusal(ask, batch=meeting.batch, actor=world.secretary) == "kind"
    # the unit that met takes its own meeting back
    meetings.undo(actor=world.secretary, meeting=meeting, reason=WHY, now=NOW)
    meeting.batch.refresh_from_db()
    assert (meeting.batch.state, meeting.batch.undone_by) == (S.UNDONE, world.secretary)


def test_a_look_at_an_older_state_confirms_nothing(world):
    batch = accepted(world)
    seen = ask(batch, world.clerk).lock_version
    batch_undo.keep(actor=world.clerk, batch=batch)
    ask(batch, world.clerk, reason="Lý do khác.")
    with pytest.raises(StaleVersion):
        confirm(batch, world.rapporteur, expected_version=seen)
    assert counted(world) == 2


def test_it_waits_for_the_second_person_and_not_for_the_first(world):
    batch = ask(accepted(world), world.clerk)
    today = clock.today(NOW)

    def waiting(user):
        return list(queries.waiting_for_undo(user, queries.reach_of(user), today))

    assert waiting(world.clerk) == []
    assert waiting(world.rapporteur) == [batch]
    # the commune has a second person, so it does not wait for the province
    assert waiting(world.staff) == []


MONTH = dt.timedelta(days=30)


def test_words_in_the_rows_of_an_undone_meeting_go_after_a_month(world):
    meeting = meetings.undo(actor=world.secretary, meeting=sent(world), reason=WHY, now=NOW)
    batch = EntryBatch.objects.get(pk=meeting.batch_id)
    entry_files.delete_due(now=NOW + MONTH - dt.timedelta(seconds=1))
    assert batch.rows.count() == 2
    assert entry_files.delete_due(now=NOW + MONTH) == (0, 1)
    assert batch.rows.count() == 0
    assert entry_files.delete_due(now=NOW + MONTH) == (0, 0)
    # what was counted once says that it does so no more, and what it was
    assert Opinion.objects.filter(batch=batch, state="undone").exclude(text="").count() == 2


def test_words_of_a_meeting_that_was_never_sent_go_as_well_but_not_what_is_corrected(world):
    never = meetings.undo(actor=world.secretary, meeting=with_opinions(world), reason=WHY, now=NOW)
    corrected = sent(world)
    old = corrected.batch
    corrected = meetings.reopen(
        actor=world.secretary, meeting=corrected, reason="Sửa câu chữ.", now=NOW
    )
    assert entry_files.delete_due(now=NOW + MONTH) == (0, 2)
    assert (never.batch.rows.count(), old.rows.count()) == (0, 0)
    assert corrected.batch.rows.count() == 2


def test_photos_of_minutes_keep_their_own_day(world):
    meeting = photographed(world)
    meetings.undo(actor=world.secretary, meeting=meeting, reason=WHY, now=NOW)
    entry_files.delete_due(now=NOW + MONTH - dt.timedelta(days=1))
    assert meeting.batch.files.filter(deleted_at=None).count() == 2
    minutes.delete_due_photos(today=clock.today(NOW + MONTH))
    assert meeting.batch.files.filter(deleted_at=None).count() == 0


def test_rows_and_scans_of_an_undone_batch_go_and_those_of_a_standing_one_stay(world, client):
    standing = accepted(world)
    batch = filled(world)
    entry_files.add_scan(actor=world.clerk, batch=batch, file=photo())
    entries.submit(actor=world.clerk, batch=batch, now=NOW)
    entries.accept(actor=world.rapporteur, batch=batch, now=NOW)
    ask(batch, world.clerk)
    confirm(batch, world.rapporteur)
    later = NOW + MONTH
    assert entry_files.delete_due(now=later) == (1, 1)
    assert (batch.rows.count(), standing.rows.count()) == (0, 2)
    client.force_login(world.clerk)
    page = client.get(reverse("feedback:batch", args=[batch.public_id])).content.decode()
    assert "Lô đã bỏ hoặc đã hủy chỉ giữ các dòng và tệp 30 ngày." in page
    assert WHY in page


@pytest.mark.django_db(transaction=True)
def test_an_opinion_called_spam_meanwhile_is_subtracted_once():
    world = open_world()
    batch = ask(accepted(world, rows=3), world.clerk)
    waiting, errors = threading.Event(), []

    def undo():
        try:
            waiting.set()
            confirm(batch, world.rapporteur)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=undo)
    with transaction.atomic():
        spam = Opinion.objects.select_for_update().filter(batch=batch).first()
        totals.changed(spam, -1)
        Opinion.objects.filter(pk=spam.pk).update(state="spam")
        thread.start()
        assert waiting.wait(10)
        thread.join(0.7)
        assert thread.is_alive(), "the undoing waits for who holds an opinion"
    thread.join(20)
    assert errors == []
    assert counted(world) == 0
    states = sorted(Opinion.objects.filter(batch=batch).values_list("state", flat=True))
    assert states == ["spam", "undone", "undone"]

"""Batches: entered by one, checked by another, accepted once, undone as a whole."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection

from feedback import totals
from feedback.actions import batch_undo, entries
from feedback.models import Channel, Consultation, EntryBatch, Identity, Opinion
from feedback.rules import entering
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.feedback.batches import DAY, accepted, checking, filled, node, open_world, start
from tests.feedback.factories import NOW

K, S = EntryBatch.Kind, EntryBatch.State


@pytest.fixture
def world(db):
    return open_world()


def counted(world):
    """What the totals say now, folded."""
    totals.fold()
    return totals.along(world.consultation, "all").get("", 0)


def test_an_accepted_batch_makes_opinions_without_an_author(world):
    batch = accepted(world, rows=3)
    assert (batch.state, batch.opinions_made) == (S.ACCEPTED, 3)
    made = list(Opinion.objects.filter(batch=batch).order_by("text"))
    assert [o.text for o in made] == ["Ý kiến số 1.", "Ý kiến số 2.", "Ý kiến số 3."]
    first, commune = made[0], node(world, world.commune)
    assert (first.origin, first.channel, first.naming) == ("unit", "paper", "anonymous")
    assert (first.entry_node, first.reading_node) == (commune, commune.reader)
    assert (first.route, first.display, first.consent_version) == ("unit", "none", None)
    assert first.received_on == DAY
    assert first.block == world.block(2)
    assert first.quote == world.block(2).plain
    assert first.group == world.group
    assert Identity.objects.count() == 0
    assert len({bytes(o.receipt_hmac) for o in made}) == 3
    assert counted(world) == 3
    assert totals.along(world.consultation, "channel") == {"paper": 3}


def test_who_entered_does_not_accept(world):
    batch = checking(world)
    with pytest.raises(Refused) as refused:
        entries.accept(actor=world.clerk, batch=batch, now=NOW)
    assert refused.value.code == "own"
    assert Opinion.objects.count() == 0


def test_where_the_office_has_nobody_else_the_unit_above_checks(world):
    batch = checking(world, actor=world.rapporteur)
    done = entries.accept(actor=world.staff, batch=batch, now=NOW)
    assert done.checked_by == world.staff
    assert Opinion.objects.count() == 2


def test_outsiders_neither_start_nor_accept(world):
    batch = checking(world)
    other = UserFactory()
    give(other, Role.MODERATOR, world.commune)
    for person in (other, world.member, world.secretary):
        with pytest.raises(Refused) as refused:
            start(world, actor=person)
        assert refused.value.code == "no_right"
        with pytest.raises(Refused) as refused:
            entries.accept(actor=person, batch=batch, now=NOW)
        assert refused.value.code == "no_right"


def test_a_letter_past_the_cell_is_not_shown_to_the_cell(world):
    cell = node(world, world.cell)
    letter = start(world, node=cell, channel=Channel.LETTER)
    own = start(world, node=cell, actor=world.secretary)
    meeting = start(world, node=cell, kind=K.MEETING, channel=Channel.MEETING)
    assert letter.desk == node(world, world.commune)
    assert own.desk == cell
    sees = [entering.may_see(world.secretary, b) for b in (letter, own, meeting)]
    assert sees == [False, True, True]
    assert [entering.may_see(world.clerk, b) for b in (letter, own, meeting)] == [True, True, True]


def test_the_secretary_of_another_cell_does_not_enter(world):
    with pytest.raises(Refused) as refused:
        start(world, actor=world.secretary, node=node(world, world.other_cell))
    assert refused.value.code == "no_right"


def test_the_unit_that_met_answers_for_its_own_batch(world):
    cell = node(world, world.cell)
    batch = checking(
        world, actor=world.secretary, node=cell, kind=K.MEETING, channel=Channel.MEETING
    )
    with pytest.raises(Refused):
        entries.accept(actor=world.secretary, batch=batch, now=NOW)
    done = entries.accept(actor=world.secretary, batch=batch, second_person_required=False, now=NOW)
    assert done.opinions_made == 2
    assert Opinion.objects.first().entry_node == cell
    paper = checking(world)
    with pytest.raises(ValueError, match="met"):
        entries.accept(actor=world.clerk, batch=paper, second_person_required=False, now=NOW)


def test_a_form_sent_twice_starts_one_batch(world):
    key = uuid.uuid4()
    assert start(world, public_id=key) == start(world, public_id=key)
    assert EntryBatch.objects.count() == 1
    with pytest.raises(Refused) as refused:
        start(world, public_id=key, actor=world.rapporteur)
    assert refused.value.code == "replayed"


def test_accepting_again_does_nothing(world):
    batch = accepted(world)
    again = entries.accept(actor=world.rapporteur, batch=batch, now=NOW)
    assert again.lock_version == batch.lock_version
    assert (Opinion.objects.count(), counted(world)) == (2, 2)


def test_an_incomplete_row_holds_the_batch_and_an_empty_one_goes(world):
    batch = start(world)
    entries.put_row(actor=world.clerk, batch=batch, text="Thiếu quan điểm.")
    entries.put_row(actor=world.clerk, batch=batch)
    with pytest.raises(Refused) as refused:
        entries.submit(actor=world.clerk, batch=batch, now=NOW)
    assert refused.value.code == "incomplete"
    assert "1." in refused.value.message
    entries.change_row(actor=world.clerk, batch=batch, n=1, stance="agree")
    entries.submit(actor=world.clerk, batch=batch, now=NOW)
    assert list(batch.rows.values_list("n", "stance", "text")) == [(1, "agree", "Thiếu quan điểm.")]


def test_an_empty_batch_and_one_without_a_day_are_not_handed_over(world):
    with pytest.raises(Refused) as refused:
        entries.submit(actor=world.clerk, batch=start(world), now=NOW)
    assert refused.value.code == "empty"
    with pytest.raises(Refused) as refused:
        entries.submit(actor=world.clerk, batch=filled(world, received_on=None), now=NOW)
    assert refused.value.code == "no_date"


@pytest.mark.parametrize(
    ("typed", "number"), [("đoạn 2", 2), ("2", 2), ("Đ. 3", 3), ("ĐOẠN VĂN SỐ 1", 1)]
)
def test_paragraphs_are_found_by_number(world, typed, number):
    row = entries.put_row(actor=world.clerk, batch=start(world), place_typed=typed, stance="agree")
    assert (row.block, row.problems) == (world.block(number), [])


@pytest.mark.parametrize("typed", ["II. Kết quả", "II", "mục II", "Kết quả", "ket qua"])
def test_headings_are_found_by_number_and_words(world, typed):
    row = entries.put_row(actor=world.clerk, batch=start(world), place_typed=typed, stance="agree")
    assert row.problems == []
    assert row.block.plain in {"II. Kết quả", "Kết quả"}


def test_a_page_is_kept_as_typed_and_an_unknown_place_is_a_problem(world):
    batch = start(world)
    page = entries.put_row(
        actor=world.clerk, batch=batch, place_typed="Trang 5, dòng 12", stance="agree"
    )
    assert (page.block, page.problems) == (None, [])
    lost = entries.put_row(actor=world.clerk, batch=batch, place_typed="đoạn 99", stance="agree")
    assert lost.problems == ["Văn kiện không có đoạn 99."]
    lost = entries.change_row(actor=world.clerk, batch=batch, n=lost.n, text="Chữ.")
    assert lost.problems == ["Văn kiện không có đoạn 99."]
    lost = entries.change_row(actor=world.clerk, batch=batch, n=lost.n, place_typed="đoạn 3")
    assert (lost.block, lost.problems) == (world.block(3), [])


def test_two_windows_on_one_row_lose_nothing(world):
    batch = filled(world, rows=1)
    entries.change_row(actor=world.clerk, batch=batch, n=1, expected_version=0, text="Bản một.")
    with pytest.raises(StaleVersion) as stale:
        entries.change_row(actor=world.clerk, batch=batch, n=1, expected_version=0, text="Bản hai.")
    assert stale.value.current.text == "Bản một."


def test_only_who_started_types_and_nobody_after_the_handover(world):
    batch = filled(world)
    with pytest.raises(Refused) as refused:
        entries.put_row(actor=world.rapporteur, batch=batch, stance="agree")
    assert refused.value.code == "no_right"
    entries.submit(actor=world.clerk, batch=batch, now=NOW)
    with pytest.raises(Refused):
        entries.put_row(actor=world.clerk, batch=batch, stance="agree")
    with pytest.raises(Refused) as refused:
        entries.change_row(actor=world.clerk, batch=batch, n=1, text="Sửa sau khi gửi.")
    assert refused.value.code == "own"


def test_what_the_checker_corrects_keeps_its_trace(world):
    batch = checking(world)
    seen = batch.lock_version
    row = entries.change_row(actor=world.rapporteur, batch=batch, n=1, text="Đúng theo phiếu.")
    assert (row.text, row.was["text"]) == ("Đúng theo phiếu.", "Ý kiến số 1.")
    row = entries.change_row(actor=world.rapporteur, batch=batch, n=1, text="Đúng nguyên văn.")
    assert row.was["text"] == "Ý kiến số 1."
    entries.drop_row(actor=world.rapporteur, batch=batch, n=2)
    with pytest.raises(StaleVersion):
        entries.accept(actor=world.staff, batch=batch, expected_version=seen, now=NOW)
    done = entries.accept(actor=world.rapporteur, batch=batch, now=NOW)
    assert done.opinions_made == 1
    assert [o.text for o in Opinion.objects.all()] == ["Đúng nguyên văn."]
    trace = AuditEntry.objects.get(verb="drop_row")
    assert trace.changes == {"row": [None, 2]}


def test_the_checker_sends_back_with_a_note(world):
    batch = checking(world)
    with pytest.raises(Refused) as refused:
        entries.send_back(actor=world.rapporteur, batch=batch, reason="")
    assert refused.value.code == "no_reason"
    back = entries.send_back(actor=world.rapporteur, batch=batch, reason="Thiếu phiếu số 3.")
    assert (back.state, back.returned_note) == (S.ENTERING, "Thiếu phiếu số 3.")
    entries.put_row(actor=world.clerk, batch=batch, stance="agree")
    entries.submit(actor=world.clerk, batch=batch, now=NOW)
    assert entries.accept(actor=world.rapporteur, batch=batch, now=NOW).opinions_made == 3


def test_a_batch_put_aside_comes_back_and_an_accepted_one_is_not_put_aside(world):
    batch = entries.discard(actor=world.clerk, batch=filled(world))
    assert batch.state == S.DISCARDED
    assert entries.restore(actor=world.clerk, batch=batch).state == S.ENTERING
    with pytest.raises(Refused) as refused:
        entries.discard(actor=world.clerk, batch=accepted(world))
    assert refused.value.code == "transition:discard:accepted"


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (dt.date(2025, 8, 9), "early"),
        (dt.date(2025, 8, 21), "future"),
    ],
)
def test_days_outside_are_refused(world, day, code):
    with pytest.raises(Refused) as refused:
        start(world, received_on=day)
    assert refused.value.code == code


def test_what_came_in_time_is_keyed_in_after_the_end_but_not_for_ever(world):
    soon = dt.datetime(2025, 9, 20, 9, 0, tzinfo=clock.TZ)
    assert start(world, received_on=dt.date(2025, 8, 31), now=soon).state == S.ENTERING
    with pytest.raises(Refused) as refused:
        start(world, received_on=dt.date(2025, 9, 1), now=soon)
    assert refused.value.code == "late"
    with pytest.raises(Refused) as refused:
        start(world, now=dt.datetime(2025, 10, 2, 9, 0, tzinfo=clock.TZ))
    assert refused.value.code == "over"


def test_a_channel_the_consultation_lacks_is_refused(world):
    for channel in (Channel.VNEID, Channel.ONLINE):
        with pytest.raises(Refused) as refused:
            start(world, channel=channel)
        assert refused.value.code == "channel"


def test_the_same_file_is_taken_once_until_it_is_undone(world):
    first = filled(world, kind=K.IMPORT, source_digest="a" * 64)
    with pytest.raises(Refused) as refused:
        start(world, kind=K.IMPORT, source_digest="a" * 64)
    assert refused.value.code == "same_file"
    entries.discard(actor=world.clerk, batch=first)
    second = start(world, kind=K.IMPORT, source_digest="a" * 64)
    with pytest.raises(Refused) as refused:
        entries.restore(actor=world.clerk, batch=first)
    assert refused.value.code == "same_file"
    assert second.state == S.ENTERING


@pytest.mark.parametrize(
    ("moderation", "display"),
    [(Consultation.Moderation.BEFORE, "pending"), (Consultation.Moderation.AFTER, "shown")],
)
def test_display_follows_the_consultation(db, moderation, display):
    world = open_world(policy=Consultation.Policy.MODERATED)
    Consultation.objects.update(moderation=moderation)
    accepted(world, rows=1)
    assert Opinion.objects.get().display == display


def test_audit_rows_name_the_batch_with_counts_and_no_words(world):
    batch = accepted(world)
    batch_undo.ask(actor=world.clerk, batch=batch, reason="Trùng lô.", now=NOW)
    batch_undo.confirm(actor=world.rapporteur, batch=batch, now=NOW)
    rows = AuditEntry.objects.filter(object_kind="feedback.entrybatch").order_by("id")
    assert [(r.verb, r.changes) for r in rows] == [
        ("start_batch", {}),
        ("submit_batch", {"rows": [None, 2]}),
        ("accept_batch", {"opinions": [0, 2]}),
        ("ask_undo_batch", {"reason": [None, "Trùng lô."]}),
        ("undo_batch", {"opinions": [2, 0], "reason": [None, "Trùng lô."]}),
    ]


def test_a_thousand_rows_are_written_in_few_queries(world, django_assert_max_num_queries):
    batch = start(world)
    entries.EntryRow.objects.bulk_create(
        entries.EntryRow(batch=batch, n=n, edition=world.edition, stance="agree", text=f"Dòng {n}")
        for n in range(1, 2501)
    )
    entries.submit(actor=world.clerk, batch=batch, now=NOW)
    with django_assert_max_num_queries(30):
        entries.accept(actor=world.rapporteur, batch=batch, now=NOW)
    assert (Opinion.objects.count(), counted(world)) == (2500, 2500)


@pytest.mark.django_db(transaction=True)
def test_two_acceptances_at_once_make_each_opinion_once():
    world = open_world()
    batch = checking(world)
    barrier, results = threading.Barrier(2), []

    def run(person):
        barrier.wait()
        try:
            results.append(entries.accept(actor=person, batch=batch, now=NOW).state)
        finally:
            connection.close()

    people = (world.rapporteur, world.staff)
    threads = [threading.Thread(target=run, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert results == [S.ACCEPTED, S.ACCEPTED]
    assert Opinion.objects.count() == 2
    assert counted(world) == 2
    assert AuditEntry.objects.filter(verb="accept_batch").count() == 1

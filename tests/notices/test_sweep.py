"""The sweep: recipients, lateness, truth, supersession, bad rows."""

import datetime as dt

import pytest

from portal.agencies.models import Role
from portal.notices import actions, registry
from portal.notices.models import Delivery, ScheduledNotice

from .factories import SUBJECT, agency, at, delegate, member, person

pytestmark = pytest.mark.django_db

NOW = at("2025-09-22 06:01")  # a Monday


def plan(subject_id=1, *, due="2025-09-22 06:00", **more):
    actions.schedule(
        kind=registry.PHASE_STARTS_SOON,
        subject_kind=SUBJECT,
        subject_id=subject_id,
        due_at=at(due),
        **more,
    )
    return ScheduledNotice.objects.get(subject_id=subject_id)


def inboxes():
    rows = Delivery.objects.filter(channel="inbox").order_by("person__full_name", "id")
    return [(d.person.full_name, d.notice.subject_id) for d in rows]


def staff_of(agency_row, roles=(Role.STAFF,), **more):
    return registry.Audience(agency_ids=frozenset({agency_row.pk}), roles=frozenset(roles), **more)


class TestSchedule:
    def test_the_same_key_twice_is_one_row(self, subjects):
        key = {
            "kind": registry.PHASE_STARTED,
            "subject_kind": SUBJECT,
            "subject_id": 7,
            "due_at": NOW,
        }
        assert [actions.schedule(**key), actions.schedule(**key)] == [True, False]
        assert actions.schedule(**key, revision=1) is True
        assert ScheduledNotice.objects.count() == 2

    def test_many_rows_cost_one_query(self, django_assert_num_queries):
        rows = [
            actions.NoticeRow(
                kind=registry.PHASE_STARTED,
                subject_kind=SUBJECT,
                subject_id=n,
                due_at=NOW,
                payload={"tên": "Đợt"},
            )
            for n in range(1000)
        ]
        with django_assert_num_queries(1):
            assert actions.schedule_many(rows) == 1000
        assert actions.schedule_many(rows) == 0
        assert ScheduledNotice.objects.filter(payload={"tên": "Đợt"}).count() == 1000

    def test_naive_instants_are_refused(self):
        with pytest.raises(ValueError, match="naive"):
            actions.schedule(
                kind="x",
                subject_kind="y",
                subject_id=1,
                due_at=dt.datetime(2025, 1, 1),  # noqa: DTZ001
            )

    def test_a_settled_notice_is_not_scheduled_again(self, subjects):
        plan(1)
        actions.sweep(now=NOW)
        again = actions.schedule(
            kind=registry.PHASE_STARTS_SOON, subject_kind=SUBJECT, subject_id=1, due_at=NOW
        )
        assert again is False
        assert actions.sweep(now=NOW).sent == 0


class TestRecipients:
    def test_roles_of_the_agency_and_nobody_else(self, subjects):
        party, other = agency("Đảng bộ xã Hòa Bình"), agency("Đảng bộ xã Tân Lập")
        member(person("An"), party)
        member(person("Bình"), party, Role.EDITOR)
        member(person("Chi"), other)
        subjects.to = staff_of(party)
        plan(1)
        assert actions.sweep(now=NOW).people == 1
        assert inboxes() == [("An", 1)]

    def test_each_person_once_however_many_ways_lead_to_them(self, subjects):
        party, other = agency("Đảng bộ xã Hòa Bình"), agency("Đảng bộ xã Tân Lập")
        an, binh = person("An"), person("Bình")
        member(an, party)
        member(an, party, Role.APPROVER)
        member(an, other)
        member(binh, other)
        delegate(binh, an, other)
        subjects.to = registry.Audience(
            agency_ids=frozenset({party.pk, other.pk}),
            roles=frozenset({Role.STAFF, Role.APPROVER}),
            user_ids=frozenset({an.pk}),
        )
        plan(1)
        actions.sweep(now=NOW)
        assert inboxes() == [("An", 1), ("Bình", 1)]

    def test_a_delegate_is_told_while_the_delegation_and_the_givers_role_hold(self, subjects):
        party = agency("Đảng bộ xã Hòa Bình")
        giver = member(person("An"), party)
        left = member(person("Bình"), party, valid=(dt.date(2020, 1, 1), dt.date(2025, 1, 1)))
        gone = member(person("Chi", active=False), party)
        stand_in, past, of_left, of_gone = (person(n) for n in ("Dũng", "Đào", "Em", "Giang"))
        delegate(giver, stand_in, party, valid=(dt.date(2025, 9, 1), dt.date(2025, 10, 1)))
        delegate(giver, past, party, valid=(dt.date(2025, 9, 1), dt.date(2025, 9, 22)))
        delegate(left, of_left, party)
        delegate(gone, of_gone, party)
        subjects.to = staff_of(party)
        plan(1)
        actions.sweep(now=NOW)
        assert inboxes() == [("An", 1), ("Dũng", 1)]
        why = Delivery.objects.get(person=stand_in, channel="inbox").why
        assert why == "Bạn thay mặt An: Cán bộ theo dõi kế hoạch, Đảng bộ xã Hòa Bình."
        why = Delivery.objects.get(person=giver, channel="inbox").why
        assert why == "Vai trò của bạn: Cán bộ theo dõi kế hoạch, Đảng bộ xã Hòa Bình."

    def test_roles_agencies_and_people_of_another_day_do_not_count(self, subjects):
        party = agency("Đảng bộ xã Hòa Bình")
        closed = agency("Đảng bộ huyện cũ", valid=(dt.date(2000, 1, 1), dt.date(2025, 7, 1)))
        member(person("An"), party, valid=(dt.date(2025, 9, 23), None))
        member(person("Bình"), party, valid=(dt.date(2025, 1, 1), dt.date(2025, 9, 22)))
        member(person("Chi"), closed)
        member(person("Dũng", active=False), party)
        subjects.to = registry.Audience(
            agency_ids=frozenset({party.pk, closed.pk}), roles=frozenset({Role.STAFF})
        )
        notice = plan(1)
        actions.sweep(now=NOW)
        assert inboxes() == []
        notice.refresh_from_db()
        assert notice.state == "expanded"  # nobody to tell is seen in the list, not tried for ever

    def test_subtree_reaches_the_units_below_and_not_beside(self, subjects):
        top = agency("Đảng bộ tỉnh Mẫu")
        commune = agency("Đảng bộ xã Hòa Bình", parent=top)
        cell = agency("Chi bộ thôn Thượng", parent=commune)
        beside = agency("Đảng bộ xã Tân Lập", parent=top)
        for name, unit in [("An", top), ("Bình", commune), ("Chi", cell), ("Dũng", beside)]:
            member(person(name), unit)
        subjects.to = staff_of(commune, subtree=True)
        plan(1)
        actions.sweep(now=NOW)
        assert inboxes() == [("Bình", 1), ("Chi", 1)]
        subjects.to = staff_of(commune)
        plan(2)
        actions.sweep(now=NOW)
        assert [row for row in inboxes() if row[1] == 2] == [("Bình", 2)]

    def test_people_named_one_by_one(self, subjects):
        an, gone = person("An"), person("Bình", active=False)
        subjects.to = registry.Audience(user_ids=frozenset({an.pk, gone.pk}))
        plan(1)
        actions.sweep(now=NOW)
        assert inboxes() == [("An", 1)]
        assert Delivery.objects.get(channel="inbox").why == "Việc này gửi cho chính bạn."

    def test_only_those_with_an_address_get_a_mail(self, subjects):
        an, binh = person("An"), person("Bình", mail=False)
        subjects.to = registry.Audience(user_ids=frozenset({an.pk, binh.pk}))
        plan(1)
        actions.sweep(now=NOW)
        rows = Delivery.objects.values_list("person__full_name", "channel", "state")
        assert sorted(rows) == [
            ("An", "inbox", "sent"),
            ("An", "mail", "pending"),
            ("Bình", "inbox", "sent"),
        ]

    def test_a_message_per_reach_where_the_handler_words_it_so(self, subjects):
        here, there = agency("Đảng bộ xã Hòa Bình"), agency("Đảng bộ xã Tân Lập")
        an, binh = member(person("An"), here), member(person("Bình"), there)
        member(binh, here)
        names = {here.pk: "Hòa Bình", there.pk: "Tân Lập"}

        def render_for(notice, agency_ids):
            return registry.Message(title=", ".join(sorted(names[i] for i in agency_ids)))

        subjects.render_for = render_for
        subjects.to = registry.Audience(
            agency_ids=frozenset({here.pk, there.pk}), roles=frozenset({Role.STAFF})
        )
        plan(1)
        actions.sweep(now=NOW)
        titles = dict(Delivery.objects.filter(channel="inbox").values_list("person", "title"))
        assert titles == {an.pk: "Hòa Bình", binh.pk: "Hòa Bình, Tân Lập"}

    def test_a_foreign_address_is_left_off(self, subjects):
        an = person("An")
        subjects.to = registry.Audience(user_ids=frozenset({an.pk}))
        subjects.render = lambda notice: registry.Message(title="x", url="//xau.example/ke-hoach/")
        plan(1)
        actions.sweep(now=NOW)
        assert Delivery.objects.get(channel="inbox").url == ""


class TestTruthAndTime:
    def test_after_three_days_of_downtime_true_goes_and_late_is_missed(self, subjects):
        subjects.to = registry.Audience(user_ids=frozenset({person("An").pk}))
        subjects.untrue = {3, 4}
        still_useful = plan(1, due="2025-09-19 06:00", useful_until=at("2025-09-24 00:00"))
        too_late = plan(2, due="2025-09-19 06:00", useful_until=at("2025-09-21 00:00"))
        undone = plan(3, due="2025-09-20 06:00")
        undone_and_late = plan(4, due="2025-09-20 06:00", useful_until=at("2025-09-21 00:00"))
        later = plan(5, due="2025-09-22 06:02")
        result = actions.sweep(now=NOW)
        assert (result.sent, result.missed, result.cancelled, result.errors) == (1, 1, 2, 0)
        states = dict(ScheduledNotice.objects.values_list("pk", "state"))
        assert states == {
            still_useful.pk: "expanded",
            too_late.pk: "missed",
            undone.pk: "cancelled",
            undone_and_late.pk: "cancelled",
            later.pk: "pending",
        }
        assert inboxes() == [("An", 1)]

    def test_a_moved_date_supersedes_and_the_new_one_goes_once(self, subjects):
        subjects.to = registry.Audience(user_ids=frozenset({person("An").pk}))
        plan(1, boundary_id=40, revision=1)
        told = plan(2, boundary_id=40, revision=1, due="2025-09-10 06:00")
        actions.sweep(now=at("2025-09-10 06:00"))
        assert actions.supersede_for_boundaries([40, 41]) == 1
        actions.schedule(
            kind=registry.PHASE_STARTS_SOON,
            subject_kind=SUBJECT,
            subject_id=1,
            boundary_id=40,
            revision=2,
            due_at=at("2025-09-22 06:00"),
        )
        actions.sweep(now=NOW)
        assert inboxes() == [("An", 2), ("An", 1)]
        told.refresh_from_db()
        assert told.state == "expanded"
        states = ScheduledNotice.objects.filter(subject_id=1).order_by("revision")
        assert [n.state for n in states] == ["superseded", "expanded"]

    def test_cancelling_a_subject_ends_what_is_pending_of_the_kinds_named(self, subjects):
        plan(1)
        plan(2)
        assert actions.cancel_for_subject(subject_kind=SUBJECT, subject_ids=1, kinds=["x"]) == 0
        assert actions.cancel_for_subject(subject_kind=SUBJECT, subject_ids=1) == 1
        assert actions.cancel_for_subject(subject_kind=SUBJECT, subject_ids=[1, 2]) == 1

    def test_a_dry_run_tells_the_same_and_writes_nothing(self, subjects, monkeypatch):
        monkeypatch.setattr(actions.sweeping, "BATCH", 2)
        subjects.to = registry.Audience(user_ids=frozenset({person("An").pk}))
        subjects.untrue, subjects.broken = {2}, {3}
        for n in range(1, 6):
            plan(n)
        told = []
        dry = actions.sweep(now=NOW, dry_run=True, report=told.append)
        assert [(o.notice.subject_id, o.state, o.people) for o in told] == [
            (1, "expanded", 1),
            (2, "cancelled", 0),
            (3, "pending", 0),
            (4, "expanded", 1),
            (5, "expanded", 1),
        ]
        assert Delivery.objects.count() == 0
        assert set(ScheduledNotice.objects.values_list("state", "error")) == {("pending", "")}
        assert actions.sweep(now=NOW) == dry


class TestBadRows:
    def test_one_that_breaks_holds_up_nobody_and_is_visible(self, subjects, monkeypatch):
        monkeypatch.setattr(actions.sweeping, "BATCH", 2)
        subjects.to = registry.Audience(user_ids=frozenset({person("An").pk}))
        subjects.broken = {1, 2}
        for n in range(1, 6):
            plan(n)
        result = actions.sweep(now=NOW)
        assert (result.sent, result.errors) == (3, 2)
        row = ScheduledNotice.objects.get(subject_id=1)
        assert (row.state, row.error) == ("pending", "LookupError: no such subject")
        subjects.broken = set()
        assert actions.sweep(now=NOW).sent == 2
        row.refresh_from_db()
        assert (row.state, row.error) == ("expanded", "")

    def test_the_same_trouble_each_minute_is_logged_once(self, subjects, caplog):
        subjects.broken = {1}
        plan(1)
        for _ in range(3):
            assert actions.sweep(now=NOW).errors == 1
        told = [r for r in caplog.records if "could not be handled" in r.getMessage()]
        assert len(told) == 1

    def test_one_that_breaks_the_transaction_is_found_one_by_one(self, subjects):
        an = person("An")

        def audience(notice):
            if notice.subject_id == 2:
                list(ScheduledNotice.objects.raw("SELECT 1/0 AS id"))
            return registry.Audience(user_ids=frozenset({an.pk}))

        subjects.audience = audience
        for n in range(1, 4):
            plan(n)
        result = actions.sweep(now=NOW)
        assert (result.sent, result.errors) == (2, 1)
        assert inboxes() == [("An", 1), ("An", 3)]
        assert "division by zero" in ScheduledNotice.objects.get(subject_id=2).error

    def test_a_load_that_breaks_for_one_holds_up_only_that_one(self, subjects):
        subjects.to = registry.Audience(user_ids=frozenset({person("An").pk}))

        def load(notices):
            if any(n.subject_id == 2 for n in notices):
                raise KeyError("two")

        subjects.load = load
        for n in range(1, 5):
            plan(n)
        result = actions.sweep(now=NOW)
        assert (result.sent, result.errors) == (3, 1)
        assert ScheduledNotice.objects.get(subject_id=2).error == "KeyError: 'two'"

    def test_a_subject_nobody_registered_waits_with_its_reason(self, subjects):
        actions.schedule(kind="x", subject_kind="nobody.knows", subject_id=1, due_at=NOW)
        assert actions.sweep(now=NOW).errors == 1
        assert "nobody.knows" in ScheduledNotice.objects.get().error


def test_one_notice_costs_as_many_queries_as_fifty(subjects, calendar, django_assert_num_queries):
    party = agency("Đảng bộ xã Hòa Bình")
    for n in range(10):
        member(person(f"Người {n}"), party)
    subjects.to = staff_of(party)
    plan(1)
    with django_assert_num_queries(10):
        actions.sweep(now=NOW)
    for n in range(2, 52):
        plan(n)
    subjects.loads.clear()
    with django_assert_num_queries(10):
        actions.sweep(now=NOW)
    assert subjects.loads == [list(range(2, 52))]
    assert Delivery.objects.filter(channel="inbox").count() == 510


@pytest.mark.parametrize("dry_run", [True, False])
def test_notices_to_very_many_go_in_batches_of_their_own(subjects, monkeypatch, dry_run):
    monkeypatch.setattr(actions.sweeping, "ROOM", 5)
    everybody = frozenset(person(f"Người {n}").pk for n in range(4))
    subjects.to = registry.Audience(user_ids=everybody)
    for n in range(1, 4):
        plan(n)
    result = actions.sweep(now=NOW, dry_run=dry_run)
    assert (result.sent, result.people) == (3, 12)
    assert subjects.loads == [[1, 2, 3], [2], [3]]  # no more are read than fit
    assert len(inboxes()) == (0 if dry_run else 12)


def test_a_sweep_with_nothing_due_costs_one_look(django_assert_num_queries, subjects):
    plan(1, due="2025-09-30 06:00")
    with django_assert_num_queries(3):  # the look, between two ends of a savepoint
        assert actions.sweep(now=NOW).sent == 0

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from portal.accounts.models import User
from portal.agencies import actions, queries, ranges, rules
from portal.agencies.models import Delegation, Membership, Role
from portal.agencies.queries import Holder
from portal.agencies.registries import HOLDINGS
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, CellFactory, give

pytestmark = pytest.mark.django_db


def d(text):
    return dt.date.fromisoformat(text)


def again(user):
    """The same person on another request."""
    return User.objects.get(pk=user.pk)


# --- time -----------------------------------------------------------------------------------


def test_a_role_counts_from_its_first_to_its_last_day_in_vietnam():
    agency, user = AgencyFactory(), UserFactory()
    give(user, Role.EDITOR, agency, starts=d("2026-03-01"), until=d("2026-03-31"))
    # Midnight in Vietnam is 17:00 UTC of the day before.
    for instant, held in [
        ("2026-02-28T16:59:59+00:00", False),
        ("2026-02-28T17:00:00+00:00", True),
        ("2026-03-31T16:59:59+00:00", True),
        ("2026-03-31T17:00:00+00:00", False),
    ]:
        with time_machine.travel(instant, tick=False):
            assert rules.has_role(again(user), Role.EDITOR, agency) is held, instant


def test_a_role_ends_at_once_when_ended_without_a_day():
    agency, user = AgencyFactory(), UserFactory()
    row = give(user, Role.EDITOR, agency)
    assert rules.has_role(user, Role.EDITOR, agency)
    actions.end_role(actor=None, membership=row)
    assert not rules.has_role(again(user), Role.EDITOR, agency)
    assert Membership.objects.count() == 1


def test_a_role_that_has_not_begun_is_withdrawn_and_stays_in_the_log():
    agency, user = AgencyFactory(), UserFactory(full_name="Lê Văn A")
    row = give(user, Role.EDITOR, agency, starts=d("2099-01-01"))
    actions.end_role(actor=user, membership=row)
    assert not Membership.objects.exists()
    entry = AuditEntry.objects.get(verb="end_role")
    assert entry.object_label == "Lê Văn A: Biên tập viên"
    assert entry.changes == {"valid": ["2099-01-01..", None]}


def test_the_same_role_twice_at_a_time_is_refused_by_the_action_and_by_the_database():
    agency, user = AgencyFactory(), UserFactory()
    give(user, Role.EDITOR, agency, starts=d("2026-01-01"), until=d("2026-06-30"))
    with pytest.raises(Refused) as refusal:
        give(user, Role.EDITOR, agency, starts=d("2026-06-30"))
    assert refusal.value.code == "held"
    give(user, Role.EDITOR, agency, starts=d("2026-07-01"))
    give(user, Role.APPROVER, agency, starts=d("2026-01-01"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            user=user, agency=agency, role=Role.EDITOR, valid=ranges.days(d("2026-05-01"))
        )


def test_dates_that_make_no_sense_and_closed_accounts_are_refused():
    agency = AgencyFactory(starts=d("2020-01-01"))
    for user, starts, until, code in [
        (UserFactory(), "2026-02-02", "2026-02-01", "dates"),
        (UserFactory(), "2019-12-31", None, "outside"),
        (UserFactory(is_active=False), "2026-02-02", None, "inactive"),
    ]:
        with pytest.raises(Refused) as refusal:
            actions.grant_role(
                actor=None,
                user=user,
                agency=agency,
                role=Role.STAFF,
                starts=d(starts),
                until=until and d(until),
            )
        assert refusal.value.code == code


# --- reach ----------------------------------------------------------------------------------


def test_supervisors_and_administrators_reach_down_the_others_do_not():
    top = AgencyFactory()
    middle = AgencyFactory(parent=top)
    cell = CellFactory(parent=middle)
    beside = AgencyFactory()
    for role in Role:
        user = UserFactory()
        give(user, role, middle)
        reach = [rules.has_role(user, role, a) for a in (top, middle, cell, beside)]
        deep = role in (Role.SUPERVISOR, Role.ADMIN)
        assert reach == [False, True, deep, False], role
        wanted = [middle, cell] if deep else [middle]
        assert list(rules.grants_of(user).agencies(role).order_by("id")) == wanted


def test_reach_follows_the_tree_of_today():
    old, new = AgencyFactory(), AgencyFactory()
    unit = AgencyFactory(parent=old)
    boss = UserFactory()
    give(boss, Role.SUPERVISOR, old)
    assert rules.has_role(boss, Role.SUPERVISOR, unit)
    actions.move_agency(actor=None, agency=unit, parent=new, on=d("2025-07-01"))
    assert not rules.has_role(again(boss), Role.SUPERVISOR, unit)


def test_grants_take_two_queries_and_are_kept(django_assert_num_queries):
    user = UserFactory()
    for _ in range(4):
        give(user, Role.EDITOR, AgencyFactory())
    agencies = list(Membership.objects.values_list("agency", flat=True))
    with django_assert_num_queries(2):
        for _ in range(3):
            assert all(rules.has_role(user, Role.EDITOR, a) for a in agencies)


def test_nobody_holds_a_role_without_an_active_account():
    agency, user = AgencyFactory(), UserFactory()
    give(user, Role.ADMIN, agency)
    user.is_active = False
    user.save()
    assert not rules.grants_of(again(user))
    assert not rules.grants_of(AnonymousUser())


def test_the_portal_administrator_manages_agencies_but_holds_no_role_in_them():
    agency, root = AgencyFactory(), UserFactory(is_superuser=True)
    assert rules.may_administer(root, agency)
    assert not any(rules.has_role(root, role, agency) for role in Role)


# --- delegation -----------------------------------------------------------------------------


@pytest.fixture
def office():
    """An approver, a deputy and their agency in March 2026."""
    agency = AgencyFactory()
    approver = UserFactory(full_name="Phạm Thị Duyệt")
    deputy = UserFactory(full_name="Vũ Văn Phó")
    give(approver, Role.APPROVER, agency)
    return agency, approver, deputy


def hand(office, starts="2026-03-01", until="2026-03-10", role=Role.APPROVER):
    agency, approver, deputy = office
    return actions.delegate(
        actor=approver,
        giver=approver,
        to_user=deputy,
        agency=agency,
        role=role,
        starts=d(starts),
        until=d(until),
        decision="05-GUQ/ĐU",
    )


@time_machine.travel("2026-03-05T03:00:00+00:00", tick=False)
def test_a_delegate_acts_on_behalf_of_the_giver(office):
    agency, approver, deputy = office
    hand(office)
    assert rules.has_role(deputy, Role.APPROVER, agency)
    assert rules.acting(deputy, Role.APPROVER, agency) == (deputy, approver)
    assert rules.acting(approver, Role.APPROVER, agency) == (approver, None)
    give(deputy, Role.APPROVER, agency)
    assert rules.acting(again(deputy), Role.APPROVER, agency) == (deputy, None)


def test_a_delegation_counts_on_its_days_only(office):
    agency, _approver, deputy = office
    with time_machine.travel("2026-02-20T03:00:00+00:00", tick=False):
        hand(office)
    for instant, held in [
        ("2026-02-28T16:59:59+00:00", False),
        ("2026-02-28T17:00:00+00:00", True),
        ("2026-03-10T16:59:59+00:00", True),
        ("2026-03-10T17:00:00+00:00", False),
    ]:
        with time_machine.travel(instant, tick=False):
            assert rules.has_role(again(deputy), Role.APPROVER, agency) is held, instant


@time_machine.travel("2026-03-05T03:00:00+00:00", tick=False)
def test_a_delegation_dies_with_the_role_or_the_account_of_the_giver(office):
    agency, approver, deputy = office
    hand(office)
    actions.end_role(actor=None, membership=approver.memberships.get())
    assert not rules.has_role(again(deputy), Role.APPROVER, agency)
    give(approver, Role.APPROVER, agency, starts=d("2026-03-05"))
    assert rules.has_role(again(deputy), Role.APPROVER, agency)
    User.objects.filter(pk=approver.pk).update(is_active=False)
    assert not rules.has_role(again(deputy), Role.APPROVER, agency)


@time_machine.travel("2026-03-05T03:00:00+00:00", tick=False)
def test_what_is_held_by_delegation_cannot_be_delegated_on(office):
    agency, _approver, deputy = office
    hand(office)
    with pytest.raises(Refused) as refusal:
        actions.delegate(
            actor=deputy,
            giver=deputy,
            to_user=UserFactory(),
            agency=agency,
            role=Role.APPROVER,
            starts=d("2026-03-05"),
            until=d("2026-03-06"),
        )
    assert refusal.value.code == "not_held"


@time_machine.travel("2026-03-05T03:00:00+00:00", tick=False)
def test_impossible_delegations_are_refused(office):
    agency, approver, _deputy = office
    give(approver, Role.MEMBER, agency)
    hand(office)
    for kwargs, code in [
        ({"starts": "2026-03-09", "until": "2026-03-20"}, "held"),
        ({"starts": "2026-02-01", "until": "2026-02-10"}, "past"),
        ({"starts": "2026-04-02", "until": "2026-04-01"}, "dates"),
        ({"role": Role.MEMBER}, "personal"),
        ({"role": Role.EDITOR}, "not_held"),
    ]:
        with pytest.raises(Refused) as refusal:
            hand(office, **kwargs)
        assert refusal.value.code == code
    with pytest.raises(Refused) as refusal:
        hand((agency, approver, approver))
    assert refusal.value.code == "self"


@time_machine.travel("2026-03-05T03:00:00+00:00", tick=False)
def test_ending_a_delegation_takes_effect_at_once(office):
    agency, approver, deputy = office
    row = hand(office)
    actions.end_delegation(actor=approver, delegation=row)
    assert not rules.has_role(again(deputy), Role.APPROVER, agency)
    assert ranges.as_text(Delegation.objects.get().valid) == "2026-03-01..2026-03-04"


# --- people with roles ----------------------------------------------------------------------


@time_machine.travel("2026-03-05T03:00:00+00:00", tick=False)
def test_people_with_roles_in_one_query(office, django_assert_num_queries):
    agency, approver, deputy = office
    other = AgencyFactory()
    editor, gone, closed = UserFactory(), UserFactory(), UserFactory(is_active=True)
    give(editor, Role.EDITOR, agency)
    give(editor, Role.EDITOR, other)
    give(gone, Role.EDITOR, agency, until=d("2026-03-04"))
    give(closed, Role.EDITOR, agency)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    hand(office)
    with django_assert_num_queries(1):
        found = queries.people_with_roles([agency], [Role.EDITOR, Role.APPROVER])
    assert found == [
        Holder(editor.pk, agency.pk, Role.EDITOR),
        Holder(approver.pk, agency.pk, Role.APPROVER),
        Holder(deputy.pk, agency.pk, Role.APPROVER, approver.pk),
    ]
    actions.end_role(actor=None, membership=approver.memberships.get())
    assert queries.people_with_roles([agency], [Role.APPROVER]) == []


# --- handover -------------------------------------------------------------------------------


@time_machine.travel("2026-03-05T03:00:00+00:00", tick=False)
def test_hand_over_moves_working_roles_delegations_and_holdings(monkeypatch):
    calls = []

    def move(**kwargs):
        calls.append(kwargs)
        return ["3 nhiệm vụ"]

    monkeypatch.setattr(HOLDINGS, "_entries", {"tasks": move})
    a, b = AgencyFactory(name="Sở A"), AgencyFactory(name="Sở B")
    old, new, deputy, boss = (UserFactory() for _ in range(4))
    give(old, Role.EDITOR, a, until=d("2026-12-31"))
    give(old, Role.STAFF, b)
    give(old, Role.MEMBER, a)
    give(new, Role.STAFF, b, starts=d("2026-01-01"))
    actions.delegate(
        actor=old,
        giver=old,
        to_user=deputy,
        agency=a,
        role=Role.EDITOR,
        starts=d("2026-03-01"),
        until=d("2026-03-31"),
    )
    moved = actions.hand_over(actor=boss, from_user=old, to_user=new, on=d("2026-03-05"))
    assert moved == ["Biên tập viên, Sở A", "Cán bộ theo dõi kế hoạch, Sở B", "3 nhiệm vụ"]
    assert [(g.role, g.agency_id) for g in rules.grants_of(again(old))] == [(Role.MEMBER, a.pk)]
    assert {(g.role, g.agency_id) for g in rules.grants_of(again(new))} == {
        (Role.EDITOR, a.pk),
        (Role.STAFF, b.pk),
    }
    assert not rules.has_role(again(deputy), Role.EDITOR, a)
    moved_row = new.memberships.get(role=Role.EDITOR)
    assert ranges.as_text(moved_row.valid) == "2026-03-05..2026-12-31"
    assert [(c["agencies"], c["on"]) for c in calls] == [({a.pk, b.pk}, d("2026-03-05"))]


def test_hand_over_keeps_to_the_agencies_of_the_one_who_orders_it():
    a, b = AgencyFactory(), AgencyFactory()
    old, new = UserFactory(), UserFactory()
    give(old, Role.EDITOR, a)
    give(old, Role.EDITOR, b)
    actions.hand_over(actor=None, from_user=old, to_user=new, agencies=[a.pk])
    assert [g.agency_id for g in rules.grants_of(again(old))] == [b.pk]
    assert [g.agency_id for g in rules.grants_of(again(new))] == [a.pk]


def test_there_must_be_something_to_hand_over():
    a, b = UserFactory(), UserFactory()
    give(a, Role.MEMBER, AgencyFactory())
    for pair, code in [((a, b), "nothing"), ((a, a), "self")]:
        with pytest.raises(Refused) as refusal:
            actions.hand_over(actor=None, from_user=pair[0], to_user=pair[1])
        assert refusal.value.code == code

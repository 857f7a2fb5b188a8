"""Roles that read what members write take two administrators, neither of whom can be the other."""

import datetime as dt

import pytest
from django.urls import reverse

from feedback.rules import READING_ROLES
from portal.agencies import actions, rules
from portal.agencies.models import Membership, Role, RoleRequest
from portal.common import clock
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from tests.accounts.factories import AdminFactory, UserFactory
from tests.agencies.factories import AgencyFactory, give

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    class World:
        province = AgencyFactory(name="Đảng bộ tỉnh", slug="tinh")
        commune = AgencyFactory(name="Đảng bộ xã", slug="xa", parent=province)
        above, boss, colleague, clerk = (UserFactory() for _n in range(4))

    give(World.above, Role.ADMIN, World.province)
    give(World.boss, Role.ADMIN, World.commune)
    give(World.colleague, Role.ADMIN, World.commune)
    give(World.clerk, Role.STAFF, World.commune)
    return World


def ask(world, user, actor=None, agency=None):
    return actions.grant_role(
        actor=actor or world.boss,
        user=user,
        agency=agency or world.commune,
        role=Role.RAPPORTEUR,
    )


def reads(user, agency):
    return rules.has_role(type(user).objects.get(pk=user.pk), Role.RAPPORTEUR, agency)


def test_every_role_that_reads_opinions_is_confirmed():
    assert READING_ROLES <= rules.CONFIRMED_ROLES


def test_nobody_reads_before_a_second_administrator_agrees(world):
    row = ask(world, world.clerk)
    assert isinstance(row, RoleRequest)
    assert not reads(world.clerk, world.commune)
    assert not Membership.objects.filter(role=Role.RAPPORTEUR).exists()
    actions.confirm_role(actor=world.above, request=row)
    assert reads(world.clerk, world.commune)
    verbs = AuditEntry.objects.filter(agency_id=world.commune.pk, actor__isnull=False)
    assert list(verbs.order_by("id").values_list("verb", "actor")) == [
        ("request_role", world.boss.pk),
        ("confirm_role", world.above.pk),
        ("grant_role", world.above.pk),
    ]


def test_an_administrator_cannot_confirm_through_an_account_they_can_open(world):
    """Own role, a colleague whose slip they print, a puppet made for the purpose."""
    puppet = UserFactory()
    actions.grant_role(actor=world.boss, user=puppet, agency=world.commune, role=Role.ADMIN)
    for person in (world.boss, puppet, world.clerk):
        row = ask(world, person)
        for confirmer in (world.boss, world.colleague, puppet, world.clerk, UserFactory()):
            assert not rules.may_confirm_role(confirmer, row)
            with pytest.raises(Refused) as refusal:
                actions.confirm_role(actor=confirmer, request=row)
            assert refusal.value.code == "same_hand"
        assert not reads(person, world.commune)
        assert rules.may_confirm_role(world.above, row)
        assert rules.may_confirm_role(AdminFactory(), row)


def test_a_right_borrowed_from_the_one_who_asked_confirms_nothing(world):
    elsewhere = AgencyFactory()
    deputy = UserFactory()
    give(deputy, Role.EDITOR, elsewhere)  # so the account is out of reach
    actions.delegate(
        actor=world.boss,
        giver=world.boss,
        to_user=deputy,
        agency=world.commune,
        role=Role.ADMIN,
        starts=clock.today(),
        until=clock.today() + dt.timedelta(days=9),
    )
    row = ask(world, world.clerk)
    assert rules.has_role(deputy, Role.ADMIN, world.commune)
    assert not rules.may_confirm_role(deputy, row)


def test_the_administrator_above_asks_and_a_portal_administrator_confirms(world):
    row = ask(world, world.above, actor=world.above, agency=world.province)
    assert not rules.may_confirm_role(world.above, row)
    assert not rules.may_confirm_role(world.boss, row)
    root = AdminFactory()
    actions.confirm_role(actor=root, request=row)
    assert reads(world.above, world.province)
    # and what a portal administrator asks takes another administrator as well
    other = ask(world, world.clerk, actor=root)
    with pytest.raises(Refused):
        actions.confirm_role(actor=root, request=other)
    assert rules.may_confirm_role(world.boss, other)


def test_handing_over_moves_the_role_only_when_confirmed(world):
    give(world.clerk, Role.RAPPORTEUR, world.commune)
    moved = actions.hand_over(
        actor=world.boss, from_user=world.clerk, to_user=world.boss, agencies={world.commune.pk}
    )
    assert any("chờ người quản trị thứ hai xác nhận" in line for line in moved)
    assert not reads(world.clerk, world.commune)
    assert not reads(world.boss, world.commune)
    actions.confirm_role(actor=world.above, request=RoleRequest.objects.get())
    assert reads(world.boss, world.commune)


def test_only_the_holder_delegates_it(world):
    give(world.clerk, Role.RAPPORTEUR, world.commune)
    values = {
        "giver": world.clerk,
        "to_user": world.boss,
        "agency": world.commune,
        "role": Role.RAPPORTEUR,
        "starts": clock.today(),
        "until": clock.today() + dt.timedelta(days=9),
    }
    with pytest.raises(Refused) as refusal:
        actions.delegate(actor=world.boss, **values)
    assert refusal.value.code == "by_giver"
    actions.delegate(actor=world.clerk, **values)


def test_what_is_decided_or_asked_is_not_asked_or_decided_again(world):
    row = ask(world, world.clerk)
    with pytest.raises(Refused) as refusal:
        ask(world, world.clerk)
    assert refusal.value.code == "asked"
    actions.refuse_role(actor=world.above, request=row)
    with pytest.raises(Refused) as refusal:
        actions.confirm_role(actor=world.above, request=row)
    assert refusal.value.code == "decided"
    again = ask(world, world.clerk)
    type(world.clerk).objects.filter(pk=world.clerk.pk).update(is_active=False)
    with pytest.raises(Refused) as refusal:
        actions.confirm_role(actor=world.above, request=again)
    assert refusal.value.code == "inactive"
    again.refresh_from_db()
    assert again.state == "waiting"


def test_on_the_pages_from_a_new_account_to_the_role(world, client):
    client.force_login(world.boss)
    page = client.post(
        reverse("agencies:add_person", args=["xa"]),
        {"full_name": "Lê Thị Mới", "role": Role.RAPPORTEUR, "starts": clock.today().isoformat()},
        follow=True,
    )
    html = page.content.decode()
    assert (page.status_code, "chưa có hiệu lực" in html) == (200, True)
    assert "In phiếu đăng nhập" in html  # the account is managed like any other
    row = RoleRequest.objects.get()
    people = client.get(reverse("agencies:people", args=["xa"])).content.decode()
    assert "Người tổng hợp ý kiến (chờ xác nhận)" in " ".join(people.split())
    decide = reverse("agencies:decide_role", args=[row.pk])
    listed = client.get(reverse("agencies:role_requests")).content.decode()
    assert "xac-nhan" not in listed.split("<main", 1)[1].replace(
        reverse("agencies:role_requests"), ""
    )
    client.post(decide, {"quyet_dinh": "xac-nhan"})
    row.refresh_from_db()
    assert row.state == "waiting"

    client.force_login(world.clerk)
    assert client.get(reverse("agencies:role_requests")).status_code == 403
    assert client.post(decide, {"quyet_dinh": "xac-nhan"}).status_code == 404

    client.force_login(world.above)
    assert "Vai trò chờ xác nhận" in client.get("/viec-hom-nay/").content.decode()
    client.post(decide, {"quyet_dinh": "xac-nhan"})
    assert reads(row.user, world.commune)
    assert client.post(decide, {"quyet_dinh": "khong"}).status_code == 404


def test_who_asked_takes_it_back(world, client):
    row = ask(world, world.clerk)
    client.force_login(world.boss)
    client.post(reverse("agencies:decide_role", args=[row.pk]), {"quyet_dinh": "khong"})
    row.refresh_from_db()
    assert row.state == "refused"


@pytest.mark.usefixtures("still")
def test_phone_numbers_are_not_tried_one_after_the_other(world, client):
    """Twenty looks in ten minutes over all forms that find an account, found or not."""
    client.force_login(world.boss)
    url = reverse("agencies:my_delegations")
    known = reverse("agencies:add_person", args=["xa"]) + "?co-tai-khoan=1"
    for n in range(10):
        assert client.post(url, {"to_user": f"09123456{n:02}"}).status_code == 422
        assert client.post(known, {"person": f"09123457{n:02}"}).status_code == 422
    for address in (url, known):
        stopped = client.post(address, {"to_user": "0912345999", "person": "0912345999"})
        assert (stopped.status_code, stopped["Retry-After"]) == (429, "600")
    assert client.get(url).status_code == 200
    new = reverse("agencies:add_person", args=["xa"])  # a new account looks nobody up
    assert client.post(new, {"full_name": ""}).status_code == 422

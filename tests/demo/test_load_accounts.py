import datetime as dt

import pytest
import time_machine

from portal.accounts.models import User
from portal.agencies import rules
from portal.agencies.models import Agency, Delegation, Membership, Role
from portal.demo import load_accounts, load_agencies
from portal.demo.accounts import ACCOUNTS, PASSWORD

pytestmark = pytest.mark.django_db


@time_machine.travel("2026-11-22T03:00:00+00:00", tick=False)
def test_the_people_of_the_demo_load_once():
    world, on = {}, dt.date(2026, 11, 22)
    for _ in range(2):
        load_agencies.load(world, on)
        load_accounts.load(world, on)
        counts = [m.objects.count() for m in (User, Membership, Delegation)]
    load_accounts.load(world, on)
    assert [m.objects.count() for m in (User, Membership, Delegation)] == counts
    for username, _label in ACCOUNTS:
        user = User.objects.get(username=username)
        assert user.check_password(PASSWORD)
        assert not user.must_change_password
        assert rules.grants_of(user), username
    admins = User.objects.filter(is_superuser=True).values_list("username", flat=True)
    assert list(admins) == ["quantri"]
    commune = Agency.objects.get(slug="dang-bo-xa-hoa-binh")
    deputy = User.objects.get(username="lethuylinh")
    assert rules.acting(deputy, Role.ADMIN, commune).on_behalf_of.username == "nguyenvanquyet"

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection
from django.test import Client

from portal.accounts import actions, rules, slips
from portal.accounts.models import SignInSlip, User
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory

NOON = "2026-03-05T05:00:00+00:00"


@pytest.fixture
def member(db):
    return UserFactory(username="dangvien", full_name="Phạm Văn Khôi", password=None)


def issue(*users, actor=None):
    return [secret for _user, secret in actions.issue_slips(actor=actor, users=users)]


def signed_in(client):
    return "_auth_user_id" in client.session


def test_a_slip_is_looked_at_for_free_and_used_once(client, member):
    (secret,) = issue(member)
    url = f"/tai-khoan/phieu/{secret}/"
    for _ in range(2):
        response = client.get(url)
        assert response.status_code == 200
        assert response["Referrer-Policy"] == "same-origin"
        assert "Phạm Văn Khôi" not in response.content.decode()
    assert not signed_in(client)
    assert client.post(url).status_code == 302
    assert signed_in(client)
    assert client.get("/tai-khoan/").url == "/tai-khoan/mat-khau-moi/"
    other = Client()
    assert other.get(url).status_code == 404
    assert other.post(url).status_code == 404
    assert not signed_in(other)


def test_only_the_hash_is_kept(member):
    (secret,) = issue(member)
    row = SignInSlip.objects.get()
    assert secret not in (row.token_hash, str(row.__dict__))
    assert len(secret) == rules.SLIP_LENGTH
    assert secret not in str(list(AuditEntry.objects.values()))


def test_a_new_slip_ends_the_old_ones(client, member):
    (old,) = issue(member)
    (new,) = issue(member)
    assert client.get(f"/tai-khoan/phieu/{old}/").status_code == 404
    assert client.get(f"/tai-khoan/phieu/{new}/").status_code == 200


def test_a_slip_lives_to_the_end_of_the_seventh_day_in_vietnam(client, member):
    with time_machine.travel(NOON, tick=False) as clock:
        (secret,) = issue(member)
        clock.move_to("2026-03-12T16:59:59+00:00")
        assert client.get(f"/tai-khoan/phieu/{secret}/").status_code == 200
        clock.shift(dt.timedelta(seconds=1))
        assert client.get(f"/tai-khoan/phieu/{secret}/").status_code == 404


def test_used_expired_revoked_and_unknown_look_alike(client, member):
    (used,) = issue(member)
    actions.redeem_slip(secret=used)
    (revoked,) = issue(member)
    (expired,) = issue(member)
    SignInSlip.objects.filter(revoked_at=None, used_at=None).update(
        expires_at="2020-01-01T00:00:00Z"
    )
    pages = {
        client.get(f"/tai-khoan/phieu/{s}/").content.decode().replace(s, "")
        for s in (used, revoked, expired, "A" * 20)
    }
    assert len(pages) == 1


def test_a_closed_account_has_no_good_slip(client, member):
    (secret,) = issue(member)
    actions.deactivate(actor=None, user=member)
    assert client.get(f"/tai-khoan/phieu/{secret}/").status_code == 404
    assert actions.issue_slips(actor=None, users=[User.objects.get()]) == []


def test_the_code_can_be_typed_with_hyphens_and_small_letters(client, member):
    (secret,) = issue(member)
    typed = slips.grouped(secret).lower() + " "
    response = client.post("/tai-khoan/phieu/", {"code": typed})
    assert response.url == f"/tai-khoan/phieu/{secret}/"
    assert client.post("/tai-khoan/phieu/", {"code": "sai"}).status_code == 404


def test_a_slip_still_works_while_the_password_is_locked(member):
    (secret,) = issue(member)
    client = Client()
    for _ in range(5):
        response = client.post("/tai-khoan/dang-nhap/", {"login": "dangvien", "password": "sai"})
    assert response.status_code == 429
    assert client.post(f"/tai-khoan/phieu/{secret}/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_slip_at_once_one_gets_in():
    member = UserFactory(password=None)
    (secret,) = issue(member)
    barrier, won = threading.Barrier(2), []

    def redeem():
        try:
            barrier.wait(timeout=10)
            actions.redeem_slip(secret=secret)
            won.append(True)
        except Refused:
            won.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=redeem) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(won) == [False, True]


def test_the_printed_page_holds_eight_slips_with_every_letter():
    rows = [
        {
            "name": f"Nguyễn Thị Thuỳ Ưởng {n} #[*x*]",
            "agency": "Chi bộ Văn phòng xã Hòa Bình",
            "username": f"nguyen{n}",
            "secret": "ABCDEFGHJKLMNPQRSTUV",
            "url": "https://portal.example/tai-khoan/phieu/ABCDEFGHJKLMNPQRSTUV/",
            "until": dt.date(2026, 3, 12),
        }
        for n in range(9)
    ]
    pdf = slips.render(rows, site="Cổng Đại hội", entry="portal.example/tai-khoan/phieu/")
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") in (0, 2)

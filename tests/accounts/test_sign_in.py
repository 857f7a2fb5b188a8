import datetime as dt
import time

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal.agencies.models import Role
from portal.common.models import AuditEntry
from tests.accounts.factories import PASSWORD, UserFactory
from tests.agencies.factories import AgencyFactory, give

pytestmark = pytest.mark.django_db

LOGIN = "/tai-khoan/dang-nhap/"
NEW = "mot-cau-de-nho-2026"


def sign_in(client, login, password=PASSWORD, ip="10.0.0.1", **kwargs):
    data = {"login": login, "password": password}
    return client.post(LOGIN, data | kwargs, REMOTE_ADDR=ip)


def signed_in(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def clerk():
    return UserFactory(username="canbo", full_name="Lê Thị Cán Bộ", phone="0912000501")


# --- in and out -----------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["canbo", "CanBo", " canbo ", "0912000501", "+84 912 000 501"])
def test_a_user_name_or_a_phone_number_signs_in(client, clerk, login):
    response = sign_in(client, login)
    assert (response.status_code, response.url) == (302, "/tai-khoan/vao/")
    assert signed_in(client)


@pytest.mark.parametrize("login", ["canbo", "0912000501", "khongco", "0900000000"])
def test_a_wrong_pair_is_refused_in_the_same_words(client, clerk, login):
    response = sign_in(client, login, "sai")
    assert response.status_code == 200
    assert not signed_in(client)
    assert [str(e)[:40] for e in response.context["form"].non_field_errors()] == [
        "Tên đăng nhập (hoặc số điện thoại) và mậ"
    ]


def test_after_signing_in_workers_go_to_work_and_readers_home(client, clerk):
    sign_in(client, "canbo")
    assert client.get("/tai-khoan/vao/").url == "/"
    give(clerk, Role.EDITOR, AgencyFactory())
    assert client.get("/tai-khoan/vao/").url == "/viec-hom-nay/"


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/tai-khoan/", "/tai-khoan/"),
        ("https://ke-xau.example/", "/tai-khoan/vao/"),
        ("//ke-xau.example/", "/tai-khoan/vao/"),
        ("javascript:alert(1)", "/tai-khoan/vao/"),
    ],
)
def test_next_leads_only_to_this_portal(client, clerk, wanted, led_to):
    assert sign_in(client, "canbo", next=wanted).url == led_to


def test_signing_out_takes_a_post(client, clerk):
    client.force_login(clerk)
    assert client.get("/tai-khoan/dang-xuat/").status_code == 200
    assert signed_in(client)
    assert client.post("/tai-khoan/dang-xuat/").url == "/"
    assert not signed_in(client)


def test_a_closed_account_cannot_sign_in_and_its_open_sessions_end(client, clerk):
    client.force_login(clerk)
    assert client.get("/tai-khoan/").status_code == 200
    clerk.is_active = False
    clerk.save()
    assert client.get("/tai-khoan/").status_code == 302
    other = Client()
    sign_in(other, "canbo")
    assert not signed_in(other)


def test_nobody_signs_up_by_themselves(client):
    assert client.get("/tai-khoan/signup/").status_code == 404
    assert client.get("/accounts/signup/").status_code == 404


# --- locks ----------------------------------------------------------------------------------


def lock(client, login="canbo", ip="10.0.0.1"):
    return [sign_in(client, login, "sai", ip=ip).status_code for _ in range(5)]


def test_five_wrong_passwords_lock_the_name_at_that_address_and_say_how_long(clerk):
    with time_machine.travel("2026-03-05T03:00:00+00:00", tick=False) as clock:
        client = Client()
        assert lock(client) == [200, 200, 200, 200, 429]
        response = sign_in(client, "canbo")
        assert response.status_code == 429
        assert response["Retry-After"] == "600"
        assert "Thử lại sau 10 phút, từ 10:10" in response.content.decode()
        clock.shift(dt.timedelta(minutes=9, seconds=59))
        assert sign_in(client, "canbo").status_code == 429
        clock.shift(dt.timedelta(seconds=2))
        assert sign_in(client, "canbo").status_code == 302


def test_trying_again_while_locked_does_not_lengthen_the_lock(clerk):
    with time_machine.travel("2026-03-05T03:00:00+00:00", tick=False) as clock:
        client = Client()
        lock(client)
        clock.shift(dt.timedelta(minutes=9))
        assert sign_in(client, "canbo", "sai")["Retry-After"] == "60"


def test_a_stranger_elsewhere_cannot_lock_a_person_out(clerk):
    lock(Client(), ip="203.0.113.9")
    assert sign_in(Client(), "canbo", ip="10.0.0.1").status_code == 302


def test_a_colleague_behind_the_same_address_cannot_lock_a_known_browser_out(clerk):
    own = Client()
    assert sign_in(own, "canbo").status_code == 302
    own.post("/tai-khoan/dang-xuat/")
    lock(Client())
    assert sign_in(Client(), "canbo").status_code == 429
    assert sign_in(own, "canbo").status_code == 302


def test_user_name_and_phone_number_share_one_count(clerk):
    client = Client()
    for login in ["canbo", "0912000501", "CANBO", "+84912000501"]:
        assert sign_in(client, login, "sai").status_code == 200
    assert sign_in(client, "canbo", "sai").status_code == 429
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == [clerk.public_id.hex]
    assert "canbo" not in "".join(AccessAttempt.objects.values_list("post_data", flat=True))


def test_signing_in_clears_the_count(clerk):
    client = Client()
    for _ in range(3):
        for _ in range(3):
            sign_in(client, "canbo", "sai")
        assert sign_in(client, "canbo").status_code == 302
        client.post("/tai-khoan/dang-xuat/")


def test_many_wrong_passwords_slow_one_address_down_but_not_a_known_browser(clerk, settings):
    settings.SIGN_IN_FAILURES_PER_MINUTE = 6
    own = Client()
    sign_in(own, "canbo")
    own.post("/tai-khoan/dang-xuat/")
    with time_machine.travel("2026-03-05T03:00:20+00:00", tick=False) as clock:
        bot = Client()
        for n in range(6):
            assert sign_in(bot, f"ten{n}", "sai").status_code == 200
        response = sign_in(bot, "canbo")
        assert response.context["form"].non_field_errors() == [
            "Có quá nhiều lần đăng nhập sai từ mạng này. Xin chờ 40 giây rồi thử lại."
        ]
        assert sign_in(Client(), "canbo", ip="10.0.0.2").status_code == 302
        assert sign_in(own, "canbo").status_code == 302
        clock.shift(dt.timedelta(seconds=40))
        assert sign_in(Client(), "canbo").status_code == 302


def test_a_forged_cookie_makes_no_browser_known(clerk):
    lock(Client())
    client = Client()
    client.cookies["trinh_duyet_quen"] = f'["{clerk.public_id.hex}"]:abc:def'
    assert sign_in(client, "canbo").status_code == 429


# --- passwords ------------------------------------------------------------------------------


def test_whoever_must_change_the_password_gets_nowhere_before(client, clerk):
    clerk.must_change_password = True
    clerk.save()
    client.force_login(clerk)
    for url in ["/tai-khoan/", "/viec-hom-nay/", "/tai-khoan/mat-khau/"]:
        assert client.get(url).url == "/tai-khoan/mat-khau-moi/", url
    response = client.get("/tai-khoan/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == "/tai-khoan/mat-khau-moi/"
    page = "/tai-khoan/mat-khau-moi/"
    assert client.post(page, {"password1": NEW, "password2": "khac"}).status_code == 422
    assert client.post(page, {"password1": "12345678", "password2": "12345678"}).status_code == 422
    response = client.post(page, {"password1": NEW, "password2": NEW})
    assert response.url == "/tai-khoan/vao/"
    clerk.refresh_from_db()
    assert clerk.must_change_password is False
    assert signed_in(client)
    assert sign_in(Client(), "canbo", NEW).status_code == 302


def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(client, clerk):
    other = Client()
    other.force_login(clerk)
    client.force_login(clerk)
    data = {"oldpassword": "sai", "password1": NEW, "password2": NEW}
    response = client.post("/tai-khoan/mat-khau/", data)
    assert response.context["form"].errors["oldpassword"] == ["Mật khẩu đang dùng chưa đúng."]
    response = client.post("/tai-khoan/mat-khau/", data | {"oldpassword": PASSWORD})
    assert response.status_code == 302
    assert signed_in(client)
    assert client.get("/tai-khoan/").status_code == 200
    assert other.get("/tai-khoan/").status_code == 302
    assert AuditEntry.objects.get(verb="set_password").actor == clerk


def test_a_reset_by_mail_goes_only_to_an_account_that_has_this_mail(client, clerk):
    clerk.email = "canbo@mau.example"
    clerk.save()
    page = "/tai-khoan/quen-mat-khau/"
    answers = [client.post(page, {"email": e}) for e in ("canbo@mau.example", "la@mau.example")]
    assert [(a.status_code, a.url) for a in answers] == [(302, page + "da-gui/")] * 2
    assert [m.to for m in mail.outbox] == [["canbo@mau.example"]]
    assert mail.outbox[0].subject == "Đặt lại mật khẩu Cổng Đại hội"
    link = next(w for w in mail.outbox[0].body.split() if w.startswith("http"))
    form = client.get(link, follow=True)
    done = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert done.status_code == 302
    assert sign_in(Client(), "canbo", NEW).status_code == 302
    assert client.get(link, follow=True).context["token_fail"] is True


def test_a_mail_address_taken_away_gets_no_reset_link(client, clerk):
    from portal.accounts import actions

    clerk.email = "cu@mau.example"
    clerk.save()
    client.post("/tai-khoan/quen-mat-khau/", {"email": "cu@mau.example"})
    actions.edit_account(actor=None, user=clerk, full_name=clerk.full_name, email="moi@mau.example")
    mail.outbox.clear()
    client.post("/tai-khoan/quen-mat-khau/", {"email": "cu@mau.example"})
    assert mail.outbox == []


# --- two steps ------------------------------------------------------------------------------


def test_two_step_sign_in_from_set_up_to_recovery(client, clerk):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    def code():
        return format_hotp_value(hotp_value(secret, int(time.time()) // 30))

    with time_machine.travel("2030-01-01T00:00:10+00:00"):
        sign_in(client, "canbo")
        asked = client.get("/tai-khoan/hai-buoc/bat/")
        assert client.get(asked.url).status_code == 200
        assert client.post(asked.url, {"password": PASSWORD}).status_code == 302
        page = client.get("/tai-khoan/hai-buoc/bat/")
        secret = page.context["form"].secret
        response = client.post("/tai-khoan/hai-buoc/bat/", {"code": code()})
        assert response.status_code == 302
        for part in ["", "ma-du-phong/", "ma-du-phong/moi/", "tat/"]:
            assert client.get(f"/tai-khoan/hai-buoc/{part}").status_code == 200, part
    stored = Authenticator.objects.get(user=clerk, type="totp").data
    assert secret not in str(stored)
    other = Client()
    with time_machine.travel("2030-01-01T00:05:10+00:00"):
        response = sign_in(other, "canbo")
        assert response.url == "/tai-khoan/hai-buoc/nhap-ma/"
        assert not signed_in(other)
        assert other.get(response.url).status_code == 200
        wrong = other.post(response.url, {"code": "000000"})
        assert wrong.status_code == 200
        assert other.post(response.url, {"code": code()}).status_code == 302
        assert signed_in(other)


def test_codes_of_the_second_step_cannot_be_guessed(clerk):
    from allauth.mfa.totp.internal.auth import (
        TOTP,
        format_hotp_value,
        generate_totp_secret,
        hotp_value,
    )

    secret = generate_totp_secret()
    TOTP.activate(clerk, secret)
    client = Client()
    with time_machine.travel("2030-01-01T00:05:10+00:00", tick=False):
        page = sign_in(client, "canbo").url
        for _ in range(10):
            assert client.post(page, {"code": "000000"}).status_code == 200
        right = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
        response = client.post(page, {"code": right})
        assert response.context["form"].errors["code"] == [
            "Có quá nhiều lần thử. Xin chờ mười phút rồi thử lại."
        ]
        assert not signed_in(client)
        # Only somebody with the password gets as far as this; the others are counted apart.
        UserFactory(username="nguoikhac")
        assert sign_in(Client(), "nguoikhac").status_code == 302


def test_finding_an_account_uses_an_index(clerk):
    from django.db import connection

    from portal.accounts import queries
    from portal.accounts.models import User

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = User.objects.filter(username__lower="canbo").explain()
    assert "accounts_username_ci" in plan
    assert queries.by_login("CANBO") == clerk


# --- a person's own page --------------------------------------------------------------------


def test_a_person_changes_their_phone_and_the_log_holds_no_number(client, clerk):
    UserFactory(phone="0912000999")
    client.force_login(clerk)
    page = reverse("accounts:profile")
    assert client.post(page, {"phone": "0912000999"}).status_code == 422
    assert client.post(page, {"phone": "12"}).status_code == 422
    response = client.post(page, {"phone": "+84 912.000.777", "email": clerk.email})
    assert response.status_code == 302
    clerk.refresh_from_db()
    assert clerk.phone == "0912000777"
    entry = AuditEntry.objects.get(verb="edit_account")
    assert entry.changes == {"phone": ["…", "…"]}


def test_every_page_of_accounts_renders(client, clerk):
    for url in [
        LOGIN,
        "/tai-khoan/quen-mat-khau/",
        "/tai-khoan/quen-mat-khau/da-gui/",
        "/tai-khoan/quen-mat-khau/xong/",
        "/tai-khoan/quen-mat-khau/abc-def/",
        "/tai-khoan/ngung-hoat-dong/",
        "/tai-khoan/phieu/",
    ]:
        assert client.get(url, follow=True).status_code == 200, url
    sign_in(client, "canbo")
    for url in ["/tai-khoan/", "/tai-khoan/mat-khau/", "/tai-khoan/hai-buoc/"]:
        assert client.get(url).status_code == 200, url

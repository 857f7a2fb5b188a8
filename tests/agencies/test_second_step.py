import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from portal.agencies.models import Role
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    agency = AgencyFactory()
    editor, member = UserFactory(), UserFactory()
    give(editor, Role.EDITOR, agency)
    give(member, Role.MEMBER, agency)
    return editor, member


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_nobody_is_asked_unless_the_portal_says_so(people, settings):
    settings.MFA_REQUIRED_FOR_STAFF = False
    assert browser(people[0]).get("/tai-khoan/").status_code == 200


def test_who_works_here_sets_up_the_second_step_first_and_members_need_not(people, settings):
    settings.MFA_REQUIRED_FOR_STAFF = True
    editor, member = people
    assert browser(member).get("/tai-khoan/").status_code == 200
    client = browser(editor)
    assert client.get("/viec-hom-nay/").url == "/tai-khoan/hai-buoc/"
    response = client.get("/viec-hom-nay/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == "/tai-khoan/hai-buoc/"
    for open_page in ("/tai-khoan/hai-buoc/", "/tai-khoan/dang-xuat/", "/tai-khoan/xac-nhan/"):
        assert client.get(open_page).status_code == 200, open_page
    TOTP.activate(editor, generate_totp_secret())
    assert client.get("/viec-hom-nay/").status_code == 200
    assert Client().get("/co-quan/").status_code == 200

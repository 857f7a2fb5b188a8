import pytest
from django.contrib import admin

from tests.accounts.factories import AdminFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_admin_is_for_portal_administrators_only(client):
    assert client.get("/quan-tri/").status_code == 302
    # is_staff alone opens nothing; whoever may not enter is not shown a second sign-in form
    client.force_login(UserFactory(is_staff=True))
    response = client.get("/quan-tri/", follow=True)
    assert response.status_code == 403
    client.force_login(AdminFactory())
    for page in (
        "",
        "accounts/user/",
        "agencies/level/",
        "mfa/authenticator/",
        "common/auditentry/",
    ):
        assert client.get(f"/quan-tri/{page}").status_code == 200, page


def test_signing_in_to_the_admin_is_the_portals_own_sign_in(client):
    response = client.get("/quan-tri/login/?next=/quan-tri/")
    assert response.status_code == 302
    assert response.url.startswith("/tai-khoan/dang-nhap/")


def test_people_and_roles_are_not_written_here(client):
    user = UserFactory()
    client.force_login(AdminFactory())
    assert client.get(f"/quan-tri/accounts/user/{user.pk}/change/").status_code == 200
    assert client.post(f"/quan-tri/accounts/user/{user.pk}/change/", {}).status_code == 403
    assert client.get("/quan-tri/accounts/user/add/").status_code == 403


def test_no_row_of_feedback_is_ever_in_the_admin():
    shown = {model._meta.app_label for model in admin.site._registry}
    assert "feedback" not in shown
    assert "axes" not in shown

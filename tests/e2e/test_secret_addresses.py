"""Pages with a secret in their address and a form: a real browser can send it."""

import pytest
from playwright.sync_api import expect

from portal.accounts import actions
from tests.access import World
from tests.browser import submit

pytestmark = pytest.mark.browser


def test_a_slip_signs_in(live_portal, page):
    person = World.user("dangvien")
    ((_user, secret),) = actions.issue_slips(actor=None, users=[person])
    page.goto(f"{live_portal.url}/tai-khoan/phieu/{secret}/")
    submit(page, "Đăng nhập")
    expect(page).to_have_url(f"{live_portal.url}/tai-khoan/mat-khau-moi/")

"""A reader's response from the form to the page of the article, and one that is refused."""

import re

import pytest
from playwright.sync_api import expect

from portal.news.models import Response
from tests.browser import PHONE, at_width, axe_violations, overflow, submit

pytestmark = pytest.mark.browser

LONG = "đ" * 400
WORDS = f"Xin đăng lịch tiếp dân của tháng tới. {LONG}"


def send(page, address, name, words):
    page.goto(address)
    page.get_by_role("link", name="Gửi phản hồi").click()
    page.get_by_label("Họ tên").fill(name)
    page.get_by_role("textbox", name="Nội dung").fill(words)
    page.get_by_label(re.compile("Tôi đồng ý")).check()
    page.wait_for_timeout(3200)  # quicker than that is a machine
    submit(page, "Gửi phản hồi")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nhận, chờ duyệt")
    return page.url


def test_a_response_reaches_the_page_by_keys_and_another_is_refused_by_thumb(live_portal, page):
    article = Response.objects.filter(official=True).earliest("pk").article
    address = live_portal.url + article.get_absolute_url()

    # A reader on a phone.
    at_width(page, PHONE)
    page.goto(address)
    page.get_by_role("link", name="Gửi phản hồi").click()
    assert overflow(page) == 0
    assert axe_violations(page) == []
    first = send(page, address, "Lý Thị Mơ", WORDS)
    assert overflow(page) == 0
    second = send(page, address, "Bán Hàng", "Mua ngay kẻo hết.")
    assert axe_violations(page) == []

    # At the desk with the keyboard: J to the first that waits, D shows it.
    at_width(page, 1280)
    live_portal.sign_in(page, "duyet")
    page.goto(live_portal.path("moderation:queue"))
    assert axe_violations(page) == []
    card = page.locator("[data-case]", has_text="Lý Thị Mơ")
    for _ in range(20):
        page.keyboard.press("j")
        if card.evaluate("card => card === document.activeElement"):
            break
    with page.expect_navigation():
        page.keyboard.press("d")
    expect(page.get_by_text("Đã duyệt 1 nội dung.")).to_be_visible()

    # On a phone between two meetings: no, for a reason.
    at_width(page, PHONE)
    page.goto(live_portal.path("moderation:queue"))
    assert overflow(page) == 0
    waiting = page.locator("[data-case]", has_text="Bán Hàng")
    waiting.get_by_role("link", name="Không đăng").click()
    page.get_by_label("Quảng cáo, thư rác").check()
    assert axe_violations(page) == []
    submit(page, "Không đăng, vì lý do đã chọn")
    expect(page.get_by_text("Đã quyết định: Không đăng.")).to_be_visible()

    # Readers, from stored pages, see the one and not the other.
    live_portal.sign_out(page)
    page.goto(address)
    expect(page.locator(".response b", has_text="Lý Thị Mơ")).to_be_visible()
    expect(page.get_by_text("Bán Hàng")).to_have_count(0)
    assert overflow(page) == 0
    page.goto(first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Phản hồi đã được đăng")
    page.goto(second)
    expect(page.get_by_text("Nội dung mang tính quảng cáo")).to_be_visible()
    page.get_by_label("Vì sao cần xem lại").fill("Tôi không bán gì cả.")
    submit(page, "Gửi đề nghị xem lại")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đang chờ xem lại")

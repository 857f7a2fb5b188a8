"""The editor in a real Chromium when things go wrong: no network, no session, old fonts."""

import pytest
from playwright.sync_api import expect

from portal.news.models import Article, ArticleDraft
from tests.browser import PHONE, at_width, axe_violations, overflow, submit

pytestmark = pytest.mark.browser

AGENCY = "so-noi-vu-tinh-mau"
LEAD = "Tóm tắt gõ đúng lúc phiên làm việc vừa hết."
PASTE = """([html, text, selector]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", text);
  const how = { clipboardData: data, bubbles: true, cancelable: true };
  const event = new ClipboardEvent("paste", how);
  document.querySelector(selector).dispatchEvent(event);
}"""


def status(page):
    return page.locator("[data-autosave-status]")


def stored(page):
    return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('nhap:'))")


def body(page):
    return page.get_by_role("textbox", name="Nội dung")


def test_no_network_and_no_session_cost_no_word(live_portal, page):
    # Not the strict page: that the browser reports lost requests is what this test is about.
    live_portal.sign_in(page, "bientap")
    page = page.context.new_page()
    page.goto(live_portal.path("news:create"))
    page.get_by_label("Tiêu đề").fill("Tin gõ trên đường truyền kém")
    body(page).click()
    page.keyboard.insert_text("Đoạn đang gõ.")
    expect(status(page)).to_contain_text("Đã tự lưu", timeout=10_000)
    assert stored(page) == []

    page.context.set_offline(True)
    page.get_by_label("Tóm tắt").fill("Gõ khi mất mạng.")
    expect(status(page)).to_have_text("Chưa lưu, đang thử lại", timeout=10_000)
    assert len(stored(page)) == 1
    page.context.set_offline(False)
    expect(status(page)).to_contain_text("Đã tự lưu", timeout=15_000)
    assert stored(page) == []

    live_portal.sign_out(page)
    page.get_by_label("Tóm tắt").fill(LEAD)
    expect(status(page)).to_contain_text("Phiên làm việc đã hết", timeout=10_000)
    assert len(stored(page)) == 1
    live_portal.sign_in(page, "bientap")  # in another tab
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(status(page)).to_contain_text("Đã tự lưu", timeout=10_000)
    assert stored(page) == []

    # The browser was closed; next time the text is offered and taken up.
    page = page.context.new_page()
    page.goto(live_portal.path("news:create"))
    page.get_by_role("link", name="Xem, khôi phục hoặc bỏ").click()
    assert axe_violations(page) == []
    page.get_by_role("link", name="Khôi phục vào trang soạn").click()
    expect(page.get_by_label("Tóm tắt")).to_have_value(LEAD)
    expect(body(page)).to_contain_text("Đoạn đang gõ.")
    submit(page, "Lưu", within=page.locator(".work__bar"))
    article = Article.objects.get(working__lead=LEAD)
    assert (article.agency.slug, article.working.body) == (AGENCY, "<p>Đoạn đang gõ.</p>")
    assert not ArticleDraft.objects.exists()


def test_another_person_at_the_same_computer_finds_nothing(live_portal, page):
    live_portal.sign_in(page, "bientap")
    page = page.context.new_page()
    page.goto(live_portal.path("news:create"))
    page.context.set_offline(True)
    page.get_by_label("Tóm tắt").fill("Của riêng người đang gõ.")
    expect(status(page)).to_have_text("Chưa lưu, đang thử lại", timeout=10_000)
    assert len(stored(page)) == 1
    live_portal.sign_in(page, "duyet")
    page.context.set_offline(False)
    expect(status(page)).to_contain_text("Người khác đã đăng nhập", timeout=15_000)
    assert stored(page) == []
    page.evaluate(
        "localStorage.setItem('nhap:0:bai-1', JSON.stringify({at: Date.now(), body: ''}))"
    )
    other = page.context.new_page()
    other.goto(live_portal.path("news:desk"))
    assert stored(other) == []
    assert not ArticleDraft.objects.exists()


def test_old_fonts_are_converted_after_a_look_at_both(live_portal, page):
    live_portal.sign_in(page, "bientap")
    page.goto(live_portal.path("news:create"))
    body(page).click()
    html = '<p class=MsoNormal style="font-family:.VnTime">®¹i héi chi bé <b>x·</b></p>'
    page.evaluate(PASTE, [html, "®¹i héi chi bé x·", ".cke_editable"])
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[data-after]")).to_have_text("đại hội chi bộ xã")
    expect(dialog.locator("[data-before]")).to_have_text("®¹i héi chi bé x·")
    assert axe_violations(page) == []
    at_width(page, PHONE)
    assert overflow(page) <= 0
    dialog.get_by_role("button", name="Chuyển").click()
    expect(body(page)).to_have_text("đại hội chi bộ xã")

    lead = page.get_by_label("Tóm tắt")
    lead.focus()
    page.evaluate(PASTE, ["", "Ñaïi hoäi chi boä", "#id_lead"])
    dialog.get_by_role("button", name="Giữ nguyên").click()
    expect(lead).to_have_value("Ñaïi hoäi chi boä")
    lead.fill("")
    page.evaluate(PASTE, ["", "Ñaïi hoäi chi boä", "#id_lead"])
    dialog.get_by_role("button", name="Chuyển").click()
    expect(lead).to_have_value("Đại hội chi bộ")


def test_colleagues_see_who_has_the_article_open(live_portal, page, browser):
    article = Article.objects.filter(agency__slug=AGENCY, state="returned").earliest("pk")
    live_portal.sign_in(page, "bientap")
    page.goto(live_portal.path("news:edit", pk=article.pk))
    theirs = browser.new_context()
    try:
        seen = theirs.new_page()
        live_portal.sign_in(seen, "duyet")
        seen.goto(live_portal.path("news:desk_article", pk=article.pk))
        expect(seen.locator("[data-presence]")).to_contain_text("đang mở bài này để sửa (từ")
    finally:
        theirs.close()

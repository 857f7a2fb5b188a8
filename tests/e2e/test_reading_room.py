"""A draft of 3,000 blocks in a real browser: scrolling, contents, jumping, searching, quoting."""

import pytest
from playwright.sync_api import expect

from documents import actions
from documents.models import Document
from feedback.models import Consultation
from portal.agencies.models import Agency
from tests.access import World
from tests.browser import DESK, PHONE, at_width, axe_violations, scroll_width

pytestmark = pytest.mark.browser

WORDS = "Nâng cao chất lượng đào tạo cán bộ cơ sở, chú ý vùng còn khó khăn, người cao tuổi. " * 3
SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    list.getEntries().forEach((entry) => { if (!entry.hadRecentInput) sum += entry.value; });
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => resolve(sum), 100));
})"""


def long_edition():
    """A published edition of 3,000 blocks of the province: 20 headings, the rest paragraphs."""
    parts = []
    for n in range(20):
        parts.append(f"<h2>Phần {n + 1}. Đầu đề thứ {n + 1}</h2>")
        parts += [f"<p>{WORDS}</p>"] * 149
    parts[1998] = "<p>Bồi dưỡng kỹ năng số cho chi bộ.</p>"
    world = World()
    agency = Agency.objects.get(pk=Document.objects.order_by("pk").first().agency_id)
    staff, approver = world.user("kehoach"), world.user("dothikimlien")
    document = actions.create_document(
        actor=staff, agency=agency, title="Dự thảo dài", html="".join(parts), not_secret=True
    )
    edition = document.editions.get()
    actions.submit(actor=staff, edition=edition)
    edition.refresh_from_db()
    return actions.publish(actor=approver, edition=edition)


def room(portal, edition, name="edition", **more):
    document = edition.document
    names = {"pk": document.pk, "slug": document.slug, "n": edition.n}
    return portal.path(f"documents:{name}", **names, **more)


def loaded(page):
    return page.locator(".part:has(.block)").count()


def test_three_thousand_blocks_are_read_as_one_text(live_portal, page):
    edition = long_edition()
    page.goto(room(live_portal, edition), wait_until="networkidle")
    first = loaded(page)
    assert first < 4
    height = page.evaluate("document.documentElement.scrollHeight")
    page.mouse.wheel(0, height // 3)
    expect(page.locator("[data-contents] [aria-current]")).to_contain_text("Phần")
    expect(page.locator(".part:has(.block)")).not_to_have_count(first)
    expect(page.locator(".part.is-waiting")).to_have_count(0)
    # the scroll bar told the truth: what came is about as high as its place was
    assert abs(page.evaluate("document.documentElement.scrollHeight") / height - 1) < 0.1
    assert page.evaluate(SHIFTS) < 0.1

    page.get_by_label("Đến đoạn hoặc mục số").fill("1985")
    page.get_by_label("Đến đoạn hoặc mục số").press("Enter")
    target = page.locator("#doan-1985")
    expect(target).to_be_focused()
    expect(target).to_contain_text("Bồi dưỡng kỹ năng số")
    expect(target).to_be_in_viewport()
    expect(page.locator("[data-contents] [aria-current]")).to_contain_text("thứ 14")
    assert "/phan-" in page.url
    assert page.url.endswith("#doan-1985")
    expect(page.locator(".part.is-waiting")).to_have_count(0)
    expect(target).to_be_in_viewport()
    assert loaded(page) <= 10

    page.keyboard.press("/")
    page.keyboard.type("ky nang so")
    page.keyboard.press("Enter")
    bar = page.get_by_role("group", name="Kết quả tìm")
    expect(bar.locator("output")).to_have_text("1/1")
    expect(target).to_have_class("block is-target")

    target.locator(".block__no").click()
    page.get_by_role("link", name="Trang của đoạn").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đoạn 1985")
    page.goto(room(live_portal, edition))
    page.get_by_role("link", name="Đọc tiếp từ đoạn").click()
    expect(page.locator("#doan-1985")).to_be_in_viewport()
    assert page.context.cookies() == []


SELECT = """() => {
  const text = document.querySelector("#doan-2 p").firstChild;
  const range = document.createRange();
  range.setStart(text, 0);
  range.setEnd(text, 12);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  return text.data.slice(0, 12).trim();
}"""


def test_a_member_writes_beside_the_passage_about_chosen_words(live_portal, page):
    edition = Consultation.objects.order_by("pk").first().consultation_editions.get().edition
    live_portal.sign_in(page, "dangvien")
    page.goto(room(live_portal, edition), wait_until="networkidle")
    page.locator("#doan-3").hover()
    page.get_by_role("link", name="Góp ý đoạn 3", exact=True).click()
    panel = page.locator("#doan-3 .opinion-panel")
    expect(panel).to_contain_text("Góp ý đoạn 3")
    sheet = page.locator("#van-ban").bounding_box()
    assert panel.bounding_box()["x"] >= sheet["x"] + sheet["width"]  # beside it
    assert axe_violations(page) == []
    panel.get_by_role("link", name="Quay lại văn bản").click()
    expect(panel).to_have_count(0)
    words = page.evaluate(SELECT)
    page.get_by_role("button", name="Góp ý chỗ này").click()
    expect(page.locator("#doan-2 .opinion-panel blockquote")).to_have_text(words)
    proposed = page.locator("#doan-2").get_by_label("Đề xuất sửa câu chữ")
    expect(proposed).to_have_value(words)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_room_is_for_everybody(live_portal, page, width, scheme):
    edition = Document.objects.order_by("pk").first().editions.get(state="published")
    page.emulate_media(color_scheme=scheme)
    at_width(page, width)
    page.goto(room(live_portal, edition), wait_until="networkidle")
    assert scroll_width(page) == width
    page.locator(".block__no").nth(4).click()
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert axe_violations(page) == []


def test_every_part_is_a_page_without_scripts(live_portal, browser, browser_context_args):
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    edition = long_edition()
    page.goto(room(live_portal, edition))
    page.get_by_role("link", name="Tiếp:").click()
    assert page.url.endswith("/phan-2/")
    page.locator(".toc > summary").click()
    page.locator("[data-contents] a").last.click()
    expect(page.locator("#van-ban h2").last).to_contain_text("Đầu đề thứ 20")
    page.get_by_label("Đến đoạn hoặc mục số").fill("1985")
    page.get_by_role("button", name="Đến", exact=True).click()
    expect(page.locator("#doan-1985")).to_be_in_viewport()
    page.get_by_role("searchbox", name="Tìm trong văn bản").fill("kỹ năng số")
    page.get_by_role("main").get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("link", name="Đoạn 1.985").click()
    expect(page.locator("#doan-1985")).to_be_in_viewport()
    context.close()

"""A text on its way in, in a real Chromium: pasted from Word, corrected by keyboard, edited."""

import pytest
from playwright.sync_api import expect

from documents import actions, blocks
from documents.models import Document, TextImport
from portal.accounts.models import User
from tests.browser import PHONE, at_width, axe_violations, overflow, submit

pytestmark = pytest.mark.browser

MARKS = """<h2><strong class="number">Phần thứ nhất</strong> Kết quả</h2>
<h3 class="text-center"><strong class="number">I.</strong> Bối cảnh</h3>
<h4><strong class="number">1.</strong> Kinh tế</h4>
<h4 class="level-4"><strong class="number">1.1.</strong> Nông nghiệp</h4>
<h4 class="level-10">Cấp mười</h4>
<p class="indent-1"><strong class="number">a)</strong> Tăng <strong>mạnh</strong><sup
class="note">1</sup>.</p>
<p class="indent-9 text-right">Thụt chín bậc.</p>
<p><strong class="number">–</strong> <strong>Đậm ngay</strong> sau số; H<sub>2</sub>O, <s>bỏ</s>,
<u>gạch</u>.</p>
<table><thead><tr><th scope="col" colspan="2">Chỉ tiêu</th></tr></thead>
<tbody><tr><td rowspan="2" class="text-right">6,8%</td><td>Một</td></tr><tr><td>x</td></tr></tbody>
</table>
<p>Dòng một<br>dòng hai <a href="https://a.vn/?x=1&amp;y=2">liên kết</a></p>
<p class="footnote"><strong class="number">1</strong> Nguồn: Cục Thống kê.</p>"""

PASTE = """([html, text]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", text);
  document.querySelector("[data-paste]").dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def new_edition(html=""):
    staff = User.objects.get(username="kehoach")
    agency = Document.objects.earliest("pk").agency
    document = actions.create_document(
        actor=staff, agency=agency, title="Dự thảo thử", html=html, not_secret=True
    )
    return document.editions.get()


def shape(html):
    return [
        (b.kind, b.level, b.number, b.plain, b.align, b.indent, b.html.count("<strong"))
        for b in blocks.cut(html)
    ]


def test_opening_and_saving_an_imported_text_loses_nothing(live_portal, page):
    edition = new_edition(MARKS)
    before = shape(edition.source)
    live_portal.sign_in(page, "kehoach")
    where = live_portal.path("documents:edit", pk=edition.document_id, n=1)
    for query in ("", "?muc=1"):
        page.goto(where + query)
        area = page.locator(".cke_editable")
        expect(area).to_contain_text("Cấp mười")
        # a change and its way back, so that the editor has written the text itself
        area.locator("p").last.click()
        page.keyboard.press("End")
        page.keyboard.insert_text("x")
        page.keyboard.press("Backspace")
        submit(page, "Lưu", within=page.locator(".work__bar"))
        edition.refresh_from_db()
        assert shape(edition.source) == before
    assert edition.lock_version == 2
    assert 'class="note"' in edition.source
    assert axe_violations(page) == []
    at_width(page, PHONE)
    assert overflow(page) <= 0


def test_levels_are_chosen_in_the_editor(live_portal, page):
    edition = new_edition("<p>Nông nghiệp</p>")
    live_portal.sign_in(page, "kehoach")
    page.goto(live_portal.path("documents:edit", pk=edition.document_id, n=1))
    for label, expected in (
        ("Đề mục cấp 5", ("heading", 5)),
        ("Đề mục cấp 3", ("heading", 3)),
        ("Chú thích", ("footnote", 0)),
        ("Đoạn văn", ("paragraph", 0)),
    ):
        page.locator(".cke_editable").get_by_text("Nông nghiệp").click()
        page.locator(".cke_combo__format .cke_combo_button").click()
        page.frame_locator(".cke_panel_frame").get_by_role("option", name=label).click()
        submit(page, "Lưu", within=page.locator(".work__bar"))
        edition.refresh_from_db()
        (block,) = blocks.cut(edition.source)
        assert (block.kind, block.level) == expected


def test_from_the_clipboard_to_the_working_text_by_keyboard(live_portal, page):
    edition = new_edition()
    live_portal.sign_in(page, "kehoach")
    page.goto(live_portal.path("documents:import", pk=edition.document_id, n=1))
    html = "<h1>Kết quả</h1><p>Năm năm qua; toàn tỉnh <b>đoàn kết</b>.</p><p>Đoạn hai.</p>"
    page.evaluate(PASTE, [html, "Kết quả\nNăm năm qua; toàn tỉnh đoàn kết.\nĐoạn hai."])
    expect(page.locator("[data-paste-kept]")).to_contain_text("chữ từ Word")
    assert axe_violations(page) == []
    submit(page, "Đọc và xem cấu trúc")
    rows = page.locator("[data-imp]")
    expect(rows).to_have_count(3)
    assert axe_violations(page) == []
    rows.nth(1).focus()
    page.keyboard.press("h")
    expect(rows.nth(1).locator(".imp__kind")).to_contain_text("Cấp 3")
    expect(page.locator("#muc-luc li")).to_have_count(2)
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("p")
    expect(rows.nth(1).locator(".imp__kind")).to_contain_text("Đoạn")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    text = page.locator(".imp--edit textarea")
    expect(text).to_be_focused()
    text.fill("Năm năm qua;\ntoàn tỉnh đoàn kết.")
    page.get_by_role("button", name="Lưu đoạn").click()
    expect(rows).to_have_count(4)
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(rows.nth(3)).to_be_focused()
    page.keyboard.press("g")
    expect(rows).to_have_count(3)
    expect(rows.nth(2)).to_contain_text("toàn tỉnh đoàn kết. Đoạn hai.")
    at_width(page, PHONE)
    assert overflow(page) <= 0
    page.get_by_role("link", name="Lưu vào bản đang soạn").click()
    submit(page, "Lưu vào bản đang soạn")
    edition.refresh_from_db()
    assert [(b.kind, b.html) for b in blocks.cut(edition.source)] == [
        ("heading", "Kết quả"),
        ("paragraph", "Năm năm qua;"),
        ("paragraph", "toàn tỉnh <strong>đoàn kết</strong>. Đoạn hai."),
    ]
    assert TextImport.objects.get().corrections == {"kind": 2, "rewrite": 1, "join": 1}


def test_the_keys_take_the_last_step_back(live_portal, page):
    edition = new_edition()
    live_portal.sign_in(page, "kehoach")
    page.goto(live_portal.path("documents:import", pk=edition.document_id, n=1))
    page.get_by_label("Hoặc dán nội dung").fill("Đoạn một.\nĐoạn hai.")
    submit(page, "Đọc và xem cấu trúc")
    rows = page.locator("[data-imp]")
    rows.nth(1).focus()
    page.keyboard.press("Delete")
    expect(rows).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(rows).to_have_count(2)
    expect(page.get_by_text("Đã hoàn tác bước vừa rồi.").first).to_be_visible()

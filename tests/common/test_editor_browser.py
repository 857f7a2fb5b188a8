"""The editor in a real Chromium, under the policy its pages are sent with."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from portal.common.models import Upload
from portal.common.uploads import registry

from ..official.factories import a_user
from . import editor_urls

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def editor(page, live_server, settings, monkeypatch, client):
    """A signed-in page with the editor. `page` itself fails the test at a violation."""
    settings.ROOT_URLCONF = "tests.common.editor_urls"
    monkeypatch.setitem(editor_urls.STORED, "body", "")
    monkeypatch.setattr(registry.uploading_agencies, "_entries", {"test": lambda user: {1}})
    client.force_login(a_user("mai"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/thu-soan/")
    page.wait_for_selector(".cke_editable")
    return page


def save(page):
    with page.expect_navigation():
        page.click("form button.btn")
    page.wait_for_selector(".cke_editable")
    return editor_urls.STORED["body"]


def a_jpeg(width=1200):
    out = io.BytesIO()
    Image.new("RGB", (width, 700), (143, 29, 32)).save(out, "JPEG")
    return {"name": "Hội nghị.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_vietnamese_is_stored_as_it_was_typed_and_comes_back(editor):
    editor.click(".cke_editable")
    editor.keyboard.type('Góp ý dự thảo văn kiện: “ủy”, "hòa" & Đ < ờ…')
    editor.keyboard.press("Enter")
    editor.click(".cke_button__bold")
    editor.keyboard.type("Nhiệm kỳ 2025–2030")
    expected = (
        '<p>Góp ý dự thảo văn kiện: “ủy”, "hòa" &amp; Đ &lt; ờ…</p>'
        "<p><strong>Nhiệm kỳ 2025–2030</strong></p>"
    )
    assert save(editor) == expected
    assert editor.inner_text(".cke_editable") == (
        'Góp ý dự thảo văn kiện: “ủy”, "hòa" & Đ < ờ…\n\nNhiệm kỳ 2025–2030'
    )
    assert editor.inner_text(".rich-count") == "13 chữ, đọc khoảng 1 phút"
    assert save(editor) == expected  # sending it again changes nothing


def test_headings_lists_links_and_tables_work_under_the_policy(editor):
    editor.click(".cke_editable")
    editor.keyboard.type("Mục một")
    editor.wait_for_timeout(300)  # as long as a hand needs to the mouse: the panel takes focus late
    editor.click(".cke_combo__format .cke_combo_button")
    editor.wait_for_timeout(300)
    editor.frame_locator("iframe.cke_panel_frame").get_by_text("Tiêu đề mục").click()
    editor.keyboard.press("Enter")
    editor.click(".cke_button__bulletedlist")
    editor.keyboard.type("việc thứ nhất")
    editor.keyboard.press("Enter")
    editor.keyboard.press("Enter")
    editor.keyboard.type("xem ")
    editor.click(".cke_button__link")
    editor.locator(".cke_dialog").get_by_label("Chữ hiển thị").fill("cổng")
    editor.locator(".cke_dialog").get_by_label("URL").fill("https://chinhphu.vn/a?b=1&c=2")
    editor.click(".cke_dialog_ui_button_ok")
    editor.wait_for_selector(".cke_editable a")
    editor.keyboard.press("End")
    editor.click(".cke_button__table")
    editor.click(".cke_dialog_ui_button_ok >> visible=true")
    body = save(editor)
    assert body.startswith("<h2>Mục một</h2>")
    assert re.search(r"<ul>\s*<li>việc thứ nhất</li>\s*</ul>", body)
    assert '<a href="https://chinhphu.vn/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">' in body
    assert body.count("<tr>") == 3
    assert "style=" not in body


def test_a_picture_is_chosen_described_uploaded_and_shown(editor):
    editor.click(".cke_editable")
    editor.keyboard.type("Trước ảnh.")
    editor.click(".cke_button__image")
    editor.wait_for_selector(".rich-picture input")
    assert not editor.locator(".cke_dialog").get_by_label("URL").is_visible()
    ok = ".cke_dialog_ui_button_ok >> visible=true"
    editor.click(ok)
    assert editor.inner_text(".rich-picture__status") == "Hãy chọn một ảnh."
    editor.set_input_files(".rich-picture input", a_jpeg())
    expect(editor.locator(".rich-picture__status")).to_have_text("Đã tải lên: Hội nghị.jpg")
    editor.click(ok)
    assert "Hãy nêu điều thấy trong ảnh" in editor.inner_text(".rich-picture__status")
    editor.locator(".cke_dialog").get_by_label("Chữ thay thế").fill("Toàn cảnh hội nghị")
    editor.wait_for_timeout(300)  # the dialog measures the picture before it may close
    editor.click(ok)
    editor.wait_for_selector(".cke_editable img")
    body = save(editor)
    upload = Upload.objects.get()
    assert f'src="{upload.medium_url}"' in body
    assert 'alt="Toàn cảnh hội nghị"' in body
    assert 'width="960"' in body
    shown = editor.locator("#stored img")
    assert shown.evaluate("image => [image.complete, image.naturalWidth]") == [True, 960]


def test_a_file_that_is_no_picture_is_refused_in_the_dialog(editor):
    editor.click(".cke_editable")
    editor.click(".cke_button__image")
    svg = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"<svg onload=alert(1)/>"}
    editor.wait_for_selector(".rich-picture input")
    editor.set_input_files(".rich-picture input", svg)
    editor.wait_for_selector(".rich-picture__wrong")
    assert "không phải ảnh đọc được" in editor.inner_text(".rich-picture__status")
    assert Upload.objects.count() == 0


def test_a_pasted_picture_is_uploaded_with_the_csrf_token(editor):
    editor.click(".cke_editable")
    editor.evaluate(
        """async () => {
          const canvas = Object.assign(document.createElement("canvas"), {width: 40, height: 30});
          canvas.getContext("2d").fillRect(0, 0, 40, 30);
          CKEDITOR.instances.id_body.fire("paste", {
            type: "html", dataValue: `<img src="${canvas.toDataURL("image/png")}" alt="">`,
            dataTransfer: new CKEDITOR.plugins.clipboard.dataTransfer(), method: "paste",
          });
        }"""
    )
    editor.wait_for_selector('.cke_editable img[src^="/media/anh/"]')
    assert Upload.objects.get().width == 40
    editor.click("form button.btn")
    error = editor.wait_for_selector(".errorlist").inner_text()
    assert error == "Ảnh thứ 1 chưa có chữ thay thế: hãy nêu điều thấy trong ảnh."


def test_without_javascript_bare_text_becomes_paragraphs(browser, live_server, settings, client):
    settings.ROOT_URLCONF = "tests.common.editor_urls"
    editor_urls.STORED["body"] = ""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/thu-soan/")
    page.fill("textarea", "Đoạn một\ntiếp\n\nĐoạn hai: 2 < 3")
    page.click("form button.btn")
    context.close()
    assert editor_urls.STORED["body"] == "<p>Đoạn một<br>tiếp</p><p>Đoạn hai: 2 &lt; 3</p>"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_editor_and_its_dialogs_can_be_read_in_both_themes(editor, theme):
    """Contrast is looked at where CKEditor's skin would be white on white or black on black."""
    editor.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    editor.click(".cke_editable")
    editor.keyboard.type("Đại hội")
    editor.click(".cke_button__link")
    editor.wait_for_selector(".cke_dialog")
    ratios = editor.evaluate(
        """() => {
          const light = (c) => {
            const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map(Number).map((v) => v / 255)
              .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const ground = (node) => {
            for (let n = node; n; n = n.parentElement) {
              const { backgroundColor } = getComputedStyle(n);
              if (!/, 0\\)$/.test(backgroundColor)) return backgroundColor;
            }
            return "rgb(255, 255, 255)";
          };
          const of = (selector) => {
            const node = document.querySelector(selector);
            const [a, b] = [light(getComputedStyle(node).color), light(ground(node))].sort();
            return [selector, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
          };
          return [".cke_editable p", ".cke_dialog_title", ".cke_dialog label", ".rich-count",
            ".cke_dialog input[type=text]", ".cke_dialog select", ".cke_combo_text",
            "a.cke_dialog_ui_button_ok span", "a.cke_dialog_ui_button_cancel span"].map(of);
        }"""
    )
    assert [(selector, round(ratio, 1)) for selector, ratio in ratios if ratio < 4.5] == []

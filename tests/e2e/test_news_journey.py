"""News from the first word to the front page, in a real Chromium, with two people and a reader."""

import io
import re

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from portal.news.models import Article
from tests.browser import PHONE, at_width, axe_violations, overflow

pytestmark = pytest.mark.browser

AGENCY = "so-noi-vu-tinh-mau"
TITLE = "Một cửa xã Tân Lập hẹn giờ qua điện thoại"


def picture() -> dict:
    file = io.BytesIO()
    Image.new("RGB", (1200, 750), "#2b6650").save(file, "JPEG")
    return {"name": "mot-cua.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def type_body(page, words):
    # until the editor stands there is a plain field, which it then hides
    page.locator(".cke_editable").wait_for()
    area = page.get_by_role("textbox", name="Nội dung")
    area.click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(words)


def insert_picture(page, alt):
    """A picture in the text, through CKEditor's own dialog and our upload."""
    page.get_by_role("button", name=re.compile("Ảnh|Hình ảnh")).first.click()
    dialog = page.locator(".cke_dialog:visible")
    dialog.locator("input[type=file]").set_input_files(picture())
    expect(dialog.get_by_role("status")).to_have_text("Đã tải lên: mot-cua.jpg")
    dialog.get_by_label(re.compile("thay thế")).fill(alt)
    page.wait_for_timeout(300)  # the dialog measures the picture before it may close
    dialog.locator(".cke_dialog_ui_button_ok").click()
    expect(page.locator(".cke_editable img.cke_widget_element")).to_have_attribute("alt", alt)


def test_an_article_from_the_desk_to_the_front_page(live_portal, page):
    # The editor writes.
    live_portal.sign_in(page, "bientap")
    page.goto(live_portal.path("news:desk"))
    page.get_by_role("link", name="Viết tin").click()
    page.get_by_label("Tiêu đề").fill(TITLE)
    page.get_by_label("Tóm tắt").fill("Người dân chọn giờ đến; quầy gọi trước mười phút.")
    type_body(page, "Từ đầu tháng, mỗi buổi xã nhận 24 lượt hẹn.")
    page.get_by_label("Chọn ảnh").set_input_files(picture())
    page.get_by_role("button", name="Lưu và gửi duyệt").first.click()

    # Without words for the picture it goes nowhere, and nothing is lost.
    expect(page.get_by_role("alert")).to_contain_text("Chữ thay thế")
    expect(page.get_by_label("Tiêu đề")).to_have_value(TITLE)
    expect(page.locator(".cke_editable")).to_contain_text("24 lượt hẹn")
    expect(page.get_by_alt_text("Ảnh đại diện hiện tại")).to_be_visible()
    page.get_by_label("Chữ thay thế").fill("Quầy một cửa có ba bàn tiếp dân")
    page.get_by_label("Chú thích ảnh").fill("Quầy một cửa xã Tân Lập.")
    page.get_by_label("Nguồn ảnh").fill("Mai Phương")
    # The editor draws itself in steps; a button that still moves is missed.
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Lưu và gửi duyệt").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu và gửi duyệt")
    article = Article.objects.get(title=TITLE)
    # Nobody approves their own: the page offers the editor nothing to decide.
    expect(page.get_by_role("button", name="Đăng bài")).to_have_count(0)

    # The approver reads on a phone and sends it back.
    live_portal.sign_out(page)
    live_portal.sign_in(page, "duyet")
    at_width(page, PHONE).goto(live_portal.path("today"))
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert overflow(page) == 0
    assert axe_violations(page) == []
    page.locator("#tra-lai summary").click()
    page.get_by_label("Cần sửa gì").fill("Ghi rõ số liệu tính đến ngày nào.")
    page.get_by_role("button", name="Trả lại kèm nhận xét").click()
    expect(page.get_by_text("Đã trả lại bài cho người viết.")).to_be_visible()

    # The editor corrects, with a picture in the text, and submits again.
    live_portal.sign_out(page)
    live_portal.sign_in(page, "bientap")
    at_width(page, 1280).goto(live_portal.path("today"))
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_text("Ghi rõ số liệu tính đến ngày nào.")).to_be_visible()
    page.get_by_role("link", name="Sửa", exact=True).click()
    type_body(page, " Số liệu tính đến ngày 15.")
    insert_picture(page, "Bảng hẹn giờ ở cửa phòng")
    page.get_by_role("button", name="Đã xử lý").wait_for()
    page.get_by_role("button", name="Lưu và gửi duyệt").first.click()
    expect(page.get_by_text("Đã lưu và gửi duyệt.")).to_be_visible()

    # The approver publishes with the thumb.
    live_portal.sign_out(page)
    live_portal.sign_in(page, "duyet")
    at_width(page, PHONE).goto(live_portal.path("news:waiting"))
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="Đăng bài").click()
    page.get_by_role("dialog").get_by_role("button", name="Đăng bài").click()
    expect(page.get_by_text("Đã đăng bài.")).to_be_visible()

    # A reader finds it on the section page and on the front page, and reads it.
    live_portal.sign_out(page)
    article.refresh_from_db()
    for address in [live_portal.path("news:agency", agency_slug=AGENCY), live_portal.path("home")]:
        at_width(page, PHONE).goto(address)
        expect(page.get_by_role("link", name=TITLE).first).to_be_visible()
        assert overflow(page) == 0
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url("**" + reverse("news:article", args=[AGENCY, article.slug, article.pk]))
    for words in [
        "24 lượt hẹn. Số liệu tính đến ngày 15.",
        "Quầy một cửa xã Tân Lập.",
        "Các tin khác",
    ]:
        expect(page.locator("main")).to_contain_text(words)
    for alt in ["Quầy một cửa có ba bàn tiếp dân", "Bảng hẹn giờ ở cửa phòng"]:
        image = page.get_by_alt_text(alt)
        expect(image).to_be_visible()
        assert image.evaluate("i => i.decode().then(() => i.naturalWidth)") > 0
    assert page.context.cookies() == []


@pytest.mark.parametrize("width", [PHONE, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_of_news_fit_and_are_accessible(live_portal, page, width, theme):
    shown = Article.objects.filter(agency__slug=AGENCY, state="published").latest("published_at")
    returned = Article.objects.filter(agency__slug=AGENCY, state="returned").earliest("pk")
    page.emulate_media(color_scheme=theme)
    at_width(page, width)
    live_portal.sign_in(page, "bientap")
    for address in [
        live_portal.path("news:index"),
        live_portal.path("news:agency", agency_slug=AGENCY),
        live_portal.url + shown.get_absolute_url(),
        live_portal.path("news:desk"),
        live_portal.path("news:desk_article", pk=returned.pk),
        live_portal.path("news:edit", pk=returned.pk),
    ]:
        page.goto(address)
        if address.endswith("/sua/"):  # the editor builds itself after the page has come
            expect(page.get_by_role("textbox", name="Nội dung")).to_be_visible()
        assert overflow(page) == 0, address
        assert axe_violations(page) == [], address

"""A cell secretary's three minutes on a phone; a clerk keys in minutes beside their photos."""

import pytest
from PIL import Image

from feedback.models import Meeting, Opinion
from tests.browser import DESK, PHONE, at_width, axe_violations, scroll_width, submit

pytestmark = pytest.mark.browser


def fits(page):
    width = page.viewport_size["width"]
    return scroll_width(page) <= width


def good(page):
    return (fits(page), axe_violations(page)) == (True, [])


def start(page, live_portal, user="luongxuantruong"):
    at_width(page, PHONE)
    live_portal.sign_in(page, user)
    page.goto(live_portal.path("feedback:units"))
    assert good(page)
    page.get_by_role("link", name="Nhập thêm hội nghị").first.click()
    page.get_by_label("Số người dự").fill("15")
    page.get_by_label("Số người phát biểu").fill("2")
    assert good(page)


def test_a_meeting_is_entered_on_a_phone(live_portal, page):
    start(page, live_portal)
    submit(page, "Nhập ý kiến Gõ từng ý kiến trên máy này")
    page.get_by_role("heading", name="Ý kiến thứ 1").wait_for()
    # the page was swapped in, and its script is there
    page.get_by_label("Nội dung ý kiến").fill("Đồng chí Nguyễn Văn A: nên rõ hơn.")
    page.get_by_text("Có tên người phát biểu ở đầu?").wait_for()
    # Not the strict page: that the browser reports lost requests is part of what follows.
    address, page = page.url, page.context.new_page()
    at_width(page, PHONE)
    page.goto(address)
    # what is typed as a place is shown while one types
    page.get_by_label("Về chỗ nào?").fill("5")
    page.locator("#doan .meeting-quote").wait_for()
    page.get_by_label("Đồng ý một phần").check()
    page.get_by_label("Nội dung ý kiến").press_sequentially("Đồng chí Nguyễn Văn A: nên rõ hơn.")
    page.get_by_text("Có tên người phát biểu ở đầu?").wait_for()
    assert good(page)
    submit(page, "Lưu ý kiến này")
    page.get_by_text("Đã lưu 1 ý kiến, chưa gửi").wait_for()
    submit(page, "Bỏ tên")
    page.get_by_text("Nên rõ hơn.", exact=True).wait_for()

    # the line drops: what was typed stays and goes by itself when it is back
    page.get_by_label("Tán thành", exact=True).check()
    page.get_by_label("Nội dung ý kiến").fill("Tán thành các chỉ tiêu.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Lưu ý kiến này").click()
    page.get_by_text("Chưa gửi, đang thử lại").wait_for()
    assert page.get_by_label("Nội dung ý kiến").input_value() == "Tán thành các chỉ tiêu."
    page.context.set_offline(False)
    page.get_by_text("Đã lưu 2 ý kiến, chưa gửi").wait_for()
    assert good(page)
    # what is being typed goes along, and the button says so
    page.get_by_label("Tán thành", exact=True).check()
    page.get_by_label("Nội dung ý kiến").fill("Thêm một ý kiến cuối.")
    submit(page, "Lưu và gửi hội nghị")
    page.get_by_role("heading", name="Hội nghị đã được ghi nhận").wait_for()
    assert good(page)
    row = Meeting.objects.get(held_on__isnull=False, speakers=2, present=15)
    assert (row.state, row.batch.opinions_made) == ("sent", 3)
    assert Opinion.objects.filter(batch=row.batch).count() == 3


def test_minutes_are_photographed_keyed_in_and_confirmed(live_portal, page, tmp_path):
    start(page, live_portal)
    submit(page, "Chụp biên bản Gửi ảnh hoặc bản quét PDF, cấp trên nhập hộ, đơn vị xác nhận")
    paths = []
    for n in (1, 2):
        paths.append(tmp_path / f"trang-{n}.png")
        Image.new("RGB", (600, 800), (240, 235, 20 * n)).save(paths[-1])
    # choosing them is enough
    page.get_by_label("Ảnh, bản quét biên bản").set_input_files(paths)
    page.get_by_role("heading", name="Đã nhận 2 tệp").wait_for()
    assert good(page)
    submit(page, "Gửi biên bản")
    page.get_by_text("Biên bản đang chờ cán bộ cấp trên nhập.").wait_for()
    row = Meeting.objects.get(state="keying", speakers=2)

    at_width(page, DESK)
    live_portal.sign_in(page, "lethuylinh")
    page.goto(live_portal.path("feedback:minutes_key", public_id=row.public_id))
    submit(page, "Nhận nhập biên bản này")
    page.locator(".minutes-pages img").first.wait_for()
    # the keyboard is enough
    page.get_by_label("Về chỗ nào?").fill("5")
    page.keyboard.press("Alt+2")
    page.get_by_label("Nội dung ý kiến").fill("Cần rõ thời hạn.")
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", name="Đã nhập 1 ý kiến").wait_for()
    assert good(page)
    submit(page, "Nhập xong, gửi đơn vị xác nhận")
    page.get_by_text("Ý kiến được tính khi đơn vị xác nhận.").wait_for()

    at_width(page, PHONE)
    live_portal.sign_in(page, "luongxuantruong")
    page.goto(live_portal.path("feedback:meeting_confirm", public_id=row.public_id))
    assert good(page)
    submit(page, "Đúng với biên bản")
    page.get_by_role("heading", name="Hội nghị đã được ghi nhận").wait_for()
    row.refresh_from_db()
    assert (row.state, row.batch.opinions_made) == ("sent", 1)

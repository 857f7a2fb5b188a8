"""A cell secretary on a phone shows with photos that a task is done; the superior accepts."""

import os

from PIL import Image

from campaigns.models import Assignment, Evidence
from portal.common.models import Upload
from tests.browser import PHONE, at_width, axe_violations, scroll_width, submit


def photo(path, width, height):
    """A picture that does not shrink by itself: every pixel by chance."""
    Image.frombytes("RGB", (width, height), os.urandom(width * height * 3)).save(path)
    return path


def fits(page):
    return scroll_width(page) <= PHONE


def test_a_task_is_done_with_photos_on_a_phone(live_portal, page, tmp_path):
    at_width(page, PHONE)
    live_portal.sign_in(page, "chibo")
    page.goto(live_portal.path("campaigns:my_assignments"))
    page.get_by_role("link", name="Báo cáo nhanh số buổi và số người dự góp ý").click()
    row = Assignment.objects.get(
        agency__slug="chi-bo-van-phong-xa-hoa-binh", task__title__startswith="Báo cáo nhanh"
    )
    assert (fits(page), axe_violations(page)) == (True, [])

    # done without anything to show is not taken silently
    page.get_by_label("Hoàn thành", exact=True).check()
    submit(page, "Lưu tiến độ")
    page.get_by_text("Chưa có minh chứng nào.").first.wait_for()

    # two photos and a file that is none; the large one is made smaller before it travels
    page.get_by_role("link", name="Ảnh", exact=True).click()
    broken = tmp_path / "so-tay.jpg"
    broken.write_bytes(b"khong phai anh")
    large = photo(tmp_path / "hoi-truong.png", 2400, 1000)
    files = [large, broken, photo(tmp_path / "bien-ban.png", 60, 40)]
    page.get_by_label("Ảnh", exact=False).first.set_input_files(files)
    assert (fits(page), axe_violations(page)) == (True, [])
    submit(page, "Gửi")
    page.get_by_text("Đã nhận 2 ảnh.").wait_for()
    page.get_by_text("“so-tay.jpg” chưa được nhận").wait_for()
    first = Upload.objects.get(original_name="hoi-truong.jpg")
    assert (first.kind, first.content_type, first.width) == ("photo", "image/jpeg", 1920)

    page.get_by_label("Chú thích ảnh 1").fill("Hội trường trước giờ họp")
    page.locator(".captions img").first.wait_for()
    assert (fits(page), axe_violations(page)) == (True, [])
    submit(page, "Lưu")
    page.get_by_text("Hội trường trước giờ họp").wait_for()
    page.locator(".photos img").first.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    drawn = "image => [image.complete, image.naturalWidth]"
    assert page.locator(".photos img").first.evaluate(drawn) == [True, 480]

    page.get_by_label("Hoàn thành", exact=True).check()
    page.get_by_label("Thêm ghi chú").fill("Hai buổi, 46 người dự.")
    submit(page, "Lưu tiến độ")
    page.get_by_text("Đã lưu tiến độ.").wait_for()
    row.refresh_from_db()
    assert (row.state, row.without_evidence) == ("done", False)
    assert Evidence.objects.get(assignment=row, kind="photos").files.count() == 2
    page.locator(".notes").get_by_text("Hai buổi, 46 người dự.").wait_for()
    assert (fits(page), axe_violations(page)) == (True, [])


def test_the_superior_accepts_many_and_returns_one(live_portal, page):
    live_portal.sign_in(page, "kehoach")
    page.goto(live_portal.path("campaigns:acceptance"))
    waiting = page.locator("tbody tr").count()
    assert waiting > 3
    page.get_by_role("link", name="Đưa tin đại hội đảng bộ xã, phường trong ngày").first.click()
    assert axe_violations(page) == []
    page.get_by_role("link", name="Trả lại", exact=True).click()
    page.get_by_label("Lý do trả lại").fill("Thiếu tin phiên bế mạc.")
    submit(page, "Trả lại cho đơn vị")
    page.get_by_text("Bị trả lại").first.wait_for()

    page.goto(live_portal.path("campaigns:acceptance"))
    assert (page.locator("tbody tr").count(), axe_violations(page)) == (waiting - 1, [])
    page.get_by_label("Chọn tất cả").check()
    submit(page, "Nghiệm thu các mục đã chọn")
    page.get_by_text(f"Đã nghiệm thu {waiting - 1} phân công.").wait_for()
    page.get_by_text("Không có gì chờ nghiệm thu").wait_for()
    at_width(page, PHONE)
    assert fits(page)

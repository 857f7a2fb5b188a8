"""Items 11 and 15 in a real browser: a plan from its name to the progress of a unit."""

import calendar
import datetime as dt

from campaigns.models import Event, Phase, Plan, Task
from portal.common import clock
from tests.browser import DESK, PHONE, at_width, axe_violations, scroll_width, submit


def test_from_a_new_plan_to_the_progress_of_a_unit(live_portal, page):
    congress = Event.objects.filter(host__slug="dang-bo-tinh-mau", ordinal=1).get()
    today = clock.today()
    days_in_month = calendar.monthrange(today.year, today.month)[1]
    last_of_month = today.replace(day=days_in_month)

    # staff writes a plan with two phases, the second bound to the congress
    live_portal.sign_in(page, "kehoach")
    page.goto(live_portal.path("campaigns:desk"))
    page.get_by_role("link", name="Kế hoạch mới").click()
    page.get_by_label("Tên kế hoạch").fill("Tuyên truyền ngày hội non sông")
    submit(page, "Tạo kế hoạch")
    page.get_by_role("link", name="Thêm mạch").click()
    page.get_by_label("Tên mạch").fill("Mạch 1")
    submit(page, "Lưu mạch")

    page.get_by_role("link", name="Thêm đợt").click()
    page.get_by_label("Tên đợt").fill("Đợt chuẩn bị")
    starts, ends = page.locator("#moc-starts"), page.locator("#moc-ends")
    starts.get_by_label("Ngày", exact=True).fill((today - dt.timedelta(days=3)).isoformat())
    ends.get_by_label("Tháng", exact=True).first.check()
    # only the fields of the chosen kind stand there
    assert ends.get_by_label("Sự kiện", exact=True).is_hidden()
    submit(page, "Lưu đợt")
    # what is missing is said, what was typed is still there
    assert page.get_by_label("Tên đợt").input_value() == "Đợt chuẩn bị"
    assert "Kết thúc: Tháng: Chọn tháng." in page.locator(".error-summary").inner_text()
    ends.locator("select[name=ends-month]").select_option(str(today.month))
    ends.get_by_label("Năm").last.fill(str(today.year))
    submit(page, "Lưu đợt")

    page.get_by_role("link", name="Thêm đợt").click()
    page.get_by_label("Tên đợt").fill("Đợt cao điểm")
    starts.get_by_label("Theo đợt khác").check()
    starts.get_by_label("Đợt khác", exact=True).select_option(
        label=f"Đợt chuẩn bị: kết thúc ({last_of_month:%d/%m/%Y})"
    )
    starts.get_by_label("Trước hay sau").select_option(label="Sau")
    starts.get_by_label("Số ngày").fill("1")
    ends.get_by_label("Theo sự kiện").check()
    ends.locator("select[name=ends-event]").select_option(str(congress.pk))
    ends.get_by_label("Trước hay sau").select_option(label="Trước")
    ends.get_by_label("Số ngày").fill("1")
    ends.get_by_label("Số ngày").press("Tab")
    # the day is told at once
    before = congress.opens - dt.timedelta(days=1)
    page.locator("#ngay-ends").get_by_text(f"{before:%d/%m/%Y}").wait_for()
    submit(page, "Lưu đợt")
    page.get_by_text(f"đến {before:%d/%m/%Y}").first.wait_for()

    page.get_by_role("link", name="Thêm nhiệm vụ").click()
    page.get_by_label("Nhiệm vụ", exact=False).first.fill("Mở chuyên mục ngày hội")
    page.get_by_label("Thuộc đợt").select_option(label="Đợt chuẩn bị")
    page.locator("#moc-due").get_by_label("Ngày cụ thể").check()
    page.locator("#moc-due").get_by_label("Ngày", exact=True).fill(
        (today + dt.timedelta(days=5)).isoformat()
    )
    submit(page, "Lưu và chọn đơn vị")
    page.get_by_label("Tìm đơn vị theo tên").fill("Sở Nội vụ tỉnh Mẫu")
    submit(page, "Tìm")
    page.get_by_label("Sở Nội vụ tỉnh Mẫu", exact=True).check()
    submit(page, "Giao nhiệm vụ")
    page.get_by_text("Đã giao cho 1 đơn vị.").wait_for()
    page.get_by_role("link", name="Về kế hoạch").click()
    page.get_by_role("link", name="Trình duyệt").click()
    submit(page, "Trình duyệt")
    assert page.get_by_role("link", name="Ban hành").count() == 0
    plan = Plan.objects.get(title="Tuyên truyền ngày hội non sông")
    assert plan.state == "submitted"

    # another person issues it, as the paper has it
    live_portal.sign_in(page, "dothikimlien")
    page.goto(live_portal.path("campaigns:manage", pk=plan.pk))
    page.get_by_role("link", name="Ban hành").click()
    page.get_by_label("Số, ký hiệu").fill("58-KH/TU")
    page.get_by_label("Ngày ban hành").fill(today.isoformat())
    page.get_by_label("Người ký").fill("Phạm Quốc Trung")
    submit(page, "Ban hành")
    page.get_by_text("Đã ban hành kế hoạch.").wait_for()

    # the unit finds its task under today's work, on a phone, and shows what it did
    live_portal.sign_in(page, "bientap")
    at_width(page, PHONE)
    page.goto(live_portal.url + "/viec-hom-nay/")
    page.get_by_role("link", name="Mở chuyên mục ngày hội").click()
    page.get_by_role("link", name="Việc khác, có số lượng").click()
    page.get_by_label("Việc đã làm").fill("Chuyên mục mở sáng nay")
    submit(page, "Thêm minh chứng")
    page.get_by_text("Đã thêm minh chứng.").wait_for()
    page.get_by_label("Hoàn thành", exact=True).check()
    submit(page, "Lưu tiến độ")
    page.get_by_text("Đã lưu tiến độ.").wait_for()
    assert scroll_width(page) <= PHONE
    assert axe_violations(page) == []

    # and the one who gave it sees it
    live_portal.sign_in(page, "kehoach")
    page.goto(live_portal.path("campaigns:progress", pk=plan.pk))
    assert page.locator(".table--heat a.heat--4").inner_text() == "1/1"
    # the row adds up what stands below it; the unit has a row of its own when it is opened
    page.locator(".table--heat a.heat--4").click()
    page.get_by_role("link", name="Mở từng đơn vị").click()
    page.get_by_role("row", name="Sở Nội vụ").locator("a.heat--4").first.click()
    page.get_by_role("link", name="Mở chuyên mục ngày hội").wait_for()
    assert axe_violations(page) == []
    page.get_by_role("link", name="Mở chuyên mục ngày hội").click()
    page.get_by_text("Chuyên mục mở sáng nay").wait_for()
    assert page.get_by_role("button", name="Lưu tiến độ").count() == 0


def test_work_pages_read_well_on_desk_and_phone(live_portal, page):
    plan = Plan.objects.get(document__symbol="12-KH/TU")
    phase = Phase.objects.filter(track__plan=plan).first()
    task = Task.objects.filter(plan=plan).first()
    event = Event.objects.filter(host=plan.issuer).first()
    live_portal.sign_in(page, "kehoach")
    addresses = [
        live_portal.path("campaigns:desk"),
        live_portal.path("campaigns:manage", pk=plan.pk),
        live_portal.path("campaigns:edit_phase", pk=plan.pk, row=phase.pk),
        live_portal.path("campaigns:units", pk=plan.pk, row=task.pk),
        live_portal.path("campaigns:events_desk"),
        live_portal.path("campaigns:move_event", pk=event.pk),
    ]
    for address in addresses:
        for width in (DESK, PHONE):
            at_width(page, width).goto(address)
            assert scroll_width(page) <= width, address
        assert axe_violations(page) == [], address


def test_an_event_is_moved_after_its_effect_was_shown(live_portal, page):
    congress = Event.objects.get(host__slug="dang-bo-tinh-mau", ordinal=1)
    opens = congress.opens + dt.timedelta(days=14)
    closes = congress.closes + dt.timedelta(days=14)
    live_portal.sign_in(page, "kehoach")
    page.goto(live_portal.path("campaigns:move_event", pk=congress.pk))
    page.get_by_label("Khai mạc thực tế").fill(opens.isoformat())
    page.get_by_label("Bế mạc thực tế").fill(closes.isoformat())
    page.get_by_label("Lý do đổi ngày").fill("Theo chỉ đạo của Tỉnh ủy")
    submit(page, "Xem tác động")
    assert page.locator("#tac-dong .new").count() > 2
    assert axe_violations(page) == []
    congress.refresh_from_db()
    assert congress.actual_opens is None
    submit(page, "Lưu ngày mới")
    page.get_by_text("Đã lưu ngày mới và tính lại các mốc.").wait_for()
    congress.refresh_from_db()
    assert congress.actual_opens == opens

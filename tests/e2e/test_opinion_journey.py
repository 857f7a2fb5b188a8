"""From a pasted draft to an opinion that a rapporteur reads without knowing whose it is."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from documents.models import Document
from feedback.models import Consultation, LadderNode, Opinion, OpinionDraft
from portal.common import clock
from tests.browser import PHONE, at_width, axe_violations, scroll_width, submit

pytestmark = pytest.mark.browser

DRAFT = """Phần thứ nhất. KẾT QUẢ NHIỆM KỲ
I. Bối cảnh
Mỗi chi bộ đăng ký một việc khó cần giải quyết trong năm.
Bồi dưỡng kỹ năng số cho công chức xã mỗi năm một lần."""


def published_document(portal, page):
    """Staff pastes and submits, the approver of the province publishes; returns the document."""
    portal.sign_in(page, "kehoach")
    page.goto(portal.path("documents:new"))
    page.get_by_label("Tên văn kiện").fill("Dự thảo Nghị quyết thử")
    page.get_by_label("Dán toàn văn").fill(DRAFT)
    page.get_by_label("Tôi xác nhận văn kiện không thuộc bí mật nhà nước").check()
    submit(page, "Tạo văn kiện")
    expect(page.get_by_role("main")).to_contain_text("Mỗi chi bộ đăng ký")
    page.get_by_role("link", name="Lưu vào bản đang soạn").click()
    submit(page, "Lưu vào bản đang soạn")
    document = Document.objects.get(title="Dự thảo Nghị quyết thử")
    page.goto(portal.path("documents:preview", pk=document.pk, n=1))
    expect(page.locator("#doan-2")).to_contain_text("Bồi dưỡng kỹ năng số")
    submit(page, "Trình duyệt")
    portal.sign_out(page)
    portal.sign_in(page, "dothikimlien")
    page.goto(portal.path("documents:preview", pk=document.pk, n=1))
    submit(page, "Công bố")
    expect(page.get_by_text("Đã công bố").first).to_be_visible()
    portal.sign_out(page)
    return document


def open_consultation(portal, page):
    """Staff opens a consultation on it from today; returns the consultation."""
    portal.sign_in(page, "kehoach")
    page.goto(portal.path("feedback:new"))
    page.get_by_label("Tên đợt lấy ý kiến").fill("Góp ý dự thảo Nghị quyết thử")
    page.get_by_label("Dự thảo Nghị quyết thử").check()
    today = clock.today()
    page.locator("[name=opens-on]").fill(today.isoformat())
    page.locator("[name=closes-on]").fill((today + dt.timedelta(days=5)).isoformat())
    page.get_by_label("Cấp được đọc ý kiến").select_option(label="Cấp xã")
    page.get_by_label("Đảng viên", exact=True).check()
    submit(page, "Lưu")
    page.get_by_role("button", name="Công bố").click()
    submit(page, "Công bố", within=page.get_by_role("dialog"))
    expect(page.get_by_text("Đang mở").first).to_be_visible()
    portal.sign_out(page)
    return Consultation.objects.get(title="Góp ý dự thảo Nghị quyết thử")


def test_a_member_comments_on_a_phone_and_the_rapporteur_reads(live_portal, page):
    document = published_document(live_portal, page)
    consultation = open_consultation(live_portal, page)
    live_portal.sign_in(page, "dangvien")
    at_width(page, PHONE)
    page.goto(live_portal.path("documents:document", pk=document.pk, slug=document.slug))
    page.get_by_role("link", name="Góp ý đoạn 2").click()
    panel = page.locator("#doan-2 .opinion-panel")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("Đảng bộ xã Hòa Bình")
    assert scroll_width(page) == PHONE
    assert axe_violations(page) == []
    panel.get_by_text("Đồng ý một phần").click()
    panel.get_by_label("Nội dung góp ý").fill("Một lần là ít, đề nghị hai lần mỗi năm.")
    proposed = "Bồi dưỡng kỹ năng số cho công chức xã mỗi năm hai lần."
    panel.get_by_text("Đề xuất sửa câu chữ").first.click()
    panel.get_by_label("Đề xuất sửa câu chữ").fill(proposed)
    expect(panel.locator(".proposal ins")).to_have_text("hai")
    expect(panel.locator(".proposal del")).to_have_text("một")
    panel.get_by_label("Tôi đồng ý để cổng xử lý").check()
    panel.get_by_role("button", name="Gửi ý kiến").click()
    code = page.locator("#ma-tiep-nhan").inner_text()
    expect(page.get_by_role("heading", name="Đã tiếp nhận ý kiến")).to_be_focused()
    assert scroll_width(page) == PHONE
    assert axe_violations(page) == []
    opinion = Opinion.objects.get(consultation=consultation)
    assert (opinion.stance, opinion.proposed) == ("partly", proposed)
    page.get_by_role("link", name="Ý kiến của tôi").first.click()
    expect(page.get_by_text("Một lần là ít")).to_be_visible()
    page.get_by_role("link", name="Xem, sửa hoặc rút").first.click()
    expect(page.locator(".proposal ins")).to_have_text("hai")
    page.get_by_label("Đề xuất sửa câu chữ").fill(proposed.replace("hai", "ba"))
    expect(page.locator(".proposal ins")).to_have_text("ba")
    assert axe_violations(page) == []
    submit(page, "Lưu", within=page.get_by_role("main"))
    expect(page.get_by_text("Đã lưu. Mã tiếp nhận không đổi.")).to_be_visible()

    live_portal.sign_out(page)
    page.goto(live_portal.path("feedback:receipt"))
    page.get_by_label("Mã tiếp nhận").fill(code)
    submit(page, "Tra cứu", within=page.get_by_role("main"))
    expect(page.get_by_text("Đã tiếp nhận").first).to_be_visible()
    assert page.get_by_text("Một lần là ít").count() == 0

    live_portal.sign_in(page, "tonghop")
    node = LadderNode.objects.get(consultation=consultation, agency__slug="dang-bo-xa-hoa-binh")
    at_width(page, 1280)
    page.goto(live_portal.path("feedback:reading_node", pk=node.pk))
    expect(page.get_by_text("Một lần là ít")).to_be_visible()
    expect(page.locator("#y-kien-den ins")).to_contain_text("ba")
    member = document.created_by.__class__.objects.get(username="dangvien")
    assert page.get_by_text(member.full_name).count() == 0
    assert axe_violations(page) == []


def test_the_form_works_without_scripts(live_portal, browser, browser_context_args):
    drafts = OpinionDraft.objects.count()
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    live_portal.sign_in(page, "dangvien")
    consultation = Consultation.objects.order_by("pk").first()
    edition = consultation.consultation_editions.get().edition
    document = edition.document
    page.goto(live_portal.path("documents:document", pk=document.pk, slug=document.slug))
    page.get_by_role("link", name="Góp ý đoạn 3", exact=True).click()
    page.get_by_text("Không tán thành").click()
    page.get_by_text("Đề xuất sửa câu chữ").first.click()
    page.get_by_label("Đề xuất sửa câu chữ").fill("Câu chữ khác hẳn.")
    submit(page, "Xem lại trước")
    expect(page.locator(".preview ins")).to_contain_text("Câu chữ khác hẳn")
    submit(page, "Lưu nháp")
    expect(page.get_by_text("Bản nháp lưu ngày")).to_be_visible()
    expect(page.get_by_label("Không tán thành")).to_be_checked()
    page.get_by_label("Tôi đồng ý để cổng xử lý").check()
    submit(page, "Gửi ý kiến")
    expect(page.locator("#ma-tiep-nhan")).to_be_visible()
    assert OpinionDraft.objects.count() == drafts
    context.close()


def test_a_lost_line_loses_no_word_and_makes_one_opinion(
    live_portal, browser, browser_context_args
):
    # a page of its own: the strict one fails for the very errors that are made here
    context = browser.new_context(**browser_context_args)
    page = context.new_page()
    live_portal.sign_in(page, "dangvien")
    at_width(page, PHONE)
    consultation = Consultation.objects.order_by("pk").first()
    edition = consultation.consultation_editions.get().edition
    before = Opinion.objects.count()
    address = live_portal.path("feedback:say", pk=consultation.pk, edition=edition.pk)
    page.goto(address + "?doan=5")
    page.get_by_text("Tán thành", exact=True).click()
    page.get_by_label("Nội dung góp ý").fill("Viết trên đường sóng yếu.")
    expect(page.get_by_text("Đã lưu nháp lúc")).to_be_visible(timeout=15_000)
    page.get_by_label("Tôi đồng ý để cổng xử lý").check()
    # the portal takes it, the answer is lost; then the line is dead; then it is back
    lost = iter(["answer", "line"])

    def drop(route):
        how = next(lost, None)
        if how is None:
            route.continue_()
            return
        if how == "answer":
            route.fetch()
        route.abort("connectionreset")

    page.route(lambda url: url.startswith(address), drop)
    page.get_by_role("button", name="Gửi ý kiến").dblclick()
    expect(page.get_by_text("Chưa gửi, đang thử lại").first).to_be_visible()
    expect(page.get_by_label("Nội dung góp ý")).to_have_value("Viết trên đường sóng yếu.")
    page.get_by_role("button", name="Thử lại ngay").first.click()
    expect(page.locator("#ma-tiep-nhan")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Biểu mẫu này đã gửi trước đó")).to_be_visible()
    assert Opinion.objects.count() == before + 1
    # the page has the address of the receipt: a reload sends nothing and loses nothing
    code = page.locator("#ma-tiep-nhan").inner_text()
    page.reload()
    expect(page.locator("#ma-tiep-nhan")).to_have_text(code)
    assert Opinion.objects.count() == before + 1
    context.close()


def test_a_guest_keeps_what_is_typed_in_this_tab_only(live_portal, page):
    drafts = OpinionDraft.objects.count()
    consultation = Consultation.objects.order_by("pk").first()
    Consultation.objects.filter(pk=consultation.pk).update(audience="public")
    edition = consultation.consultation_editions.get().edition
    at_width(page, PHONE)
    address = live_portal.path("feedback:say", pk=consultation.pk, edition=edition.pk) + "?doan=6"
    page.goto(address)
    page.get_by_label("Nội dung góp ý").fill("Khách viết dở.")
    expect(page.get_by_text("Đang giữ trên máy này")).to_be_visible()
    page.goto(address)
    expect(page.get_by_label("Nội dung góp ý")).to_have_value("Khách viết dở.")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Xóa bản nháp trên máy này").click()
    page.goto(address)
    expect(page.get_by_label("Nội dung góp ý")).to_have_value("")
    page.get_by_text("Đồng ý một phần").click()
    page.get_by_label("Tôi đồng ý để cổng xử lý").check()
    page.get_by_role("button", name="Gửi ý kiến").click()
    expect(page.locator("#ma-tiep-nhan")).to_be_visible()
    assert Opinion.objects.filter(origin="guest", naming="anonymous").count() == 1
    assert OpinionDraft.objects.count() == drafts


def pages_to_check():
    document = Document.objects.order_by("pk").first()
    return {
        "room": ("documents:document", {"pk": document.pk, "slug": document.slug}),
        "documents": ("documents:list", {}),
        "consultations": ("feedback:list", {}),
        "plans": ("campaigns:plans", {}),
        "events": ("campaigns:events", {}),
        "news": ("news:index", {}),
        "agencies": ("agencies:index", {}),
    }


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_main_pages_are_accessible_and_fit(live_portal, page, width):
    at_width(page, width)
    for name, (url_name, kwargs) in pages_to_check().items():
        assert page.goto(live_portal.path(url_name, **kwargs)).status == 200, name
        assert scroll_width(page) == width, name
        assert axe_violations(page) == [], name

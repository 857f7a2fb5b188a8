"""What a page features, ordered by keys and by dragging; a chuyên trang on a phone and to axe."""

from portal.news.models import Microsite
from portal.news.queries import front
from tests.browser import PHONE, at_width, axe_violations, scroll_width


def order():
    return [feature.pk for feature in front.find_place(front.PORTAL).rows()]


def test_features_are_ordered_by_keys_and_by_dragging(live_portal, page):
    first, second, third = order()
    live_portal.sign_in(page, "quantri")
    page.goto(live_portal.path("news:features", key=front.PORTAL))
    assert axe_violations(page) == []

    page.locator(f"#tin-{first}").focus()
    page.keyboard.press("Alt+ArrowDown")
    page.locator(f"#tin-{first}:nth-child(2)").wait_for()
    page.wait_for_function("id => document.activeElement.id === id", arg=f"tin-{first}")
    assert order() == [second, first, third]

    grip = page.locator(f"#tin-{third} .feature__grip")
    grip.drag_to(page.locator(f"#tin-{second}"), target_position={"x": 40, "y": 4})
    page.get_by_text("Đã đổi thứ tự.").wait_for()
    assert order() == [third, second, first]
    assert page.locator("[data-key]").first.get_attribute("data-key") == str(third)

    # somebody else changed it meanwhile: the list comes new, with a word
    rows = front.find_place(front.PORTAL).rows()
    rows.filter(pk=third).update(position=9)
    page.locator(f"#tin-{second}").focus()
    page.keyboard.press("Alt+ArrowUp")
    page.get_by_text("Danh sách đã được người khác sửa").wait_for()
    assert page.locator("[data-key]").last.get_attribute("data-key") == str(third)

    at_width(page, PHONE)
    assert scroll_width(page) == PHONE
    page.locator(f"#tin-{second}").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/lam-viec/trang-chu/muc/*/")
    assert axe_violations(page) == []


def test_a_special_page_reads_on_a_phone(live_portal, page):
    site = Microsite.objects.get()
    for address in (site.get_absolute_url(), f"{site.get_absolute_url()}dot/1/", "/chuyen-trang/"):
        page.goto(live_portal.url + address)
        assert axe_violations(page) == []
        at_width(page, PHONE)
        assert scroll_width(page) == PHONE
        at_width(page, 1280)

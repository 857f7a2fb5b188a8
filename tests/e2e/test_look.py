"""The design system in a real Chromium: sizes, themes, small scripts, accessibility, paper."""

import pytest
from playwright.sync_api import expect

from tests.browser import PHONE, at_width, axe_violations, overflow

GUIDE = "common:styleguide"

pytestmark = pytest.mark.browser


@pytest.fixture
def guide(live_portal, page):
    """The style guide as the administrator sees it."""
    live_portal.sign_in(page, "quantri")
    assert page.goto(live_portal.path(GUIDE)).status == 200
    return page


def settled(page, wanted) -> None:
    """Wait until the page has scrolled where it should (the policy forbids wait_for_function)."""
    for _ in range(50):
        if wanted(page.evaluate("scrollY")):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"scrollY stayed {page.evaluate('scrollY')}")


@pytest.mark.parametrize("width", [PHONE, 390, 768, 1280])
@pytest.mark.parametrize("frame", ["", "?khung=ban-lam-viec"])
def test_nothing_is_wider_than_the_window(live_portal, guide, width, frame):
    guide.goto(live_portal.path(GUIDE) + frame)
    assert overflow(at_width(guide, width)) == 0


@pytest.mark.parametrize("width", [PHONE, 1280])
@pytest.mark.parametrize("address", ["/", "/lich/", "/tim-kiem/?q=dai+hoi", "/khong-co/"])
def test_pages_of_everybody_fit_and_are_accessible(live_portal, page, address, width):
    at_width(page, width).goto(live_portal.url + address)
    assert overflow(page) == 0
    assert axe_violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("frame", ["", "?khung=ban-lam-viec"])
def test_every_component_is_accessible(live_portal, guide, theme, frame):
    guide.emulate_media(color_scheme=theme)
    guide.goto(live_portal.path(GUIDE) + frame)
    assert axe_violations(guide) == []


class TestTheme:
    def ground(self, page):
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    def test_follows_the_system_until_the_reader_chooses(self, live_portal, page):
        page.emulate_media(color_scheme="dark")
        page.goto(live_portal.path("home"))
        dark = self.ground(page)
        page.get_by_role("button", name="Giao diện sáng").click()
        light = self.ground(page)
        assert light != dark
        page.reload()
        assert self.ground(page) == light
        assert page.get_by_role("button", name="Giao diện tối").count() == 1

    def test_the_choice_is_there_before_the_first_paint(self, live_portal, page):
        page.goto(live_portal.path("home"))
        page.get_by_role("button", name="Giao diện tối").click()
        page.add_init_script(
            "addEventListener('DOMContentLoaded', () => "
            "{ window.first = document.documentElement.dataset.theme })"
        )
        page.reload()
        assert page.evaluate("window.first") == "dark"


class TestScripts:
    def test_menu_and_search_fold_away_on_a_phone(self, live_portal, page):
        at_width(page, PHONE).goto(live_portal.path("home"))
        menu = page.get_by_role("navigation", name="Mục chính")
        assert not menu.is_visible()
        page.get_by_role("button", name="Danh mục trang").click()
        assert menu.is_visible()
        search = page.get_by_role("searchbox")
        assert not search.is_visible()
        page.get_by_role("button", name="Tìm kiếm").click()
        assert search.evaluate("node => node === document.activeElement")

    def test_without_javascript_menu_and_search_stand_open(self, live_portal, browser):
        context = browser.new_context(
            java_script_enabled=False, viewport={"width": PHONE, "height": 740}
        )
        plain = context.new_page()
        plain.goto(live_portal.path("home"))
        assert plain.get_by_role("navigation", name="Mục chính").is_visible()
        assert plain.get_by_role("searchbox").is_visible()
        assert plain.get_by_role("button", name="Giao diện tối").count() == 0
        context.close()

    def test_asks_before_something_is_done(self, guide):
        button = guide.get_by_role("button", name="Hỏi lại trước khi làm")
        button.click()
        dialog = guide.get_by_role("dialog")
        assert dialog.get_by_role("heading").inner_text() == "Xóa bản nháp này?"
        address = guide.url
        dialog.get_by_role("button", name="Quay lại").click()
        assert guide.get_by_role("dialog").count() == 0
        assert guide.url == address
        button.click()
        with guide.expect_navigation():
            guide.get_by_role("dialog").get_by_role("button", name="Xóa bản nháp").click()

    def test_top_of_the_page_and_skip_link(self, guide):
        guide.mouse.wheel(0, 4000)
        settled(guide, lambda y: y > 1000)
        guide.get_by_role("link", name="Lên đầu trang").click()
        settled(guide, lambda y: y == 0)
        guide.keyboard.press("Enter")
        assert guide.evaluate("document.activeElement.id") == "noi-dung"

    def test_a_form_that_cannot_be_sent_says_so_and_tries_again(self, live_portal, browser):
        """htmx under the strict policy; the line drops, is busy, then carries."""
        context = browser.new_context()  # one that may meet errors
        page = context.new_page()
        live_portal.sign_in(page, "quantri")
        page.goto(live_portal.path(GUIDE))
        answers = ["drop", "busy", "ok"]

        def line(route):
            answer = answers.pop(0)
            if answer == "drop":
                route.abort("connectionreset")
            elif answer == "busy":
                route.fulfill(status=503, body="")
            else:
                route.fulfill(status=200, body='<p id="xong">Đã nhận</p>')

        page.route("**/thu-gui/", line)
        page.evaluate(
            """() => {
                const form = document.createElement('form')
                form.method = 'post'
                form.setAttribute('hx-post', '/thu-gui/')
                form.setAttribute('hx-target', '#dich')
                form.innerHTML = '<label>Ý kiến <textarea name="t">Giữ điểm giao dịch cũ</textarea>'
                    + '</label><button>Gửi thử</button><div id="dich"></div>'
                document.querySelector('main').append(form)
                htmx.process(form)
            }"""
        )
        page.get_by_role("button", name="Gửi thử").click()
        told = page.locator("main form .retry[role=status]")
        told.wait_for()
        assert "Chưa gửi, đang thử lại" in told.inner_text()
        told.get_by_role("button", name="Thử lại ngay").click()
        expect(told).to_have_count(1)
        page.locator("#xong").wait_for(timeout=20_000)
        assert told.count() == 0
        assert page.locator("textarea[name=t]").input_value() == "Giữ điểm giao dịch cũ"
        assert answers == []
        context.close()


class TestPaper:
    def test_frame_and_buttons_stay_off_paper(self, guide):
        guide.emulate_media(media="print")
        for name in (".strip", ".nav", ".foot", ".btn--main", ".pages"):
            assert not guide.locator(name).first.is_visible(), name
        assert guide.locator(".sheet").is_visible()
        assert (
            guide.evaluate("getComputedStyle(document.body).backgroundColor")
            == "rgb(255, 255, 255)"
        )

    def test_dark_readers_print_on_white(self, guide):
        guide.emulate_media(media="print", color_scheme="dark")
        assert (
            guide.evaluate("getComputedStyle(document.body).backgroundColor")
            == "rgb(255, 255, 255)"
        )
        assert guide.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_forced_colours_keep_states_apart(guide):
    """Windows high contrast: words and shapes stay, a bar is still a bar."""
    guide.emulate_media(forced_colors="active")
    bar = guide.locator(".bar > span").first
    assert bar.evaluate("node => getComputedStyle(node).forcedColorAdjust") == "none"
    assert (
        guide.locator(".badge").first.evaluate("node => getComputedStyle(node).borderTopStyle")
        == "solid"
    )


def test_calm_for_those_who_ask(guide):
    guide.emulate_media(reduced_motion="reduce")
    assert guide.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"

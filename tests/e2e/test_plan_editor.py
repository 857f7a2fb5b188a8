"""The editor of a plan in a real browser: rows by keyboard, forms in place, focus kept."""

import datetime as dt

from campaigns.models import DateChange, Phase, Plan, Theme
from tests.browser import PHONE, at_width, axe_violations, scroll_width


def focused(page):
    return page.evaluate("document.activeElement.id")


def test_rows_are_ordered_and_edited_in_place(live_portal, page):
    plan = Plan.objects.get(document__symbol="12-KH/TU")
    phases = list(Phase.objects.filter(track=plan.tracks.first()).order_by("position"))
    first, second = phases[:2]
    themes = list(Theme.objects.filter(plan=plan, phase=None).order_by("position"))

    live_portal.sign_in(page, "kehoach")
    page.goto(live_portal.path("campaigns:manage", pk=plan.pk))

    # by keyboard, twice; the row keeps the focus
    row = f"noi-dung-{themes[0].pk}"
    page.locator(f"#{row}").focus()
    for place in (1, 2):
        page.keyboard.press("Alt+ArrowDown")
        page.locator(f"#{row}:nth-child({place + 1})").wait_for()
        page.wait_for_function("id => document.activeElement.id === id", arg=row)
    order = Theme.objects.filter(plan=plan, phase=None).order_by("position")
    assert list(order)[:3] == [themes[1], themes[2], themes[0]]

    # Enter opens the form in the row, with the focus in its first field
    page.locator(f"#dot-{first.pk}").focus()
    page.keyboard.press("Enter")
    title = page.locator(f"#dot-{first.pk} input[name=title]")
    title.wait_for()
    assert page.evaluate("document.activeElement.name") == "title"
    assert axe_violations(page) == []

    # a second form does not open over the first one
    title.fill("Đợt 1. Mở đầu")
    page.locator(f"#dot-{second.pk} > .part-tools [data-edit]").click()
    page.get_by_text("Hãy lưu hoặc đóng phần đang sửa trước đã.").wait_for()
    assert page.locator(".part--edit").count() == 1
    assert title.input_value() == "Đợt 1. Mở đầu"

    page.get_by_role("button", name="Lưu đợt", exact=True).click()
    page.get_by_text("Đã lưu “Đợt 1. Mở đầu”").wait_for()
    assert focused(page) == f"dot-{first.pk}"
    assert Phase.objects.get(pk=first.pk).title == "Đợt 1. Mở đầu"

    # given up: the row comes back as it was
    page.locator(f"#dot-{second.pk} > .part-tools [data-edit]").click()
    page.get_by_role("link", name="Thôi, không sửa").click()
    page.locator(f"#dot-{second.pk}.part").wait_for()
    page.wait_for_function("id => document.activeElement.id === id", arg=f"dot-{second.pk}")

    # a date of a plan in force: the effect first, in the row, then saved
    page.locator(f"#dot-{second.pk} > .part-tools [data-edit]").click()
    ends = page.locator("#moc-ends")
    ends.get_by_label("Ngày cụ thể").check()
    later = second.ends.resolved_on + dt.timedelta(days=1)
    ends.get_by_label("Ngày", exact=True).fill(later.isoformat())
    page.get_by_role("button", name="Lưu đợt", exact=True).click()
    page.locator("#tac-dong").get_by_text(f"{later:%d/%m/%Y}").first.wait_for()
    assert not DateChange.objects.filter(items__boundary=second.ends).exists()
    at_width(page, PHONE)
    assert scroll_width(page) == PHONE
    assert axe_violations(page) == []
    page.get_by_role("button", name="Lưu và báo ngày mới").click()
    page.locator(f"#dot-{second.pk}.part").get_by_text(f"{later:%d/%m/%Y}").wait_for()
    assert DateChange.objects.filter(items__boundary=second.ends).count() == 1

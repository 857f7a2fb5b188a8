"""The editor's gallery, files and videos in a real browser: sent at once, ordered, saved."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from portal.news import queries
from tests.browser import axe_violations
from tests.news import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def a_png(name, colour):
    out = io.BytesIO()
    Image.new("RGB", (600, 400), colour).save(out, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": out.getvalue()}


def test_pictures_are_sent_at_once_ordered_by_keys_and_saved(page, live_server, settings, client):
    room = make.newsroom()
    article = make.written(room)
    client.force_login(room.editor)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/lam-viec/tin-bai/{article.pk}/sua/")
    page.wait_for_selector(".cke_editable")
    page.set_input_files(
        "[name=new_images]", [a_png("một.png", "#8f1d20"), a_png("hai.png", "#2b6650")]
    )
    images = page.locator("[data-list=image] [data-item]")
    expect(images).to_have_count(2)
    page.fill("[name=kem-0-alt]", "Một")
    page.fill("[name=kem-1-alt]", "Hai")
    page.focus("[name=kem-1-alt]")
    page.keyboard.press("Alt+ArrowUp")
    page.set_input_files(
        "[name=new_files]",
        [
            {"name": "Kế hoạch.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"},
            {"name": "x.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"},
        ],
    )
    expect(page.locator("[data-items] [data-status]")).to_contain_text("x.exe: Chỉ nhận tệp PDF")
    page.fill("[name=video_address]", "https://vimeo.com/76979871")
    page.press("[name=video_address]", "Enter")
    expect(page.locator("[data-list=video] [data-item]")).to_have_count(1)
    assert axe_violations(page) == []
    # Saving waits for what is still on its way; what is too large does not set out.
    held = []
    page.route("**/phan-kem/", lambda route: held.append(route))
    page.set_input_files("[name=new_images]", [a_png("ba.png", "#335577")])
    page.get_by_role("button", name="Lưu", exact=True).first.click()
    status = page.locator("[data-items] [data-status]")
    expect(status).to_have_text("Tệp đang được tải lên. Chờ tải xong rồi hãy lưu.")
    held.pop().continue_()
    expect(images).to_have_count(3)
    page.fill("[name=kem-4-alt]", "Ba")
    page.evaluate("document.querySelector('[data-items]').dataset.mostVideo = '10'")
    page.set_input_files(
        "[name=new_video]", [{"name": "x.mp4", "mimeType": "video/mp4", "buffer": b"0" * 11}]
    )
    expect(status).to_have_text("Tệp lớn quá mức cho phép nên không được gửi.")
    assert held == []
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu", exact=True).first.click()
    found = queries.items_of(make.again(article).working)
    assert [i.alt for i in found.images] == ["Hai", "Một", "Ba"]
    assert [i.title for i in found.files] == ["Kế hoạch.pdf"]
    assert [(i.provider, i.ref) for i in found.videos] == [("vimeo", "76979871")]

"""Editing one section of a long text: nothing else changes, nobody's words are lost."""

from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.urls import reverse

from documents import actions, blocks, sections
from documents.sections import LONG
from portal.agencies.models import Role
from portal.common.errors import Refused, StaleVersion
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.documents.factories import make_document, office

TEXT = (
    "<p>Lời mở đầu.</p>"
    '<h2><strong class="number">Phần thứ nhất</strong> Kết quả</h2>'
    '<h3><strong class="number">I.</strong> Bối cảnh</h3><p>Ba cú sốc.</p>'
    '<h3><strong class="number">II.</strong> Kết quả</h3><p class="indent-1">Tăng 6,8%.</p>'
    "<h2>Phương hướng</h2><p>Tăng 9%.</p>"
)


def cut():
    return blocks.cut(TEXT)


# --- pure -----------------------------------------------------------------------------------------


def test_a_section_is_a_heading_with_all_under_it():
    found = [(s.pos, s.last, s.level, s.number, s.title) for s in sections.sections(cut())]
    assert found == [
        (1, 1, 0, "", ""),
        (2, 6, 1, "Phần thứ nhất", "Kết quả"),
        (3, 4, 2, "I.", "Bối cảnh"),
        (5, 6, 2, "II.", "Kết quả"),
        (7, 8, 1, "", "Phương hướng"),
    ]
    assert sections.sections([]) == []


def test_a_section_is_found_again_where_others_moved_it():
    section = sections.section_at(cut(), 5)
    base = sections.digest(sections.html_of(cut(), section))
    moved = blocks.cut("<p>Chèn thêm.</p>" + TEXT)
    assert sections.find(moved, 5, base).pos == 6
    twice = blocks.cut(TEXT + sections.html_of(cut(), section))
    assert sections.find(twice, 5, base).pos == 5
    assert sections.find(twice, 6, base) is None
    assert sections.find(blocks.cut(TEXT.replace("6,8", "7,8")), 5, base) is None


# --- saving ---------------------------------------------------------------------------------------


@pytest.fixture
def world(db):
    return office(name="Đảng bộ tỉnh Mẫu", kind="party")


@pytest.fixture
def edition(world):
    return make_document(world[1], world[0], html=TEXT).editions.get()


def opened(edition, pos):
    now = blocks.cut(edition.source)
    section = sections.section_at(now, pos)
    html = sections.html_of(now, section)
    return {
        "pos": pos,
        "base": sections.digest(html),
        "html": html,
        "number": section.number,
        "title": section.title,
        "lock_version": edition.lock_version,
    }


def save(staff, edition, given, html):
    return actions.save_section(
        actor=staff, edition=edition, pos=given["pos"], base=given["base"], html=html
    )


def plain(edition):
    edition.refresh_from_db()
    return [b.plain for b in blocks.cut(edition.source)]


def test_saving_a_section_changes_nothing_else(world, edition):
    given = opened(edition, 5)
    save(world[1], edition, given, given["html"].replace("6,8%", "7,1%") + "<p>Thêm.</p>")
    before = cut()
    edition.refresh_from_db()
    after = blocks.cut(edition.source)
    assert after[:5] == before[:5]
    assert [b.plain for b in after[5:7]] == ["Tăng 7,1%.", "Thêm."]
    assert after[7:] == before[6:]
    assert edition.lock_version == 1


def test_two_people_write_two_sections_at_once(world, edition):
    first, second = opened(edition, 3), opened(edition, 7)
    save(world[1], edition, first, "<h3>I. Bối cảnh</h3><p>Bốn cú sốc.</p><p>Và dịch.</p>")
    _edition, pos = save(world[1], edition, second, "<h2>Phương hướng</h2><p>Tăng 10%.</p>")
    assert pos == 8
    assert plain(edition) == [
        "Lời mở đầu.", "Kết quả", "Bối cảnh", "Bốn cú sốc.", "Và dịch.", "Kết quả", "Tăng 6,8%.",
        "Phương hướng", "Tăng 10%.",
    ]  # fmt: skip


def test_what_is_refused(world, edition):
    staff, approver = world[1], world[2]
    given = opened(edition, 5)
    cases = [
        (staff, "", "empty"),
        (staff, "<p> </p>", "empty"),
        (staff, "<p>TỐI MẬT</p>", "secret"),
        (approver, "<p>x</p>", "no_right"),
    ]
    for person, html, code in cases:
        with pytest.raises(Refused) as caught, transaction.atomic():
            save(person, edition, given, html)
        assert caught.value.code == code
    save(staff, edition, given, "<h3>II. Kết quả</h3><p>Khác.</p>")
    with pytest.raises(StaleVersion), transaction.atomic():
        save(staff, edition, given, "<p>x</p>")
    actions.submit(actor=staff, edition=edition)
    with pytest.raises(Refused) as caught:
        save(staff, edition, given, "<p>x</p>")
    assert caught.value.code == "not_editing"


# --- pages ----------------------------------------------------------------------------------------


def address(edition, query=""):
    return reverse("documents:edit", args=[edition.document_id, edition.n]) + query


def test_a_section_is_edited_on_its_page_and_stays_open(world, edition, client):
    client.force_login(world[1])
    page = client.get(address(edition, "?muc=5"))
    html = page.content.decode()
    assert "Tăng 6,8%." in html
    assert "Ba cú sốc." not in html
    given = opened(edition, 5)
    response = client.post(
        address(edition, "?muc=5"), {**given, "html": "<h3>II. Kết quả</h3><p>Mới.</p>"}
    )
    assert response.url == address(edition, "?muc=5")
    assert plain(edition)[5] == "Mới."
    assert client.get(address(edition, "?muc=99")).url == address(edition)
    assert client.get(address(edition, "?muc=4")).url == address(edition)
    assert client.get(address(edition, "?muc=²")).status_code == 200


def test_the_second_of_two_in_a_section_sees_both_texts(world, edition, client):
    client.force_login(world[1])
    given = opened(edition, 5)
    save(world[1], edition, given, "<h3>II. Kết quả</h3><p>Của đồng nghiệp.</p>")
    sent = {**given, "html": "<h3>II. Kết quả</h3><p>Của tôi.</p>"}
    page = client.post(address(edition, "?muc=5"), sent)
    html = page.content.decode()
    assert "Của đồng nghiệp." in html
    assert "Của tôi." in html
    assert plain(edition)[5] == "Của đồng nghiệp."
    form = page.context["form"]
    again = {**sent, "base": form["base"].value(), "pos": form["pos"].value()}
    client.post(address(edition, "?muc=5"), again)
    assert plain(edition)[5] == "Của tôi."


def test_a_section_somebody_removed_can_be_put_at_the_end(world, edition, client):
    client.force_login(world[1])
    given = opened(edition, 7)
    actions.save_text(
        actor=world[1], edition=edition, html="<p>Chỉ còn dòng này.</p>", note="",
        expected_version=0,
    )  # fmt: skip
    sent = {**given, "html": "<h2>Phương hướng</h2><p>Của tôi.</p>"}
    page = client.post(address(edition, "?muc=7"), sent)
    assert "lưu lần nữa sẽ thêm vào cuối văn bản" in page.content.decode()
    client.post(address(edition, "?muc=7"), {**sent, "base": page.context["form"]["base"].value()})
    assert plain(edition) == ["Chỉ còn dòng này.", "Phương hướng", "Của tôi."]


def test_a_long_text_is_offered_section_by_section(world, client):
    html = "<h2>Đầu</h2>" + "<p>Đoạn.</p>" * LONG
    edition = make_document(world[1], world[0], html=html).editions.get()
    client.force_login(world[1])
    page = client.get(address(edition)).content.decode()
    assert "chọn mục để soạn" in page
    assert "cke" not in page
    whole = client.get(address(edition, "?toan=1"))
    assert "ckeditor" in whole.content.decode()
    sent = {"html": html, "note": "", "lock_version": 0}
    response = client.post(address(edition, "?toan=1"), sent)
    assert response.url == address(edition, "?toan=1")
    response = client.post(address(edition, "?toan=1"), {**sent, "lock_version": 1, "preview": "1"})
    assert response.url == reverse("documents:preview", args=[edition.document_id, 1])


def test_a_text_of_300_pages_fits_into_the_form(world, client):
    words = "Năm năm qua, tỉnh chịu ba cú sốc lớn; toàn Đảng bộ đoàn kết vượt qua. " * 6
    html = "<h2>Đầu</h2>" + f"<p>{words}</p>" * 2900
    edition = make_document(world[1], world[0], html="<p>Cũ.</p>").editions.get()
    client.force_login(world[1])
    sent = {"html": html, "note": "", "lock_version": "0"}
    encoded = urlencode(sent)
    assert len(encoded) > 3_000_000
    response = client.post(
        address(edition), encoded, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 302
    assert len(plain(edition)) == 2901


def test_a_session_that_ended_costs_no_word(world, edition, client):
    page = client.post(address(edition, "?muc=5"), {**opened(edition, 5), "html": "<p>Gõ dở.</p>"})
    assert page.status_code == 401
    assert "Gõ dở." in page.content.decode()


def test_who_may_open_a_section(world, edition, client):
    outsider, rapporteur = UserFactory(), UserFactory()
    give(rapporteur, Role.RAPPORTEUR, world[0])
    for person, expected in ((outsider, 404), (rapporteur, 403), (world[1], 200)):
        client.force_login(person)
        assert client.get(address(edition, "?muc=5")).status_code == expected

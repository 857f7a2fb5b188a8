"""An edition on paper; the QR code of a document, its poster and the first screen after it."""

import gzip
import re
from pathlib import Path

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.urls import reverse

from documents import actions
from feedback import actions as feedback
from portal.common.bundles import BUNDLES
from tests.accounts.factories import UserFactory
from tests.documents.factories import make_document, office, publish
from tests.feedback.factories import NOW, make_world

pytestmark = pytest.mark.django_db


def made(**fields):
    """(edition, approver) of a published document."""
    agency, staff, approver = office()
    return publish(make_document(staff, agency, **fields), staff, approver), approver


def url(name, edition):
    document = edition.document
    return reverse(f"documents:{name}", args=[document.pk, document.slug, edition.n])


def enter_url(edition):
    return reverse("documents:enter", args=[edition.document_id])


def words(answer):
    body = answer.content.decode().split("<body", 1)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


HTML = (
    "<h2>Phần thứ nhất. Kết quả</h2><p>Đoạn đầu.</p>"
    "<table><tbody><tr><td>Thu</td><td>12</td></tr></tbody></table>"
    '<p class="text-right">Nơi nhận</p>'
)


def test_the_whole_text_on_paper(client):
    edition, _ = made(html=HTML)
    answer = client.get(url("print", edition))
    html = answer.content.decode()
    text = words(answer)
    assert answer.status_code == 200
    assert "DỰ THẢO LẦN 1" in text
    assert "LƯU HÀNH NỘI BỘ" not in text
    assert "Đoạn đầu. 1" in text
    assert "<td>Thu</td>" in html
    assert 'class="paper__p text-right"' in html
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer.content.decode().count("<script") == 2  # theme.js, site.js: it prints without


def test_an_internal_text_says_so_on_paper_and_has_no_code(client):
    edition, approver = made(circulation="internal")
    assert client.get(url("print", edition)).status_code == 404
    client.force_login(approver)
    assert "LƯU HÀNH NỘI BỘ" in words(client.get(url("print", edition)))
    for name in ("qr", "qr_poster"):
        assert client.get(url(name, edition)).status_code == 404
    for name in ("enter", "qr_svg", "qr_png"):
        assert (
            client.get(reverse(f"documents:{name}", args=[edition.document_id])).status_code == 404
        )


def test_a_withdrawn_edition_is_neither_printed_nor_entered(client):
    edition, approver = made()
    actions.withdraw(actor=approver, edition=edition, reason="Nhầm bản.")
    for address in (url("print", edition), url("qr", edition), enter_url(edition)):
        answer = client.get(address)
        assert (answer.status_code, "Nhầm bản." in words(answer)) == (410, True)


def test_paper_of_many_blocks_costs_no_more_queries(client, django_assert_num_queries):
    short, _ = made(html="<p>Một.</p>")
    long, _ = made(html="<p>Một.</p>" * 200)
    for edition in (short, long):
        with django_assert_num_queries(3):
            assert client.get(url("print", edition)).status_code == 200


def test_the_code_leads_to_the_first_screen(client, settings):
    settings.SITE_URL = "https://cong.example"
    edition, _ = made()
    page = client.get(url("qr", edition))
    assert f"https://cong.example/v/{edition.document_id}/" in page.content.decode()
    assert f"cong.example/v/{edition.document_id}" in words(client.get(url("qr_poster", edition)))
    svg = client.get(reverse("documents:qr_svg", args=[edition.document_id]))
    assert svg["Content-Type"] == "image/svg+xml"
    assert svg.content.startswith(b"<?xml")
    png = client.get(reverse("documents:qr_png", args=[edition.document_id]))
    assert png["Content-Type"] == "image/png"
    assert png.content.startswith(b"\x89PNG")
    width = int.from_bytes(png.content[16:20], "big")
    assert 1000 <= width <= 1200


def test_what_the_first_screen_says_while_opinions_are_taken(client):
    with time_machine.travel(NOW, tick=False):
        world = make_world()
        answer = client.get(enter_url(world.edition))
    text = words(answer)
    assert "Hết ngày 31/08/2025" in text
    assert "Thành viên các tổ chức trực thuộc Đảng bộ tỉnh Mẫu" in text
    assert "Người tổng hợp từ Cấp xã trở lên, ở đơn vị có ít nhất 2 thành viên." in text
    say = reverse("feedback:say", args=[world.consultation.pk, world.edition.pk])
    assert f'href="{say}"' in answer.content.decode()
    assert not answer.cookies


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        ("2025-09-01", "2025-09-30", "01 – 30/09/2025"),
        ("2025-08-01", "2025-08-10", "Đã hết thời gian nhận ý kiến ngày 10/08/2025"),
    ],
)
def test_before_and_after_there_is_no_form(client, opens, closes, said):
    with time_machine.travel(NOW, tick=False):
        world = make_world(opens=opens, closes=closes)
        answer = client.get(enter_url(world.edition))
    assert said in words(answer)
    assert reverse("feedback:say", args=[world.consultation.pk, world.edition.pk]) not in (
        answer.content.decode()
    )


def test_where_the_superior_takes_the_opinions(client):
    with time_machine.travel(NOW, tick=False):
        world = make_world(mode="pointing", external_url="https://tren.example/gop-y")
        answer = client.get(enter_url(world.edition))
    html = answer.content.decode()
    assert 'href="https://tren.example/gop-y"' in html
    assert "Góp ý tại kênh của cấp trên" in words(answer)


def test_a_new_edition_is_told_while_the_old_one_is_asked_about(client):
    with time_machine.travel(NOW, tick=False):
        world = make_world()
        document = world.edition.document
        actions.start_edition(actor=world.staff, document=document, html=HTML)
        second = document.editions.get(state="editing")
        second = actions.submit(actor=world.staff, edition=second)
        actions.publish(actor=world.approver, edition=second, confirmed=True)
        text = words(client.get(enter_url(world.edition)))
    assert "DỰ THẢO LẦN 1" in text
    assert "Đã có dự thảo lần 2: đọc lần mới nhất" in text


def test_a_withdrawn_consultation_invites_nobody(client):
    with time_machine.travel(NOW, tick=False):
        world = make_world()
        feedback.withdraw_consultation(
            actor=world.staff, consultation=world.consultation, reason="Đổi kế hoạch."
        )
        text = words(client.get(enter_url(world.edition)))
    assert "Văn kiện này hiện không lấy ý kiến trên cổng." in text


def test_without_a_consultation_there_is_only_the_text(client):
    edition, _ = made()
    text = words(client.get(enter_url(edition)))
    assert "Văn kiện này hiện không lấy ý kiến trên cổng." in text
    assert "Góp ý" not in text


def test_a_text_for_people_who_signed_in_asks_for_that_first(client):
    edition, _ = made(circulation="signed_in")
    answer = client.get(enter_url(edition))
    assert (answer.status_code, "/dang-nhap/" in answer["Location"]) == (302, True)
    client.force_login(UserFactory())
    assert client.get(enter_url(edition)).status_code == 200


def test_what_was_never_published_has_no_code(client):
    agency, staff, _ = office()
    document = make_document(staff, agency)
    for name in ("enter", "qr_svg", "qr_png"):
        assert client.get(reverse(f"documents:{name}", args=[document.pk])).status_code == 404


def test_the_first_screen_with_all_its_styles_weighs_less_than_30_kb(client):
    with time_machine.travel(NOW, tick=False):
        world = make_world()
        html = client.get(enter_url(world.edition)).content
    assert b"<script" not in html
    sheets = b"".join(Path(finders.find(path)).read_bytes() for path in BUNDLES["enter"])
    assert len(gzip.compress(html)) + len(gzip.compress(sheets)) < 30_000

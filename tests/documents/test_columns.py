"""The three columns: old words, new words, opinions and reasons."""

import io
import re
import time

import pytest
from django.core.cache import cache
from django.urls import reverse
from docx import Document as Word
from docx.enum.section import WD_ORIENT

from documents import registry
from documents.columns_docx import write
from documents.comparing import compare
from tests.accounts.factories import UserFactory
from tests.documents.chains import Chain
from tests.documents.factories import make_document, office, publish
from tests.documents.test_compare_page import FIRST, LINKS, SECOND, text, url
from tests.documents.test_comparing import block, link

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def chain():
    found = Chain(FIRST)
    found.add(SECOND, LINKS)
    return found


def cells(html):
    """The words of the cells, a list for each row of the body."""
    body = html.split("<tbody>")[1].split("</tbody>")[0]
    body = re.sub(r'<span class="visually-hidden">.*?</span>', "", body)
    return [
        [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip()
         for cell in re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?>(.*?)</tr>", body, re.DOTALL)
    ]  # fmt: skip


def test_every_change_stands_beside_what_it_was(chain, client):
    page = client.get(url(chain.document, name="columns"))
    assert page.status_code == 200
    assert not page.cookies
    assert cells(page.content.decode()) == [
        ["Đang thu gọn đoạn 1 (không đổi)"],
        ["Đoạn 2. Tăng trưởng 6,8% mỗi năm.", "Đoạn 2. Tăng trưởng 7,1% mỗi năm.",
         "Đã sửa so với lần 1"],
        ["Đoạn 3. Sẽ bỏ đoạn này.", "", "Đã bỏ"],
        ["", "Đoạn 3. Đoạn thêm vào.", "Đoạn mới"],
        ["Đang thu gọn đoạn 4 (không đổi)"],
    ]  # fmt: skip
    whole = client.get(url(chain.document, name="columns"), {"xem": "toan-van"})
    assert cells(whole.content.decode())[0] == ["1. Năm năm qua có ba cú sốc.", ""]
    assert client.get(url(chain.document, name="columns"), {"xem": "x"}).status_code == 404


def test_upper_apps_fill_the_third_column(chain, client, monkeypatch):
    second = chain.ids(1)[1]

    def give(edition, old, user, now):
        assert (edition.n, old.n, user.is_authenticated) == (2, 1, False)
        return {second: [registry.Reason("Tiếp thu 3 ý kiến", "/tra-loi/3/")]}

    monkeypatch.setattr(registry, "reasons", [("test", give)])
    page = client.get(url(chain.document, name="columns"))
    assert '<a href="/tra-loi/3/">Tiếp thu 3 ý kiến</a>' in text(page)
    assert "Tiếp thu 3 ý kiến" in text(client.get(url(chain.document)))
    table = opened(client.get(url(chain.document, name="columns_docx"))).tables[0]
    assert table.rows[2].cells[2].text == "Tiếp thu 3 ý kiến"


def opened(response):
    assert response.status_code == 200
    return Word(io.BytesIO(response.content))


def test_the_word_file_reads_in_black_and_white(chain, client):
    response = client.get(url(chain.document, name="columns_docx"))
    assert response["Content-Disposition"].endswith('-lan-2-so-voi-lan-1.docx"')
    assert response["X-Content-Type-Options"] == "nosniff"
    paper = opened(response)
    section = paper.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert section.page_width > section.page_height
    assert "DỰ THẢO" in section.first_page_header.paragraphs[0].text
    words = "\n".join(p.text for p in paper.paragraphs)
    assert chain.agency.name.upper() in words
    assert "dự thảo lần 2 so với dự thảo lần 1" in words
    (table,) = paper.tables
    assert [c.text for c in table.rows[0].cells] == [
        "Dự thảo lần 1", "Dự thảo lần 2", "Ý kiến, lý do"
    ]  # fmt: skip
    assert "w:tblHeader" in table.rows[0]._tr.xml
    was, now, why = table.rows[2].cells
    assert (was.text, why.text) == ("Đoạn 2. Tăng trưởng 6,8% mỗi năm.", "")
    struck = [r.text for r in was.paragraphs[0].runs if r.font.strike]
    added = [r.text for r in now.paragraphs[0].runs if r.font.underline and r.font.bold]
    assert (struck, added) == ([" 6,8%"], [" 7,1%"])
    assert [row.cells[0].text for row in table.rows[3:]] == [
        "Đoạn 3. Sẽ bỏ đoạn này.", "", "(đoạn 4 giữ nguyên)"
    ]  # fmt: skip
    whole = opened(client.get(url(chain.document, name="columns_docx"), {"xem": "toan-van"}))
    assert whole.tables[0].rows[1].cells[1].text == "Đoạn 1. Năm năm qua có ba cú sốc."


def test_who_may_not_read_the_document_gets_no_table(client):
    agency, staff, approver = office()
    document = make_document(staff, agency, circulation="internal")
    publish(document, staff, approver)
    from documents import actions

    actions.start_edition(actor=staff, document=document)
    publish(document, staff, approver)
    for name in ("columns", "columns_docx"):
        address = url(document, name=name)
        assert client.get(address).status_code == 404
        client.force_login(UserFactory())
        assert client.get(address).status_code == 404
        client.force_login(staff)
        answer = client.get(address)
        assert answer.status_code == 200
        client.logout()
    assert answer["Cache-Control"] == "private, no-store"


def test_three_thousand_rows_are_written_in_five_seconds():
    def many(first, word):
        return [
            paragraph(
                first + n, f"Đoạn {n}: nâng cao {word} sinh hoạt chi bộ, gắn với học tập. " * 3
            )
            for n in range(1, 3001)
        ]

    def paragraph(pk, plain):
        found = block(pk, plain, pos=pk % 10_000)
        found.para_no = found.pos
        return found

    agency, staff, approver = office()
    document = make_document(staff, agency)
    first = publish(document, staff, approver)
    first.document = document
    links = [link(n, 10_000 + n, "edited") for n in range(1, 3001)]
    started = time.process_time()
    found = compare(many(0, "chất lượng"), many(10_000, "rõ rệt hiệu quả"), links)
    data = write(found, old=first, new=first, reasons_of=lambda ids: ([], []))
    assert time.process_time() - started < 5
    assert len(Word(io.BytesIO(data)).tables[0]._tbl.tr_lst) == 3001


def test_reverse_names_are_the_public_addresses(chain):
    args = [chain.document.pk, chain.document.slug, 2, 1]
    assert reverse("documents:columns_docx", args=args).endswith("/lan-2/so-sanh-1/ba-cot.docx")

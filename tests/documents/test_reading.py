"""The reading room: parts, ways to places, what stands in the margin."""

import gzip
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from documents import actions, queries, rendering
from documents.models import EditionPart, EditionText
from documents.registry import Companion, Margins, Question, companions, margins
from tests.accounts.factories import UserFactory
from tests.documents.factories import make_document, office, publish

pytestmark = pytest.mark.django_db

WORDS = "chữ dài " * 60
LONG = "".join(
    f"<h2>Phần thứ {name}. Đầu đề {name}</h2><h3>I. Mục đầu</h3><h4>3. Điểm ba</h4>"
    + f"<p>{WORDS}</p>" * 120
    for name in ("nhất", "hai", "ba")
)


@pytest.fixture
def world():
    return office(name="Đảng bộ tỉnh Mẫu", kind="party")


@pytest.fixture
def long(world):
    agency, staff, approver = world
    html = LONG + "<p>Bồi dưỡng kỹ năng số cho đại hội.</p><p>dai hoi khong dau</p>"
    return publish(make_document(staff, agency, html=html), staff, approver)


def url(edition, name, **more):
    document = edition.document
    names = {"pk": document.pk, "slug": document.slug, "n": edition.n}
    return reverse(f"documents:{name}", kwargs=names | more)


def test_publishing_renders_the_text(long):
    text = EditionText.objects.get(edition=long)
    parts = list(text.parts.all())
    assert len(parts) == len(text.outline) > 3
    assert max(part.size for part in parts) <= 100_000
    assert [len(gzip.decompress(p.html)) for p in parts] == [p.size for p in parts]


def test_every_part_is_a_page_with_its_neighbours(long, client):
    outline = long.text.outline
    for n in range(1, len(outline) + 1):
        address = url(long, "edition") if n == 1 else url(long, "part", k=n)
        page = client.get(address).content.decode()
        assert f'data-pos="{outline[n - 1][0]}"' in page
        assert f'<link rel="canonical" href="{address}">' in page
        assert ('rel="prev"' in page, 'rel="next"' in page) == (n > 1, n < len(outline))
    first = client.get(url(long, "part", k=1))
    assert (first.status_code, first.url) == (301, url(long, "edition"))
    assert client.get(url(long, "part", k=99)).status_code == 404


def test_the_bytes_of_a_part_are_sent_as_they_are_stored(long, client):
    text = long.text
    address = url(long, "part_text", k=2, version=text.digest)
    stored = bytes(EditionPart.objects.get(text=text, n=2).html)
    packed = client.get(address, headers={"accept-encoding": "gzip"})
    assert (packed["Content-Encoding"], packed.content) == ("gzip", stored)
    assert packed["Cache-Control"] == "private, max-age=86400"
    plain = client.get(address)
    assert not plain.has_header("Content-Encoding")
    assert plain.content == gzip.decompress(stored)
    again = client.get(address, headers={"if-none-match": plain["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    old = client.get(url(long, "part_text", k=2, version="khac"))
    assert (old.status_code, old.url) == (302, address)


def test_a_text_that_is_not_for_everybody_is_not_left_in_the_browser(world, client):
    agency, staff, approver = world
    document = make_document(staff, agency, circulation="signed_in", html="<p>Một.</p>")
    edition = publish(document, staff, approver)
    address = url(edition, "part_text", k=1, version=edition.text.digest)
    assert client.get(address).status_code == 404
    client.force_login(UserFactory())
    assert client.get(address)["Cache-Control"] == "private, no-store"


def test_every_address_asks_who_reads(world, client):
    agency, staff, approver = world
    document = make_document(staff, agency, circulation="internal", html="<p>Một.</p>")
    edition = publish(document, staff, approver)
    client.force_login(UserFactory())
    names = [("edition", {}), ("part", {"k": 1}), ("jump", {}), ("find", {}), ("find_hits", {})]
    names += [("margins", {}), ("say", {"pos": 1})]
    names += [("part_text", {"k": 1, "version": edition.text.digest})]
    assert {client.get(url(edition, n, **more)).status_code for n, more in names} == {404}
    actions.withdraw(actor=approver, edition=edition, reason="Nhầm bản in.")
    client.force_login(staff)
    names = [(n, more) for n, more in names if n != "part"]
    assert {client.get(url(edition, n, **more)).status_code for n, more in names} == {410}


def test_a_wrong_slug_is_put_right_with_what_was_asked(long, client):
    address = url(long, "jump").replace(long.document.slug, "sai")
    answer = client.get(address, {"so": "5"})
    assert (answer.status_code, answer.url) == (301, url(long, "jump") + "?so=5")


@pytest.mark.parametrize("typed", ["361", "đoạn 361", "Đoạn 361.", " d361 "])
def test_a_paragraph_is_found_by_its_number(long, client, typed):
    last = len(long.text.outline)
    answer = client.get(url(long, "jump"), {"so": typed})
    assert answer.url == f"{url(long, 'part', k=last)}#doan-361"


@pytest.mark.parametrize(
    ("typed", "pos"),
    [("Phần thứ hai", 124), ("phan thu hai", 124), ("I", 2), ("I.3", 3), ("Phần thứ ba, I", 248)],
)
def test_a_heading_is_found_by_its_number(long, typed, pos):
    assert queries.block_by_number(long, typed).pos == pos


def test_a_number_that_is_not_there_is_said(long, client):
    for typed in ("9999", "XX.4", "<b>"):
        page = client.get(url(long, "jump"), {"so": typed})
        assert page.status_code == 404
        assert "Văn bản này có 362 đoạn." in page.content.decode()
    assert client.get(url(long, "jump")).status_code == 200


def test_what_is_typed_with_marks_is_found_first(long, client):
    page = client.get(url(long, "find"), {"q": "đại hội"}).content.decode()
    assert page.index("Đoạn 361") < page.index("Đoạn 362")
    assert "<mark>đại hội</mark>" in page or "<mark>đại</mark>" in page
    last = len(long.text.outline)
    assert f"{url(long, 'part', k=last)}#doan-361" in page
    assert "Không có chỗ nào" in client.get(url(long, "find"), {"q": "zzz"}).content.decode()
    hits = client.get(url(long, "find_hits"), {"q": "dai hoi"}).json()
    assert hits["hits"] == [[370, last], [371, last]]
    assert client.get(url(long, "find_hits")).json() == {"hits": [], "more": False, "words": []}


@pytest.fixture
def consulted(monkeypatch):
    """A consultation that asks at block 2 and counts at block 4."""

    def companion(edition, user, now):
        asked = {
            None: [Question("Câu hỏi chung?", "/y-kien/moi/1/1/?cau=1")],
            2: [Question("Mục này đủ chưa?", "/y-kien/moi/1/1/?cau=2")],
            130: [Question("Chỗ xa?")],
        }
        return Companion("documents/_take_along.html", {}, "/y-kien/moi/1/1/", asked)

    def beside(edition, user, now):
        block = edition.blocks.get(pos=4)
        return Margins(
            {block.pk: "dưới 5"},
            {},
            {None: [Question("?")], 2: [Question("Mục này đủ chưa?", "/y-kien/moi/1/1/?cau=2")]},
        )

    monkeypatch.setattr(companions, "_entries", {"thử": companion})
    monkeypatch.setattr(margins, "_entries", {"thử": beside})


def test_questions_stand_at_their_headings_in_the_shown_part(long, client, consulted):
    page = client.get(url(long, "edition")).content.decode()
    # once to be read, once for who hears the link alone
    assert page.count("Mục này đủ chưa?") == 2
    for n in (1, 2):
        assert page.count(f'href="/y-kien/moi/1/1/?cau={n}"') == 1
    assert page.index('data-pos="2"') < page.index("Mục này đủ chưa?") < page.index('data-pos="3"')
    assert "Chỗ xa?" not in page
    assert "Câu hỏi chung?" in page
    assert 'data-say="/y-kien/moi/1/1/"' in page


def test_margins_are_keyed_by_place(long, client, consulted):
    found = client.get(url(long, "margins")).json()
    assert found["counts"] == {"4": "dưới 5"}
    assert found["questions"] == {
        "2": [{"text": "Mục này đủ chưa?", "url": "/y-kien/moi/1/1/?cau=2"}]
    }


def test_a_passage_leads_to_the_form_that_is_open_now(long, client, consulted):
    answer = client.get(url(long, "say", pos=4), {"trich": "chữ dài"})
    assert answer.url == "/y-kien/moi/1/1/?doan=4&trich=ch%E1%BB%AF+d%C3%A0i"
    assert client.get(url(long, "say", pos=9999)).status_code == 404


def test_without_a_consultation_a_passage_leads_to_its_place(long, client):
    assert client.get(url(long, "say", pos=4)).url == f"{url(long, 'edition')}#doan-1"


def test_a_text_of_an_earlier_renderer_is_made_anew(long, client, monkeypatch):
    EditionText.objects.filter(edition=long).update(version=rendering.VERSION - 1)
    assert client.get(url(long, "edition")).status_code == 200
    assert EditionText.objects.get(edition=long).version == rendering.VERSION
    EditionText.objects.filter(edition=long).update(version=rendering.VERSION - 1)
    out = StringIO()
    call_command("render_editions", stdout=out)
    assert out.getvalue() == "1 editions rendered\n"
    call_command("render_editions", stdout=out)
    assert out.getvalue().endswith("\n0 editions rendered\n")


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_room_costs_the_same_for_ten_and_three_thousand_blocks(
    world, client, django_assert_max_num_queries, signed_in
):
    agency, staff, approver = world
    short = publish(make_document(staff, agency, html="<p>Một.</p>" * 10), staff, approver)
    long = publish(make_document(staff, agency, html="<p>Một hai ba.</p>" * 3000), staff, approver)
    if signed_in:
        client.force_login(UserFactory())
        client.get("/")  # the first page of a session writes into it
    counts = []
    for edition in (short, long):
        with django_assert_max_num_queries(8 if signed_in else 4) as found:
            assert client.get(url(edition, "edition")).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]

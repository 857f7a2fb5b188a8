"""The page of a document: facts, chain, links both ways; what is hidden stays hidden."""

import datetime as dt
import hashlib

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Plan
from portal.common.richtext import plain
from portal.official.actions import add_signed_copy, set_links

from .factories import a_document, an_agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers():
    """107/KH-SNV stands on 135-KH/TU, which stands on 35-CT/TW, and on 375/UBND-NV."""
    so_noi_vu = an_agency(name="Sở Nội vụ")
    plan = a_document(
        "107/KH-SNV",
        issuer=so_noi_vu,
        issued_on=dt.date(2020, 2, 5),
        title="Kế hoạch tuyên truyền <đại hội>",
        signer="Lê Hồng Vân",
        signer_position="Giám đốc",
    )
    tinh_uy = a_document("135-KH/TU", issuer_name="Ban Thường vụ Tỉnh ủy")
    ubnd = a_document("375/UBND-NV")
    top = a_document("35-CT/TW")
    set_links(actor=None, source=plan, kind="basis", targets=[tinh_uy, ubnd])
    set_links(actor=None, source=tinh_uy, kind="basis", targets=[top])
    return {"plan": plan, "tinh_uy": tinh_uy, "ubnd": ubnd, "top": top}


def page(client, document):
    return client.get(f"/van-ban/{document.pk}/")


def text_of(response):
    return plain(response.content.decode().split("<main", 1)[1].split("</main>")[0])


def test_the_facts_stand_on_the_page(client, papers):
    text = text_of(page(client, papers["plan"]))
    for words in (
        "Kế hoạch 107/KH-SNV",
        "Sở Nội vụ",
        "05/02/2020",
        "Lê Hồng Vân (Giám đốc)",
        "Kế hoạch tuyên truyền <đại hội>",
    ):
        assert words in text


def test_what_is_not_known_is_said(client):
    text = text_of(page(client, a_document(title="Kế hoạch tuyên truyền")))
    assert "Chưa có" in text
    assert "Chưa xác định" in text


def test_the_chain_is_an_indented_list(client, papers):
    html = page(client, papers["plan"]).content.decode()
    outer = html.split('<ul class="basis" role="list">', 1)[1]
    first = outer.index("135-KH/TU")
    inner = outer.index("<ul>", first)
    assert (
        first < inner < outer.index("35-CT/TW") < outer.index("</ul>") < outer.index("375/UBND-NV")
    )


def test_links_are_shown_from_the_other_side(client, papers):
    text = text_of(page(client, papers["tinh_uy"]))
    assert "Là căn cứ của" in text
    assert "Kế hoạch 107/KH-SNV" in text
    assert "Ban Thường vụ Tỉnh ủy" in text
    set_links(actor=None, source=papers["ubnd"], kind="replaces", targets=[papers["top"]])
    assert "Thay thế" in text_of(page(client, papers["ubnd"]))
    assert "Được thay thế bằng" in text_of(page(client, papers["top"]))


def test_the_number_of_queries_does_not_grow(client, papers, django_assert_max_num_queries):
    def queries():

        with CaptureQueriesContext(connection) as seen:
            assert page(client, papers["plan"]).status_code == 200
        return len(seen)

    set_links(actor=None, source=papers["ubnd"], kind="amends", targets=[papers["plan"]])
    few = queries()
    more = [a_document(f"{n}-KH/TU") for n in range(200, 215)]
    set_links(actor=None, source=papers["plan"], kind="basis", targets=[papers["tinh_uy"], *more])
    for document in more:
        set_links(actor=None, source=document, kind="amends", targets=[papers["plan"]])
    assert queries() == few


def test_the_document_of_a_plan_being_drafted_is_hidden(client, papers):
    issuer = papers["plan"].issuer
    plan = Plan.objects.create(
        document=papers["plan"], issuer=issuer, key="x", slug="x", title="x", state="editing"
    )
    assert page(client, papers["plan"]).status_code == 404
    assert client.get(f"/van-ban/{papers['plan'].pk}/tep/").status_code == 404
    assert "107/KH-SNV" not in text_of(page(client, papers["tinh_uy"]))
    Plan.objects.filter(pk=plan.pk).update(state="issued")
    assert page(client, papers["plan"]).status_code == 200
    assert "107/KH-SNV" in text_of(page(client, papers["tinh_uy"]))


def test_the_plan_behind_a_document_is_linked(client, papers):
    plan = Plan.objects.create(
        document=papers["plan"],
        issuer=papers["plan"].issuer,
        key="x",
        slug="tuyen-truyen",
        title="Tuyên truyền đại hội",
        state="issued",
    )
    address = f'href="/ke-hoach/tuyen-truyen-{plan.pk}/"'
    assert page(client, papers["plan"]).content.decode().count(address) == 1
    assert "/ke-hoach/tuyen" not in page(client, papers["top"]).content.decode()


def test_the_signed_file_comes_back_byte_for_byte_as_a_download(client, papers):
    assert client.get(f"/van-ban/{papers['plan'].pk}/tep/").status_code == 404
    data = b"%PDF-1.7 \x00\xff signed %%EOF\r\n signature behind it"
    signed = ContentFile(data, name="ban-ky.pdf")
    copy = add_signed_copy(actor=None, document=papers["plan"], file=signed)
    shown = text_of(page(client, papers["plan"]))
    assert "Tải tệp bản ký" in shown
    assert hashlib.sha256(data).hexdigest() in shown
    response = client.get(f"/van-ban/{papers['plan'].pk}/tep/")
    assert b"".join(response) == data
    assert response["Content-Disposition"] == 'attachment; filename="107-kh-snv.pdf"'
    assert response["Content-Type"] == "application/pdf"
    assert client.get(f"/media/{copy.upload.file.name}").status_code == 404


def test_nothing_there(client):
    assert client.get("/van-ban/999999/").status_code == 404
    assert client.post("/van-ban/999999/").status_code == 405

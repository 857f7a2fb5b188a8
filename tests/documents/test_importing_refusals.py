"""What is not read, and why: each refusal says what to do, nothing is kept, memory is bounded."""

import io
import os
import struct
import time
import tracemalloc

import pytest

from documents.importing import Limits, read, read_html, read_text
from portal.common.errors import Refused
from tests.documents.word import (
    docx,
    level,
    num,
    numbered,
    numbering,
    p,
    part,
    r,
    table,
    types,
    zipped,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000


def refused(file, name="thu.docx", **kwargs):
    """(code, sentence) of the refusal."""
    with pytest.raises(Refused) as caught:
        read(io.BytesIO(file) if isinstance(file, bytes) else file, name, **kwargs)
    return caught.value.code, str(caught.value)


def code(file, name="thu.docx", **kwargs):
    return refused(file, name, **kwargs)[0]


def test_old_word_files_and_such_with_a_password():
    assert code(OLE, "cu.doc") == "old_word"
    assert code(b"{\\rtf1\\ansi abc}", "cu.rtf") == "old_word"
    assert code(OLE + "EncryptedPackage".encode("utf-16-le") + OLE) == "encrypted"
    far = OLE + b"\0" * (3 * 1024 * 1024 - len(OLE) - 6)  # the name lies across two pieces
    assert code(far + "EncryptedPackage".encode("utf-16-le")) == "encrypted"


def test_a_zip_whose_members_have_a_password():
    data = bytearray(docx(p("a")).getvalue())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert code(bytes(data)) == "encrypted"


def test_macros():
    program = {"word/vbaProject.bin": b"x"}
    assert code(docx(p("a"), parts=program)) == "macros"
    assert (
        code(docx(p("a"), main="application/vnd.ms-word.document.macroEnabled.main+xml"))
        == "macros"
    )


def test_other_kinds_of_files():
    assert code(b"%PDF-1.7 ...", "a.pdf") == "unknown"
    assert code(b"\x89PNG\r\n\x1a\n\0\0", "a.png") == "unknown"
    assert code(b"day la chu", "a.docx") == "unknown"
    sheet = {"[Content_Types].xml": types(), "xl/workbook.xml": "<a/>"}
    assert code(zipped(sheet)) == "unknown"
    assert code("/khong/co/tep.docx") == "missing"


@pytest.mark.parametrize("name", ["a.docx", "a.txt", "a.html"])
def test_empty_files(name):
    assert code(b"", name) == "empty"


def test_documents_without_content():
    assert code(docx()) == "empty"
    assert code(docx(p(), p(" "), table(["", ""]))) == "empty"
    assert code(b"  \n\n ", "a.txt") == "empty"
    for words in ("", "<p> </p>", "<!-- x -->", "<?xml version='1.0' encoding='utf-8'?>"):
        with pytest.raises(Refused) as caught:
            read_html(words)
        assert caught.value.code == "empty"
    with pytest.raises(Refused) as caught:
        read_text("\n")
    assert caught.value.code == "empty"


def test_broken_files():
    whole = docx(p("a")).getvalue()
    assert code(whole[: len(whole) // 2]) == "broken"
    assert code(b"PK\x03\x04 khong phai zip") == "broken"
    assert code(zipped({"a.txt": "x"})) == "broken"
    assert code(docx(raw="<w:document")) == "broken"
    assert code(docx(raw=part("document", ""))) == "broken"
    assert code(docx(p("a"), parts={"word/_rels/document.xml.rels": "<<"})) == "broken"
    flipped = bytearray(docx(p("a" * 5000 + "b")).getvalue())
    at = flipped.index(b"word/document.xml") + 17
    flipped[at + 10 : at + 30] = b"\xff" * 20
    assert code(bytes(flipped)) == "broken"


def test_entities_and_document_types_are_not_read(tmp_path):
    secret = tmp_path / "bi-mat.txt"
    secret.write_text("khong duoc doc")
    body = part("document", f"<w:body>{p('&x;')}</w:body>")
    for entity in (f'<!ENTITY x SYSTEM "file://{secret}">', '<!ENTITY x "y">'):
        assert code(docx(raw=f"<!DOCTYPE w:document [{entity}]>{body}")) == "broken"
    laughs = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12))
    raw = f'<!DOCTYPE d [<!ENTITY x0 "ha">{laughs}]>' + body.replace("&x;", "&x11;")
    assert code(docx(raw=raw)) == "broken"
    assert (
        code(docx(p("a"), parts={"word/_rels/document.xml.rels": f"<!DOCTYPE a>{body}"}))
        == "broken"
    )


def test_bombs():
    zeros = b"\0" * (40 * 1024 * 1024)
    assert code(docx(p("a"), parts={"word/media/a.png": zeros})) == "bomb"
    assert code(docx(p("a")), limits=Limits(unpacked=100)) == "bomb"
    assert code(docx(p("a" * 3000)), limits=Limits(main_part=2000)) == "bomb"
    assert code(docx(p("a"), styles="<w:style/>" * 500), limits=Limits(part=2000)) == "bomb"
    many = {f"m{n}": "" for n in range(60)}
    assert code(docx(p("a"), parts=many), limits=Limits(members=50)) == "bomb"


def test_elements_within_elements_without_end():
    sdt, end = "<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"
    assert code(docx(sdt * 300 + p("x") + end * 300)) == "broken"
    assert code(docx(p("a"), styles="<w:a>" * 300 + "</w:a>" * 300)) == "broken"
    for wrap in ("ins", "smartTag", "customXml"):
        nested = f"<w:{wrap}>" * 240 + "{}" + f"</w:{wrap}>" * 240
        found = read(docx(nested.format(p("ngoài")), p(nested.format(r("trong")))), "a.docx")
        assert [b.plain for b in found.blocks] == ["ngoài", "trong"]


def test_a_member_that_lies_about_its_size():
    data = bytearray(docx(p("a" * 100_000)).getvalue())
    at = data.index(b"word/document.xml", data.index(b"PK\x01\x02")) - 46
    struct.pack_into("<L", data, at + 24, 500)
    assert code(bytes(data)) == "broken"


def test_300_mb_are_refused_by_their_size_without_being_read(tmp_path):
    large = tmp_path / "lon.docx"
    with large.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(300 * 1024 * 1024)
    assert os.stat(large).st_size == 300 * 1024 * 1024
    tracemalloc.start()
    try:
        expected = "Tệp nặng 300 MB, quá giới hạn 50 MB. Hãy thu nhỏ ảnh trong tệp."
        assert refused(str(large)) == ("too_large", expected)
        with large.open("rb") as file:
            assert code(file) == "too_large"
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * 1024 * 1024


def test_texts_too_long():
    limits = Limits(text=1000, blocks=20)
    assert code(b"a" * 1001, "a.txt", limits=limits) == "too_large"
    assert code(b"a\n" * 30, "a.txt", limits=limits) == "long"
    assert code(docx(*(p("a") for _ in range(21))), limits=limits) == "long"
    assert code(docx(*(p("a") for _ in range(90))), limits=limits) == "long"
    for reading in (read_html, read_text):
        with pytest.raises(Refused) as caught:
            reading("a" * 1001, limits=limits)
        assert caught.value.code == "too_large"


BOX = (
    f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{p('TỐI MẬT')}</w:txbxContent></v:textbox>"
    "</v:shape></w:pict></w:r>"
)
WATERMARK = '<w:r><w:pict><v:shape><v:textpath string="MẬT"/></v:shape></w:pict></w:r>'
COMMENT = '<w:comment w:id="1" w:author="A">' + p("Độ mật: Tối mật") + "</w:comment>"


@pytest.mark.parametrize(
    "file",
    [
        docx(p("MẬT"), p("Nội dung.")),
        docx(p("Nội dung."), header1=p("TUYỆT MẬT")),
        docx(p("Nội dung."), footer1=p("M", " Ậ ", "T")),
        docx(p("Nội dung.", BOX)),
        docx(p("Nội dung."), header1=p(BOX)),
        docx(p("Nội dung."), header1=p(WATERMARK)),
        docx(p("Nội dung."), table(["MẬT", "Số 1"])),
        docx(p("Nội dung."), header1=table(["Số 1", "TỐI MẬT"])),
        docx(p("Nội dung."), p(r("Tèi mËt".upper(), "")), p("Dấu độ mật: tối mật")),
        docx(p("Nội dung."), header1=p(r("mËt", '<w:rFonts w:ascii=".VnTimeH"/>'))),
        docx(p("a", '<w:del w:author="B"><w:r><w:delText>TỐI MẬT</w:delText></w:r></w:del>')),
        docx(p("a", '<w:r><w:commentReference w:id="1"/></w:r>'), comments=COMMENT),
        docx(p("a", r("TUYỆT MẬT", "<w:vanish/>"))),
    ],
)
def test_a_secrecy_marking_anywhere_is_refused(file):
    assert code(file) == "secret"


def test_secrecy_markings_in_html_and_text():
    assert (
        code(b"<p>a</p><table><tr><td>M\xe1\xba\xacT</td><td>b</td></tr></table>", "a.html")
        == "secret"
    )
    assert code("Nội dung\nTỐI MẬT\n".encode(), "a.txt") == "secret"
    assert code("<p>a</p><p style='display:none'>TỐI MẬT</p>".encode(), "a.html") == "secret"


def test_ordinary_words_are_no_marking():
    found = read(docx(p("Bảo vệ bí mật nhà nước."), header1=p("Mật độ dân số")), "a.docx")
    assert [b.plain for b in found.blocks] == ["Bảo vệ bí mật nhà nước."]


def test_numbers_beyond_all_reason_stay_short():
    levels = numbering(
        level(0, "lowerLetter", "%1)", start=99_999_999_999), level(1, "decimal", "%2" * 5000)
    )
    found = read(docx(p("a,", props=num(1)), p("b,", props=num(1, 1)), numbering=levels), "a.docx")
    assert numbered(found)[0] == ("32767)", "a,")
    assert [len(b.number) <= 40 for b in found.blocks] == [True, True]
    assert numbered(read_html("<ol type=a start=9999><li>a,</li></ol>")) == [("9999.", "a,")]


def test_notes_that_refer_to_themselves_and_notes_referred_to_twice():
    reference = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    found = read(
        docx(
            p("Một", reference), p("Hai", reference),
            footnotes=f'<w:footnote w:id="1">{p("Vòng", reference)}</w:footnote>',
        ), "a.docx",
    )  # fmt: skip
    assert [(b.kind, b.number, b.html) for b in found.blocks] == [
        ("paragraph", "", 'Một<sup class="note">1</sup>'),
        ("footnote", "1", 'Vòng<sup class="note">1</sup>'),
        ("paragraph", "", 'Hai<sup class="note">1</sup>'),
    ]
    note = '<a href="#_ftn1">[1]</a>'
    page = f"<p>Một{note}</p><p>Hai{note}</p><div id=ftn1><p>Vòng{note}</p></div>"
    assert read_html(page).blocks == found.blocks


def test_a_paragraph_of_many_small_runs_takes_no_quadratic_time():
    runs = "".join(r("a ", "<w:b/>" if n % 2 else "") for n in range(15_000))
    deleted = "".join(r("x").replace("w:t", "w:delText") for _n in range(8_000))
    began = time.process_time()
    found = read(docx(p(runs, f'<w:del w:author="A">{deleted}</w:del>')), "a.docx")
    assert time.process_time() - began < 10
    assert len(found.blocks[0].plain) == 2 * 15_000 - 1
    assert [change.text for change in found.changes] == ["x" * 8_000]


@pytest.mark.parametrize(
    "page",
    [
        f'<p style="{"-" * 60_000}">Chữ</p>',
        f'<p style="font: {"1pt" * 60_000}">Chữ</p>',
        f"<style>{'/*' * 300_000}</style><p>Chữ</p>",
    ],
    ids=["name", "font", "comments"],
)
def test_styles_of_any_length_are_read_at_once(page):
    began = time.process_time()
    assert [b.plain for b in read_html(page).blocks] == ["Chữ"]
    assert time.process_time() - began < 5

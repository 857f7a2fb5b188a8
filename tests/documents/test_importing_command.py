"""`import_document`: what a clerk or a script sees of it."""

import json
import time

import pytest
from django.core.management import call_command

from documents.blocks import cut
from documents.importing import read
from tests.documents.factories import make_document, office
from tests.documents.word import bold, docx, level, num, numbering, p, r, table, told


@pytest.fixture
def paper(tmp_path):
    def written(*body, name="du-thao.docx", **kwargs):
        path = tmp_path / name
        path.write_bytes(docx(*body, **kwargs).getvalue())
        return str(path)

    return written


NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'


def test_json_is_all_that_is_printed(paper, capsys):
    file = paper(
        bold("I. BỐI CẢNH"), p("Thế giới", NOTE, props=num(1)), table(["A", "B"]),
        footnotes=f'<w:footnote w:id="2">{p("Nguồn.")}</w:footnote>',
        numbering=numbering(level(0, "lowerLetter", "%1)")),
    )  # fmt: skip
    call_command("import_document", file, "--dry-run", "--json")
    out, err = capsys.readouterr()
    assert json.loads(out) == [
        {"kind": "heading", "level": 1, "number": "I.", "text": "BỐI CẢNH"},
        {"kind": "paragraph", "level": 0, "number": "a)", "text": "Thế giới"},
        {"kind": "footnote", "level": 0, "number": "1", "text": "Nguồn."},
        {"kind": "table", "level": 0, "number": "", "text": "A B"},
    ]
    assert err == ""
    assert "BỐI CẢNH" in out


def test_the_outline_names_levels_and_remarks(paper, capsys):
    call_command("import_document", paper(bold("I. MỘT"), bold("1. Hai"), p("Ba."),
                                          header1=p("Dự thảo")), "--dry-run")  # fmt: skip
    assert capsys.readouterr().out.splitlines() == [
        "[1] I. MỘT",
        "  [2] 1. Hai",
        "      Đoạn: Ba.",
        "3 khối.",
        "Lưu ý: Đầu trang và chân trang không được nhập.",
    ]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (p(), "Tệp không có nội dung nào đọc được."),
        (
            p("MẬT"),
            "Văn bản có dấu độ mật “Mật”. Cổng không tiếp nhận văn bản thuộc bí mật nhà nước; "
            "chưa có gì được lưu.",
        ),
    ],
)
def test_a_refusal_is_one_line_and_exit_code_1(paper, capsys, body, sentence):
    with pytest.raises(SystemExit) as caught:
        call_command("import_document", paper(body), "--dry-run", "--json")
    assert caught.value.code == 1
    assert capsys.readouterr() == ("", sentence + "\n")


def run(*args):
    call_command("import_document", *map(str, args))


def stopped(*args):
    """The exit code of a command that refuses."""
    with pytest.raises(SystemExit) as caught:
        run(*args)
    return caught.value.code


@pytest.mark.django_db
def test_a_file_is_written_into_the_edition_being_written(paper, capsys):
    agency, staff, _approver = office()
    document = make_document(staff, agency, html="")
    file = paper(bold("I. BỐI CẢNH"), p("a) Thế giới.", NOTE),
                 footnotes=f'<w:footnote w:id="2">{p("Nguồn.")}</w:footnote>')  # fmt: skip
    run(file, "--document", document.pk, "--actor", staff.username.upper())
    assert capsys.readouterr().out == "Đã nhập 3 khối vào bản đang soạn.\n"
    source = document.editions.get().source
    assert told(read(file, "a.docx")) == [(b.kind, b.level, b.number, b.plain) for b in cut(source)]
    text = "Bản đang soạn đã có nội dung. Hãy xác nhận thay bằng văn bản nhập."
    other = paper(p("Bản mới."), name="moi.docx")
    assert stopped(other, "--document", document.pk, "--actor", staff.username) == 1
    assert text in capsys.readouterr().err
    assert document.editions.get().source == source
    again = (other, "--document", document.pk, "--actor", staff.username)
    assert stopped(*again) == 1
    assert "bản nhập dở" in capsys.readouterr().err
    run(*again, "--replace")
    assert document.editions.get().source == "<p>Bản mới.</p>"


@pytest.mark.django_db
def test_saving_needs_a_document_a_person_and_their_rights(paper, capsys):
    agency, staff, _approver = office()
    document = make_document(staff, agency, html="")
    _other, stranger, _approver = office()
    file = paper(p("Nội dung."))
    cases = [
        ([], "Hãy thêm --dry-run để xem, hoặc --document và --actor để lưu."),
        (["--document", document.pk, "--actor", "khong-co"], "Không có tài khoản “khong-co”."),
        (
            ["--document", 999, "--actor", staff.username],
            "Văn kiện 999 không có bản nào đang soạn.",
        ),
        (["--document", document.pk, "--actor", stranger.username], None),
    ]
    for args, sentence in cases:
        assert stopped(file, *args) == 1
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert sentence is None or err == f"{sentence}\n"
    assert document.editions.get().source == ""


@pytest.mark.slow
def test_300_pages_are_read_in_under_10_seconds(paper, capsys):
    words = [
        "phát",
        "triển",
        "kinh",
        "tế",
        "xã",
        "hội",
        "bảo",
        "đảm",
        "quốc",
        "phòng",
        "an",
        "ninh",
    ]
    body = []
    for n in range(3_000):
        if n % 60 == 0:
            body.append(bold(f"{n // 60 + 1}. Phần việc số {n}"))
        body.append(p(*(r(f"{words[n % 9]} {words[k]} {n} {k} là ") for k in range(10))))
    file = paper(*body)
    began = time.process_time()
    call_command("import_document", file, "--dry-run", "--json")
    took = time.process_time() - began
    blocks = json.loads(capsys.readouterr().out)
    assert [len(blocks), sum(len(b["text"].split()) for b in blocks) > 150_000] == [3_050, True]
    assert took < 10

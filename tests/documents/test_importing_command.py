"""`import_document`: what a clerk or a script sees of it."""

import json
import time

import pytest
from django.core.management import call_command

from tests.documents.word import bold, docx, level, num, numbering, p, r, table


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

"""What stands inside paragraphs: marks, links, breaks, fields, text boxes, signs, old fonts."""

import unicodedata

from documents.blocks import cut, to_html
from documents.importing import LegacyRun
from portal.common.richtext import sanitize
from tests.documents.word import imported, p, paragraph_style, paragraphs, part, r, relations, told


def field(instruction, *result):
    def char(kind):
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    instruction = f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
    inner = "".join(r(i) if "<" not in i else i for i in result)
    return char("begin") + instruction + char("separate") + inner + char("end")


def test_marks_are_merged_and_written_with_the_tags_of_the_editor():
    found = imported(
        p(
            r("Đậm", "<w:b/>"), r(" và ", "<w:b/>"), r("nghiêng", "<w:b/><w:i/>"), " CO",
            r("2", '<w:vertAlign w:val="subscript"/>'), ", m",
            r("2", '<w:vertAlign w:val="superscript"/>'), r(" gạch", '<w:u w:val="single"/>'),
            r(" bỏ", "<w:strike/>"), r(" thường", '<w:b w:val="0"/><w:u w:val="none"/>'),
        ),
    )  # fmt: skip
    assert paragraphs(found) == [
        "<strong>Đậm và <em>nghiêng</em></strong> CO<sub>2</sub>, m<sup>2</sup><u> gạch</u>"
        "<s> bỏ</s> thường"
    ]


def test_marks_of_styles_and_capitals():
    styles = (
        paragraph_style("Dam", "Đậm", runs="<w:b/>", based="Goc")
        + paragraph_style("Goc", "Gốc", runs="<w:i/>")
        + '<w:style w:type="character" w:styleId="Thuong"><w:name w:val="T"/><w:rPr>'
        '<w:b w:val="false"/></w:rPr></w:style>'
    )
    found = imported(
        p("a ", r("b", '<w:rStyle w:val="Thuong"/>'), r(" hoa", "<w:caps/>"), style="Dam"),
        styles=styles,
    )
    assert paragraphs(found) == [
        "<strong><em>a </em></strong><em>b</em><strong><em> HOA</em></strong>"
    ]


UNDERLINED = '<w:u w:val="single"/>'


def test_links_keep_safe_addresses_only():
    links = [
        ("r1", "hyperlink", "https://dcs.vn/?a=1&amp;b=2", "External"),
        ("r2", "hyperlink", "javascript:alert(1)", "External"),
        ("r3", "hyperlink", "file:///C:/mat.doc", "External"),
    ]
    found = imported(
        p(
            f'<w:hyperlink r:id="r1">{r("một", UNDERLINED)}'
            f'</w:hyperlink> <w:hyperlink r:id="r2">{r("hai")}</w:hyperlink>'
            f'<w:hyperlink r:id="r3">{r("ba")}</w:hyperlink>'
            f'<w:hyperlink w:anchor="x">{r("bốn")}</w:hyperlink>',
            field(' HYPERLINK "https://b.vn/" ', "năm"),
        ),
        links=links,
    )
    rel = 'rel="noopener noreferrer nofollow"'
    assert paragraphs(found) == [
        f'<a href="https://dcs.vn/?a=1&amp;b=2" {rel}>một</a>haibabốn'
        f'<a href="https://b.vn/" {rel}>năm</a>'
    ]


def test_breaks_tabs_hyphens_signs_and_invisible_characters():
    found = imported(
        p(
            "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:br w:type='page'/>"
            "<w:t>d</w:t><w:noBreakHyphen/><w:t>e</w:t><w:softHyphen/><w:t>g</w:t>"
            "<w:sym w:font='Wingdings' w:char='F0FC'/><w:sym w:font='Lạ' w:char='F041'/></w:r>",
            r("\u200bh\u200f\u202bi\u202c\u00a0k\u00adm"),
            r("\u03b1", ""), r("a", '<w:rFonts w:ascii="Symbol"/>'),
            f"<w:bookmarkStart w:id='1' w:name='x'/>{r('!')}<w:bookmarkEnd w:id='1'/>",
        )
    )  # fmt: skip
    assert paragraphs(found) == ["a b<br>c d-eg✓hi kmαα!"]
    assert found.notes == ["1 ký hiệu của phông chữ riêng không chuyển được."]


def test_text_in_nfd_also_across_runs_becomes_nfc():
    words = "Đại hội đại biểu"
    letters = unicodedata.normalize("NFD", words)
    found = imported(p(letters), p(letters[:3], letters[3:]))
    assert [b.plain for b in found.blocks] == [words, words]


def test_contents_and_page_numbers_go_other_fields_keep_their_result():
    found = imported(
        p(
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> TOC \\o</w:instrText>"
            "</w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>",
            "I. Bối cảnh 5",
        ),
        p(field(" PAGEREF x ", "6"), "II. Kết quả"),
        p("<w:r><w:fldChar w:fldCharType='end'/></w:r>", "Thân bài."),
        p("Trang ", field(" PAGE ", "7"), field(" SEQ Hinh ", "8")),
        p(f'<w:fldSimple w:instr=" NUMPAGES ">{r("9")}</w:fldSimple>',
          f'<w:fldSimple w:instr=" REF x ">{r("mười")}</w:fldSimple>'),
    )  # fmt: skip
    assert [b.plain for b in found.blocks] == ["Thân bài.", "Trang 8", "mười"]
    assert found.notes == ["Mục lục trong tệp không được nhập: cổng tự lập mục lục từ các đề mục."]


def test_contents_in_a_control_or_by_style_go():
    control = (
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj>"
        f"</w:sdtPr><w:sdtContent>{p('MỤC LỤC')}{p('I. Một 1')}</w:sdtContent></w:sdt>"
    )
    styles = paragraph_style("TOC1", "toc 1")
    found = imported(control, p("I. Hai 2", style="TOC1"), p("Thân."), styles=styles)
    assert [b.plain for b in found.blocks] == ["Thân."]


def test_a_field_that_never_ends_swallows_nothing():
    found = imported(
        p("<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>TOC</w:instrText>"
          "<w:fldChar w:fldCharType='separate'/></w:r>", "Một."),
        p("Hai."),
    )  # fmt: skip
    assert [b.plain for b in found.blocks] == ["Một.", "Hai."]


def test_content_controls_smart_tags_and_text_boxes_keep_what_they_hold():
    box = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><a:graphic>"
        f"<a:graphicData><wps:wsp><wps:txbx><w:txbxContent>{p('Trong khung')}{p('hai đoạn')}"
        "</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{p('Trong khung')}"
        "</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    old = (
        f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{p('khung cũ')}</w:txbxContent>"
        "</v:textbox></v:shape></w:pict></w:r>"
    )
    found = imported(
        f"<w:sdt><w:sdtPr/><w:sdtContent>{p('khối')}</w:sdtContent></w:sdt>",
        p("a", f"<w:sdt><w:sdtContent>{r('b')}</w:sdtContent></w:sdt>",
          f"<w:smartTag>{r('c')}</w:smartTag><w:customXml>{r('d')}</w:customXml>",
          f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{r('Bấm để nhập')}"
          "</w:sdtContent></w:sdt>"),
        p("Trước", box), p(old),
    )  # fmt: skip
    assert [b.plain for b in found.blocks] == [
        "khối", "abcd", "Trước", "Trong khung", "hai đoạn", "khung cũ",
    ]  # fmt: skip


def test_equations_keep_their_letters_and_hidden_text_goes_with_a_note():
    found = imported(
        p("Tính", "<m:oMath><m:r><m:t>x+</m:t></m:r><m:r><m:t>1</m:t></m:r></m:oMath>", "xong",
          r("ẩn", "<w:vanish/>")),
    )  # fmt: skip
    assert [b.plain for b in found.blocks] == ["Tính x+1 xong"]
    assert found.notes == [
        "1 công thức chỉ giữ được chữ và số; hãy xem lại hoặc chèn công thức dạng ảnh.",
        "1 đoạn chữ ẩn trong tệp không được nhập.",
    ]


TCVN3, CAPITALS = '<w:rFonts w:ascii=".VnTime"/>', '<w:rFonts w:ascii=".VnTimeH"/>'
VNI = '<w:rFonts w:ascii="VNI-Times" w:hAnsi="VNI-Times"/>'


def test_old_fonts_are_read_by_run_and_told():
    found = imported(
        p(r("§¹i héi ", TCVN3), r("t", TCVN3), r("\xadëng", TCVN3), " và Unicode"),
        p(r("®¹i héi", CAPITALS)),
        p(r("ñaïi", VNI), r(" hoäi", VNI + "<w:b/>")),
    )
    assert paragraphs(found) == [
        "Đại hội tưởng và Unicode", "ĐẠI HỘI", "đại<strong> hội</strong>",
    ]  # fmt: skip
    assert found.legacy == [
        LegacyRun(0, ".VnTime", "§¹i héi t\xadëng", "Đại hội tưởng"),
        LegacyRun(1, ".VnTimeH", "®¹i héi", "ĐẠI HỘI"),
        LegacyRun(2, "VNI-Times", "ñaïi hoäi", "đại hội"),
    ]


def test_old_fonts_of_styles_and_themes():
    theme = (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:minorFont>'
        '<a:latin typeface=".VnArial"/></a:minorFont></a:theme>'
    )
    found = imported(
        p("nhiÖm kú", style="Cu"), p(r("®¹i héi", '<w:rFonts w:asciiTheme="minorHAnsi"/>')),
        p(r("®¹i héi", '<w:rFonts w:ascii="Arial" w:hAnsi=".VnTime"/>')),
        styles=paragraph_style("Cu", "Cũ", runs=TCVN3),
        links=[("rt", "theme", "theme/theme1.xml")], parts={"word/theme/theme1.xml": theme},
    )  # fmt: skip
    assert [b.plain for b in found.blocks] == ["nhiệm kỳ", "đại hội", "đại hội"]
    assert [run.font for run in found.legacy] == [".VnTime", ".VnArial", ".VnTime"]


def test_old_letters_whose_font_is_lost_are_recognised():
    found = imported(p("§¹i héi ®¹i biÓu nhiÖm kú míi"), p("Đại hội của Unicode"))
    assert [b.plain for b in found.blocks] == [
        "Đại hội đại biểu nhiệm kỳ mới",
        "Đại hội của Unicode",
    ]
    assert [(run.block, run.font) for run in found.legacy] == [(0, "")]


def test_alignment_of_titles():
    found = imported(
        p("giữa", props='<w:jc w:val="center"/>'), p("phải", props='<w:jc w:val="end"/>'),
        p("đều", props='<w:jc w:val="both"/>'),
    )  # fmt: skip
    assert [b.align for b in found.blocks] == ["center", "right", ""]


def test_the_blocks_come_back_from_the_text_they_are_saved_as():
    found = imported(
        p(r("I. ĐẬM", "<w:b/>")), p("a) một ", r("hai", "<w:i/>"), " &lt;3 &amp;amp; &gt;"),
        p("- gạch"), p("phải", props='<w:jc w:val="right"/>'),
    )  # fmt: skip
    assert cut(sanitize(to_html(found.blocks))) == found.blocks
    assert told(found)[1] == ("paragraph", 0, "a)", "một hai <3 &amp; >")


def test_strict_office_files_are_read():
    strict = part("document", f"<w:body>{p('Nội dung.')}</w:body>").replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert [b.plain for b in imported(raw=strict).blocks] == ["Nội dung."]


def test_the_main_part_may_have_another_name():
    found = imported(
        parts={
            "_rels/.rels": relations(("r1", "officeDocument", "/chinh/van-ban.xml")),
            "chinh/van-ban.xml": part("document", f"<w:body>{p('Ở đây.')}</w:body>"),
        }
    )
    assert [b.plain for b in found.blocks] == ["Ở đây."]

"""Text of legacy fonts: every letter, recognised when it is there, left alone when it is not."""

import unicodedata

import pytest

from portal.common import legacy_text as legacy
from portal.common.legacy_text import TCVN3, VNI

SMALL = (
    "a à ả ã á ạ ă ằ ẳ ẵ ắ ặ â ầ ẩ ẫ ấ ậ đ e è ẻ ẽ é ẹ ê ề ể ễ ế ệ i ì ỉ ĩ í ị o ò ỏ õ ó ọ "
    "ô ồ ổ ỗ ố ộ ơ ờ ở ỡ ớ ợ u ù ủ ũ ú ụ ư ừ ử ữ ứ ự y ỳ ỷ ỹ ý ỵ"
)
TCVN3_SMALL = (
    "a µ ¶ · ¸ ¹ ¨ » ¼ ½ ¾ Æ © Ç È É Ê Ë ® e Ì Î Ï Ð Ñ ª Ò Ó Ô Õ Ö i × Ø Ü Ý Þ o ß á â ã ä "
    "« å æ ç è é ¬ ê ë ì í î u ï ñ ò ó ô \xad õ ö ÷ ø ù y ú û ü ý þ"
)
VNI_SMALL = (
    "a aø aû aõ aù aï aê aè aú aü aé aë aâ aà aå aã aá aä ñ e eø eû eõ eù eï eâ eà eå eã eá eä "
    "i ì æ ó í ò o oø oû oõ où oï oâ oà oå oã oá oä ô ôø ôû ôõ ôù ôï u uø uû uõ uù uï "
    "ö öø öû öõ öù öï y yø yû yõ yù î"
)
MOTTO = "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc"
MOTTO_TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc"
MOTTO_VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, Ñoäc laäp - Töï do - Haïnh phuùc"


def test_all_letters_of_the_alphabet_are_in_the_lists():
    assert len(SMALL.split()) == len(TCVN3_SMALL.split(" ")) == len(VNI_SMALL.split()) == 73
    assert len(set(TCVN3_SMALL.split(" "))) == len(set(VNI_SMALL.split())) == 73


@pytest.mark.parametrize(
    ("codes", "kind"), [(TCVN3_SMALL, TCVN3), (VNI_SMALL, VNI)], ids=["tcvn3", "vni"]
)
def test_every_small_letter_comes_out_exactly_and_in_nfc(codes, kind):
    assert legacy.to_unicode(codes, kind) == SMALL
    assert unicodedata.is_normalized("NFC", legacy.to_unicode(codes, kind))
    assert [legacy.to_unicode(code, kind) for code in codes.split(" ")] == SMALL.split()


def test_every_capital_comes_out_exactly():
    assert legacy.to_unicode(TCVN3_SMALL, TCVN3, capitals=True) == SMALL.upper()
    assert legacy.to_unicode(VNI_SMALL.upper(), VNI) == SMALL.upper()
    assert legacy.to_unicode("¡ ¢ £ ¤ ¥ ¦ §", TCVN3) == "Ă Â Ê Ô Ơ Ư Đ"
    assert legacy.to_unicode("Aù Oà Uï", VNI) == "Á Ồ Ụ"  # a capital with a small sign


def test_letters_of_symbol_fonts_in_the_private_area_are_the_same():
    private = "".join(chr(0xF000 + ord(c)) if c != " " else c for c in TCVN3_SMALL)
    assert legacy.to_unicode(private, TCVN3) == SMALL


@pytest.mark.parametrize(("codes", "kind"), [(MOTTO_TCVN3, TCVN3), (MOTTO_VNI, VNI)])
def test_whole_sentences(codes, kind):
    assert legacy.convert_text(codes) == (MOTTO, kind)


@pytest.mark.parametrize(
    "text",
    [
        MOTTO,
        unicodedata.normalize("NFD", MOTTO),
        "Tôi là ai, có gì mà lo, cá và cà, à ừ thì ra thế, ú ù bé ơi",
        "Ông bà có cô út là bé Hà, cá cờ và cà na",
        "Où êtes-vous né ? L'été dernier à la forêt, près du château, très élégant.",
        "Le comité a présenté les résultats à Genève : déjà vu, à côté de la mère.",
        "Größe, Übung, für schöne Mädchen in Köln",
        "El niño soñó con la mañana española, ¿verdad?",
        "25 °C ± 2, 3 × 4 = 12, § 5, © 2026, 10 µm, «tin»",
        "São João, coração, ação e informação não são",
        "Plain English without a single mark",
        "",
    ],
)
def test_what_is_no_legacy_text_is_left_alone(text):
    assert legacy.convert_text(text) == (text, None)
    html = f"<p>{text}</p>"
    assert legacy.convert_html(html) == (html, frozenset())


def test_two_words_say_too_little():
    assert legacy.recognise("®¹i héi") is None
    assert legacy.recognise("®¹i héi chi bé") == TCVN3


@pytest.mark.parametrize(
    ("names", "kind", "capitals"),
    [
        (".VnTime", TCVN3, False),
        ('".VnTimeH",sans-serif', TCVN3, True),
        ("'.VnArial NarrowH'", TCVN3, True),
        ("VnTime", TCVN3, False),
        ("VNI-Times", VNI, False),
        ("VNI Helve", VNI, False),
        ("Times New Roman, .VnTime", None, False),
        ("Verdana", None, False),
        ("Vnese Sans", None, False),
    ],
)
def test_fonts_are_known_by_name(names, kind, capitals):
    assert legacy.font(names) == legacy.Font(kind, capitals)


def test_each_run_of_a_word_document_is_read_by_its_own_font():
    html = (
        "<html><head><style><!-- /* Font */ p.MsoNormal, li.MsoNormal {margin:0cm;"
        'font-family:".VnTime","sans-serif";} --></style></head><body><p class=MsoNormal>'
        "<span style='font-family:\".VnTimeH\"'>®¹i héi</span> chi bé "
        '<b>th«n <font face="Times New Roman">Thượng và cà phê</font></b><br>'
        "<font face='VNI-Times'>Vieät Nam</font> &amp; b¹n</p></body></html>"
    )
    converted, kinds = legacy.convert_html(html)
    assert kinds == {TCVN3, VNI}
    body = converted.split("<body>")[1]
    assert body == (
        "<p class=MsoNormal><span style='font-family:\".VnTimeH\"'>ĐẠI HỘI</span> chi bộ "
        '<b>thôn <font face="Times New Roman">Thượng và cà phê</font></b><br>'
        "<font face='VNI-Times'>Việt Nam</font> &amp; bạn</p></body></html>"
    )


def test_unicode_text_under_an_old_font_stays():
    html = '<p style="font-family:.VnTime">Đại hội đã thành công tốt đẹp</p>'
    assert legacy.convert_html(html) == (html, frozenset())


def test_without_fonts_only_the_runs_that_need_it_are_changed():
    html = "<p>®¹i héi chi bé x· Hßa B×nh</p><p>Ngày 5 tháng 2, ông Ba và bà Tư</p>"
    converted, kinds = legacy.convert_html(html)
    assert converted == "<p>đại hội chi bộ xã Hòa Bình</p><p>Ngày 5 tháng 2, ông Ba và bà Tư</p>"
    assert kinds == {TCVN3}


def test_markup_in_the_text_does_not_come_alive():
    converted, _kinds = legacy.convert_html(
        '<p style="font-family:.VnTime">®¹i héi &lt;script&gt;alert(1)&lt;/script&gt;</p>'
    )
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in converted


def test_a_very_long_text_is_done_in_time():
    html = f'<p style="font-family:.VnTime">{MOTTO_TCVN3 * 6000}</p>'
    assert legacy.convert_html(html)[0].count("Việt Nam") == 6000

"""What the editor asks about a piece of the clipboard."""

import pytest
from django.urls import reverse

from portal.common import pasting
from tests.news import factories as make

pytestmark = pytest.mark.django_db

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta name=Generator content="Microsoft Word 11"><style><!--
p.MsoNormal {mso-style-parent:""; font-size:14.0pt; font-family:".VnTime";}
--></style><!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]--></head>
<body lang=EN-US><!--StartFragment--><p class=MsoNormal style='text-align:justify'><b><span
style='font-family:".VnTimeH"'>®¹i héi chi bé<o:p></o:p></span></b></p>
<p class=MsoNormal style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span>
<![endif]>BÇu chi ñy míi<script>alert(1)</script></p>
<p class=MsoNormal style='mso-list:l0 level1 lfo1'><span
style='font-family:Symbol'>·</span> Th&#173;êng xuy&#170;n gãp ý</p>
<!--EndFragment--></body></html>"""


@pytest.fixture
def room():
    return make.newsroom()


def ask(client, **data):
    return client.post(reverse("news:pasted"), data)


def test_a_page_of_word_in_old_fonts_becomes_clean_unicode(room, client):
    client.force_login(room.editor)
    told = ask(client, html=WORD).json()
    assert told["kind"] == "TCVN3 (ABC)"
    assert told["html"] == (
        "<p><b>ĐẠI HỘI CHI BỘ</b></p><ul><li>Bầu chi ủy mới</li><li>Thường xuyên góp ý</li></ul>"
    )
    assert told["after"] == "ĐẠI HỘI CHI BỘ\nBầu chi ủy mới\nThường xuyên góp ý"
    assert told["before"].startswith("®¹i héi chi bé")
    assert "mso" not in told["kept"].lower()
    assert "alert" not in told["html"] + told["kept"]


def test_plain_text_is_read_too_and_unicode_is_left_alone(room, client):
    client.force_login(room.editor)
    told = ask(client, text="Ñaïi hoäi chi boä thaønh coâng").json()
    assert (told["kind"], told["text"]) == ("VNI", "Đại hội chi bộ thành công")
    told = ask(client, text="Đại hội chi bộ thành công").json()
    assert (told["kind"], told["text"]) == ("", "Đại hội chi bộ thành công")
    told = ask(client, html="<p class=MsoNormal>Đại hội <o:p></o:p></p>").json()
    assert (told["kind"], told["html"]) == ("", "<p>Đại hội </p>")


def test_a_long_text_is_shown_by_its_beginning_and_converted_whole(room, client):
    client.force_login(room.editor)
    told = ask(client, text="®¹i héi chi bé " * 500).json()
    assert len(told["after"]) <= pasting.SAMPLE + 2
    assert told["text"].count("đại hội chi bộ") == 500


def test_who_may_ask_and_how_much(room, client):
    assert ask(client, text="x").status_code == 401
    client.force_login(room.approver)
    assert ask(client, text="x").status_code == 403
    client.force_login(room.editor)
    assert client.get(reverse("news:pasted")).status_code == 405
    assert ask(client, html="x" * (pasting.LIMIT + 1)).status_code == 413
    assert ask(client).json()["kind"] == ""

"""Blocks as HTML for readers, and how they are cut into parts."""

import re

import pytest

from documents import actions, rendering
from documents.blocks import cut
from documents.models import Block, Edition

BASE = "/van-kien/1-bao-cao/lan-1/"


def rows(html):
    return actions.rows_of(Edition(n=1), cut(html))


def render(html):
    return rendering.render(rows(html), base=BASE)


def html_of(html):
    return rendering.rendered_blocks(rows(html), base=BASE)


def test_headings_of_every_level_are_headings():
    texts = ["<h2>I. Một</h2>", "<h3>Hai</h3>", "<h4>Ba</h4>"]
    texts += [f'<h4 class="level-{n}">Cấp {n}</h4>' for n in range(4, 11)]
    found = html_of("".join(texts))
    assert "<h2>I. Một</h2>" in found[0]
    assert "<h3>Hai</h3>" in found[1]
    assert "<h6>Cấp 5</h6>" in found[4]
    assert '<div class="heading" role="heading" aria-level="11">Cấp 10</div>' in found[9]
    assert 'id="khoi-10" data-pos="10"' in found[9]


def test_a_paragraph_has_its_address_its_number_and_its_place():
    (found,) = html_of('<p class="indent-2 text-center"><strong class="number">a)</strong> Chữ</p>')
    assert f'<a class="block__no" href="{BASE}khoi-1/"' in found
    assert '<p class="text-center indent-2"><span class="number">a)</span> Chữ</p>' in found
    assert f'href="{BASE}khoi-1/gop-y/"' in found


def test_a_preview_leads_nowhere_but_to_itself():
    (found,) = rendering.rendered_blocks(rows("<p>Một.</p>"))
    assert re.findall(r'href="([^"]*)"', found) == ["#doan-1"]


def test_tables_can_be_moved_in_their_own_region():
    (found,) = html_of("<table><tr><td>Một</td></tr></table>")
    assert found.count('role="region"') == 1
    assert 'tabindex="0"><table>' in found


def test_a_mark_leads_to_its_footnote_and_back():
    text = (
        '<p>Đầu<sup class="note">1</sup>.</p><p class="footnote"><strong class="number">1</strong>'
        ' Ghi.</p><p>Sau<sup class="note">1</sup>.</p><p class="footnote"><strong class="number">1'
        "</strong> Khác.</p>"
    )
    first, note, second, other = html_of(text)
    assert 'href="#khoi-2" role="doc-noteref"' in first
    assert 'href="#khoi-4" role="doc-noteref"' in second
    assert 'href="#doan-1" role="doc-backlink"' in note
    assert 'role="doc-footnote"' in other
    assert 'href="#doan-2" role="doc-backlink"' in other


def test_a_mark_without_its_footnote_stays_as_it_is():
    (found,) = html_of('<p>Đầu<sup class="note">7</sup>.</p>')
    assert '<sup class="note">7</sup>' in found


def long_text(sections=20, paragraphs=30, words=60):
    out = []
    for n in range(sections):
        out.append(f"<h2>Phần {n + 1}. Đầu đề</h2><h3>I. Mục đầu</h3>")
        out += [f"<p>{'chữ dài ' * words}</p>"] * paragraphs
    return "".join(out)


@pytest.mark.parametrize("html", [long_text(), long_text(1, 600), long_text(300, 1, 5)])
def test_parts_are_short_and_hold_every_block_once(html):
    blocks = rows(html)
    text = rendering.render(blocks, base=BASE)
    assert max(part.size for part in text.parts) <= 100_000
    spans = [(part.first_pos, part.last_pos) for part in text.parts]
    assert [pos for first, last in spans for pos in range(first, last + 1)] == [
        block.pos for block in blocks
    ]
    found = [int(pos) for p in text.parts for pos in re.findall(r'data-pos="(\d+)"', p.html)]
    assert found == [block.pos for block in blocks]


def test_parts_begin_at_headings_and_leave_none_behind():
    blocks = rows(long_text())
    text = rendering.render(blocks, base=BASE)
    kinds = {block.pos: block.kind for block in blocks}
    assert len(text.parts) > 5
    assert {kinds[part.first_pos] for part in text.parts} == {"heading"}
    assert {kinds[part.last_pos] for part in text.parts} == {"paragraph"}


def test_a_section_without_headings_goes_on_under_its_name():
    text = render("<h2>I. Mục dài</h2>" + f"<p>{'chữ dài ' * 60}</p>" * 300)
    assert len(text.parts) > 2
    assert [part.title for part in text.parts[:2]] == ["I. Mục dài", "I. Mục dài (tiếp)"]


def test_a_passage_of_two_thousand_words_is_one_block():
    text = render(f"<p>{'chữ ' * 2000}</p>")
    assert [(part.first_para, part.last_para) for part in text.parts] == [(1, 1)]


def test_contents_lead_to_the_part_that_has_the_heading():
    text = render(long_text())
    lines = re.findall(r'href="([^"]*)" data-to="(\d+)"', text.contents)
    assert lines[0] == (f"{BASE}#khoi-1", "1")
    for address, pos in lines:
        part = next(p for p in text.parts if p.first_pos <= int(pos) <= p.last_pos)
        assert address == f"{rendering.part_address(BASE, part.n)}#khoi-{pos}"


def test_a_mark_whose_footnote_stands_in_another_part_leads_there():
    text = render(
        '<h2>I. Một</h2><p>Đầu<sup class="note">9</sup>.</p>'
        + f"<p>{'chữ dài ' * 60}</p>" * 300
        + '<p class="footnote"><strong class="number">9</strong> Ghi ở cuối.</p>'
    )
    last = text.parts[-1]
    assert f'href="{BASE}phan-{last.n}/#khoi-{last.last_pos}" role="doc-noteref"' in (
        text.parts[0].html
    )


def test_words_of_the_text_are_no_html():
    found = "".join(html_of("<h2>I. A &lt;b&gt; C</h2><p>1 &lt; 2 &amp; 3</p>"))
    assert "A &lt;b&gt; C" in found
    assert "1 &lt; 2 &amp; 3" in found


def test_equal_texts_have_equal_bytes():
    assert rendering.compress("một") == rendering.compress("một")
    assert render(long_text()).digest == render(long_text()).digest


@pytest.mark.parametrize(
    ("number", "html", "line"),
    [
        ("Phần thứ nhất", "<h2>Phần thứ nhất<br>Kết quả</h2>", "Phần thứ nhất. Kết quả"),
        ("Chương I.", "<h2>Chương I.<br>Kết quả</h2>", "Chương I. Kết quả"),
        ("I.", "<h2>I. Kết quả</h2>", "I. Kết quả"),
        ("", "<h2>Kết quả</h2>", "Kết quả"),
    ],
)
def test_a_number_in_words_stands_on_its_own_line(number, html, line):
    heading = Block(pos=1, kind="heading", level=1, number=number, html="Kết quả", plain="Kết quả")
    assert html in rendering.rendered_blocks([heading])[0]
    assert rendering.heading_text(heading) == line

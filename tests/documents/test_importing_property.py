"""Whatever is written in a Word file, no word of it is lost and none is made up."""

from html import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from documents.blocks import cut, to_html
from documents.importing import read
from documents.secrecy import find_marking
from portal.common.errors import Refused
from portal.common.richtext import sanitize
from portal.common.text import clean
from tests.documents.word import docx, p, r

_SAMPLES = (
    "Đại hội đại biểu nhiệm kỳ Phần thứ nhất Chương II I. II- 1. 1.1. a) đ) - + (1) Điều 5. Mục "
    "KẾT QUẢ MỞ ĐẦU T/M Hình 1 < & > \" ' \u200b 5% 2025. C. Mác Phần thứ nhất: Chương I."
)
WORDS = st.sampled_from(_SAMPLES.split())
LETTERS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"], max_codepoint=0xFFFD), max_size=8
)
PROPS = st.sampled_from(["", "<w:b/>", "<w:i/>", "<w:b/><w:i/>", '<w:u w:val="single"/>'])
RUNS = st.lists(st.tuples(st.one_of(WORDS, WORDS, LETTERS), PROPS), max_size=8)
PAPERS = st.lists(
    st.tuples(RUNS, st.sampled_from(["", '<w:jc w:val="center"/>', '<w:jc w:val="right"/>'])),
    min_size=1, max_size=12,
)  # fmt: skip


def body_of(paper):
    return [
        p(*(r(escape(words) + " ", props) for words, props in runs), props=align)
        for runs, align in paper
    ]


def letters(text):
    """The letters and digits of a text; signs behind a number ("Điều 5.") may go."""
    return "".join(sign for sign in clean(text) if sign.isalnum())


@settings(max_examples=200, deadline=None)
@given(PAPERS)
def test_every_word_is_kept_in_its_order(paper):
    written = "\n".join("".join(words + " " for words, _props in runs) for runs, _align in paper)
    try:
        found = read(docx(*body_of(paper)), "a.docx")
    except Refused as refused:
        marked = refused.code == "secret" and find_marking(written)
        assert marked or (refused.code == "empty" and not clean(written))
        return
    kept = "\n".join(f"{block.number} {block.plain}" for block in found.blocks)
    if not found.legacy:  # letters that spell Vietnamese only in an old font are converted
        assert letters(kept) == letters(written)
    assert cut(sanitize(to_html(found.blocks))) == found.blocks

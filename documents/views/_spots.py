"""Places of the lineage made ready for a page: words, marked differences, doubts in sentences."""

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from documents.queries import alignment as places
from portal.common.diff import DELETE, EQUAL, INSERT, marked, word_diff

DOUBT_WORDS = {
    "numbers": _("số liệu khác"),
    "negation": _("thêm hoặc bớt từ phủ định, loại trừ"),
    "repeated": _("có nhiều đoạn giống hệt"),
    "lookalike": _("có đoạn khác gần giống"),
    "marks": _("chỉ khác dấu"),
    "rewritten": _("viết lại nhiều"),
    "kind": _("đề mục thành đoạn thường hoặc ngược lại"),
    "elsewhere": _("vừa sửa vừa sang chỗ khác"),
    "short": _("ít chữ, khó phân biệt"),
    "heading": _("đề mục đổi tên, các đoạn bên dưới vẫn nối với nhau"),
    "picture": _("hình khác"),
}
KIND_WORDS = {
    "same": _("Giữ nguyên"),
    "edited": _("Sửa"),
    "moved": _("Chuyển chỗ"),
    "split": _("Tách thành nhiều đoạn"),
    "merged": _("Gộp từ nhiều đoạn"),
}
#: Longer texts are shown as they are: marking every word would take longer than reading.
_MOST_LETTERS = 12_000


def dress(edition, last, spots):
    """Fill in what the rows of a page show: blocks, differences, words, who decided.

    Queries: three, whatever the number of places.
    """
    pks = {pk for spot in spots for pk in (*spot.sources, *spot.targets)}
    blocks = places.blocks_with_paths(edition, last, pks)
    people = {link.by for spot in spots for link in spot.links if link.by}
    people |= {spot.alone[0] for spot in spots if spot.alone}
    names = get_user_model().objects.in_bulk(people) if people else {}
    for spot in spots:
        spot.old = [blocks[pk] for pk in spot.sources]
        spot.new = [blocks[pk] for pk in spot.targets]
        spot.kind_words = KIND_WORDS.get(spot.kind, "")
        spot.why = [DOUBT_WORDS[code] for code in spot.doubts if code in DOUBT_WORDS]
        spot.percent = int(spot.score * 100)
        by = spot.alone[0] if spot.alone else next((x.by for x in spot.links if x.by), None)
        spot.by = names.get(by)
        spot.at = spot.alone[1] if spot.alone else next((x.at for x in spot.links if x.at), None)
        over = None
        for block in (*spot.old, *spot.new):
            # headings that are the same as those just named say nothing
            block.shown_path = block.path if block.path != over else []
            over = block.path
        _mark(spot)
    return spots


def _mark(spot):
    """`marked` of every block: its text with what went, or came, between the two sides."""
    old, new = (" ".join(b.plain for b in side) for side in (spot.old, spot.new))
    if not old or not new or len(old) + len(new) > _MOST_LETTERS:
        for block in (*spot.old, *spot.new):
            block.marked = block.plain
        return
    runs = word_diff(old, new, smooth=True)
    for side, op in ((spot.old, DELETE), (spot.new, INSERT)):
        mine = [(kind, text) for kind, text in runs if kind in {EQUAL, op}]
        for block, part in zip(side, _parted(mine, [len(b.plain) for b in side]), strict=True):
            block.marked = marked(part)
    spot.same_words = all(op == EQUAL for op, _text in runs)


def _parted(runs, lengths):
    """Runs cut where one block ends and the next begins (one space stands between them)."""
    runs = [list(run) for run in runs]
    for length in lengths:
        part, left = [], length
        while runs and left > 0:
            op, text = runs[0]
            part.append((op, text[:left]))
            if len(text) > left:
                runs[0][1] = text[left:]
            else:
                runs.pop(0)
            left -= len(text)
        yield part
        _drop_space(runs)


def _drop_space(runs):
    if runs and runs[0][1].startswith(" "):
        runs[0][1] = runs[0][1][1:]
        if not runs[0][1]:
            runs.pop(0)

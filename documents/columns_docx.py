"""The three columns of a comparison as a Word file."""

from django.utils.translation import gettext as _

from documents.comparing import AWAY, FORMAT, GONE, MOVED, NEW, SAME, label_of
from documents.comparing_tables import table_text
from portal.common import clock
from portal.common.diff import DELETE, EQUAL, INSERT
from portal.common.display import date_vi
from portal.official.docx import Column, Paper, Rich
from portal.official.layout import layout_for

_MARKS = {EQUAL: "", DELETE: "s", INSERT: "bu"}
_SIZE = 11


def write(comparison, *, old, new, reasons_of, whole=False):
    """The bytes of the file.

    Args:
        reasons_of: callable(ids of blocks) -> (texts of the drafters, [registry.Reason]).
        whole: with the passages that stayed as they were.
    """
    document = new.document
    paper = Paper(layout_for(document.agency.kind), landscape=True)
    paper.heading(document.agency.name.upper())
    paper.title(
        _("BẢNG SO SÁNH"),
        _("%(title)s: dự thảo lần %(n)d so với dự thảo lần %(m)d")
        % {"title": document.title, "n": new.n, "m": old.n},
    )
    paper.paragraph(
        _(
            "Chữ bỏ gạch ngang, chữ thêm in đậm và gạch chân. %(many)d chỗ khác nhau; thêm "
            "%(added)d chữ, bỏ %(removed)d chữ. Lập ngày %(day)s."
        )
        % {
            "many": len(comparison.changes),
            "added": comparison.added,
            "removed": comparison.removed,
            "day": date_vi(clock.today()),
        },
        indent=False,
        italic=True,
    )
    heads = [
        Column(_("Dự thảo lần %d") % old.n, 2),
        Column(_("Dự thảo lần %d") % new.n, 2),
        Column(_("Ý kiến, lý do"), 1.2),
    ]
    paper.table(heads, _rows(comparison, reasons_of, whole), size=_SIZE, split=True)
    return paper.bytes()


def _rows(comparison, reasons_of, whole):
    stayed = []
    shown = {h.pk for s in comparison.sections if s.counts for h in s.path}
    for row in comparison.rows:
        if row.kind == AWAY:
            continue
        heads = row.new is not None and row.new.pk in shown
        if row.kind in (SAME, FORMAT) and not whole and not heads:
            stayed.append(row.new)
            continue
        if stayed:
            yield _folded(stayed)
            stayed = []
        yield _cells(row, reasons_of)
    if stayed:
        yield _folded(stayed)


def _folded(blocks):
    numbers = [block.para_no for block in blocks if block.para_no]
    if not numbers:
        words = _("(giữ nguyên)")
    elif numbers[0] == numbers[-1]:
        words = _("(đoạn %d giữ nguyên)") % numbers[0]
    else:
        words = _("(đoạn %(a)d đến đoạn %(b)d giữ nguyên)") % {"a": numbers[0], "b": numbers[-1]}
    return Rich([(words, "i")]), Rich([(words, "i")]), ""


def _cells(row, reasons_of):
    notes, reasons = reasons_of([b.pk for b in (row.new, *row.old) if b is not None])
    if not row.leads:
        notes, reasons = [], []
    said = "\n".join([*notes, *(reason.text for reason in reasons)])
    was = _side(row, row.old, DELETE) if row.kind != NEW else Rich()
    now = _side(row, [row.new], INSERT) if row.kind != GONE else Rich()
    return was, now, Rich([(said, "")]) if said else ""


def _side(row, blocks, op):
    """The words of one edition; `op` is what only it has."""
    parts = [(_place(row, blocks, op), "i")]
    number = " ".join(b.number for b in blocks[:1] if b.number)
    if number:
        parts.append((f"{number} ", "b" if blocks[0].kind == "heading" else ""))
    if row.runs:
        return Rich([*parts, *((t, _MARKS[o]) for o, t in row.runs if o in (EQUAL, op))])
    marks = _MARKS[op] if row.kind in (NEW, GONE) else ""
    text = "\n".join(_text(block) for block in blocks)
    bold = blocks[0].kind == "heading" and "b" not in marks
    return Rich([*parts, (text, marks + "b" * bold)])


def _place(row, blocks, op):
    name = f"{_('Đoạn')} {blocks[0].para_no}. " if blocks[0].para_no else ""
    if op == INSERT and row.kind.startswith(MOVED):
        name += f"({_('chuyển chỗ')}) "
    if row.maybe:
        there = ", ".join(_short(block) for block in row.maybe)
        name += f"({_('có thể là một đoạn với %s, đang đối chiếu') % there}) "
    return name


def _short(block):
    return _("đoạn %d") % block.para_no if block.para_no else f"“{label_of(block)[:60]}”"


def _text(block):
    if block.kind == "table":
        return table_text(block.html)
    return block.plain or _("(hình)")

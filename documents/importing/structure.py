"""From paragraphs to blocks: headings, their levels and titles, numbers, captions, footnotes."""

import re
from dataclasses import dataclass, replace

from documents import headings
from documents.blocks import MAX_INDENT, MAX_LEVEL, BlockDraft
from portal.common.text import fold

from .items import Extras, Para, Table, html_of, plain_of, trimmed, without
from .tables import is_bold

#: More than `Block.number` holds is no label.
LONGEST_NUMBER = 40
_CAPTION = re.compile(r"(?:hinh|anh|bieu do|so do|ban do)\s+(?:so\s+)?\d+\b")
_SIGNING = re.compile(r"(?:t/m|tm|kt|tl|tuq|bi thu|chu tich|pho |noi nhan|nguoi |bo chinh tri)\b")
_TITLE_LINES = 4


@dataclass
class Line:
    """A paragraph with what its look says."""

    para: Para
    plain: str
    look: headings.Look
    label: headings.Label | None
    level: int = 0
    form: str = ""
    joined: tuple = ()

    @property
    def rest(self):
        """The words behind the number, automatic or typed."""
        return self.label.rest if self.label else self.plain


def build(items):
    """[(BlockDraft or None, Extras)] in order; None where a paragraph left nothing but extras."""
    entries = [_line(item) if isinstance(item, Para) else item for item in items]
    lines = [entry for entry in entries if isinstance(entry, Line)]
    rich = any(line.look.bold or line.look.centred for line in lines if line.plain)
    for line in lines:
        line.look = replace(line.look, rich=rich)
    _find_headings(lines)
    entries = _join_titles(entries)
    lines = [entry for entry in entries if isinstance(entry, Line)]
    _set_levels(lines)
    shallow = _shallow(lines)
    out = []
    for entry in entries:
        if isinstance(entry, Table):
            out.append((BlockDraft("table", 0, "", entry.html, ""), entry.extras))
            out += [(draft, Extras()) for draft in _footnotes(entry.extras)]
        elif not _is_caption(entry, out):
            out += _blocks(entry, shallow)
    return out


def _line(para):
    plain = plain_of(para.pieces)
    slanted = _all_marked(para.pieces, {"em", "u"})
    label = headings.label_of(f"{para.label} {plain}" if para.label else plain)
    typed = len(plain) - len(label.rest) if label and not para.label else 0
    look = headings.Look(_is_bold(para.pieces, typed), slanted, para.align == "center")
    if para.label:
        # What Word numbers is a number, however odd it looks.
        form = label.form if label and label.rest == plain else "list"
        keyword = bool(label and label.keyword and label.rest == plain)
        text = label.text if keyword else para.label
        label = headings.Label(text, form, plain, keyword)
    return Line(para, plain, look, label)


def _is_bold(pieces, typed):
    """Whether all words behind a typed number are bold; the number itself may be light."""
    for piece in pieces:
        if piece.kind == "text":
            words = piece.text[typed:]
            typed = max(0, typed - len(piece.text))
            if words.strip() and "strong" not in piece.marks:
                return False
    return is_bold([piece for piece in pieces if "strong" in piece.marks])


def _all_marked(pieces, marks):
    words = [piece for piece in pieces if piece.kind == "text" and piece.text.strip()]
    return bool(words) and all(piece.marks & marks for piece in words)


# --- headings -------------------------------------------------------------------------------------


def _find_headings(lines):
    """Sets `form` of the headings, by style or by how they are written."""
    styled = any(line.para.level and line.plain for line in lines)
    begun = styled
    outlines = {line.para.sequence for line in lines if line.para.label and _is_outline(line)}
    for n, line in enumerate(lines):
        if not (line.plain or _lone_number(line)) or line.para.caption or line.para.footnote:
            continue
        if line.para.level:
            line.form = _form(line)
        elif _is_item(line, outlines):
            continue
        elif headings.is_heading(line.plain or line.label.text, line.label, line.look):
            # Beside headings by style, only what cannot be anything else.
            if not styled or (line.label and (line.label.keyword or _grand(line))):
                line.form = _form(line)
        elif begun and not styled and _stands_out(line, lines[n + 1 : n + 2]):
            line.form = "bare"
        begun = begun or bool(line.form) or len(line.plain) > 200


def _is_outline(line):
    return line.label.keyword or line.label.form in {"roman", "letter"}


def _lone_number(line):
    """A number that Word prints before an empty paragraph ("Chương I"); its title comes below."""
    return bool(line.para.label and line.label.keyword)


def _is_item(line, outlines):
    """An item of a plain list: without formatting, only outlines (I, 1, a) have headings."""
    if line.look.rich or not line.para.label or _is_outline(line):
        return False
    return line.para.sequence not in outlines or not line.para.depth


def _form(line):
    if line.label is None or not (line.label.rest or line.label.keyword):
        return "bare"
    return line.label.form


def _grand(line):
    return line.label.form == "roman" and headings.is_capitals(line.rest)


def _stands_out(line, following):
    """A centred bold line in capitals between paragraphs of text, no signature."""
    if not (line.look.bold and line.look.centred and headings.is_capitals(line.plain)):
        return False
    if len(line.plain) > headings.LONGEST_PLAIN or _SIGNING.match(fold(line.plain)):
        return False
    return any(other.plain and other.para.align == "" for other in following)


def _join_titles(entries):
    """ "Phần thứ nhất" and the title on the lines below it become one heading."""
    out, n = [], 0
    while n < len(entries):
        entry = entries[n]
        out.append(entry)
        n += 1
        if not isinstance(entry, Line) or not _lacks_title(entry):
            continue
        titles = []
        while n + len(titles) < len(entries) and len(titles) < _TITLE_LINES:
            following = entries[n + len(titles)]
            if not isinstance(following, Line) or not _is_title(entry, following, titles):
                break
            titles.append(following)
        while titles and not titles[-1].plain:
            titles.pop()
        entry.joined = tuple(titles)
        n += len(titles)
    return out


def _lacks_title(line):
    return line.form and line.label and line.label.keyword and not line.label.rest


def _is_title(line, following, before):
    if not following.plain:  # an empty line between the two
        extras = following.para.extras
        kept = extras.footnotes or extras.changes or following.para.pieces
        return not kept and not any(title.plain for title in before)
    if following.label or any(piece.kind == "picture" for piece in following.para.pieces):
        return False
    if len(following.plain) > headings.LONGEST or following.para.level != line.para.level:
        return False
    first = not any(title.plain for title in before)
    capitals = headings.is_capitals(following.plain)
    if not first:  # a title broken into lines goes on as it began
        begun = next(title for title in before if title.plain)
        alike = (following.look, headings.is_capitals(begun.plain)) == (begun.look, capitals)
        return alike and (following.look.centred or capitals)
    set_apart = following.look.bold or following.look.centred or capitals
    if line.look.rich:
        return bool(set_apart or line.para.level)
    return capitals or (len(following.plain) <= 120 and following.plain[-1] not in ".;:,")


def _set_levels(lines):
    found = [line for line in lines if line.form]
    forms = headings.settle_letters([line.label if line.form != "bare" else None for line in found])
    styled = {}
    for line, form in zip(found, forms, strict=True):
        if line.para.level and form not in {"bare", "list"}:
            styled.setdefault(form, line.para.level)
    typed = headings.levels([form for form in forms if form != "list"])
    for line, form in zip(found, forms, strict=True):
        if line.para.level:
            line.level = line.para.level
        elif styled:
            line.level = styled.get(form) or _beside(form, styled)
        else:
            line.level = typed.get(form, 1)
        line.level = min(line.level, MAX_LEVEL)


def _beside(form, styled):
    """The level of a form among headings by style: one below the next higher form."""
    higher = [
        level for other, level in styled.items() if headings.rank(other) < headings.rank(form)
    ]
    return max(higher, default=0) + 1


def _shallow(lines):
    """{list: its first level that no heading uses}: indents are counted from there."""
    found = {}
    for line in lines:
        if line.form and line.para.sequence is not None:
            key = line.para.sequence
            found[key] = max(found.get(key, 0), line.para.depth + 1)
    return found


# --- blocks ---------------------------------------------------------------------------------------


def _blocks(line, shallow):
    para = line.para
    pictures = [piece for piece in para.pieces if piece.kind == "picture"]
    words = trimmed([piece for piece in para.pieces if piece.kind != "picture"])
    if line.form:  # also of a number that stands alone
        drafts = [_heading(line)]
        for title in line.joined:
            para.extras.take(title.para.extras)
    elif para.footnote:
        label = line.label.text if line.label and para.label else ""
        drafts = [BlockDraft("footnote", 0, label, html_of(words), line.plain)]
    elif words and (line.plain or any(piece.kind == "note" for piece in words)):
        drafts = [_paragraph(line, words, shallow)]
    else:
        drafts = []
    drafts += _footnotes(para.extras)
    drafts += [_figure(picture) for picture in pictures]
    if not drafts:
        return [(None, para.extras)] if para.extras.changes or para.extras.legacy else []
    return [(drafts[0], para.extras), *((draft, Extras()) for draft in drafts[1:])]


def _heading(line):
    label = line.label
    titles = " ".join(title.plain for title in line.joined if title.plain)
    number = label.text if label and line.form != "bare" else ""
    text = " ".join(filter(None, (line.rest if number else line.plain, titles)))
    if not text or len(number) > LONGEST_NUMBER:
        number, text = "", f"{number} {text}".strip()
    draft = BlockDraft("heading", line.level, number, "", text, line.para.align)
    return replace(draft, html=_escaped(text))


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _paragraph(line, words, shallow):
    para, label = line.para, line.label
    number, indent = "", 0
    if para.label:
        if len(para.label) <= LONGEST_NUMBER:
            number = label.text
        indent = min(max(0, para.depth - shallow.get(para.sequence, 0)), MAX_INDENT)
    elif headings.is_safe(label) and len(label.text) <= LONGEST_NUMBER:
        number = label.text
        words = without(words, len(line.plain) - len(label.rest))
    return BlockDraft("paragraph", 0, number, html_of(words), line.plain, para.align, indent)


def _footnotes(extras):
    return [
        BlockDraft("footnote", 0, label, html or _escaped(label), "")
        for label, html in extras.footnotes
    ]


def _figure(piece):
    inner = html_of([replace(piece, href="", marks=frozenset())])
    return BlockDraft("figure", 0, "", f'<figure class="image">{inner}</figure>', "")


def _is_caption(line, out):
    """Puts a simple caption into the figure just before it; whether it did."""
    if not out or out[-1][0] is None or out[-1][0].kind != "figure" or not line.plain:
        return False
    draft, extras = out[-1]
    simple = all(piece.kind == "text" for piece in line.para.pieces)
    if not simple or "<figcaption>" in draft.html or len(line.plain) > 300 or line.form:
        return False
    if not (line.para.caption or _CAPTION.match(fold(line.plain))):
        return False
    words = f"{line.para.label} " if line.para.label else ""
    caption = f"<figcaption>{_escaped(words)}{html_of(line.para.pieces)}</figcaption></figure>"
    html = draft.html.removesuffix("</figure>") + caption
    extras.take(line.para.extras)
    out[-1] = (replace(draft, html=html), extras)
    return True

"""A comparison cut into pages of plain data, as they are stored and drawn. Pure.

Three views: FULL (every block), SHORT (changes, what stayed is folded), LIST (one line a change).
A page is kept small enough for a phone on a thin line, however long the document is.
"""

from documents.comparing import AWAY, FORMAT, GONE, KINDS, NEW, SAME, excerpt, label_of
from portal.common.diff import DELETE, EQUAL, INSERT

FULL, SHORT, LIST = "full", "short", "list"
VIEWS = (SHORT, FULL, LIST)
#: Bytes of one page without its frame, about.
BUDGET = 60_000
LIST_ROWS = 40
#: Sections named beside the text, at most; above that only the first level is.
MOST_SECTIONS = 60
_OF_CHANGE, _OF_BLOCK = 1500, 300
#: What a line of LIST keeps of its entry.
_LISTED = (
    *("kind", "block", "no", "pos", "id", "i", "ids", "old", "maybe"),
    *("added", "removed", "leads"),
)
_OF_MARK = 190  # hidden words around each marked run


def pages_of(comparison):
    """{"index": what stands on every page, FULL: [page], SHORT: [page], LIST: [page]}; JSON data.

    A page is a list of entries; each has "t": "row", "fold" or "section".
    """
    entries = [_row(row) for row in comparison.rows]
    number = 0
    for row, entry in zip(comparison.rows, entries, strict=True):
        if row.counts:
            number += 1
            entry["i"] = number
    full = _chunks(entries)
    page_of = {id(e): n for n, page in enumerate(full, start=1) for e in page}
    short = _chunks(_folded(comparison, entries, page_of))
    found = {FULL: full, SHORT: short, LIST: _listed(comparison, entries)}
    where = {view: _where(found[view]) for view in VIEWS}
    index = {
        "counts": {kind: comparison.counts.get(kind, 0) for kind in (*KINDS, FORMAT, SAME)},
        "added": comparison.added,
        "removed": comparison.removed,
        "changes": number,
        "pages": {view: len(found[view]) for view in VIEWS},
        "where": where,
        "sections": _sections(comparison, entries),
    }
    return {"index": index} | found


def _where(pages):
    """For each page the numbers of its first and last change, [0, 0] without one."""
    found = []
    for page in pages:
        numbers = [entry["i"] for entry in page if entry.get("i")]
        found.append([numbers[0], numbers[-1]] if numbers else [0, 0])
    return found


def page_with(where, number):
    """The page (from 1) that shows change `number`, or None."""
    for page, (first, last) in enumerate(where, start=1):
        if first and first <= number <= last:
            return page
    return None


def _row(row):
    block = row.block
    entry = {
        "t": "row",
        "kind": row.kind,
        "block": block.kind,
        "level": block.level,
        "align": block.align,
        "indent": block.indent,
        "number": block.number,
        "no": block.para_no if row.new is not None else None,
        "pos": block.pos,
        "id": _anchor(row),
        "ids": [b.pk for b in (row.new, *row.old) if b is not None],
    }
    if row.old:
        entry["old"] = [_place(b) for b in row.old]
        if row.new is not None and len(row.old) == 1 and row.old[0].number != block.number:
            entry["old_number"] = row.old[0].number
    if row.kind == AWAY:
        entry["to"] = _place(row.new)
        return entry
    if row.maybe:
        entry["maybe"] = [_place(b) for b in row.maybe]
    if row.counts:
        entry |= {"added": row.added, "removed": row.removed, "leads": row.leads}
    if block.kind == "table" and row.runs:
        entry["cells"] = row.runs
    if row.html:
        entry["html"] = row.html
    elif row.runs and block.kind != "table":
        entry["runs"] = row.runs
        entry["differs"] = any(op != EQUAL and text.strip() for op, text in row.runs)
    else:
        entry["html"] = block.html
        if row.runs or (row.kind in KINDS and block.kind == "figure" and row.new and row.old):
            entry["was_html"] = row.old[0].html
    return entry


def _anchor(row):
    if row.kind == AWAY:
        return f"roi-{row.old[0].pos}"
    return f"bo-{row.old[0].pos}" if row.kind == GONE else row.new.anchor


def _place(block):
    """How a block of either edition is named and found."""
    return {"no": block.para_no, "pos": block.pos, "id": block.anchor, "kind": block.kind,
            "label": label_of(block)[:80] if block.kind == "heading" else ""}  # fmt: skip


def _weight(entry):
    if entry["t"] != "row":
        return _OF_BLOCK
    weight = _OF_CHANGE if entry.get("i") else _OF_BLOCK
    for op, text in entry.get("runs", ()):
        weight += len(text.encode()) + (op != EQUAL) * _OF_MARK
    return weight + len(entry.get("html", "").encode()) + len(entry.get("was_html", "").encode())


def _chunks(entries):
    """Pages of about BUDGET; a heading begins one where the page before is nearly full."""
    pages, page, room = [], [], BUDGET
    for entry in entries:
        weight = _weight(entry)
        heads = entry.get("block") == "heading" and entry.get("level", 9) <= 2
        if page and (weight > room or (heads and room < BUDGET * 0.25)):
            pages.append(page)
            page, room = [], BUDGET
        page.append(entry)
        room -= weight
    return [*pages, page] if page or not pages else pages


def _folded(comparison, entries, page_of):
    """The entries of SHORT: changes with the headings above them, the rest folded."""
    needed = {h.pk for s in comparison.sections if s.counts for h in s.path}
    out, run = [], []
    for row, entry in zip(comparison.rows, entries, strict=True):
        heads = row.new is not None and row.kind != AWAY and row.new.pk in needed
        if row.counts or row.kind == AWAY or heads:
            out += _fold(run, page_of)
            run = []
            out.append(entry)
        else:
            run.append(entry)
    return out + _fold(run, page_of)


def _fold(run, page_of):
    if not run:
        return []
    numbers = [entry["no"] for entry in run if entry["no"]]
    return [{
        "t": "fold",
        "first": numbers[0] if numbers else None,
        "last": numbers[-1] if numbers else None,
        "many": len(numbers) or len(run),
        "format": sum(entry["kind"] == FORMAT for entry in run),
        "page": page_of[id(run[0])],
        "id": run[0]["id"],
    }]  # fmt: skip


def _listed(comparison, entries):
    """Pages of LIST: one line a change, under the names of their sections."""
    pages, page, rows, section = [], [], 0, None
    for row, entry in zip(comparison.rows, entries, strict=True):
        if not row.counts:
            continue
        if rows == LIST_ROWS:
            pages.append(page)
            page, rows, section = [], 0, None
        if row.section != section:
            section = row.section
            found = comparison.sections[section]
            above = [label_of(h) for h in found.path[:-1]]
            many = sum(found.counts.values())
            page.append({"t": "section", "name": found.label, "above": above, "many": many})
        short = {name: entry[name] for name in _LISTED if name in entry}
        page.append({"t": "row", "runs": excerpt(_all_runs(row)), **short})
        rows += 1
    return [*pages, page]


def _all_runs(row):
    if row.kind == NEW:
        return [(INSERT, row.new.plain)]
    if row.kind == GONE:
        return [(DELETE, row.old[0].plain)]
    return row.runs or [(EQUAL, row.block.plain)]


def _sections(comparison, entries):
    """The sections with changes, those below rolled up into the ones that are named."""
    first = {}
    for row, entry in zip(comparison.rows, entries, strict=True):
        if row.counts:
            first.setdefault(row.section, entry["i"])
    for most in (2, 1):
        found = {}
        for number, section in enumerate(comparison.sections):
            many = sum(section.counts.values())
            if not many:
                continue
            named = [h for h in section.path if h.level <= most] or section.path[:1]
            key = named[-1].pk if named else None
            if key not in found:
                found[key] = {
                    "label": label_of(named[-1]) if named else "",
                    "level": named[-1].level if named else 1,
                    "many": 0,
                    "i": first.get(number),
                }
            found[key]["many"] += many
        if len(found) <= MOST_SECTIONS:
            break
    return list(found.values())[:MOST_SECTIONS]

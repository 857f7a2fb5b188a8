"""What differs between the texts of two editions, block by block and word by word. Pure.

Which block became which is given (`documents.queries.between`); here it is only read: nothing is
matched by its looks. What may be one passage but was not decided yet stays gone and new, marked.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from documents.comparing_tables import compare_tables
from documents.order import longest_rising
from portal.common.diff import DELETE, EQUAL, INSERT, count_words, word_diff

SAME, FORMAT, EDITED, MOVED, MOVED_EDITED = "same", "format", "edited", "moved", "moved_edited"
SPLIT, MERGED, NEW, GONE = "split", "merged", "new", "gone"
#: Where a passage stood that is shown at its new place; no change of its own.
AWAY = "away"
#: In the order in which they are counted for readers.
KINDS = (EDITED, MOVED, MOVED_EDITED, SPLIT, MERGED, NEW, GONE)

_TABLE, _FIGURE, _HEADING = "table", "figure", "heading"


@dataclass
class Change:
    """One row of a comparison: a block of the new edition, or a block that is gone.

    Attributes:
        kind: one of KINDS, or SAME; FORMAT (the words are the same; number, level or how it is
            set differ); AWAY (`new` is where the block of `old` stands now).
        old: the blocks it comes from, in their order.
        new: the block of the new edition; None where it is gone.
        runs: the words, as `word_diff`; empty where they are all the same, all new or all gone.
        html: of a table of the same shape: the new one, changed cells marked. May be empty.
        section: where it is read, an index of `Comparison.sections`.
        group: rows of one split or merger have the same; `leads` the first of them.
        maybe: blocks of the other edition that may be the same passage; a person has to decide.
    """

    kind: str
    old: list = field(default_factory=list)
    new: object = None
    runs: list = field(default_factory=list)
    html: str = ""
    section: int = 0
    group: int = 0
    leads: bool = True
    maybe: list = field(default_factory=list)

    @property
    def block(self):
        """The block to show: the new one, or the one that is gone."""
        return self.new if self.new is not None else self.old[0]

    @property
    def counts(self):
        """Whether it is a change of words or place that readers are told of."""
        return self.kind in KINDS

    @property
    def added(self):
        """Words that only the new edition has."""
        if self.kind == NEW:
            return count_words(self.new.plain)
        return _words(self.runs, INSERT)

    @property
    def removed(self):
        """Words that only the old edition has."""
        if self.kind == GONE:
            return count_words(self.old[0].plain)
        return _words(self.runs, DELETE)

    @property
    def old_text(self):
        return "\n".join(block.plain for block in self.old)


@dataclass
class Section:
    """A heading of the new edition with the headings above it; `heading` None before the first."""

    heading: object = None
    path: list = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)

    @property
    def level(self):
        return self.heading.level if self.heading else 0

    @property
    def label(self):
        return label_of(self.heading) if self.heading else ""


@dataclass
class Comparison:
    """Rows in the order of reading the new edition; what is gone stands where it was."""

    rows: list
    sections: list
    counts: Counter
    added: int
    removed: int

    @property
    def changes(self):
        return [row for row in self.rows if row.counts]


def label_of(heading):
    """ "I. Bối cảnh" of a heading."""
    return f"{heading.number} {heading.plain}".strip()


def compare(old, new, passages, undecided=()):
    """The Comparison of two editions.

    Args:
        old, new: their blocks in order (id, pos, kind, level, number, html, plain).
        passages: what became of them (source_id, target_id, moved), as `queries.between` tells.
        undecided: [(id of an old block, id of a new one)] that wait for a person.
    """
    olds, news = {b.pk: b for b in old}, {b.pk: b for b in new}
    groups = _groups(olds, news, passages)
    moved = _moved(groups, passages)
    row_of, home = {}, {}
    for number, (sources, targets) in enumerate(groups, start=1):
        astray = number in moved
        rows = _rows(sources, targets, astray)
        for row in rows:
            row.group = number
            row_of[row.new.pk] = row
        if not astray:
            for source in sources:
                home[source.pk] = targets[-1].pk
    for block in new:
        row_of.setdefault(block.pk, Change(NEW, [], block))
    leading, after = _left(old, home, groups, moved)
    rows = leading + [r for b in new for r in (row_of[b.pk], *after.get(b.pk, ()))]
    _mark_undecided(rows, olds, news, undecided)
    sections = _sections(rows)
    counts = Counter(row.kind for row in rows if row.kind != AWAY and row.leads)
    changed = [row for row in rows if row.counts]
    return Comparison(
        rows, sections, counts, sum(r.added for r in changed), sum(r.removed for r in changed)
    )


def _groups(olds, news, passages):
    """[(old blocks, new blocks)] that hang together, by the first new one."""
    targets_of, sources_of = defaultdict(list), defaultdict(list)
    for passage in passages:
        if passage.source_id in olds and passage.target_id in news:
            targets_of[passage.source_id].append(passage.target_id)
            sources_of[passage.target_id].append(passage.source_id)
    seen, groups = set(), []
    for pk in news:
        if pk in seen or pk not in sources_of:
            continue
        sources, targets, open_ = set(), {pk}, [pk]
        while open_:
            for source in sources_of[open_.pop()]:
                sources.add(source)
                further = [t for t in targets_of[source] if t not in targets]
                targets.update(further)
                open_ += further
        seen |= targets
        groups.append(
            (
                sorted((olds[s] for s in sources), key=lambda b: b.pos),
                sorted((news[t] for t in targets), key=lambda b: b.pos),
            )
        )
    return groups


def _moved(groups, passages):
    """Numbers (from 1) of the groups that did not keep their place: told so, or out of order."""
    told = {(p.source_id, p.target_id) for p in passages if p.moved or p.kind == "moved"}
    astray, kept = set(), []
    for number, (sources, targets) in enumerate(groups, start=1):
        if len(sources) == len(targets) == 1 and (sources[0].pk, targets[0].pk) in told:
            astray.add(number)
        else:
            kept.append((sources[0].pos, number))
    rising = set(longest_rising([pos for pos, _number in kept]))
    return astray | {number for pos, number in kept if pos not in rising}


def _rows(sources, targets, moved):
    if len(sources) == len(targets) == 1:
        return [_pair(sources[0], targets[0], moved)]
    kind = SPLIT if len(sources) < len(targets) else MERGED
    old = "\n".join(block.plain for block in sources)
    new = "\n".join(block.plain for block in targets)
    pieces = _cut(word_diff(old, new, smooth=True), len(targets))
    return [
        Change(kind, sources, target, runs, leads=n == 0)
        for n, (target, runs) in enumerate(zip(targets, pieces, strict=True))
    ]


def _cut(runs, many):
    """Runs over several new paragraphs, apart; what was deleted stays with the one it follows."""
    pieces = [[]]
    for op, text in runs:
        if op == DELETE:
            pieces[-1].append((op, text))
            continue
        first, *others = text.split("\n")
        if first:
            pieces[-1].append((op, first))
        for line in others:
            pieces.append([(op, line)] if line else [])
    return pieces + [[] for _ in range(many - len(pieces))]


def _pair(old, new, moved):
    row = Change(SAME, [old], new)
    edited = old.plain != new.plain
    if edited and old.kind == new.kind == _TABLE:
        row.runs, row.html = compare_tables(old.html, new.html)
    elif edited:
        row.runs = word_diff(old.plain, new.plain, smooth=True)
    # A picture says what it shows by its file, not by words.
    edited = edited or (new.kind == _FIGURE and old.html != new.html)
    if moved:
        row.kind = MOVED_EDITED if edited else MOVED
    elif edited:
        row.kind = EDITED
    elif _set(old) != _set(new):
        row.kind = FORMAT
    return row


def _set(block):
    return (
        block.kind, block.level, block.number, getattr(block, "align", ""),
        getattr(block, "indent", 0), block.html,
    )  # fmt: skip


def _left(old, home, groups, moved):
    """(rows before all, {new block id: rows after it}) of what is not where it was."""
    now = {
        source.pk: targets[0]
        for number, (sources, targets) in enumerate(groups, start=1)
        if number in moved
        for source in sources
    }
    leading, after = [], defaultdict(list)
    place = leading
    for block in old:
        if block.pk in home:
            place = after[home[block.pk]]
        elif block.pk in now:
            place.append(Change(AWAY, [block], now[block.pk]))
        else:
            place.append(Change(GONE, [block]))
    return leading, after


def _mark_undecided(rows, olds, news, undecided):
    gone = {row.old[0].pk: row for row in rows if row.kind == GONE}
    came = {row.new.pk: row for row in rows if row.kind == NEW}
    for source, target in undecided:
        if source in gone and target in came:
            gone[source].maybe.append(news[target])
            came[target].maybe.append(olds[source])


def _sections(rows):
    """The sections of the new edition; every row is told its own, every section its counts."""
    sections, above = [Section()], []
    for row in rows:
        block = row.new
        if block is not None and row.kind != AWAY and block.kind == _HEADING:
            above = [h for h in above if h.level < block.level]
            sections.append(Section(block, [*above, block]))
            above = [*above, block]
        row.section = len(sections) - 1
        if row.counts and row.leads:
            sections[-1].counts[row.kind] += 1
    return sections


def _words(runs, op):
    return sum(count_words(text) for o, text in runs if o == op)


def excerpt(runs, most=160):
    """The runs around the first change, for a list: about `most` letters of them."""
    first = next((n for n, (op, _text) in enumerate(runs) if op != EQUAL), 0)
    out, room = [], most
    if first and runs[first - 1][0] == EQUAL:
        before = runs[first - 1][1]
        out.append((EQUAL, before if len(before) <= 50 else "… " + before[-50:].partition(" ")[2]))
    for op, text in runs[first:]:
        if len(text) > room:
            return [*out, (op, text[:room].rpartition(" ")[0] + " …")]
        out.append((op, text))
        room -= len(text)
    return out

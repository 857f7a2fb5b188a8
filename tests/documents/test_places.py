"""No opinion ever loses its place: five editions with edits, moves, splits, merges, deletions and
lookalikes, made and aligned through the real actions.

The writer of the test knows which block came of which. The person who aligns is right whenever they
confirm, but leaves out or rejects what they like; what is certain without them must be right too.
"""

import random
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents import actions, queries
from documents.models import BlockLink
from feedback.models import Opinion
from feedback.passages import attach_standing
from tests.documents.chains import paragraphs
from tests.documents.factories import make_document, office, publish

pytestmark = pytest.mark.django_db

WORDS = """
ruộng biển chợ đường cầu lúa rừng trường thuyền lò gốm vải chè muối đò bến thôn xóm phố cảng điện
nước giếng kênh đập mưa nắng gió cát sỏi đá vôi gạch ngói tre nứa mây cói dệt thêu nghề thợ học dạy
khám chữa thuốc bệnh sách báo đài loa hội đoàn quỹ vốn thuế phí giá hàng
""".split()  # noqa: SIM905
OPS = ("edit", "move", "split", "merge", "delete", "insert", "lookalike")


class Writer:
    """A text that is rewritten again and again, and which block came of which.

    A block is a list of sentences; `came` holds, for each step, the true (old, new) positions.
    """

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.used = set()
        self.blocks = [self.block() for _ in range(6)]
        self.came = []

    def sentence(self):
        while True:
            words = " ".join(self.rng.choice(WORDS) for _ in range(7))
            if words not in self.used:
                self.used.add(words)
                return words.capitalize() + "."

    def block(self):
        return [self.sentence(), self.sentence()]

    def changed(self, block):
        """The same with one word of one sentence replaced."""
        at = self.rng.randrange(len(block))
        while True:
            words = block[at].removesuffix(".").split()
            words[self.rng.randrange(len(words))] = self.rng.choice(WORDS)
            text = " ".join(words)
            if text.lower() not in self.used:
                self.used.add(text.lower())
                return [*block[:at], text.capitalize() + ".", *block[at + 1 :]]

    def rewrite(self, ops):
        """The next edition; each op strikes a block at random."""
        rows = [(block, {i}) for i, block in enumerate(self.blocks)]
        for op in ops:
            at = self.rng.randrange(len(rows)) if rows else 0
            rows = getattr(self, f"do_{op}")(rows, at) or [(self.block(), set())]
        self.blocks = [block for block, _came in rows]
        self.came.append({(old, new) for new, (_b, came) in enumerate(rows) for old in came})

    def do_edit(self, rows, at):
        block, came = rows[at]
        return [*rows[:at], (self.changed(block), came), *rows[at + 1 :]]

    def do_move(self, rows, at):
        rest = rows[:at] + rows[at + 1 :]
        rest.insert(self.rng.randrange(len(rest) + 1), rows[at])
        return rest

    def do_split(self, rows, at):
        block, came = rows[at]
        if len(block) < 2:
            return rows
        return [*rows[:at], (block[:1], came), (block[1:], set(came)), *rows[at + 1 :]]

    def do_merge(self, rows, at):
        if at + 1 >= len(rows) or len(rows[at][0]) + len(rows[at + 1][0]) > 6:
            return rows
        (one, came), (other, came_too) = rows[at], rows[at + 1]
        return [*rows[:at], (one + other, came | came_too), *rows[at + 2 :]]

    def do_delete(self, rows, at):
        return rows[:at] + rows[at + 1 :]

    def do_insert(self, rows, at):
        return [*rows[:at], (self.block(), set()), *rows[at:]]

    def do_lookalike(self, rows, at):
        """A sentence that only looks like one that stands, or like one that goes, elsewhere."""
        copy = (self.changed(rows[at][0]), set())
        if self.rng.random() < 0.5:
            rows = rows[:at] + rows[at + 1 :]
        rows = list(rows)
        rows.insert(self.rng.randrange(len(rows) + 1), copy)
        return rows

    def html(self):
        return paragraphs(" ".join(block) for block in self.blocks)


def decide(rng, edition, staff, old, new, came):
    """The person confirms some of what is true, rejects some, leaves the rest."""
    at = {pk: i for i, pk in enumerate(old)}, {pk: i for i, pk in enumerate(new)}

    def proposed():
        links = BlockLink.objects.filter(target__edition=edition, state="proposed")
        return {(at[0][x.source_id], at[1][x.target_id]): x for x in links}

    waiting = proposed()
    by_source, by_target = defaultdict(set), defaultdict(set)
    for source, target in came & waiting.keys():
        by_source[source].add(target)
        by_target[target].add(source)
    for source, target in sorted(came & waiting.keys()):
        choice = rng.choice(("confirm", "reject", "leave"))
        if choice == "leave":
            continue
        group = {(source, t) for t in by_source[source]} | {(s, target) for s in by_target[target]}
        if len(by_source[source]) > 1 and len(by_target[target]) > 1:
            group = {(source, target)}
        now = proposed()
        if not group <= now.keys():
            continue
        expected = {now[pair].pk: "proposed" for pair in group}
        verb = actions.confirm_link if choice == "confirm" else actions.reject_link
        verb(actor=staff, edition=edition, expected=expected)
    for pair, link in proposed().items():
        if pair not in came and rng.random() < 0.5:
            actions.reject_link(actor=staff, edition=edition, expected={link.pk: "proposed"})


def links_of(ids):
    """({old: {new}} that stand, {old} that wait), over all editions, straight from the rows."""
    standing, waiting = defaultdict(set), defaultdict(set)
    for link in BlockLink.objects.filter(source__in=ids):
        if link.state in ("certain", "confirmed"):
            standing[link.source_id].add(link.target_id)
        elif link.state == "proposed":
            waiting[link.source_id].add(link.target_id)
    return standing, waiting


def descend(pk, goal, ways):
    """All blocks of `goal` that `ways` lead to from `pk`, and all blocks met on the way."""
    met, reached = {pk}, {pk}
    while reached - goal:
        reached = {to for at in reached - goal for to in ways.get(at, ())} | (reached & goal)
        met |= reached
    return reached & goal, met


def expected_place(pk, goal, standing, waiting):
    arrived, met = descend(pk, goal, standing)
    if pk in goal:
        return "here", {pk}
    if arrived:
        back = defaultdict(set)
        for source, targets in standing.items():
            for target in targets:
                back[target].add(source)
        alone = all(
            len(standing[at]) == 1 and all(len(back[to]) == 1 for to in standing[at])
            for at in met - goal
        )
        return ("inherited" if alone else "successors"), arrived
    return ("unclear" if any(waiting.get(at) for at in met - goal) else "gone"), set()


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    seed=st.integers(0, 2**32 - 1),
    rewritings=st.lists(
        st.lists(st.sampled_from(OPS), min_size=2, max_size=7), min_size=4, max_size=4
    ),
    withdrawn=st.sampled_from([None, 1, 2, 3]),
)
def test_no_opinion_loses_its_place_over_five_editions(seed, rewritings, withdrawn):
    five_editions(seed, rewritings, withdrawn)


def test_the_generator_reaches_every_kind_of_place():
    rewritings = [["edit", "split", "delete", "merge", "lookalike", "edit", "move"]] * 4
    kinds = set().union(*(five_editions(seed, rewritings, None) for seed in range(4)))
    assert kinds == {"here", "inherited", "successors", "gone", "unclear"}


def five_editions(seed, rewritings, withdrawn):
    """Make them and look at every place of every block; the kinds of places that were met."""
    writer, rng = Writer(seed), random.Random(seed + 1)
    agency, staff, approver = office()
    document = make_document(staff, agency, html=writer.html())
    editions = [publish(document, staff, approver)]
    ids = [blocks_of(editions[0])]
    for ops in rewritings:
        writer.rewrite(ops)
        actions.start_edition(actor=staff, document=document, html=writer.html())
        edition = document.editions.get(state="editing")
        edition = actions.submit(actor=staff, edition=edition)
        ids.append(blocks_of(edition))
        decide(rng, edition, staff, ids[-2], ids[-1], writer.came[-1])
        editions.append(actions.publish(actor=approver, edition=edition))
    if withdrawn:
        editions[withdrawn].refresh_from_db()
        editions[withdrawn] = actions.withdraw(
            actor=approver, edition=editions[withdrawn], reason="Nhầm bản."
        )
    everything = [pk for row in ids for pk in row]
    standing, waiting = links_of(everything)
    truth = defaultdict(set)
    for step, came in enumerate(writer.came):
        for old, new in came:
            truth[ids[step][old]].add(ids[step + 1][new])
    for source, targets in standing.items():
        assert targets <= truth[source]  # nothing stands that only looks alike

    kinds = set()
    for n, goal in enumerate(editions):
        here = set(ids[n])
        written = [pk for row in ids[: n + 1] for pk in row]
        found = queries.places(written, goal)
        assert set(found) == set(written)  # every opinion is somewhere
        for pk in written:
            place = found[pk]
            kind, arrived = expected_place(pk, here, standing, waiting)
            kinds.add(kind)
            assert (place.kind, {b.pk for b in place.blocks}) == (kind, arrived)
            assert arrived <= descend(pk, here, truth)[0]
            assert bool(arrived) == (kind in {"here", "inherited", "successors"})
    assert_opinions(document, editions, ids, staff)
    assert_between(editions, ids, standing)
    return kinds


def blocks_of(edition):
    return list(edition.blocks.order_by("pos").values_list("pk", flat=True))


def assert_opinions(document, editions, ids, reader):
    """What feedback says of an opinion on each block of each edition: one thing, with its words."""
    blocks = {b.pk: b for e in editions for b in e.blocks.select_related("edition__document")}
    opinions = [Opinion(block=b, edition=b.edition, quote=b.plain) for b in blocks.values()]
    attach_standing(opinions, reader)
    newest = editions[-1]
    for opinion in opinions:
        now = opinion.standing
        if opinion.edition.n == newest.n:
            assert (now.kind, [b.pk for b in now.blocks]) == ("here", [opinion.block_id])
        else:
            assert now.kind in {"inherited", "successors", "gone", "unclear"}
        assert {b.pk for b in now.blocks} <= set(ids[-1])
        assert bool(now.blocks) == (now.kind in {"here", "inherited", "successors"})
        assert now.edition == newest
        assert opinion.quote == blocks[opinion.block_id].plain


def assert_between(editions, ids, standing):
    """`between` tells of every block of both editions, by the same links."""
    last = set(ids[-1])
    told = queries.between(editions[0], editions[-1])
    pairs = {(p.source_id, p.target_id) for p in told if p.source_id and p.target_id}
    assert pairs == {(pk, to) for pk in ids[0] for to in descend(pk, last, standing)[0]}
    assert {p.source_id for p in told} - {None} == set(ids[0])
    assert {p.target_id for p in told} - {None} == last

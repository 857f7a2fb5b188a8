"""A link, the reasons to doubt it, and which links kept their order."""

import bisect
from collections import Counter
from dataclasses import dataclass, replace

#: Why a person should look, by code; pages give them words.
DOUBTS = (
    "numbers",  # another figure
    "negation",  # "không", "chưa", … came or went
    "repeated",  # the same text stands several times
    "lookalike",  # another passage is nearly as like
    "marks",  # the words differ by their marks only
    "rewritten",  # few words are the same
    "kind",  # a heading became a paragraph or the other way round
    "elsewhere",  # changed and in another place at once
    "short",  # too few words to tell
    "heading",  # another title over the same passages
    "picture",  # another picture
)


@dataclass(frozen=True)
class Link:
    """`source` and `target` are positions in the two lists given to `propose`.

    kind: "same" (the same words in their place), "edited", "moved" (out of order, changed or not),
    "split", "merged". score: 0..1, how sure; 1 only where certain. state: "certain" or "proposed".
    doubts: codes of DOUBTS.
    """

    source: int
    target: int
    kind: str
    score: float
    state: str = "certain"
    doubts: tuple[str, ...] = ()

    def of_kind(self, kind):
        """The same link as another kind."""
        return replace(self, kind=kind)


def kind_of(source, target, stayed):
    """The kind of a link one to one between two prepared texts."""
    if not stayed:
        return "moved"
    return "same" if source.exact == target.exact and source.kind == target.kind else "edited"


def doubts_between(sources, targets):
    """Codes of what weighs between prepared texts: a figure, a negation, marks, the kind."""
    out = []
    if _sum(sources, "numbers") != _sum(targets, "numbers"):
        out.append("numbers")
    if _sum(sources, "negations") != _sum(targets, "negations"):
        out.append("negation")
    if len(sources) == len(targets) == 1:
        one, other = sources[0], targets[0]
        spelled_apart = one.key[2] != other.key[2] and one.kind != "table"
        if spelled_apart and one.folded == other.folded:
            out.append("marks")
        if one.kind != other.kind:
            out.append("kind")
        if one.pictures != other.pictures:
            out.append("picture")
    return tuple(out)


def _sum(texts, name):
    total = Counter()
    for text in texts:
        total.update(getattr(text, name))
    return total


def in_order(weighted):
    """The pairs of the heaviest chain of (source, target, weight) that rises on both sides."""
    pairs = sorted(weighted, key=lambda pair: (pair[1], -pair[0]))
    ranks = sorted({source for source, _target, _weight in pairs})
    best = [(0, None)] * (len(ranks) + 1)  # a Fenwick tree of (weight of a chain, its last pair)
    before, last = [None] * len(pairs), (0, None)
    for here, (source, _target, weight) in enumerate(pairs):
        rank = bisect.bisect_left(ranks, source)
        found, i = (0, None), rank
        while i > 0:
            if best[i][0] > found[0]:
                found = best[i]
            i -= i & -i
        before[here] = found[1]
        chain = (found[0] + weight, here)
        i = rank + 1
        while i < len(best):
            if chain[0] > best[i][0]:
                best[i] = chain
            i += i & -i
        if chain[0] > last[0]:
            last = chain
    stayed, here = set(), last[1]
    while here is not None:
        stayed.add(pairs[here][:2])
        here = before[here]
    return stayed

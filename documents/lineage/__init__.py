"""Proposing how the blocks of one edition became those of the next. Pure.

What is beyond doubt is linked as certain (`certain`). For the rest the likeliest pairs and groups
are proposed with a score and with reasons to doubt them (`likely`); a person decides. A lookalike
sentence is never certain, and where two candidates are close the proposal says so.
"""

from documents.lineage.certain import certain_pairs
from documents.lineage.likely import likely_links
from documents.lineage.links import DOUBTS, Link, doubts_between, in_order, kind_of
from documents.lineage.texts import Prepared, similarity

__all__ = ["DOUBTS", "Link", "doubts_between", "nearest", "propose", "relation", "similarity"]


def propose(old, new, confirmed=(), rejected=()):
    """Links between two lists of blocks (anything with kind, level, number, plain, html).

    Each block has at most one link, or belongs to one group ("split": one source, several targets;
    "merged": several sources, one target); a block without a link is gone or new.

    Args:
        confirmed: (source, target) positions a person linked; their blocks are not proposed again.
        rejected: (source, target) positions that are not to be linked.

    Returns:
        list[Link], sorted by target, then source; those of `confirmed` are not among them.
    """
    texts = Prepared(old, new)
    closed = [set(), set()]
    for source, target in confirmed:
        closed[0].add(source)
        closed[1].add(target)
    rejected = set(rejected)
    certain = certain_pairs(texts, closed, rejected)
    found = likely_links(texts, certain, set(confirmed), rejected)
    stayed = in_order(
        [(s, t, 2) for s, t in certain]
        + [(s, t, 2) for s, t in confirmed]
        + [(link.source, link.target, 1) for link in found if link.kind not in GROUPS]
    )
    links = [
        Link(s, t, kind_of(texts.old[s], texts.new[t], (s, t) in stayed), 1.0) for s, t in certain
    ]
    for link in found:
        pair = link.source, link.target
        if link.kind not in GROUPS:
            here = kind_of(texts.old[link.source], texts.new[link.target], pair in stayed)
            link = link.of_kind(here)
        links.append(link)
    return sorted(links, key=lambda link: (link.target, link.source))


GROUPS = frozenset({"split", "merged"})


def relation(source, target, stayed=True):
    """The kind of a link one to one between two blocks: "same", "edited" or "moved"."""
    texts = Prepared([source], [target])
    return kind_of(texts.old[0], texts.new[0], stayed)


def nearest(block, others, most=8):
    """[(position in `others`, similarity)] of those most like `block`, the best first."""
    texts = Prepared([block], others)
    mine = texts.old[0]
    scored = [(i, similarity(mine, text)) for i, text in enumerate(texts.new)]
    scored.sort(key=lambda row: (-row[1], row[0]))
    return [row for row in scored[:most] if row[1] > 0.2]

"""Proposals for what is not certain: pairs, groups (split, merged), headings with a new title."""

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass

from documents.lineage.index import Index
from documents.lineage.links import Link, doubts_between, in_order
from documents.lineage.texts import common, contained, similarity

#: So many are compared with each text; of long ones, which take longer, fewer.
_SHARING, _SHARING_LONG, _LONG = 8, 3, 400
#: In gaps of so many pairs all are looked at; in larger ones those around the same share of it.
_SMALL_GAP, _AROUND, _AROUND_LONG = 100, 4, 1
_TWINS = 64
_IN_PLACE, _ELSEWHERE, _ELSEWHERE_WORDS = 0.42, 0.6, 6
#: A piece stands with so much of its words in the whole; one beside a piece may have been added to.
_PIECE, _PIECE_GROWN, _PIECE_WORDS, _MOST_PIECES = 0.6, 0.35, 2, 12
#: The group is so much like the whole, and by so much more than its best piece (or covers more).
_WHOLE, _GAIN, _COVER = 0.68, 0.06, 0.2
_CLOSE = 0.12
_MOST_SURE = 0.98


@dataclass(frozen=True)
class Candidate:
    """Sources and targets that may belong together; `rank` orders, `alike` is told."""

    rank: float
    alike: float
    sources: tuple[int, ...]
    targets: tuple[int, ...]

    @property
    def kind(self):
        if len(self.targets) > 1:
            return "split"
        return "merged" if len(self.sources) > 1 else "edited"


def likely_links(texts, certain, confirmed, rejected):
    """Links (state "proposed") among the blocks that are in none of the given pairs."""
    return _Proposals(texts, certain, confirmed, rejected).run()


class _Proposals:
    def __init__(self, texts, certain, confirmed, rejected):
        self.texts, self.old, self.new = texts, texts.old, texts.new
        self.rejected = rejected
        fixed = [*certain, *confirmed]
        self.to = dict(fixed)
        shut = {s for s, _t in fixed}, {t for _s, t in fixed}
        self.free = (
            {i for i, t in enumerate(self.old) if i not in shut[0] and t.words},
            {j for j, t in enumerate(self.new) if j not in shut[1] and t.words},
        )
        # The anchors that kept their order part both texts into gaps.
        chain = sorted(in_order([(s, t, 1) for s, t in certain]))
        self.anchors = [s for s, _t in chain], [t for _s, t in chain]
        self.alike = {}
        self.renamed = set()
        self.count = Counter(t.key for t in self.old), Counter(t.key for t in self.new)
        self.links = []

    def run(self):
        if not self.free[0] or not self.free[1]:
            return []
        pairs = self._pairs()
        self._measure(pairs)
        chosen = self._choose([*self._groups(), *self._singles()])
        self._leftovers(chosen)
        self._headings(chosen)
        for candidate in chosen:
            self._write(candidate)
        return self.links

    # Where things stand

    def gap(self, side, at):
        """The number of the gap between anchors that a position lies in."""
        return bisect_right(self.anchors[side], at)

    def place(self, source, target):
        """0..1: how well the places of two blocks agree."""
        agreed = 0.5 if self.gap(0, source) == self.gap(1, target) else 0.0
        agreed += 0.25 * (self.to.get(source - 1, -2) == target - 1)
        agreed += 0.25 * (self.to.get(source + 1, -2) == target + 1)
        over, over_new = self.texts.parents[0][source], self.texts.parents[1][target]
        if over is not None and self.to.get(over) == over_new:
            agreed += 0.2
        one, other = self.old[source].number, self.new[target].number
        agreed += 0.1 * bool(one and one == other)
        return min(agreed, 1.0)

    # Candidates

    def _pairs(self):
        free_old, free_new = sorted(self.free[0]), sorted(self.free[1])
        pairs = set()
        for side, asking, asked in ((0, free_old, free_new), (1, free_new, free_old)):
            others = [(self.new, self.old)[side][i] for i in asked]
            index = Index(others)
            for i in asking:
                text = (self.old, self.new)[side][i]
                most = _SHARING if len(text.words) < _LONG else _SHARING_LONG
                for k in index.sharing(text, most):
                    pairs.add((i, asked[k]) if side == 0 else (asked[k], i))
        pairs |= self._in_gaps(free_old, free_new)
        pairs |= self._twins(free_old, free_new)
        return {pair for pair in pairs - self.rejected if self._comparable(*pair)}

    def _in_gaps(self, free_old, free_new):
        rows, columns = defaultdict(list), defaultdict(list)
        for i in free_old:
            rows[self.gap(0, i)].append(i)
        for j in free_new:
            columns[self.gap(1, j)].append(j)
        pairs = set()
        for number, here in rows.items():
            there = columns.get(number, [])
            pairs |= self._across(here, there, _SMALL_GAP)
        return pairs

    def _twins(self, free_old, free_new):
        """Equal texts that stand more than once: those at hand, or those of the same rank."""
        at = defaultdict(lambda: ([], []))
        for i in free_old:
            at[self.old[i].key][0].append(i)
        for j in free_new:
            at[self.new[j].key][1].append(j)
        pairs = set()
        for here, there in at.values():
            pairs |= self._across(here, there, _TWINS)
        return pairs

    def _across(self, here, there, small):
        """All pairs of two short lists; of long ones those at about the same share of both."""
        if not there or len(here) * len(there) <= small:
            return {(i, j) for i in here for j in there}
        scale = len(there) / len(here)
        pairs = set()
        for place, i in enumerate(here):
            middle = int(place * scale)
            around = _AROUND if len(self.old[i].words) < _LONG else _AROUND_LONG
            near = there[max(0, middle - around) : middle + around + 1]
            pairs.update((i, j) for j in near)
        return pairs

    def _comparable(self, source, target):
        one, other = self.old[source].kind, self.new[target].kind
        return one == other or {one, other} == {"heading", "paragraph"}

    def _measure(self, pairs):
        self.of_source, self.of_target = defaultdict(list), defaultdict(list)
        for source, target in pairs:
            self.alike[source, target] = similarity(self.old[source], self.new[target])
            self.of_source[source].append(target)
            self.of_target[target].append(source)

    def _singles(self):
        for (source, target), alike in self.alike.items():
            one, other = self.old[source], self.new[target]
            place = self.place(source, target)
            same = one.key == other.key
            if not same:
                least = _IN_PLACE if place >= 0.5 else _ELSEWHERE
                short = min(len(one.words), len(other.words)) < _ELSEWHERE_WORDS
                if alike < least or (short and place < 0.5):
                    continue
            rank = 0.88 * alike + 0.12 * place - 0.03 * (one.kind != other.kind)
            yield Candidate(rank, alike, (source,), (target,))

    # Groups

    def _groups(self):
        yield from self._fans(0)
        yield from self._fans(1)

    def _fans(self, side):
        """Groups of one block on `side` and several neighbours on the other side."""
        wholes, pieces = (self.old, self.new) if side == 0 else (self.new, self.old)
        near = self.of_source if side == 0 else self.of_target
        free = self.free[1 - side]
        for at, candidates in near.items():
            whole = wholes[at]
            if whole.kind != "paragraph" or len(whole.words) < 2 * _PIECE_WORDS:
                continue
            seen = set()
            for seed in sorted(candidates):
                if seed in seen or not self._is_piece(pieces, seed, whole):
                    continue
                for least in (_PIECE, _PIECE_GROWN):
                    run = self._grown(pieces, seed, whole, free, least)
                    seen.update(run if least == _PIECE else ())
                    group = self._group(side, at, run)
                    if group:
                        yield group
                        break

    def _is_piece(self, pieces, at, whole, least=_PIECE):
        piece = pieces[at]
        return (
            piece.kind == "paragraph"
            and _PIECE_WORDS <= len(piece.words) < 0.95 * len(whole.words)
            and contained(piece, whole) >= least
        )

    def _grown(self, pieces, seed, whole, free, least):
        run = [seed]
        for step in (-1, 1):
            at = seed + step
            while (
                at in free and len(run) < _MOST_PIECES and self._is_piece(pieces, at, whole, least)
            ):
                run.insert(0, at) if step < 0 else run.append(at)
                at += step
        return run

    def _group(self, side, at, run):
        if len(run) < 2:
            return None
        one = (self.old, self.new)[side][at]
        others = (self.new, self.old)[side]
        joined = "".join(others[i].words for i in run)
        shared = common(one.words, joined)
        alike = 2 * shared / (len(one.words) + len(joined))
        covered = (shared - max(common(one.words, others[i].words) for i in run)) / len(one.words)
        pairs = [(at, i) if side == 0 else (i, at) for i in run]
        best = max(self._alike(pair) for pair in pairs)
        gain = alike >= best + _GAIN or (alike >= best and covered >= _COVER)
        if alike < _WHOLE or not gain or self.rejected & set(pairs):
            return None
        place = max(self.place(*pair) for pair in pairs)
        rank = 0.88 * alike + 0.12 * place + 0.02
        sides = ((at,), tuple(run)) if side == 0 else (tuple(run), (at,))
        return Candidate(rank, alike, *sides)

    def _alike(self, pair):
        if pair not in self.alike:
            self.alike[pair] = similarity(self.old[pair[0]], self.new[pair[1]])
        return self.alike[pair]

    # Choosing

    def _choose(self, candidates):
        candidates.sort(key=lambda c: (-c.rank, c.sources, c.targets))
        chosen = []
        for candidate in candidates:
            if self.free[0].issuperset(candidate.sources) and self.free[1].issuperset(
                candidate.targets
            ):
                self._accept(candidate)
                chosen.append(candidate)
        return chosen

    def _accept(self, candidate):
        self.free[0].difference_update(candidate.sources)
        self.free[1].difference_update(candidate.targets)
        if len(candidate.sources) == len(candidate.targets) == 1:
            self.to[candidate.sources[0]] = candidate.targets[0]

    def _leftovers(self, chosen):
        """One old and one new block left between two pairs: most likely it was written anew."""
        for i in sorted(self.free[0]):
            before = self.to.get(i - 1, -1 if i == 0 else None)
            if before is None:
                continue
            j = before + 1
            ends = i + 1 == len(self.old) and j + 1 == len(self.new)
            if j not in self.free[1] or (i, j) in self.rejected or not self._comparable(i, j):
                continue
            if not ends and self.to.get(i + 1) != j + 1:
                continue
            alike = self._alike((i, j))
            if alike >= 0.25 or self.old[i].kind in {"table", "figure"}:
                candidate = Candidate(0.3, min(alike, 0.3), (i,), (j,))
                self._accept(candidate)
                chosen.append(candidate)

    def _headings(self, chosen):
        """Headings with another title over the same passages."""
        over_old, over_new = self.texts.parents
        votes = defaultdict(Counter)
        for source, target in self.to.items():
            if over_old[source] is not None and over_new[target] is not None:
                votes[over_old[source]][over_new[target]] += 1
        children = Counter(p for p in over_old if p is not None)
        for i in sorted(i for i in self.free[0] if self.old[i].kind == "heading"):
            best = votes[i].most_common(1)
            if not best:
                continue
            j, count = best[0]
            free = j in self.free[1] and self.new[j].kind == "heading"
            if not free or (i, j) in self.rejected or count * 2 < children[i]:
                continue
            share = count / children[i]
            candidate = Candidate(0.0, 0.45 + 0.25 * share, (i,), (j,))
            self._accept(candidate)
            chosen.append(candidate)
            self.renamed.add((i, j))

    # What is said about a choice

    def _write(self, candidate):
        sources = [self.old[i] for i in candidate.sources]
        targets = [self.new[j] for j in candidate.targets]
        doubts = list(doubts_between(sources, targets))
        score = min(candidate.rank, _MOST_SURE) if candidate.rank > 0.3 else candidate.alike
        single = len(sources) == len(targets) == 1
        if single:
            i, j = candidate.sources[0], candidate.targets[0]
            score = self._doubted(i, j, candidate, score, doubts)
        elif self._pieces_elsewhere(candidate):
            doubts.append("lookalike")
            score *= 0.6
        for source in candidate.sources:
            for target in candidate.targets:
                self.links.append(
                    Link(source, target, candidate.kind, round(score, 3), "proposed", tuple(doubts))
                )

    def _doubted(self, i, j, candidate, score, doubts):
        one, other = self.old[i], self.new[j]
        if (i, j) in self.renamed:
            doubts.append("heading")
            return score
        place = self.place(i, j)
        if one.key == other.key and self._is_twin(i):
            doubts.append("repeated")
            score = 0.3 + 0.4 * place
        elif self._rivals(i, j, candidate.alike):
            doubts.append("lookalike")
            score *= 0.45 + 0.2 * (place >= 0.5)
        if candidate.alike < 0.5:
            doubts.append("rewritten")
        if place < 0.5 and one.key != other.key:
            doubts.append("elsewhere")
            score *= 0.9
        if min(len(one.words), len(other.words)) < _ELSEWHERE_WORDS and place < 0.5:
            doubts.append("short")
            score = min(score, 0.6)
        return score

    def _is_twin(self, i):
        key = self.old[i].key
        return self.count[0][key] > 1 or self.count[1][key] > 1

    def _rivals(self, i, j, alike):
        """Whether another block on either side was nearly as like."""
        near = [self.alike[i, k] for k in self.of_source[i] if k != j]
        near += [self.alike[k, j] for k in self.of_target[j] if k != i]
        return max(near, default=0) >= max(alike - _CLOSE, 0.5)

    def _pieces_elsewhere(self, candidate):
        """Whether a piece of the group is as much at home in another block."""
        split = len(candidate.sources) == 1
        whole = candidate.sources[0] if split else candidate.targets[0]
        pieces, wholes = (self.new, self.old) if split else (self.old, self.new)
        near = self.of_target if split else self.of_source
        return any(
            contained(pieces[piece], wholes[other]) >= _PIECE
            for piece in (candidate.targets if split else candidate.sources)
            for other in near[piece]
            if other != whole
        )

"""Which blocks are beyond doubt the same: equal words alone are not enough for that."""

import itertools
from collections import Counter

from documents.lineage.index import Index

#: A text of so many words may stand for itself, wherever it went.
_LONG = 8
#: So many equal blocks in a row, with so many words together, are not there by chance.
_RUN, _RUN_WORDS = 3, 12
#: Between two certain pairs so many blocks on either side are still looked at by their order.
_GAP = 8


def certain_pairs(texts, closed, rejected):
    """Sorted (source, target) positions of blocks that say the same and cannot be confused.

    A text that stands once on both sides is certain where it is long and nothing is like it, where
    it stands in a row of such texts, or where its place between certain neighbours says so. A text
    that stands as often on both sides is certain only where both its neighbours are.

    Args:
        closed: two sets of positions that a person has already decided on.
        rejected: pairs a person ruled out.
    """
    return _Search(texts, closed, rejected).run()


class _Search:
    def __init__(self, texts, closed, rejected):
        self.old, self.new = texts.old, texts.new
        self.texts, self.closed, self.rejected = texts, closed, rejected
        self.count = Counter(t.key for t in self.old), Counter(t.key for t in self.new)
        self.masked = Counter(t.masked for t in self.old), Counter(t.masked for t in self.new)
        self.found = {}  # source -> target

    def run(self):
        self.unique = self._unique()
        self._rows()
        self._alone()
        for _round in range(6):
            before = len(self.found)
            self._between()
            self._beside()
            self._headings()
            if len(self.found) == before:
                break
        return sorted(self.found.items(), key=lambda pair: pair[1])

    def _unique(self):
        at = {t.key: i for i, t in enumerate(self.new)}
        return {
            i: at[t.key]
            for i, t in enumerate(self.old)
            if t.words and self.count[0][t.key] == 1 == self.count[1][t.key]
            if self._open(i, at[t.key])
        }

    def _open(self, source, target):
        return (
            source not in self.closed[0]
            and target not in self.closed[1]
            and (source, target) not in self.rejected
        )

    def _take(self, source, target):
        self.found[source] = target

    def _rows(self):
        """Rows of texts that each stand once, in the same order without a gap."""
        row = []
        for source in [*sorted(self.unique), None]:
            follows = row and source == row[-1] + 1
            if follows and self.unique[source] == self.unique[row[-1]] + 1:
                row.append(source)
                continue
            self._trim(row)
            if len(row) >= _RUN and sum(len(self.old[i].words) for i in row) >= _RUN_WORDS:
                for i in row:
                    self._take(i, self.unique[i])
            row = [source]

    def _trim(self, row):
        """Take the ends off a row that could as well be what stands beside it, but for a figure."""
        for end, step in ((0, -1), (-1, 1)):
            if row and self._twin_beside(row[end], step):
                row.pop(end)

    def _twin_beside(self, source, step):
        masked, target = self.old[source].masked, self.unique[source]
        return any(
            0 <= at < len(texts) and texts[at].masked == masked
            for texts, at in ((self.old, source + step), (self.new, target + step))
        )

    def _alone(self):
        """Long texts that nothing else looks like."""
        left = [
            (i, j)
            for i, j in self.unique.items()
            if i not in self.found and len(self.old[i].words) >= _LONG
        ]
        if not left:
            return
        indexes = Index(self.old, 3), Index(self.new, 3)
        for i, j in left:
            if not self._skeleton_alone(i, j):
                continue
            if indexes[0].has_lookalike(self.old[i], i) or indexes[1].has_lookalike(self.new[j], j):
                continue
            self._take(i, j)

    def _skeleton_alone(self, i, j):
        """Whether no other text is the same but for its figures."""
        one, other = self.masked
        masked = self.old[i].masked, self.new[j].masked
        return all(one[m] <= 1 and other[m] <= 1 for m in masked)

    def _between(self):
        """What stands at the same place between two certain pairs."""
        anchors = [(-1, -1), *sorted(self.found.items()), (len(self.old), len(self.new))]
        targets = sorted(j for _i, j in anchors)
        follows = dict(itertools.pairwise(targets))
        for (i, j), (i2, j2) in itertools.pairwise(anchors):
            gap = i2 - i - 1
            if not gap or j2 - j != i2 - i or follows.get(j) != j2:
                continue
            pairs = [(i + k, j + k) for k in range(1, gap + 1)]
            if all(self._equal(s, t) for s, t in pairs):
                for s, t in pairs:
                    self._take(s, t)
                continue
            kept = [(s, t) for s, t in pairs if self.unique.get(s) == t]
            if gap <= _GAP or 2 * len(kept) >= gap:
                for s, t in kept:
                    self._take(s, t)

    def _equal(self, source, target):
        key = self.old[source].key
        return (
            key == self.new[target].key
            and bool(self.old[source].words)
            and self.count[0][key] == self.count[1][key]
            and self._open(source, target)
        )

    def _beside(self):
        """Short texts that stand once, have no twin but for figures, and touch a certain pair."""
        for i, j in self.unique.items():
            if i in self.found or not self._skeleton_alone(i, j):
                continue
            before = self.found.get(i - 1, -2) == j - 1
            after = self.found.get(i + 1, -2) == j + 1
            if before or after:
                self._take(i, j)

    def _headings(self):
        """Headings with the same words and number under the same heading."""
        parents = self.texts.parents
        for i, j in self.unique.items():
            one, other = self.old[i], self.new[j]
            if i in self.found or one.kind != "heading" or not one.number:
                continue
            if (one.number, one.level) != (other.number, other.level):
                continue
            over, over_new = parents[0][i], parents[1][j]
            same = over is None and over_new is None
            if same or (over is not None and self.found.get(over, -1) == over_new):
                self._take(i, j)

"""Finding texts that share rare pairs of words, with a bound on the work for every question."""

from collections import Counter, defaultdict

from documents.lineage.texts import similarity

#: A pair of words that stands in more texts than this tells nothing about any of them.
COMMON = 50
_ASKED, _CHECKED = 24, 6
_ALIKE, _SHARED, _RARE = 0.75, 0.35, 0.2


class Index:
    """Which texts of one edition hold which neighbouring words, `size` of them at a time."""

    def __init__(self, texts, size=2):
        self.texts, self._size = texts, size
        self._at = defaultdict(list)
        for i, text in enumerate(texts):
            for feature in text.features(size):
                self._at[feature].append(i)

    def sharing(self, text, most, apart=None):
        """Positions of the `most` texts that share most of the rarest features of `text`."""
        found = Counter()
        at = self._at
        rare = sorted(
            (len(at[f]), f) for f in text.features(self._size) if f in at and len(at[f]) <= COMMON
        )
        for _count, feature in rare[:_ASKED]:
            found.update(at[feature])
        if apart is not None:
            found.pop(apart, None)
        ranked = sorted(found.items(), key=lambda row: (-row[1], row[0]))
        return [i for i, _count in ranked[:most]]

    def has_lookalike(self, text, apart):
        """Whether a text other than the one at `apart` is so like `text` that they may be confused.

        Texts made of common phrases only count as lookalikes without a closer look.
        """
        others = [len(self._at.get(f, ())) for f in text.features(self._size)]
        if sum(count > 1 for count in others) < _SHARED * len(others):
            return False
        if sum(count <= COMMON for count in others) < _RARE * len(others):
            return True
        return any(
            similarity(self.texts[i], text) >= _ALIKE
            for i in self.sharing(text, _CHECKED, apart=apart)
            if self.texts[i].kind == text.kind
        )

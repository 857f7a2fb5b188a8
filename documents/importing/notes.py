"""Remarks for the person who imports: each once, with how often it was so."""


class Notes:
    """Collects Vietnamese sentences in the order they first came up."""

    MOST = 60

    def __init__(self):
        self._found = {}

    def add(self, sentence, count=1):
        """`sentence` may hold "%d" for the number of times."""
        self._found[sentence] = self._found.get(sentence, 0) + count

    def sentences(self):
        found = [s % count if "%d" in s else s for s, count in self._found.items()]
        return found[: self.MOST]

"""Refusals: what an action answers when it will not do what was asked.

An action raises `Refused` with a Vietnamese sentence a person can read; views show it beside the
form and lose nothing of what was typed. `StaleVersion` is the refusal of the second of two editors.
"""


class Refused(Exception):
    """The action was refused and nothing was written.

    Args:
        message: a whole Vietnamese sentence for the person who asked.
        code: a short stable word for tests and logs (no personal data).
    """

    def __init__(self, message, *, code="refused"):
        super().__init__(str(message))
        self.message = message
        self.code = code


class StaleVersion(Refused):
    """The row changed since the form was made; `current` is the row as it stands now."""

    def __init__(self, message, *, current):
        super().__init__(message, code="stale")
        self.current = current

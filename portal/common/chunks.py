"""Long rows of things in pieces."""

from itertools import islice


def chunks(rows, size):
    """Lists of at most `size` of `rows`, in their order; the last may be shorter, none is empty."""
    rows = iter(rows)
    while chunk := list(islice(rows, size)):
        yield chunk

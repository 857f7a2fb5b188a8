"""What is done to a text on its way into an edition: staged, corrected, saved, thrown away.

Corrections leave no audit row of their own: a staged text is its person's alone, like a draft, and
an audit row empties the page cache. The row of saving counts them.
"""

from .correcting import (
    bring_back,
    correct,
    describe_picture,
    keep_as_it_was,
    shape_into,
    undo,
)
from .saving import restore_replaced, save_import
from .staging import KEPT, clean_up_imports, discard_import, stage

__all__ = [
    "KEPT",
    "bring_back",
    "clean_up_imports",
    "correct",
    "describe_picture",
    "discard_import",
    "keep_as_it_was",
    "restore_replaced",
    "save_import",
    "shape_into",
    "stage",
    "undo",
]

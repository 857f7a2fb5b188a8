"""An edition as a file that one takes along: Word and PDF, made from its blocks.

    sheet = describe(edition, address=…)
    word.make(sheet, pieces) -> bytes; pdf.make(sheet, pieces) -> bytes

where `pieces` are `piece(block)` of its blocks. Pure but for reading pictures from the storage;
`kept` makes each file once.
"""

from .sheet import Piece, Sheet, describe, piece

__all__ = ["Piece", "Sheet", "describe", "piece"]

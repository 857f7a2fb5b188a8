"""Documents, their editions, the blocks of an edition and the lineage between editions."""

from documents.models.alignment import KeptDecision, Unpaired
from documents.models.audience import Audience, DocumentSet, DocumentSetItem
from documents.models.blocks import BLOCK_WORDS, Block, BlockLink
from documents.models.documents import Document
from documents.models.drafts import EditionDraft
from documents.models.editions import Edition
from documents.models.files import EditionFile
from documents.models.imports import ImportPicture, TextImport
from documents.models.notes import ChangeNote
from documents.models.parts import EditionPart, EditionText

__all__ = [
    "BLOCK_WORDS",
    "Audience",
    "Block",
    "BlockLink",
    "ChangeNote",
    "Document",
    "DocumentSet",
    "DocumentSetItem",
    "Edition",
    "EditionDraft",
    "EditionFile",
    "EditionPart",
    "EditionText",
    "ImportPicture",
    "KeptDecision",
    "TextImport",
    "Unpaired",
]

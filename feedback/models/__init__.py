"""Consultations, the ladder, opinions and the one guarded place that knows a person.

No table here holds a person and an opinion together, except `Identity`, whose row number is the
opinion's random id and whose contents are an HMAC and a ciphertext under a key of that consultation
which is not in this database (`feedback.keys`). Only the date is kept of when an opinion came.
"""

from feedback.models.consultations import (
    Channel,
    ConsentText,
    Consultation,
    ConsultationChange,
    ConsultationEdition,
    GuideQuestion,
    RespondentGroup,
    default_channels,
)
from feedback.models.entry import EntryBatch, EntryFile, EntryRow, Meeting
from feedback.models.following import (
    Answer,
    AnswerRelease,
    Clarification,
    ClarificationThread,
)
from feedback.models.identity import (
    ConsentWithdrawal,
    Erasure,
    GuestContact,
    Identity,
    IdentityLook,
)
from feedback.models.ladder import LadderNode
from feedback.models.numbers import (
    DeclaredNumber,
    NodeTotals,
    OpinionTotals,
    PublishedNumbers,
    TotalsDelta,
)
from feedback.models.opinions import (
    Opinion,
    OpinionAttachment,
    OpinionDraft,
    OpinionRevision,
    random_id,
)

__all__ = [
    "Answer",
    "AnswerRelease",
    "Channel",
    "Clarification",
    "ClarificationThread",
    "ConsentText",
    "ConsentWithdrawal",
    "Consultation",
    "ConsultationChange",
    "ConsultationEdition",
    "DeclaredNumber",
    "EntryBatch",
    "EntryFile",
    "EntryRow",
    "Erasure",
    "GuestContact",
    "GuideQuestion",
    "Identity",
    "IdentityLook",
    "LadderNode",
    "Meeting",
    "NodeTotals",
    "Opinion",
    "OpinionAttachment",
    "OpinionDraft",
    "OpinionRevision",
    "OpinionTotals",
    "PublishedNumbers",
    "RespondentGroup",
    "TotalsDelta",
    "default_channels",
    "random_id",
]

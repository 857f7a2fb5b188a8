"""The verbs of moderation: only they write cases, decisions, proposals and appeals.

Atomic, keyword arguments only; what they will not do is `Refused` with a sentence. Audit rows carry
who decided what about which case, never the words of the sender.
"""

from portal.moderation.actions.appeals import APPEAL_LENGTH, appeal
from portal.moderation.actions.claims import claim, release
from portal.moderation.actions.decisions import (
    CITED_LENGTH,
    MOST_AT_ONCE,
    NOTE_LENGTH,
    decide,
    propose,
    take_back_proposal,
)
from portal.moderation.actions.many import MOST_ALIKE, decide_alike, decide_many
from portal.moderation.actions.queue import (
    NewCase,
    close,
    close_many,
    put_back,
    put_in_queue,
    put_many_in_queue,
)

__all__ = [
    "APPEAL_LENGTH",
    "CITED_LENGTH",
    "MOST_ALIKE",
    "MOST_AT_ONCE",
    "NOTE_LENGTH",
    "NewCase",
    "appeal",
    "claim",
    "close",
    "close_many",
    "decide",
    "decide_alike",
    "decide_many",
    "propose",
    "put_back",
    "put_in_queue",
    "put_many_in_queue",
    "release",
    "take_back_proposal",
]

"""What an opinion is about: a passage, words in it, a heading, a question, the whole document."""

import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from documents.models import Block, Edition
from feedback.models import GuideQuestion


@dataclass(frozen=True)
class Place:
    """One place in one edition; `quote` are words chosen inside the block, "" for all of it."""

    edition: Edition
    block: Block | None = None
    question: GuideQuestion | None = None
    quote: str = ""

    @property
    def passage(self):
        """The words that stand there and that another wording may be proposed for, or ""."""
        if self.question is not None or self.block is None:
            return ""
        return self.quote or self.block.plain

    @property
    def query(self):
        """The place in an address, "" for the whole document."""
        given = {
            "doan": self.block.pos if self.block and self.question is None else "",
            "cau": self.question.pk if self.question else "",
            "trich": self.quote,
        }
        words = urlencode({name: value for name, value in given.items() if value != ""})
        return f"?{words}" if words else ""

    @property
    def key(self):
        """What a draft about this place is kept under; says nothing of the words chosen."""
        digest = hashlib.sha256(self.quote.encode()).hexdigest()[:16] if self.quote else ""
        block = self.block.pk if self.block else ""
        question = self.question.pk if self.question else ""
        return f"{self.edition.pk}:{block}:{question}:{digest}"

    @property
    def title(self):
        """What somebody does who writes about it."""
        if self.question is not None:
            return _("Trả lời câu hỏi gợi ý")
        if self.block is None:
            return _("Góp ý chung cho toàn văn")
        if self.block.para_no:
            return _("Góp ý đoạn %d") % self.block.para_no
        return _("Góp ý đề mục")

"""What upper apps tell moderation: what a case looks like, what a decision does, who decides.

Filled in `AppConfig.ready()`; nothing here touches the database.

    from portal.moderation import registry

    class ResponseCases(registry.Handler):
        label = _("Phản hồi của bạn đọc")
        roles = frozenset({Role.MODERATOR, Role.APPROVER})
        def load(self, subject_ids): ...             # {subject id: Shown}, in fixed queries
        def apply(self, case, outcome, *, decision, now): ...

    registry.kinds.register("news.response", ResponseCases())
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Role
from portal.common.registry import Registry


@dataclass(frozen=True)
class Shown:
    """What a moderator reads of a case, as plain text (templates escape it).

    Never an e-mail address, a unit, a stance or a group: what somebody thinks and where they belong
    is no matter of moderation.

    Args:
        text: the words that are moderated.
        name: the name under which they would be shown; "" where none is.
        answers: what they answer, in a line or a passage; "" for the page in `case.context_label`.
        answers_label: what stands above that; "" for "Trả lời cho".
        hint: a sentence for the moderator ("trùng với …"), or "".
        parts: further words of the same sender, as (heading, text).
        files: what came with it, as (label, url).
    """

    text: str
    name: str = ""
    answers: str = ""
    answers_label: str = ""
    hint: str = ""
    parts: tuple = ()
    files: tuple = ()


class Handler:
    """How cases of one kind are shown and what becomes of them. Subclass it in an upper app."""

    #: What such cases are called in the queue.
    label = ""
    #: Who decides at the agency of the case.
    roles = frozenset({Role.MODERATOR})
    #: The two buttons and what the outcomes are called.
    approve_label = _("Đăng")
    hide_label = _("Không đăng")
    #: What is said of one that is hidden; opinions: "… (vẫn được tính và gửi lên)".
    hidden_label = _("Không đăng")
    #: Words of the third outcome, "spam"; "" where there is none.
    spam_label = ""
    #: Whether only the day is kept of when it was sent (`submitted_at` is the start of that day).
    day_only = False
    #: What hiding means, in a sentence.
    hide_means = ""
    #: Likewise of spam.
    spam_means = ""

    def outcome_label(self, outcome):
        """The words of the button that led to `outcome`."""
        return {"approved": self.approve_label, "spam": self.spam_label}.get(
            outcome, self.hide_label
        )

    def load(self, subject_ids):
        """{subject id: Shown} of these subjects, at one go; what is gone is left out."""
        raise NotImplementedError

    def apply(self, case, outcome, *, decision, now):
        """Do with the subject what was decided, in the transaction of the decision.

        Args:
            outcome: one of `rules.OUTCOMES`.
            decision: the Decision; `decision.told` are the sentences for the sender,
                `decision.looks_at` is set for a second look.

        Raises:
            Refused: the subject is no longer what was read.
        """
        raise NotImplementedError

    def apply_many(self, cases, outcome, *, now):
        """Do with the subjects of `cases` what was decided for all of them, for the first time.

        Returns the ids of the cases that were left out, because their subjects changed. To be
        written by kinds that have `spam_label`, without a query for each.
        """
        raise NotImplementedError


#: kind of case ("news.response") -> Handler
kinds = Registry("kind of case")

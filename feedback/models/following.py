"""What becomes of an opinion: questions back to its author, and answers.

The people named here ask and answer; an author's side of a thread is known by receipt or token
alone.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import Block, Edition
from feedback.models.consultations import Consultation
from feedback.models.ladder import LadderNode
from feedback.models.opinions import Opinion
from portal.official.models import PaperApproval


class Clarification(models.Model):
    """One message between a rapporteur and the author of an opinion, who stays as unknown."""

    class Side(models.TextChoices):
        READER = "reader", _("Người tổng hợp")
        AUTHOR = "author", _("Người góp ý")

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="clarifications")
    n = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=6, choices=Side.choices)
    text = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    on = models.DateField()

    class Meta:
        verbose_name = _("Trao đổi làm rõ")
        verbose_name_plural = _("Trao đổi làm rõ")
        ordering = ["opinion", "n"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "n"], name="feedback_clarification_n"),
            models.CheckConstraint(
                condition=Q(side="author", by=None) | Q(side="reader", by__isnull=False),
                name="feedback_clarification_author_unknown",
            ),
        ]

    def __str__(self):
        return f"{self.opinion_id} #{self.n}"


class ClarificationThread(models.Model):
    """Where the exchange about an opinion stands, so that a node's list needs no look at messages.

    One row per opinion that was asked about; `node` is the one that reads the opinion, `on` the day
    of the last message. The people of the exchange are not here.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang chờ trả lời")
        REPLIED = "replied", _("Có trả lời mới")
        SETTLED = "settled", _("Đã rõ")

    opinion = models.OneToOneField(
        Opinion, on_delete=models.PROTECT, primary_key=True, related_name="thread"
    )
    node = models.ForeignKey(
        LadderNode, on_delete=models.PROTECT, related_name="threads", db_index=False
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    on = models.DateField()

    class Meta:
        verbose_name = _("Trao đổi với người góp ý")
        verbose_name_plural = _("Trao đổi với người góp ý")
        indexes = [
            models.Index(fields=["node", "state", "-on", "opinion"], name="feedback_thread_node"),
        ]

    def __str__(self):
        return f"{self.opinion_id} {self.state}"


class Answer(models.Model):
    """The published answer to what was said about one passage (or a whole edition).

    Answers of a consultation are published together (`Consultation.answers_published_at`).
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Tiếp thu")
        PARTLY = "partly", _("Tiếp thu một phần")
        EXPLAINED = "explained", _("Giải trình")

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="answers")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    block = models.ForeignKey(
        Block, on_delete=models.PROTECT, null=True, blank=True, related_name="answers"
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    text = models.TextField(_("Nội dung trả lời"))
    changed = models.TextField(_("Sửa tại"), blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(auto_now=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Trả lời ý kiến")
        verbose_name_plural = _("Trả lời ý kiến")
        ordering = ["consultation", "edition", "block__pos"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "edition", "block"],
                nulls_distinct=False,
                name="feedback_answer_once",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="feedback_answer_has_text"),
        ]

    def __str__(self):
        return f"{self.consultation_id} {self.block_id}"


class AnswerRelease(models.Model):
    """One going public of the answers of a consultation: asked for, then published or returned.

    Where nobody else of the office may approve, a signature on paper does (`paper_approval`), and
    `decided_by` recorded it. While one is `submitted` no answer is edited. A published one that was
    taken back says why, to the public too.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("Chờ duyệt")
        RETURNED = "returned", _("Trả lại để sửa")
        PUBLISHED = "published", _("Đã công bố")
        TAKEN_BACK = "taken_back", _("Đã thu hồi")

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="answer_releases"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    answers = models.PositiveIntegerField()
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(_("Lý do"), max_length=500, blank=True)
    paper_approval = models.OneToOneField(
        PaperApproval, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Lần công bố trả lời")
        verbose_name_plural = _("Các lần công bố trả lời")
        ordering = ["consultation", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"],
                condition=Q(state__in=["submitted", "published"]),
                name="feedback_answerrelease_one_live",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "taken_back"]) | ~Q(reason=""),
                name="feedback_answerrelease_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="submitted", decided_by=None)
                | (~Q(state="submitted") & Q(decided_by__isnull=False)),
                name="feedback_answerrelease_decided",
            ),
        ]

    def __str__(self):
        return f"{self.consultation_id} {self.state}"

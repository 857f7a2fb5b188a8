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
from feedback.models.opinions import Opinion


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

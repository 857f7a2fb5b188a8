"""Editions: Dự thảo lần n of a document."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.models.documents import Document
from portal.common.richtext import RichTextField
from portal.official.models import OfficialDocument, PaperApproval

#: Beside documents_edition_two_people: nobody approves for whom, or by whom, it was submitted.
_SUBMITTERS_AND_APPROVERS = (
    ("submitted_for", "approved_by"),
    ("submitted_by", "approved_for"),
    ("submitted_for", "approved_for"),
)


def _other_people(submitter, approver):
    return models.CheckConstraint(
        condition=Q(**{submitter: None}) | Q(**{approver: None}) | ~Q(**{approver: F(submitter)}),
        name=f"documents_edition_{submitter}_not_{approver}",
    )


class EditionQuerySet(models.QuerySet):
    """Editions, asked for what depends on the minute."""

    def due(self, now):
        """Scheduled ones whose minute has come; nobody has published them yet."""
        return self.filter(state="scheduled", publish_at__lte=now)


class Edition(models.Model):
    """Dự thảo lần n. Once published its text never changes (a trigger on the blocks sees to it).

    `source` is the working text of the editor; submitting cuts it into blocks, taking it back or
    sending it back drops them again. `digest` is the SHA-256 of the blocks' plain text and numbers,
    in order; `paragraphs` and `words` count what readers get. `official` is the document by whose
    symbol this edition goes out; `attached` counts the files of the original. Approved by a person
    or on paper, never by both; `submitted_for` and `approved_for` are those in whose stead it was
    done, by delegation.
    """

    class State(models.TextChoices):
        EDITING = "editing", _("Đang soạn")
        SUBMITTED = "submitted", _("Trình duyệt")
        SCHEDULED = "scheduled", _("Hẹn công bố")
        PUBLISHED = "published", _("Đã công bố")
        SUPERSEDED = "superseded", _("Đã có lần sau")
        WITHDRAWN = "withdrawn", _("Đã thu hồi")

    UNPUBLISHED = (State.EDITING, State.SUBMITTED, State.SCHEDULED)

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="editions")
    n = models.PositiveSmallIntegerField(_("Lần"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.EDITING)
    source = RichTextField(_("Toàn văn"), blank=True)
    note = models.CharField(_("Điểm mới của lần này"), max_length=500, blank=True)
    remark = models.TextField(_("Nhận xét khi trả lại"), blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    submitted_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    paper_approval = models.ForeignKey(
        PaperApproval, on_delete=models.PROTECT, null=True, related_name="+"
    )
    official = models.ForeignKey(
        OfficialDocument,
        verbose_name=_("Số, ký hiệu"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="editions",
    )
    publish_at = models.DateTimeField(_("Hẹn công bố lúc"), null=True, blank=True)
    published_at = models.DateTimeField(_("Ngày công bố"), null=True)
    withdrawn_reason = models.CharField(_("Lý do thu hồi"), max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(_("Thu hồi lúc"), null=True)
    paragraphs = models.PositiveIntegerField(default=0, editable=False)
    words = models.PositiveIntegerField(default=0, editable=False)
    attached = models.PositiveSmallIntegerField(default=0, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    lock_version = models.PositiveIntegerField(default=0)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Lần dự thảo")
        verbose_name_plural = _("Lần dự thảo")
        ordering = ["document", "-n"]
        indexes = [
            models.Index(
                fields=["publish_at"],
                condition=Q(state="scheduled"),
                name="documents_edition_due",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["document", "n"], name="documents_edition_n"),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state="published"),
                name="documents_edition_one_live",
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state__in=["editing", "submitted", "scheduled"]),
                name="documents_edition_one_unpublished",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | Q(submitted_by=None)
                | ~Q(approved_by=F("submitted_by")),
                name="documents_edition_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["editing", "submitted", "scheduled"])
                | Q(published_at__isnull=False),
                name="documents_edition_published_at",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(paper_approval=None),
                name="documents_edition_approved_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(publish_at__isnull=False),
                name="documents_edition_scheduled_for",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["editing", "submitted"])
                | Q(approved_by__isnull=False)
                | Q(paper_approval__isnull=False),
                name="documents_edition_approved",
            ),
            models.UniqueConstraint(
                fields=["official"],
                condition=Q(official__isnull=False),
                name="documents_edition_symbol_once",
            ),
            *(_other_people(*pair) for pair in _SUBMITTERS_AND_APPROVERS),
        ]

    def __str__(self):
        return f"{self.document_id} lần {self.n}"

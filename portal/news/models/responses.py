"""What readers answer to an article, and where to write to them.

The words and the name are public once shown. The address is sealed, stands in a table of its own,
is read only to answer, and is erased after `RESPONSE_CONTACT_DAYS`. Where the sender's browser was
is not kept at all.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.news.models.articles import Article

NAME_LENGTH, TEXT_LENGTH = 80, 2000
SHOWN = Q(state="shown")


class Response(models.Model):
    """Phản hồi to an article, or Trả lời to a response (one level).

    `state` is what pages go by; readers' responses get it from moderation (`news.moderation`), the
    agency's own answers from the action. `submission_key` comes with the form, so that one sent
    twice makes one row; the address of the receipt is computed from it, only its digest is kept.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Chờ duyệt")
        SHOWN = "shown", _("Đang hiện")
        HIDDEN = "hidden", _("Không đăng")

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="responses")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    official = models.BooleanField(_("Trả lời của cơ quan"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(_("Họ tên"), max_length=200)
    text = models.TextField(_("Nội dung"))
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    submitted_at = models.DateTimeField(_("Gửi lúc"))
    shown_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(_("Người gửi rút lúc"), null=True)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True)
    receipt = models.BinaryField(max_length=32, null=True, unique=True)
    consent = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("Phản hồi của bạn đọc")
        verbose_name_plural = _("Phản hồi của bạn đọc")
        ordering = ["article", "-submitted_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text="") & ~Q(name=""), name="news_response_words"),
            models.CheckConstraint(
                condition=Q(official=True, by__isnull=False, parent__isnull=False, receipt=None)
                | Q(official=False, by=None, receipt__isnull=False),
                name="news_response_whose",
            ),
            models.CheckConstraint(
                condition=~Q(state="shown") | Q(shown_at__isnull=False),
                name="news_response_shown",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="news_response_parent"
            ),
        ]
        indexes = [
            models.Index(
                fields=["article", "-submitted_at", "-id"],
                condition=Q(state="shown", parent=None),
                name="news_response_page",
            ),
            models.Index(
                fields=["parent", "submitted_at"],
                condition=Q(state="shown", parent__isnull=False),
                name="news_response_replies",
            ),
            models.Index(fields=["article", "digest"], name="news_response_same"),
        ]

    def __str__(self):
        # Never the words: this stands in logs.
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def anchor(self):
        """Where it stands on the page of its article."""
        return f"phan-hoi-{self.pk}"


class ResponseContact(models.Model):
    """The sealed address of one sender; no row where none was given or it was erased."""

    response = models.OneToOneField(
        Response, on_delete=models.PROTECT, primary_key=True, related_name="contact"
    )
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("Địa chỉ của người gửi phản hồi")
        verbose_name_plural = _("Địa chỉ của người gửi phản hồi")

    def __str__(self):
        return str(self.response_id)

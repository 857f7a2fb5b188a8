"""Secret links to a text that is not published, for somebody who has no account here."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.news.models.articles import Article


class PreviewLink(models.Model):
    """Whoever has the link reads the newest text of the article until it ends or is taken back.

    The secret itself is kept nowhere: `digest` is its SHA-256. With 192 random bits no key is
    needed to keep it from being guessed back.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="preview_links")
    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(_("Gửi cho ai, để làm gì"), max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("Tạo lúc"))
    expires_at = models.DateTimeField(_("Hết hạn lúc"))
    revoked_at = models.DateTimeField(_("Thu hồi lúc"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Liên kết xem trước")
        verbose_name_plural = _("Liên kết xem trước")
        ordering = ["article", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="news_previewlink_purpose"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="news_previewlink_span"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="news_previewlink_revoked",
            ),
        ]

    def __str__(self):
        return f"{self.article_id} {self.purpose}"

    def opens_at(self, now):
        """Whether the link still shows anything at the instant `now`."""
        return self.revoked_at is None and now < self.expires_at


class PreviewOpening(models.Model):
    """Somebody opened a link; which text they were shown, and nothing about who they are."""

    link = models.ForeignKey(PreviewLink, on_delete=models.PROTECT, related_name="openings")
    n = models.PositiveIntegerField(_("Bản số"))
    at = models.DateTimeField(_("Lúc"))

    class Meta:
        verbose_name = _("Lần mở liên kết xem trước")
        verbose_name_plural = _("Lần mở liên kết xem trước")
        ordering = ["link", "at", "id"]

    def __str__(self):
        return f"{self.link_id} {self.at}"

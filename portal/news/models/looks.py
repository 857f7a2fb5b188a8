"""What an approver has read already."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.news.models.articles import ArticleRevision


class Look(models.Model):
    """A person opened a text that waited for them. One row for each, the first time counts."""

    revision = models.ForeignKey(ArticleRevision, on_delete=models.PROTECT, related_name="looks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("Lúc"))

    class Meta:
        verbose_name = _("Lần xem của người duyệt")
        verbose_name_plural = _("Lần xem của người duyệt")
        ordering = ["revision", "at"]
        constraints = [
            models.UniqueConstraint(fields=["person", "revision"], name="news_look_once"),
        ]

    def __str__(self):
        return f"{self.person_id} {self.revision_id}"

"""What somebody is typing into the editor, kept before they press the button."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Agency
from portal.news.models.articles import Article


class ArticleDraft(models.Model):
    """The fields of one open editor page, of one person. No text of the article, no history.

    `key` is made with the page, so that two pages never overwrite each other; `fields` is
    {name: [values]} as the form would send them; `base_version` is the `lock_version` of the
    article the page was opened on, None for a new article. Nobody but the person ever sees it.
    """

    key = models.UUIDField(unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="article_drafts"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, null=True, related_name="drafts")
    fields = models.JSONField()
    base_version = models.PositiveIntegerField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Bản tự lưu")
        verbose_name_plural = _("Bản tự lưu")
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(article=None, base_version=None)
                | Q(article__isnull=False, base_version__isnull=False),
                name="news_draft_base",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "article", "agency"], name="news_draft_of"),
            models.Index(fields=["changed_at"], name="news_draft_age"),
        ]

    def __str__(self):
        return f"{self.person_id} {self.changed_at}"

    @property
    def title(self):
        """The title as it stands in the form; may be empty."""
        return " ".join("".join(self.fields.get("title", [])).split())

"""What happened to an article at the desk: its steps, and the remarks of colleagues."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.news.models.articles import Article, ArticleRevision


class Step(models.Model):
    """One step of an article through its life cycle: who did what when, to which text."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=Article.State.choices)
    revision = models.ForeignKey(ArticleRevision, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Bước xử lý tin bài")
        verbose_name_plural = _("Bước xử lý tin bài")
        ordering = ["article", "id"]

    def __str__(self):
        return f"{self.article_id} {self.verb}"


class Remark(models.Model):
    """Nhận xét on the text of an article, by a colleague or with a sending back."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="remarks")
    revision = models.ForeignKey(ArticleRevision, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("Lúc"))
    text = models.TextField(_("Nhận xét"), max_length=2000)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Nhận xét")
        verbose_name_plural = _("Nhận xét")
        ordering = ["article", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="news_remark_text"),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="news_remark_resolved",
            ),
            models.CheckConstraint(
                # The first remark of a thread is the one that is dealt with.
                condition=Q(parent=None) | Q(resolved_at=None),
                name="news_remark_reply_open",
            ),
        ]

    def __str__(self):
        return self.text[:80]

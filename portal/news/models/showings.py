"""Which text readers had in front of them, and when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import as_range
from portal.news.models.articles import Article, ArticleRevision


class Showing(models.Model):
    """One text of an article stood before readers from `since` until before `until`.

    Written by the verbs that publish, schedule and withdraw (`actions.showings`), never afterwards
    changed. `since` may lie ahead: a scheduled article. Time after a first showing that no row
    covers is time in which the article was withdrawn; `reason` of the row before says why.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="showings")
    revision = models.ForeignKey(ArticleRevision, on_delete=models.PROTECT, related_name="showings")
    since = models.DateTimeField(_("Đăng từ"))
    until = models.DateTimeField(_("Đến trước"), null=True)
    reason = models.CharField(_("Lý do gỡ"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("Lượt hiện trước bạn đọc")
        verbose_name_plural = _("Lượt hiện trước bạn đọc")
        ordering = ["article", "since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None, reason="") | Q(until__gt=F("since")),
                name="news_showing_span",
            ),
            ExclusionConstraint(
                name="news_showing_one_at_a_time",
                expressions=[
                    (as_range("article_id"), RangeOperators.OVERLAPS),
                    (Func("since", "until", function="tstzrange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.article_id} {self.since}"

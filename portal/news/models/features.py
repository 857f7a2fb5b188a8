"""What an agency puts before its readers: chosen stories in a chosen order, for a chosen time."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.rules import access
from portal.agencies.models import Agency
from portal.news.models.articles import Article
from portal.news.models.microsites import Microsite


class FeatureQuerySet(models.QuerySet):
    def standing(self, at):
        """Those whose time it is at `at`, and whose story readers get then."""
        return self.filter(
            Q(shows_from=None) | Q(shows_from__lte=at),
            Q(shows_until=None) | Q(shows_until__gt=at),
            Q(
                article__live_revision__isnull=False,
                article__withdrawn_at=None,
                article__published_at__lte=at,
            )
            | Q(microsite__opens_at__lte=at, microsite__plan__state__in=access.PUBLIC),
        )


class Feature(models.Model):
    """One story on one page: an article, or a whole chuyên trang.

    The page is the section page of `agency`, that of `campaign` (a chuyên trang), or with neither
    the home page of the portal. `shows_from` and `shows_until` are a half-open stretch of time;
    what is empty is not limited.
    """

    agency = models.ForeignKey(
        Agency,
        verbose_name=_("Trang của cơ quan"),
        on_delete=models.PROTECT,
        null=True,
        related_name="features",
    )
    campaign = models.ForeignKey(
        Microsite,
        verbose_name=_("Chuyên trang"),
        on_delete=models.PROTECT,
        null=True,
        related_name="features",
    )
    article = models.ForeignKey(
        Article, verbose_name=_("Tin bài"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    microsite = models.ForeignKey(
        Microsite,
        verbose_name=_("Chuyên trang được nêu"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    position = models.PositiveSmallIntegerField(_("Thứ tự"))
    shows_from = models.DateTimeField(_("Hiện từ"), null=True, blank=True)
    shows_until = models.DateTimeField(_("Hiện đến"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Người chọn"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("Chọn lúc"))
    lock_version = models.PositiveIntegerField(default=0)

    objects = FeatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("Tin nổi bật")
        verbose_name_plural = _("Tin nổi bật")
        ordering = ["agency", "campaign", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "campaign", "article"],
                condition=Q(article__isnull=False),
                nulls_distinct=False,
                name="news_feature_article_once",
            ),
            models.UniqueConstraint(
                fields=["agency", "campaign", "microsite"],
                condition=Q(microsite__isnull=False),
                nulls_distinct=False,
                name="news_feature_microsite_once",
            ),
            models.CheckConstraint(
                condition=Q(agency=None) | Q(campaign=None), name="news_feature_one_page"
            ),
            models.CheckConstraint(
                condition=Q(article__isnull=False, microsite=None)
                | Q(article=None, microsite__isnull=False, campaign=None),
                name="news_feature_one_story",
            ),
            models.CheckConstraint(
                condition=Q(shows_from=None)
                | Q(shows_until=None)
                | Q(shows_from__lt=F("shows_until")),
                name="news_feature_time",
            ),
        ]

    def __str__(self):
        return str(self.story)

    @property
    def story(self):
        """The Article or the Microsite."""
        return self.article if self.article_id is not None else self.microsite

    def state(self, at):
        """What becomes of it at `at`: shown, coming, over, or gone (readers do not get it)."""
        if self.shows_until is not None and self.shows_until <= at:
            return "over"
        if self.article_id is not None:
            gone = not self.article.is_live or self.article.published_at > at
        else:
            site = self.microsite
            gone = site.opens_at is None or site.plan.state not in access.PUBLIC
        if gone:
            return "gone"
        starts = self.shows_from
        if self.microsite_id is not None:
            starts = max(starts or self.microsite.opens_at, self.microsite.opens_at)
        return "coming" if starts is not None and starts > at else "shown"

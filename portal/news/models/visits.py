"""How often pages were read: numbers only, nothing about anybody who read them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Counted(models.Model):
    """What a number is about: the whole portal, the pages of an agency, an article."""

    class Scope(models.TextChoices):
        SITE = "s", _("Cả cổng")
        AGENCY = "g", _("Cơ quan")
        ARTICLE = "a", _("Tin bài")

    scope = models.CharField(max_length=1, choices=Scope.choices)
    # The key of the agency or article, 0 for the portal. A number outlives what it counted.
    target = models.BigIntegerField(default=0)
    views = models.BigIntegerField(_("Lượt truy cập"), default=0)

    class Meta:
        abstract = True


class DailyVisits(Counted):
    """One day, in Vietnam, of the portal, an agency or an article.

    `era`, `seen_views` and `seen_visitors` say what of the counters in Redis is in these numbers
    already (see `portal.news.actions.visits`). Visitors are estimated, to about one in a hundred.
    """

    day = models.DateField(_("Ngày"))
    visitors = models.BigIntegerField(_("Lượt người"), default=0)
    era = models.CharField(max_length=16, blank=True)
    seen_views = models.BigIntegerField(default=0)
    seen_visitors = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("Lượt truy cập trong ngày")
        verbose_name_plural = _("Lượt truy cập trong ngày")
        ordering = ["scope", "target", "day"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "target", "day"], name="news_dailyvisits_one"),
            models.CheckConstraint(
                condition=Q(scope="s", target=0) | (~Q(scope="s") & Q(target__gt=0)),
                name="news_dailyvisits_target",
            ),
            models.CheckConstraint(
                condition=Q(views__gte=0, visitors__gte=0), name="news_dailyvisits_numbers"
            ),
        ]
        indexes = [models.Index(fields=["day", "scope"], name="news_dailyvisits_day")]

    def __str__(self):
        return f"{self.scope}{self.target} {self.day}"


class VisitTotal(Counted):
    """All days of the portal, an agency or an article added up, without what it began with."""

    class Meta:
        verbose_name = _("Tổng truy cập")
        verbose_name_plural = _("Tổng truy cập")
        ordering = ["scope", "target"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "target"], name="news_visittotal_one"),
            models.CheckConstraint(
                condition=Q(scope="s", target=0) | (~Q(scope="s") & Q(target__gt=0)),
                name="news_visittotal_target",
            ),
        ]

    def __str__(self):
        return f"{self.scope}{self.target}"

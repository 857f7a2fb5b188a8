"""Addresses under which articles stood in earlier systems."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Agency
from portal.news.models.articles import Article

PATH_LENGTH = 500


class OldAddress(models.Model):
    """One address of an earlier system, and what stands there now: an article, or another page.

    `path` is in the spelling of `portal.news.rules.old_addresses.plain`. Looked up only when
    nothing else answers, so a page of the portal is never hidden by one.
    """

    path = models.CharField(_("Địa chỉ cũ"), max_length=PATH_LENGTH, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, null=True, blank=True, related_name="old_addresses"
    )
    page = models.CharField(_("Trang mới"), max_length=PATH_LENGTH, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Địa chỉ cũ")
        verbose_name_plural = _("Địa chỉ cũ")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, page="")
                | (Q(article=None) & Q(page__startswith="/")),
                name="news_oldaddress_target",
            ),
            models.CheckConstraint(
                # "//host" and "/\\host" lead away from this site.
                condition=~Q(page__startswith="//") & ~Q(page__contains="\\"),
                name="news_oldaddress_stays",
            ),
            models.CheckConstraint(condition=Q(path__startswith="/"), name="news_oldaddress_path"),
        ]

    def __str__(self):
        return self.path

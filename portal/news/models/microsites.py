"""Chuyên trang: what a campaign has to show, gathered under one address."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.models import Plan
from campaigns.rules import access
from portal.agencies.models import Agency
from portal.common import clock
from portal.common.uploads.models import Upload


class MicrositeQuerySet(models.QuerySet):
    def opened(self, at):
        """Those readers get at `at`: opened by then, of a plan in the open. Closed ones stay."""
        return self.filter(opens_at__lte=at, plan__state__in=access.PUBLIC)


class Microsite(models.Model):
    """Chuyên trang of a campaign, kept by one agency. At most one per plan.

    Readers find it from `opens_at` on; from `closes_at` on it says that it is complete and stays.
    Its address follows the title until it opens.
    """

    #: Tells it from an article where both stand in one list.
    is_microsite = True

    plan = models.OneToOneField(
        Plan, verbose_name=_("Kế hoạch"), on_delete=models.PROTECT, related_name="microsite"
    )
    agency = models.ForeignKey(
        Agency, verbose_name=_("Cơ quan"), on_delete=models.PROTECT, related_name="microsites"
    )
    title = models.CharField(_("Tên chuyên trang"), max_length=200)
    slug = models.SlugField(max_length=120, unique=True)
    lead = models.TextField(_("Giới thiệu"), max_length=1000, blank=True)
    cover = models.ForeignKey(
        Upload, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cover_alt = models.CharField(_("Chữ thay thế"), max_length=300, blank=True)
    opens_at = models.DateTimeField(_("Mở từ"), null=True)
    closes_at = models.DateTimeField(_("Đóng từ"), null=True)
    lock_version = models.PositiveIntegerField(default=0)

    objects = MicrositeQuerySet.as_manager()

    class Meta:
        verbose_name = _("Chuyên trang")
        verbose_name_plural = _("Chuyên trang")
        ordering = ["-opens_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="news_microsite_title"),
            models.CheckConstraint(
                condition=Q(cover=None) | ~Q(cover_alt=""), name="news_microsite_cover_alt"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("microsite", args=[self.slug])

    def is_opened(self, at):
        """Whether readers get it at `at`; needs `plan`."""
        opened = self.opens_at is not None and self.opens_at <= at
        return opened and self.plan.state in access.PUBLIC

    @property
    def has_opened(self):
        """Whether its hour has come; without looking at the plan, for pages of articles."""
        return self.opens_at is not None and self.opens_at <= clock.now()

    def is_closed(self, at):
        return self.closes_at is not None and self.closes_at <= at

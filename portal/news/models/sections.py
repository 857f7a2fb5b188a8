"""Where an article belongs: chuyên mục, loạt bài, thể loại."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Agency


class Section(models.Model):
    """Chuyên mục of one agency."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="sections")
    title = models.CharField(_("Tên chuyên mục"), max_length=120)
    slug = models.SlugField(max_length=80)
    order = models.PositiveSmallIntegerField(_("Thứ tự"), default=0)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Chuyên mục")
        verbose_name_plural = _("Chuyên mục")
        ordering = ["agency", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "slug"], name="news_section_slug"),
            models.UniqueConstraint(fields=["agency", "title"], name="news_section_title"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("news:section", args=[self.agency.slug, self.slug])


class Series(models.Model):
    """Loạt bài, such as "Người tốt, việc tốt": of one agency, or of all (`agency` null)."""

    agency = models.ForeignKey(
        Agency,
        verbose_name=_("Cơ quan"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="series",
    )
    title = models.CharField(_("Tên loạt bài"), max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    about = models.TextField(_("Giới thiệu"), max_length=1000, blank=True)
    order = models.PositiveSmallIntegerField(_("Thứ tự"), default=0)
    active = models.BooleanField(_("Đang nhận bài"), default=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Loạt bài")
        verbose_name_plural = _("Loạt bài")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "title"], nulls_distinct=False, name="news_series_title"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="news_series_named"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("news:series", args=[self.slug])


class Genre(models.Model):
    """Thể loại: what the monthly table of articles counts by. Data, with defaults by migration."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("Thể loại"), max_length=80)
    order = models.PositiveSmallIntegerField(_("Thứ tự"), default=0)
    active = models.BooleanField(_("Đang dùng"), default=True)

    class Meta:
        verbose_name = _("Thể loại")
        verbose_name_plural = _("Thể loại")
        ordering = ["order", "id"]

    def __str__(self):
        return self.name

"""What the foot of an agency's public pages says."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Agency
from portal.common.uploads.models import Upload

LINKS_MOST, LINK_TITLE, LINK_URL = 12, 120, 300
#: A page that has been up for twenty years and is read a million times a day.
START_MOST = 10**10


class AgencySite(models.Model):
    """Foot of the public pages of one agency; of the whole portal where `for_portal`.

    `links` is an ordered list of {"title", "url"}: one row holds all a page needs, so that it comes
    with the agency in the query of the page. A badge without a picture is told in words.
    """

    agency = models.OneToOneField(
        Agency, verbose_name=_("Cơ quan"), on_delete=models.PROTECT, related_name="site"
    )
    for_portal = models.BooleanField(_("Dùng làm chân trang chung của cả cổng"), default=False)
    footer = models.TextField(_("Nội dung chân trang"), max_length=1000, blank=True)
    address = models.CharField(_("Địa chỉ"), max_length=300, blank=True)
    phone = models.CharField(_("Điện thoại"), max_length=60, blank=True)
    hotline = models.CharField(_("Đường dây nóng"), max_length=60, blank=True)
    email = models.EmailField(_("Thư điện tử"), max_length=200, blank=True)
    badge_url = models.CharField(_("Liên kết “Tín nhiệm mạng”"), max_length=300, blank=True)
    badge_image = models.ForeignKey(
        Upload,
        verbose_name=_("Ảnh “Tín nhiệm mạng”"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    badge_alt = models.CharField(_("Chữ thay thế của ảnh"), max_length=300, blank=True)
    links = models.JSONField(_("Liên kết cơ quan liên quan"), default=list, blank=True)
    visits_start = models.BigIntegerField(_("Tổng truy cập ban đầu"), default=0)
    portal_start = models.BigIntegerField(_("Tổng truy cập ban đầu của cả cổng"), default=0)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Chân trang của cơ quan")
        verbose_name_plural = _("Chân trang của cơ quan")
        ordering = ["agency"]
        constraints = [
            models.UniqueConstraint(
                fields=["for_portal"], condition=Q(for_portal=True), name="news_agencysite_portal"
            ),
            models.CheckConstraint(
                condition=Q(badge_image=None) | (~Q(badge_alt="") & ~Q(badge_url="")),
                name="news_agencysite_badge",
            ),
            models.CheckConstraint(
                condition=Q(badge_url="") | Q(badge_url__startswith="https://"),
                name="news_agencysite_badge_https",
            ),
            models.CheckConstraint(
                condition=Q(visits_start__gte=0, portal_start__gte=0),
                name="news_agencysite_start",
            ),
        ]

    def __str__(self):
        return self.agency.name

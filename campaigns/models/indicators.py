"""What reports count: a list of words that the portal's staff may lengthen."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Indicator(models.Model):
    """Chỉ tiêu báo cáo. `prefill` is the rule by which a report fills it from evidence:

    articles: articles here; links: what was published elsewhere; broadcasts: times on air;
    meetings, attendees, speakers: meetings and the people there; photos: photos handed in;
    quantity: the sum of what evidence states for this very indicator; none: a person fills it.
    """

    class Prefill(models.TextChoices):
        NONE = "none", _("Không điền sẵn")
        ARTICLES = "articles", _("Số tin bài trên cổng")
        LINKS = "links", _("Số bài đăng ở nơi khác")
        BROADCASTS = "broadcasts", _("Số lượt phát thanh")
        MEETINGS = "meetings", _("Số hội nghị, buổi sinh hoạt")
        ATTENDEES = "attendees", _("Số lượt người dự")
        SPEAKERS = "speakers", _("Số lượt phát biểu")
        PHOTOS = "photos", _("Số ảnh")
        QUANTITY = "quantity", _("Cộng số lượng ghi ở minh chứng")

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("Chỉ tiêu"), max_length=160, unique=True)
    unit = models.CharField(_("Đơn vị tính"), max_length=40)
    order = models.IntegerField(_("Thứ tự"), default=0)
    active = models.BooleanField(_("Đang dùng"), default=True)
    prefill = models.CharField(
        _("Điền sẵn từ minh chứng"),
        max_length=10,
        choices=Prefill.choices,
        default=Prefill.QUANTITY,
    )

    class Meta:
        verbose_name = _("Chỉ tiêu")
        verbose_name_plural = _("Chỉ tiêu")
        ordering = ["order", "id"]

    def __str__(self):
        return self.name

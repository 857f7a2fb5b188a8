"""Documents: what stays the same while editions follow each other."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Event
from portal.agencies.models import Agency


class Document(models.Model):
    """Dự thảo văn kiện: what stays the same while its editions follow each other.

    Nothing secret may enter: the person who creates it confirms "Không thuộc bí mật nhà nước" and a
    secrecy marking in the text is refused before anything is stored.
    """

    class Circulation(models.TextChoices):
        PUBLIC = "public", _("Công khai")
        SIGNED_IN = "signed_in", _("Người đã đăng nhập")
        UNITS = "units", _("Các cơ quan, tổ chức được chọn")
        INTERNAL = "internal", _("Lưu hành nội bộ")

    agency = models.ForeignKey(
        Agency, verbose_name=_("Cơ quan"), on_delete=models.PROTECT, related_name="documents"
    )
    event = models.ForeignKey(
        Event,
        verbose_name=_("Trình đại hội"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
    )
    summary_of = models.ForeignKey(
        "self",
        verbose_name=_("Là bản tóm tắt của"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="summaries",
    )
    title = models.CharField(_("Tên văn kiện"), max_length=300)
    slug = models.SlugField(max_length=120)
    subtitle = models.CharField(_("Dòng dưới tên"), max_length=300, blank=True)
    circulation = models.CharField(
        _("Phạm vi"), max_length=10, choices=Circulation.choices, default=Circulation.PUBLIC
    )
    not_secret_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    not_secret_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Văn kiện")
        verbose_name_plural = _("Văn kiện")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(summary_of=F("id")), name="documents_document_not_its_summary"
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_internal(self):
        """Lưu hành nội bộ: no public address of it is offered, and every copy says so."""
        return self.circulation == self.Circulation.INTERNAL

    @property
    def is_open(self):
        """Whether anybody with the address may read it, so that it may be shared."""
        return self.circulation == self.Circulation.PUBLIC

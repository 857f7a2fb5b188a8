"""The row beside every stored picture or file."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

WIDTHS = (480, 960)  # of the derivatives kept beside a picture
PHOTO_WIDTHS = (480,)  # beside an internal photo


_FOLDERS = {"image": "anh", "video": "video"}


def stored_name(upload, filename):
    """Where the file lies: our own name, never the sender's. Only anh/ and video/ are public."""
    folder = _FOLDERS.get(upload.kind, "tep")
    ending = filename.rsplit(".", 1)[-1]
    return f"{folder}/{upload.created_at:%Y/%m}/{upload.pk}.{ending}"


def public_address(name):
    """Address of a public picture or video: always our own, wherever the bytes are kept."""
    return f"{settings.MEDIA_URL}{name}"


class Upload(models.Model):
    """One picture, video or file. Kinds "image" and "video" are public, photos and files are not.

    `agency_id` is a plain number because this app knows nothing of agencies. `width` and `height`
    are those of the stored picture (of a video when it says them), `sha256` and `size` those of
    the stored bytes.
    """

    class Kind(models.TextChoices):
        IMAGE = "image", _("Ảnh")
        PHOTO = "photo", _("Ảnh nội bộ")
        FILE = "file", _("Tệp")
        VIDEO = "video", _("Video")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency_id = models.BigIntegerField(_("Cơ quan"), null=True, db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Người tải lên"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    kind = models.CharField(_("Loại"), max_length=8, choices=Kind.choices)
    file = models.FileField(_("Tệp"), upload_to=stored_name, max_length=200)
    original_name = models.CharField(_("Tên gốc"), max_length=200)
    content_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    size = models.PositiveIntegerField(_("Dung lượng"))
    alt = models.CharField(_("Chữ thay thế"), max_length=300, blank=True)
    caption = models.CharField(_("Chú thích ảnh"), max_length=500, blank=True)
    credit = models.CharField(_("Nguồn ảnh"), max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Tệp tải lên")
        verbose_name_plural = _("Tệp tải lên")
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["file", "video"])
                | Q(width__isnull=False, height__isnull=False, width__gt=0, height__gt=0),
                name="common_upload_image_size",
            ),
        ]

    def __str__(self):
        return self.original_name

    @property
    def url(self):
        """Public address of a picture or video; photos and files have none."""
        if self.kind not in (self.Kind.IMAGE, self.Kind.VIDEO):
            raise ValueError("photos and files have no public address")
        return public_address(self.file.name)

    def derivative_name(self, width):
        return f"{self.file.name.rsplit('.', 1)[0]}-{width}.webp"

    @property
    def derivatives(self):
        """[(width, address)] of the smaller WebP pictures that exist."""
        return [
            (width, public_address(self.derivative_name(width)))
            for width in WIDTHS
            if self.width and self.width > width
        ]

    @property
    def small_url(self):
        """The 480 px picture, or the whole one when it is no wider."""
        return dict(self.derivatives).get(480, self.url)

    @property
    def medium_url(self):
        """The 960 px picture, or the whole one when it is no wider."""
        return dict(self.derivatives).get(960, self.url)

    @property
    def srcset(self):
        """Value of the attribute srcset, widths ascending."""
        sizes = [*self.derivatives, (self.width, self.url)]
        return ", ".join(f"{address} {width}w" for width, address in sizes)

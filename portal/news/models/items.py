"""What goes with the text of an article: gallery, attachments, videos."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.common.uploads.models import Upload
from portal.news.models.articles import ArticleRevision


class ArticleItem(models.Model):
    """A picture of the gallery, an attachment or a video, of one saved text.

    Belongs to the revision: what goes with a text is approved with it. `upload` is set for
    pictures, files and uploaded videos; an embedded video has `provider` (a key of the allow-list)
    and `ref` (its id there) instead.
    """

    class Kind(models.TextChoices):
        IMAGE = "image", _("Ảnh")
        FILE = "file", _("Tệp đính kèm")
        VIDEO = "video", _("Video")

    revision = models.ForeignKey(ArticleRevision, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    position = models.PositiveSmallIntegerField(_("Thứ tự"))
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, null=True, related_name="+")
    provider = models.CharField(max_length=20, blank=True)
    ref = models.CharField(max_length=100, blank=True)
    title = models.CharField(_("Tên"), max_length=300, blank=True)
    alt = models.CharField(_("Chữ thay thế"), max_length=300, blank=True)
    caption = models.CharField(_("Chú thích"), max_length=500, blank=True)
    credit = models.CharField(_("Nguồn"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Phần kèm bài")
        verbose_name_plural = _("Phần kèm bài")
        ordering = ["revision", "kind", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "kind", "position"], name="news_item_position"
            ),
            models.CheckConstraint(
                condition=Q(upload__isnull=False, provider="", ref="")
                | (Q(kind="video", upload=None) & ~Q(provider="") & ~Q(ref="")),
                name="news_item_source",
            ),
            models.CheckConstraint(
                condition=~Q(kind="image") | ~Q(alt=""), name="news_item_image_alt"
            ),
        ]

    def __str__(self):
        return self.title or self.caption or self.alt

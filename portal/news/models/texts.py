"""What an article says: the fields that an article row and its revisions share."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Phase
from portal.common.richtext import RichTextField
from portal.common.text import slugify_vi
from portal.common.uploads.models import Upload
from portal.news.models.microsites import Microsite
from portal.news.models.sections import Genre, Section, Series

TAGS_MOST, TAG_LENGTH = 10, 40
TAG_SLUG_LENGTH = 60


class Text(models.Model):
    """What an article says: the fields that are approved together."""

    title = models.CharField(_("Tiêu đề"), max_length=300)
    lead = models.TextField(_("Tóm tắt"), max_length=1000, blank=True)
    body = RichTextField(_("Nội dung"), blank=True)
    byline = models.CharField(_("Tác giả"), max_length=120, blank=True)
    source = models.CharField(_("Nguồn"), max_length=200, blank=True)
    section = models.ForeignKey(
        Section,
        verbose_name=_("Chuyên mục"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    genre = models.ForeignKey(
        Genre,
        verbose_name=_("Thể loại"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    series = models.ForeignKey(
        Series,
        verbose_name=_("Loạt bài"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    microsite = models.ForeignKey(
        Microsite,
        verbose_name=_("Chuyên trang"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    phase = models.ForeignKey(
        Phase,
        verbose_name=_("Đợt tuyên truyền"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    tags = ArrayField(
        models.CharField(max_length=TAG_LENGTH),
        verbose_name=_("Từ khóa"),
        default=list,
        blank=True,
        size=TAGS_MOST,
    )
    cover = models.ForeignKey(
        Upload,
        verbose_name=_("Ảnh đại diện"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    cover_alt = models.CharField(_("Chữ thay thế"), max_length=300, blank=True)
    cover_caption = models.CharField(_("Chú thích ảnh"), max_length=500, blank=True)
    cover_credit = models.CharField(_("Nguồn ảnh"), max_length=200, blank=True)

    TEXT_FIELDS = (
        "title",
        "lead",
        "body",
        "byline",
        "source",
        "section",
        "genre",
        "series",
        "microsite",
        "phase",
        "tags",
        "cover",
        "cover_alt",
        "cover_caption",
        "cover_credit",
    )

    #: Those of the fields that point to rows.
    ROW_FIELDS = ("section", "genre", "series", "microsite", "phase", "cover")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(cover=None) | ~Q(cover_alt=""), name="news_%(class)s_cover_alt"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="news_%(class)s_title"),
        ]

    def __str__(self):
        return self.title

    @property
    def tag_links(self):
        """[(tag, slug of its page)]; a tag without letters or numbers has no page ("")."""
        return [(tag, slugify_vi(tag, TAG_SLUG_LENGTH)) for tag in self.tags]

    def text(self):
        """{field: value} of the text, as the actions take it."""
        return {name: getattr(self, name) for name in self.TEXT_FIELDS}

"""Articles of agencies and every text they ever had.

An Article row holds the text readers see. Until the first publication that is simply the newest
text; afterwards it changes only when a correction is approved. Every saved text is kept as an
ArticleRevision: `working` is the newest, `live_revision` the one readers see.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.models import Assignment
from portal.agencies.models import Agency
from portal.common import clock
from portal.common.fulltext import TitleWordsField, WordlessManager, WordsField
from portal.common.sqltext import Fold
from portal.news import rules
from portal.news.models.texts import TAG_SLUG_LENGTH, Text
from portal.official.models import PaperApproval

SERVABLE = Q(live_revision__isnull=False, withdrawn_at=None)


def _different(one, other):
    """Two people are not the same; where one is missing there is nothing to compare."""
    return Q(**{one: None}) | Q(**{other: None}) | ~Q(**{one: F(other)})


class ArticleQuerySet(models.QuerySet):
    def served(self, now):
        """What readers get at the instant `now`: approved, not withdrawn, its time has come."""
        return self.filter(
            live_revision__isnull=False, withdrawn_at__isnull=True, published_at__lte=now
        )

    def newest_first(self):
        return self.order_by("-published_at", "-id")

    def for_list(self):
        """Without the long texts, with what a list shows beside the title."""
        return self.select_related("agency", "section__agency", "cover").defer(
            "body", "plain", "search"
        )


class Article(Text):
    """Tin bài. Its number in public addresses is the primary key; the slug only helps people."""

    class State(models.TextChoices):
        EDITING = rules.EDITING, _("Bản thảo")
        RETURNED = rules.RETURNED, _("Trả lại để sửa")
        SUBMITTED = rules.SUBMITTED, _("Chờ duyệt")
        SCHEDULED = rules.SCHEDULED, _("Hẹn giờ đăng")
        PUBLISHED = rules.PUBLISHED, _("Đã đăng")
        WITHDRAWN = rules.WITHDRAWN, _("Đã gỡ")

    agency = models.ForeignKey(
        Agency, verbose_name=_("Cơ quan"), on_delete=models.PROTECT, related_name="articles"
    )
    agency_name = models.CharField(_("Tên cơ quan ngày đăng"), max_length=200, blank=True)
    slug = models.SlugField(max_length=120, blank=True)
    state = models.CharField(
        _("Trạng thái"), max_length=10, choices=State.choices, default=State.EDITING
    )
    plain = models.TextField(editable=False, default="")
    #: Length of the shown text, see portal.news.rules.reading.
    words = models.PositiveIntegerField(_("Số chữ"), default=0)
    minutes = models.PositiveSmallIntegerField(_("Phút đọc"), default=0)
    #: Slugs of the tags, so that "Bầu cử" and "bầu cử" are one page.
    tag_slugs = ArrayField(models.SlugField(max_length=TAG_SLUG_LENGTH), default=list, blank=True)
    #: {id: [name, width, height]} of the pictures in the text, for `richtext.responsive`.
    picture_sizes = models.JSONField(default=dict, blank=True, editable=False)
    search = models.GeneratedField(
        expression=Fold(
            Concat(
                "title",
                Value(" "),
                "lead",
                Value(" "),
                "plain",
                output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    search_words = WordsField("title", "lead", "plain")
    search_title = TitleWordsField("title")
    working = models.ForeignKey(
        "ArticleRevision", on_delete=models.PROTECT, null=True, related_name="+"
    )
    live_revision = models.ForeignKey(
        "ArticleRevision", on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(_("Ngày đăng"), null=True)
    updated_at_public = models.DateTimeField(_("Ngày cập nhật"), null=True)
    withdrawn_at = models.DateTimeField(_("Ngày gỡ"), null=True)
    withdrawn_reason = models.CharField(_("Lý do gỡ"), max_length=500, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Người soạn"),
        on_delete=models.PROTECT,
        related_name="articles",
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    submitted_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    paper_approval = models.ForeignKey(
        PaperApproval,
        verbose_name=_("Phê duyệt trên giấy"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    responses_open = models.BooleanField(_("Nhận phản hồi của bạn đọc"), default=True)
    assignment = models.ForeignKey(
        Assignment,
        verbose_name=_("Minh chứng cho nhiệm vụ"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("Ngày tạo"))
    changed_at = models.DateTimeField(_("Sửa lần cuối"))
    lock_version = models.PositiveIntegerField(default=0)

    objects = WordlessManager.from_queryset(ArticleQuerySet)()

    class Meta(Text.Meta):
        abstract = False
        base_manager_name = "objects"
        verbose_name = _("Tin bài")
        verbose_name_plural = _("Tin bài")
        ordering = ["-changed_at", "-id"]
        constraints = [
            *Text.Meta.constraints,
            models.CheckConstraint(
                # NULL on either side passes; only two equal people are refused.
                condition=_different("approved_by", "submitted_by")
                & _different("approved_by", "submitted_for")
                & _different("approved_by", "author")
                & _different("approved_for", "submitted_by")
                & _different("approved_for", "author"),
                name="news_article_two_people",
            ),
            models.CheckConstraint(
                condition=Q(live_revision=None, published_at=None)
                | (
                    Q(live_revision__isnull=False, published_at__isnull=False)
                    & ~Q(slug="")
                    & ~Q(agency_name="")
                ),
                name="news_article_live",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["editing", "returned", "submitted"])
                | Q(
                    state__in=["scheduled", "published"],
                    live_revision__isnull=False,
                    withdrawn_at=None,
                )
                | Q(state="withdrawn", live_revision__isnull=False, withdrawn_at__isnull=False),
                name="news_article_state",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="news_article_withdrawn",
            ),
            models.CheckConstraint(
                # An hour is set for first publications; the approved text is the newest one.
                condition=~Q(state="scheduled")
                | Q(updated_at_public=None, live_revision=F("working")),
                name="news_article_scheduled",
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted")
                | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="news_article_submitted",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"], condition=SERVABLE, name="news_article_latest"
            ),
            models.Index(
                fields=["agency", "-published_at", "-id"],
                include=["section"],  # so that sections are counted from the index alone
                condition=SERVABLE,
                name="news_article_of_agency",
            ),
            models.Index(
                fields=["section", "-published_at", "-id"],
                condition=SERVABLE,
                name="news_article_of_section",
            ),
            models.Index(
                fields=["series", "-published_at", "-id"],
                condition=SERVABLE,
                name="news_article_of_series",
            ),
            models.Index(
                fields=["microsite", "-published_at", "-id"],
                condition=SERVABLE,
                name="news_article_of_microsite",
            ),
            models.Index(fields=["agency", "state", "-changed_at"], name="news_article_desk"),
            GinIndex("search_words", name="news_article_words", condition=SERVABLE),
            GinIndex("search_title", name="news_article_title_words", condition=SERVABLE),
            GinIndex(fields=["tag_slugs"], condition=SERVABLE, name="news_article_of_tag"),
            # What the sitemap asks of every article, read from the index alone.
            models.Index(
                fields=["id"],
                include=["published_at", "updated_at_public"],
                condition=SERVABLE,
                name="news_article_sitemap",
            ),
            models.Index(
                fields=["published_at", "id"],
                condition=Q(state="scheduled"),
                name="news_article_due",
            ),
        ]

    def get_absolute_url(self):
        """The canonical public address; only for an article that was published once."""
        return reverse("news:article", args=[self.agency.slug, self.slug, self.pk])

    def live_at(self, now):
        """Whether readers have a text of this article at the instant `now` (see `served`)."""
        return (
            self.live_revision_id is not None
            and self.withdrawn_at is None
            and self.published_at <= now
        )

    @property
    def is_live(self):
        """Whether readers have a text of this article; not before the hour it is scheduled for."""
        return self.live_at(clock.now())

    @property
    def in_correction(self):
        """Whether a newer text than the published one is being worked on."""
        return self.live_revision_id is not None and self.working_id != self.live_revision_id


class ArticleRevision(Text):
    """One saved text. The approved ones carry who approved them and since when readers saw them."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="revisions")
    n = models.PositiveIntegerField(_("Bản số"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Người lưu"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("Lưu lúc"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    paper_approval = models.ForeignKey(
        PaperApproval, on_delete=models.PROTECT, null=True, related_name="+"
    )
    live_from = models.DateTimeField(null=True)
    small = models.BooleanField(_("Sửa nhỏ của người duyệt"), default=False)
    restored_from = models.ForeignKey(
        "self",
        verbose_name=_("Khôi phục từ"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    class Meta(Text.Meta):
        abstract = False
        verbose_name = _("Bản lưu của tin bài")
        verbose_name_plural = _("Bản lưu của tin bài")
        ordering = ["article", "n"]
        constraints = [
            *Text.Meta.constraints,
            models.UniqueConstraint(fields=["article", "n"], name="news_articlerevision_n"),
            models.CheckConstraint(
                # What readers get was approved by a person or on paper, and by one of them only.
                condition=Q(live_from=None, approved_by=None, paper_approval=None)
                | Q(live_from__isnull=False, approved_by__isnull=False, paper_approval=None)
                | Q(live_from__isnull=False, approved_by=None, paper_approval__isnull=False),
                name="news_articlerevision_live",
            ),
            models.CheckConstraint(
                # Nobody approves a text they wrote; a small correction is no text (ADR 0012).
                condition=Q(small=True) | _different("approved_by", "by"),
                name="news_articlerevision_two_people",
            ),
        ]

"""Documents, their editions, the blocks of an edition and the lineage between editions."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Event
from portal.agencies.models import Agency
from portal.common.fulltext import words_vector
from portal.common.richtext import RichTextField
from portal.official.models import OfficialDocument


class Document(models.Model):
    """Dự thảo văn kiện: what stays the same while its editions follow each other.

    Nothing secret may enter: the person who creates it confirms "Không thuộc bí mật nhà nước" and a
    secrecy marking in the text is refused before anything is stored.
    """

    class Circulation(models.TextChoices):
        PUBLIC = "public", _("Công khai")
        SIGNED_IN = "signed_in", _("Người đã đăng nhập")
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
    official = models.ForeignKey(
        OfficialDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
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

    def __str__(self):
        return self.title


class Edition(models.Model):
    """Dự thảo lần n. Once published its text never changes (a trigger on the blocks sees to it).

    `source` is the working text of the editor; publishing cuts it into blocks. `digest` is the
    SHA-256 of the blocks' plain text and numbers, in order.
    """

    class State(models.TextChoices):
        EDITING = "editing", _("Đang soạn")
        SUBMITTED = "submitted", _("Trình duyệt")
        SCHEDULED = "scheduled", _("Hẹn công bố")
        PUBLISHED = "published", _("Đã công bố")
        SUPERSEDED = "superseded", _("Đã có lần sau")
        WITHDRAWN = "withdrawn", _("Đã thu hồi")

    UNPUBLISHED = (State.EDITING, State.SUBMITTED, State.SCHEDULED)

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="editions")
    n = models.PositiveSmallIntegerField(_("Lần"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.EDITING)
    source = RichTextField(_("Toàn văn"), blank=True)
    note = models.CharField(_("Điểm mới của lần này"), max_length=500, blank=True)
    remark = models.TextField(_("Nhận xét khi trả lại"), blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    publish_at = models.DateTimeField(_("Hẹn công bố lúc"), null=True, blank=True)
    published_at = models.DateTimeField(_("Ngày công bố"), null=True)
    withdrawn_reason = models.CharField(_("Lý do thu hồi"), max_length=300, blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Lần dự thảo")
        verbose_name_plural = _("Lần dự thảo")
        ordering = ["document", "-n"]
        constraints = [
            models.UniqueConstraint(fields=["document", "n"], name="documents_edition_n"),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state="published"),
                name="documents_edition_one_live",
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state__in=["editing", "submitted", "scheduled"]),
                name="documents_edition_one_unpublished",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | Q(submitted_by=None)
                | ~Q(approved_by=F("submitted_by")),
                name="documents_edition_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["editing", "submitted", "scheduled"])
                | Q(published_at__isnull=False),
                name="documents_edition_published_at",
            ),
        ]

    def __str__(self):
        return f"{self.document_id} lần {self.n}"


#: What the search finds a passage by.
BLOCK_WORDS = words_vector("number", "plain")


class Block(models.Model):
    """One heading, paragraph, table, figure or footnote of an edition, in reading order.

    `pos` counts all blocks from 1; `para_no` counts paragraphs only and is what readers see and
    quote. `key` is the identity across editions: inherited from the last edition only one to one.
    """

    class Kind(models.TextChoices):
        HEADING = "heading", _("Đề mục")
        PARAGRAPH = "paragraph", _("Đoạn")
        TABLE = "table", _("Bảng")
        FIGURE = "figure", _("Hình")
        FOOTNOTE = "footnote", _("Chú thích")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="blocks")
    pos = models.PositiveIntegerField()
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    level = models.PositiveSmallIntegerField(default=0)
    number = models.CharField(max_length=40, blank=True)
    para_no = models.PositiveIntegerField(null=True)
    html = models.TextField()
    plain = models.TextField()

    class Meta:
        verbose_name = _("Khối văn bản")
        verbose_name_plural = _("Khối văn bản")
        ordering = ["edition", "pos"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "pos"], name="documents_block_pos"),
            models.UniqueConstraint(fields=["edition", "key"], name="documents_block_key"),
            models.CheckConstraint(
                condition=Q(kind="heading", level__gte=1) | (~Q(kind="heading") & Q(level=0)),
                name="documents_block_level",
            ),
        ]
        indexes = [
            models.Index(fields=["key"], name="documents_block_by_key"),
            GinIndex(BLOCK_WORDS, name="documents_block_words"),
        ]

    def __str__(self):
        return f"{self.edition_id}#{self.pos}"


class BlockLink(models.Model):
    """The lineage: what a block of one edition became in the next.

    `kind` says how; `score` (0..1) how sure the proposal is; a person confirms what is in doubt.
    """

    class Kind(models.TextChoices):
        SAME = "same", _("Giữ nguyên")
        EDITED = "edited", _("Sửa")
        MOVED = "moved", _("Chuyển chỗ")
        SPLIT = "split", _("Tách")
        MERGED = "merged", _("Gộp")

    source = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="links_on")
    target = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="links_back")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    score = models.FloatField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Liên hệ giữa hai đoạn")
        verbose_name_plural = _("Liên hệ giữa các đoạn")
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="documents_blocklink_once"),
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="documents_blocklink_not_itself"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=1), name="documents_blocklink_score"
            ),
        ]

    def __str__(self):
        return f"{self.source_id} -> {self.target_id} ({self.kind})"

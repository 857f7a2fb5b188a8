"""Blocks, the addressable parts of an edition's text, and the lineage between editions."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.models.editions import Edition
from portal.common.fulltext import words_vector

#: What the search finds a passage by.
BLOCK_WORDS = words_vector("number", "plain")


class Block(models.Model):
    """One heading, paragraph, table, figure or footnote of an edition, in reading order.

    `pos` counts all blocks from 1; `para_no` counts paragraphs only and is what readers see and
    quote. `key` is the identity across editions: inherited from the last edition only one to one.
    `align` ("center", "right" or "") and `indent` (steps from the left) are how it stands on paper.
    `html` is what stands inside the element (of tables and figures: the element), without `number`.
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
    align = models.CharField(max_length=6, blank=True)
    indent = models.PositiveSmallIntegerField(default=0)
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

    @property
    def anchor(self):
        """The id of the block on every page that shows its edition."""
        return f"doan-{self.para_no}" if self.para_no else f"khoi-{self.pos}"

    @property
    def label(self):
        """What people call it: "Đoạn 55", "Đề mục II.", "Bảng", "Chú thích 3"."""
        if self.para_no:
            return _("Đoạn %s") % self.para_no
        kind = self.get_kind_display()
        return f"{kind} {self.number}" if self.number else str(kind)


class BlockLink(models.Model):
    """The lineage: what a block of one edition became in the next.

    `kind` says how; `score` (0..1) how sure the proposal is; `doubts` why it should be looked at
    (codes of `documents.lineage.DOUBTS`). What is certain (the same words, once
    on both sides) stands by itself; the rest is proposed and stands only once a person confirmed
    it; what a person rejected is kept, so that it is not proposed again. Only links that stand say
    where an opinion's passage went.
    """

    class Kind(models.TextChoices):
        SAME = "same", _("Giữ nguyên")
        EDITED = "edited", _("Sửa")
        MOVED = "moved", _("Chuyển chỗ")
        SPLIT = "split", _("Tách")
        MERGED = "merged", _("Gộp")

    class State(models.TextChoices):
        CERTAIN = "certain", _("Trùng khớp")
        PROPOSED = "proposed", _("Đề xuất")
        CONFIRMED = "confirmed", _("Đã xác nhận")
        REJECTED = "rejected", _("Đã bác")

    STANDING = (State.CERTAIN, State.CONFIRMED)

    source = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="links_on")
    target = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="links_back")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    score = models.FloatField()
    doubts = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PROPOSED)
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
                condition=~Q(state__in=["confirmed", "rejected"]) | Q(confirmed_by__isnull=False),
                name="documents_blocklink_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=1), name="documents_blocklink_score"
            ),
        ]

    def __str__(self):
        return f"{self.source_id} -> {self.target_id} ({self.kind})"

"""Opinions and what hangs on them; never their authors."""

import secrets
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import Block, Edition
from feedback.models.consultations import Channel, Consultation, GuideQuestion, RespondentGroup
from feedback.models.entry import EntryBatch
from feedback.models.ladder import LadderNode


def random_id():
    """A random positive bigint: ids say nothing of the order in which rows were made."""
    return secrets.randbits(62) + 1


class Opinion(models.Model):
    """Ý kiến góp ý. Knows its place, its words and where it enters the ladder; never its author.

    `quote` is the passage as it stood when written about, kept for ever. `entry_node` is where it
    counts: the author's own unit, but of an anonymous opinion the lowest unit above it that reads.
    A cell may have ten members, and its number beside the day and the words leads to one of them;
    the unit that reads has the reading level's members (50 or more, or it is the top of the
    ladder), and its rapporteur knows of every opinion there that it came from that unit anyhow.
    Nothing finer is stored anywhere: totals and deltas are made from this column. `reading_node`
    is the lowest node whose rapporteur reads the words, by the author's choice of `route`.
    `consent_version` is the consent text its author agreed to (with
    `received_on` the record of consent; null where a unit wrote). `display` is about public display
    alone; `cased` says that moderation knows the words as they are (see `feedback.moderation`),
    `likeness` is the same where words and place are. `submission_digest` makes a second sending of
    the same form harmless; `content_digest` tells a repeat from a forgery.
    """

    class Stance(models.TextChoices):
        AGREE = "agree", _("Tán thành")
        PARTLY = "partly", _("Đồng ý một phần")
        DISAGREE = "disagree", _("Không tán thành")

    class Origin(models.TextChoices):
        ACCOUNT = "account", _("Người có tài khoản")
        GUEST = "guest", _("Khách")
        UNIT = "unit", _("Đơn vị")

    class Route(models.TextChoices):
        UNIT = "unit", _("Gửi qua đảng ủy cơ sở")
        DIRECT = "direct", _("Gửi thẳng cấp trên")

    class Naming(models.TextChoices):
        NAMED = "named", _("Nêu tên")
        UNNAMED = "unnamed", _("Không nêu tên")
        ANONYMOUS = "anonymous", _("Ẩn danh")

    class State(models.TextChoices):
        RECEIVED = "received", _("Đã tiếp nhận")
        WITHDRAWN = "withdrawn", _("Người gửi đã rút")
        UNDONE = "undone", _("Đã hủy lô nhập")
        SPAM = "spam", _("Thư rác, không tính")

    class Display(models.TextChoices):
        """Public display alone: it changes nothing of what is counted, read and sent up."""

        NONE = "none", _("Không công bố nội dung")
        PENDING = "pending", _("Chờ duyệt")
        SHOWN = "shown", _("Hiển thị công khai")
        HIDDEN = "hidden", _("Không hiển thị công khai (vẫn được tính và gửi lên)")

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="opinions", db_index=False
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="opinions", db_index=False
    )
    block = models.ForeignKey(
        Block,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="opinions",
        db_index=False,
    )
    question = models.ForeignKey(
        GuideQuestion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="opinions",
        db_index=False,
    )
    batch = models.ForeignKey(
        EntryBatch, on_delete=models.PROTECT, null=True, related_name="opinions", db_index=False
    )
    quote = models.TextField(blank=True)
    entry_node = models.ForeignKey(
        LadderNode, on_delete=models.PROTECT, related_name="entered", db_index=False
    )
    reading_node = models.ForeignKey(
        LadderNode, on_delete=models.PROTECT, related_name="read_here", db_index=False
    )
    route = models.CharField(max_length=8, choices=Route.choices)
    stance = models.CharField(_("Quan điểm"), max_length=8, choices=Stance.choices)
    text = models.TextField(_("Nội dung góp ý"), blank=True)
    reason = models.TextField(_("Lý do"), blank=True)
    proposed = models.TextField(_("Đề xuất sửa câu chữ"), blank=True)
    group = models.ForeignKey(
        RespondentGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="opinions",
        db_index=False,
    )
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.ACCOUNT)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.ONLINE)
    naming = models.CharField(max_length=10, choices=Naming.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    display = models.CharField(max_length=8, choices=Display.choices, default=Display.NONE)
    cased = models.BooleanField(default=False)
    likeness = models.CharField(max_length=32, blank=True)
    consent_version = models.PositiveSmallIntegerField(null=True)
    submission_digest = models.BinaryField(max_length=32, unique=True)
    content_digest = models.BinaryField(max_length=32)
    receipt_hmac = models.BinaryField(max_length=32, unique=True)
    received_on = models.DateField()
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Ý kiến góp ý")
        verbose_name_plural = _("Ý kiến góp ý")
        indexes = [
            # not partial: Block rows that are taken out look here for what hangs on them
            models.Index(
                fields=["block", "reading_node", "received_on", "id"],
                name="feedback_opinion_block",
            ),
            models.Index(
                fields=["reading_node", "received_on", "id"],
                condition=Q(state="received"),
                name="feedback_opinion_reading",
            ),
            models.Index(
                fields=["reading_node", "received_on", "id"],
                condition=Q(state="received", block__isnull=True),
                name="feedback_opinion_general",
            ),
            models.Index(
                fields=["id"],
                condition=Q(cased=False) & (~Q(display="none") | Q(lock_version__gt=0)),
                name="feedback_opinion_to_moderate",
            ),
            models.Index(
                fields=["consultation", "received_on", "id"],
                condition=Q(display="shown", state="received", cased=True),
                name="feedback_opinion_shown",
            ),
            models.Index(
                fields=["block", "received_on", "id"],
                condition=Q(display="shown", state="received", cased=True, block__isnull=False),
                name="feedback_opinion_shown_at",
            ),
            models.Index(
                fields=["consultation", "likeness", "received_on", "id"],
                condition=Q(display="shown", state="received", cased=True),
                name="feedback_opinion_alike",
            ),
            models.Index(
                fields=["batch"], condition=Q(batch__isnull=False), name="feedback_opinion_batch"
            ),
            models.Index(
                fields=["question", "id"],
                condition=Q(question__isnull=False),
                name="feedback_opinion_question",
            ),
        ]

    def __str__(self):
        return str(self.public_id)


class OpinionRevision(models.Model):
    """The words of an opinion before it was edited; only the day is kept."""

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="revisions")
    n = models.PositiveSmallIntegerField()
    stance = models.CharField(max_length=8, choices=Opinion.Stance.choices)
    text = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    proposed = models.TextField(blank=True)
    replaced_on = models.DateField()

    class Meta:
        verbose_name = _("Bản trước của ý kiến")
        verbose_name_plural = _("Các bản trước của ý kiến")
        ordering = ["opinion", "n"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "n"], name="feedback_revision_n"),
        ]

    def __str__(self):
        return f"{self.opinion_id} #{self.n}"


class OpinionDraft(models.Model):
    """What somebody has typed and not sent: sealed under the consultation's key, found again by
    the keyed token of the person and the place it is about. Anonymous drafts never come here.
    """

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="drafts")
    lookup = models.BinaryField(max_length=32)
    place = models.CharField(max_length=60)
    ciphertext = models.BinaryField()
    saved_on = models.DateField()

    class Meta:
        verbose_name = _("Ý kiến đang viết")
        verbose_name_plural = _("Ý kiến đang viết")
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "lookup", "place"], name="feedback_draft_once"
            ),
        ]

    def __str__(self):
        return str(self.pk)


class OpinionAttachment(models.Model):
    """A file that came with an opinion: without its name and metadata, private until moderated.

    `submission_digest` is that of the form it was uploaded with, before there is an opinion.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    opinion = models.ForeignKey(
        Opinion, on_delete=models.PROTECT, null=True, related_name="attachments"
    )
    submission_digest = models.BinaryField(max_length=32)
    n = models.PositiveSmallIntegerField()
    path = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    uploaded_on = models.DateField()

    class Meta:
        verbose_name = _("Tệp kèm ý kiến")
        verbose_name_plural = _("Tệp kèm ý kiến")
        ordering = ["opinion", "n"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission_digest", "n"], name="feedback_attachment_n"
            ),
        ]

    def __str__(self):
        return str(self.public_id)

    @property
    def label(self):
        """What it is called instead of the name it had: "Tệp kèm 1.pdf"."""
        return _("Tệp kèm %(n)d.%(ending)s") % {
            "n": self.n,
            "ending": self.path.rpartition(".")[2],
        }

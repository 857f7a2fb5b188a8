"""What units and clerks enter: meetings, paper, files; staged rows until somebody accepts them.

The people named here enter or check, they are not the authors of what stands in the rows; names of
speakers and letter writers are never entered.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import Block, Edition
from feedback.models.consultations import (
    Channel,
    Consultation,
    GuideQuestion,
    RespondentGroup,
)
from feedback.models.ladder import LadderNode
from portal.common.models import Upload


class EntryBatch(models.Model):
    """Lô nhập: opinions of one unit that came together, with where they came from.

    Rows are staged (`EntryRow`) and become opinions when the batch is accepted by somebody else
    than who entered it; an accepted batch is undone as a whole, when one person asked for it
    (`undo_asked_by`, maybe on behalf of `undo_asked_for`) and another confirmed. `node` is the unit
    it counts for, `desk` the unit whose people keyed it in (`feedback.rules.entering`).
    """

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Hội nghị, sinh hoạt")
        PAPER = "paper", _("Phiếu giấy, thư")
        IMPORT = "import", _("Nhập từ tệp")

    class State(models.TextChoices):
        ENTERING = "entering", _("Đang nhập")
        CHECKING = "checking", _("Chờ kiểm tra")
        ACCEPTED = "accepted", _("Đã tiếp nhận")
        DISCARDED = "discarded", _("Đã bỏ")
        UNDONE = "undone", _("Đã hủy")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="batches")
    node = models.ForeignKey(LadderNode, on_delete=models.PROTECT, related_name="batches")
    desk = models.ForeignKey(LadderNode, on_delete=models.PROTECT, related_name="batches_entered")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    channel = models.CharField(_("Kênh tiếp nhận"), max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ENTERING)
    received_on = models.DateField(_("Ngày nhận"), null=True)
    source_name = models.CharField(max_length=200, blank=True)
    source_digest = models.CharField(max_length=64, blank=True)
    note = models.CharField(_("Ghi chú"), max_length=500, blank=True)
    opinions_made = models.PositiveIntegerField(default=0)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    returned_note = models.CharField(max_length=500, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)
    undo_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undo_asked_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undo_asked_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.CharField(max_length=300, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Lô nhập")
        verbose_name_plural = _("Lô nhập")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["node", "state", "-id"], name="feedback_batch_node"),
            models.Index(fields=["desk", "state", "-id"], name="feedback_batch_desk"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="undone") | ~Q(undone_reason=""), name="feedback_batch_undone"
            ),
            models.CheckConstraint(
                condition=~Q(state="undone")
                | Q(undo_asked_by=None)
                | ~Q(undo_asked_by=models.F("undone_by")),
                name="feedback_batch_undone_by_two",
            ),
            models.CheckConstraint(
                condition=Q(undo_asked_by=None) | ~Q(undone_reason=""),
                name="feedback_batch_undo_reason",
            ),
            models.UniqueConstraint(
                fields=["consultation", "source_digest"],
                condition=~Q(source_digest="") & ~Q(state__in=["discarded", "undone"]),
                name="feedback_batch_source_once",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.public_id}"


class EntryRow(models.Model):
    """One opinion of a batch before it is accepted; `problems` are sentences for who enters.

    `warnings` are sentences about what may be right and should be looked at (said before); `typed`
    is what a file says in words that name nothing ({column: words}). What the person who checks
    corrects is kept as it was in `was`; a row they leave out is `dropped` and makes no opinion.
    """

    batch = models.ForeignKey(EntryBatch, on_delete=models.CASCADE, related_name="rows")
    n = models.PositiveIntegerField()
    key = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    block = models.ForeignKey(
        Block, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    question = models.ForeignKey(
        GuideQuestion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place_typed = models.CharField(max_length=200, blank=True)
    stance = models.CharField(max_length=8, blank=True)
    text = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    proposed = models.TextField(blank=True)
    group = models.ForeignKey(
        RespondentGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    problems = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    typed = models.JSONField(default=dict)
    was = models.JSONField(null=True)
    dropped = models.BooleanField(default=False)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Dòng nhập")
        verbose_name_plural = _("Dòng nhập")
        ordering = ["batch", "n"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "n"], name="feedback_entryrow_n"),
        ]

    def __str__(self):
        return f"{self.batch_id} #{self.n}"


class EntryFile(models.Model):
    """A scan, a photo of minutes or the imported file itself; private.

    Photos and scans go on `delete_on`, for names may stand on them: the row stays and says so.
    """

    class Kind(models.TextChoices):
        MINUTES = "minutes", _("Ảnh biên bản")
        SCAN = "scan", _("Bản quét")
        SOURCE = "source", _("Tệp đã nhập")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(EntryBatch, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    n = models.PositiveSmallIntegerField()
    upload = models.OneToOneField(
        Upload, on_delete=models.PROTECT, null=True, related_name="entry_file"
    )
    path = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    delete_on = models.DateField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Tệp của lô nhập")
        verbose_name_plural = _("Tệp của lô nhập")
        ordering = ["batch", "n"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "n"], name="feedback_entryfile_n"),
        ]

    def __str__(self):
        return str(self.public_id)


class Meeting(models.Model):
    """A meeting of a unit about the drafts of a consultation: numbers, and what came of it.

    The opinions of its minutes are those of `batch`; a meeting without any is valid. Minutes that
    came as photos are keyed in by a clerk of the superior, who holds them (`claimed_by`) until
    `claimed_until`, and count once the unit has said that this is what they say. `on_behalf`: the
    superior's office entered it from the paper, for a unit that has nobody to do so.
    """

    class Outcome(models.TextChoices):
        AGREED = "agreed", _("Nhất trí toàn văn")
        OPINIONS = "opinions", _("Có ý kiến")
        MINUTES = "minutes", _("Gửi ảnh biên bản")

    class State(models.TextChoices):
        ENTERING = "entering", _("Đang nhập")
        KEYING = "keying", _("Chờ nhập biên bản")
        CONFIRMING = "confirming", _("Chờ chi bộ xác nhận")
        SENT = "sent", _("Đã gửi")
        UNDONE = "undone", _("Đã hủy")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="meetings"
    )
    node = models.ForeignKey(LadderNode, on_delete=models.PROTECT, related_name="meetings")
    batch = models.OneToOneField(
        EntryBatch, on_delete=models.PROTECT, null=True, related_name="meeting"
    )
    held_on = models.DateField(_("Ngày họp"))
    present = models.PositiveIntegerField(_("Số người dự"))
    speakers = models.PositiveIntegerField(_("Số người phát biểu"))
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ENTERING)
    on_behalf = models.BooleanField(default=False)
    submission_digest = models.BinaryField(max_length=32, unique=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)
    handed_in_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True)
    returned_note = models.CharField(_("Cần sửa gì"), max_length=300, blank=True)
    undone_reason = models.CharField(_("Lý do hủy"), max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Hội nghị góp ý")
        verbose_name_plural = _("Hội nghị góp ý")
        ordering = ["-held_on", "-id"]
        indexes = [
            models.Index(fields=["node", "-held_on"], name="feedback_meeting_node"),
            models.Index(fields=["consultation", "state"], name="feedback_meeting_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(present__gte=1), name="feedback_meeting_somebody_present"
            ),
            models.CheckConstraint(
                condition=Q(speakers__lte=models.F("present")), name="feedback_meeting_speakers"
            ),
            models.CheckConstraint(
                condition=Q(claimed_by=None, claimed_until=None)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False),
                name="feedback_meeting_claim",
            ),
            models.CheckConstraint(
                condition=~Q(state="undone") | ~Q(undone_reason=""), name="feedback_meeting_undone"
            ),
        ]

    def __str__(self):
        return f"{self.node_id} {self.held_on}"

    @property
    def code(self):
        """What a unit calls the meeting by when it asks about it."""
        return f"HN-{self.public_id.hex[:8].upper()}"

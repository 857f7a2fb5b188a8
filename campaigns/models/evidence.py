"""What shows that work was done: evidence, its files, and the notes along the way."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.indicators import Indicator
from campaigns.models.work import Assignment
from portal.common.uploads.models import Upload


class Evidence(models.Model):
    """Minh chứng: what shows that an assignment was worked on.

    `source_kind`/`source_id` name the row of an upper app (an article, a consultation) or
    "manual" with a generated id. A row of an upper app is there because that app says so, or
    because somebody `picked` it for this assignment. A retracted row stays, marked.

    Which fields count depends on `kind`: links have a channel and an outlet, meetings a place and
    numbers of people, photos and files their EvidenceFiles. `quantity` is what an indicator
    counts; of a broadcast it is how often it was on air (empty: once).
    """

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Tin bài trên cổng")
        LINK = "link", _("Bài đăng, phát ở nơi khác")
        CONSULTATION = "consultation", _("Đợt lấy ý kiến")
        MEETING = "meeting", _("Hội nghị, buổi sinh hoạt")
        FILE = "file", _("Tệp văn bản")
        PHOTOS = "photos", _("Ảnh")
        OTHER = "other", _("Việc khác")

    class Channel(models.TextChoices):
        PRESS = "press", _("Báo chí")
        WEBSITE = "website", _("Trang thông tin điện tử")
        FACEBOOK = "facebook", _("Facebook")
        ZALO = "zalo", _("Zalo")
        BROADCAST = "broadcast", _("Loa truyền thanh, phát thanh")
        OTHER = "other", _("Nơi khác")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(_("Loại"), max_length=12, choices=Kind.choices, default=Kind.OTHER)
    source_kind = models.CharField(max_length=40)
    source_id = models.CharField(max_length=40)
    picked = models.BooleanField(default=False)
    title = models.CharField(_("Tên minh chứng"), max_length=300)
    url = models.CharField(_("Đường dẫn"), max_length=500, blank=True)
    note = models.TextField(_("Ghi chú"), blank=True)
    happened_on = models.DateField(_("Ngày"))
    channel = models.CharField(_("Kênh"), max_length=10, choices=Channel.choices, blank=True)
    outlet = models.CharField(_("Nơi đăng, phát"), max_length=200, blank=True)
    place = models.CharField(_("Địa điểm"), max_length=200, blank=True)
    attendees = models.PositiveIntegerField(_("Số người dự"), null=True, blank=True)
    speakers = models.PositiveIntegerField(_("Số lượt phát biểu"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("Số lượng"), null=True, blank=True)
    indicator = models.ForeignKey(
        Indicator,
        verbose_name=_("Chỉ tiêu"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)
    retracted_at = models.DateTimeField(null=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Minh chứng")
        verbose_name_plural = _("Minh chứng")
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "source_kind", "source_id"], name="campaigns_evidence_once"
            ),
            models.CheckConstraint(
                condition=(Q(kind="link") & ~Q(channel=""))
                | (~Q(kind="link") & Q(channel="", outlet="")),
                name="campaigns_evidence_link",
            ),
            models.CheckConstraint(
                condition=Q(kind="meeting", attendees__isnull=False)
                | (~Q(kind="meeting") & Q(attendees=None, speakers=None, place="")),
                name="campaigns_evidence_meeting",
            ),
            models.CheckConstraint(
                condition=Q(speakers=None) | Q(speakers__lte=F("attendees")),
                name="campaigns_evidence_speakers",
            ),
            models.CheckConstraint(
                condition=Q(indicator=None) | Q(quantity__isnull=False),
                name="campaigns_evidence_counted",
            ),
        ]
        indexes = [
            models.Index(fields=["source_kind", "source_id"], name="campaigns_evidence_source"),
        ]

    def __str__(self):
        return self.title


class EvidenceFile(models.Model):
    """A photo or a file of evidence. It is internal: whoever may see the assignment may see it."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="files")
    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, related_name="evidence_file")
    caption = models.CharField(_("Chú thích ảnh"), max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("Tệp minh chứng")
        verbose_name_plural = _("Tệp minh chứng")
        ordering = ["evidence", "position", "id"]

    def __str__(self):
        return self.caption or str(self.upload)


class ProgressNote(models.Model):
    """A dated line on an assignment: a note, a step of its progress, a return, an acceptance."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Ghi chú")
        STATE = "state", _("Tiến độ")
        RETURNED = "returned", _("Trả lại")
        ACCEPTED = "accepted", _("Nghiệm thu")

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.NOTE)
    state = models.CharField(max_length=6, choices=Assignment.State.choices, blank=True)
    text = models.TextField(_("Ghi chú"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Ghi chú tiến độ")
        verbose_name_plural = _("Ghi chú tiến độ")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["note", "returned"]) | ~Q(text=""),
                name="campaigns_progressnote_says",
            ),
        ]

    def __str__(self):
        return self.text[:80] or self.get_kind_display()

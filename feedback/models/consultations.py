"""Consultations: on what, by whom, until when, under which terms."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Boundary
from documents.models import Block, Edition
from portal.agencies.models import Agency, Level


class Channel(models.TextChoices):
    """Kênh tiếp nhận: how an opinion came, here or as somebody else declares it."""

    ONLINE = "online", _("Trực tuyến trên cổng")
    MEETING = "meeting", _("Hội nghị, sinh hoạt")
    PAPER = "paper", _("Phiếu góp ý giấy")
    LETTER = "letter", _("Thư, đơn")
    EMAIL = "email", _("Thư điện tử")
    VNEID = "vneid", _("Ứng dụng định danh quốc gia")
    PRESS = "press", _("Báo chí")
    OTHER = "other", _("Kênh khác")


def default_channels():
    return [Channel.ONLINE, Channel.MEETING, Channel.PAPER, Channel.LETTER]


class RespondentGroup(models.Model):
    """Đối tượng góp ý: data; each consultation chooses its own list."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("Tên"), max_length=120)
    order = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("Đối tượng góp ý")
        verbose_name_plural = _("Đối tượng góp ý")
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class Consultation(models.Model):
    """Đợt lấy ý kiến on one or several editions.

    Life cycle is stored (editing, announced, withdrawn); upcoming, open and closed are computed
    from the half-open instants of its two boundaries. `key_id` names the key of its identities.
    """

    class State(models.TextChoices):
        EDITING = "editing", _("Đang soạn")
        ANNOUNCED = "announced", _("Đã công bố")
        WITHDRAWN = "withdrawn", _("Đã hủy")

    class Mode(models.TextChoices):
        COLLECTED = "collected", _("Thu nhận ý kiến tại đây")
        POINTING = "pointing", _("Chỉ dẫn kênh cấp trên")

    class Audience(models.TextChoices):
        MEMBERS = "members", _("Thành viên các tổ chức trực thuộc")
        UNITS = "units", _("Thành viên các đơn vị được chọn")
        SIGNED_IN = "signed_in", _("Mọi người có tài khoản")
        PUBLIC = "public", _("Mọi người, không cần tài khoản")

    class Policy(models.TextChoices):
        COUNTS = "counts", _("Chỉ công bố số lượng")
        MODERATED = "moderated", _("Công bố nội dung ý kiến, có kiểm duyệt")

    class Moderation(models.TextChoices):
        BEFORE = "before", _("Duyệt trước khi hiển thị")
        AFTER = "after", _("Hiển thị ngay, kiểm duyệt sau")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(
        Agency, verbose_name=_("Cơ quan"), on_delete=models.PROTECT, related_name="consultations"
    )
    title = models.CharField(_("Tên đợt lấy ý kiến"), max_length=300)
    slug = models.SlugField(max_length=120)
    intro = models.TextField(_("Giới thiệu"), blank=True)
    mode = models.CharField(
        _("Cách thu nhận"), max_length=10, choices=Mode.choices, default=Mode.COLLECTED
    )
    external_url = models.URLField(_("Kênh của cấp trên"), blank=True)
    audience = models.CharField(
        _("Ai được góp ý"), max_length=10, choices=Audience.choices, default=Audience.MEMBERS
    )
    policy = models.CharField(
        _("Công bố"), max_length=10, choices=Policy.choices, default=Policy.COUNTS
    )
    audience_units = models.ManyToManyField(
        Agency, verbose_name=_("Các đơn vị được góp ý"), blank=True, related_name="+"
    )
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel.choices),
        verbose_name=_("Kênh tiếp nhận"),
        default=default_channels,
    )
    moderation = models.CharField(
        _("Kiểm duyệt"), max_length=8, choices=Moderation.choices, default=Moderation.BEFORE
    )
    moderation_days = models.PositiveSmallIntegerField(
        _("Quyết định kiểm duyệt trong (ngày làm việc)"), default=2
    )
    opens = models.OneToOneField(
        Boundary, on_delete=models.PROTECT, related_name="consultation_opening"
    )
    closes = models.OneToOneField(
        Boundary, on_delete=models.PROTECT, related_name="consultation_closing"
    )
    reading_level = models.ForeignKey(
        Level, verbose_name=_("Cấp được đọc ý kiến"), on_delete=models.PROTECT, related_name="+"
    )
    reading_min_members = models.PositiveIntegerField(default=50)
    groups = models.ManyToManyField(RespondentGroup, blank=True, related_name="consultations")
    consent_text = models.TextField(_("Nội dung đồng ý xử lý dữ liệu"))
    consent_version = models.PositiveSmallIntegerField(default=1)
    keep_months = models.PositiveSmallIntegerField(
        _("Giữ danh tính sau khi kết thúc (tháng)"), default=24
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.EDITING)
    key_id = models.CharField(max_length=40, blank=True, editable=False)
    #: when staff was told that the key is destroyed 30 days later (`feedback.retention`)
    key_end_told_on = models.DateField(null=True, editable=False)
    key_destroyed_at = models.DateTimeField(null=True, editable=False)
    ladder_copied_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    announced_at = models.DateTimeField(null=True)
    answers_published_at = models.DateTimeField(null=True, editable=False)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Đợt lấy ý kiến")
        verbose_name_plural = _("Đợt lấy ý kiến")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(opens=F("closes")), name="feedback_consultation_two_boundaries"
            ),
            models.CheckConstraint(
                condition=Q(reading_min_members__gte=1), name="feedback_consultation_reading_min"
            ),
            models.CheckConstraint(
                condition=Q(mode="collected") | ~Q(external_url=""),
                name="feedback_consultation_pointing_url",
            ),
        ]

    def __str__(self):
        return self.title


class ConsultationChange(models.Model):
    """Thay đổi đã công bố of an announced consultation: its dates, or its end. Shown to everybody
    for ever; the days are those before and after, whoever moved them (staff, or an event).
    """

    class Kind(models.TextChoices):
        EXTENDED = "extended", _("Gia hạn")
        SHORTENED = "shortened", _("Kết thúc sớm")
        REOPENED = "reopened", _("Mở lại")
        MOVED = "moved", _("Đổi thời gian")
        WITHDRAWN = "withdrawn", _("Hủy")

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(_("Lý do"), max_length=300)
    old_opens = models.DateField(null=True)
    new_opens = models.DateField(null=True)
    old_closes = models.DateField(null=True)
    new_closes = models.DateField(null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Thay đổi đã công bố")
        verbose_name_plural = _("Các thay đổi đã công bố")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="feedback_consultationchange_reason"
            ),
        ]

    def __str__(self):
        return f"{self.consultation_id} {self.kind}"

    @property
    def opens_moved(self):
        return self.old_opens != self.new_opens

    @property
    def closes_moved(self):
        return self.old_closes != self.new_closes


class ConsentText(models.Model):
    """A version of the consent text of a consultation, kept as people agreed to it."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="consent_texts"
    )
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    since = models.DateField()

    class Meta:
        verbose_name = _("Bản nội dung đồng ý")
        verbose_name_plural = _("Các bản nội dung đồng ý")
        ordering = ["consultation", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "version"], name="feedback_consenttext_once"
            ),
        ]

    def __str__(self):
        return f"{self.consultation_id} v{self.version}"


class ConsultationEdition(models.Model):
    """An edition that is open for opinions in a consultation."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="consultation_editions"
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="consultation_editions"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("Văn kiện lấy ý kiến")
        verbose_name_plural = _("Văn kiện lấy ý kiến")
        ordering = ["consultation", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "edition"], name="feedback_consultationedition_once"
            ),
        ]

    def __str__(self):
        return f"{self.consultation_id} {self.edition_id}"


class GuideQuestion(models.Model):
    """Câu hỏi gợi ý, for the whole document or below one heading."""

    consultation_edition = models.ForeignKey(
        ConsultationEdition, on_delete=models.CASCADE, related_name="questions"
    )
    block = models.ForeignKey(
        Block, on_delete=models.PROTECT, null=True, blank=True, related_name="questions"
    )
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("Câu hỏi"), max_length=500)

    class Meta:
        verbose_name = _("Câu hỏi gợi ý")
        verbose_name_plural = _("Câu hỏi gợi ý")
        ordering = ["consultation_edition", "position", "id"]

    def __str__(self):
        return self.text

"""Plans with their tracks, phases, themes and forms."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.times import Boundary, Event
from portal.agencies.models import Agency
from portal.common.fulltext import TitleWordsField, WordlessManager, WordsField
from portal.official.models import OfficialDocument, PaperApproval


class FormFamily(models.Model):
    """Nhóm hình thức tuyên truyền."""

    name = models.CharField(_("Tên nhóm"), max_length=160, unique=True)
    order = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("Nhóm hình thức")
        verbose_name_plural = _("Nhóm hình thức")
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class Form(models.Model):
    """Hình thức tuyên truyền."""

    name = models.CharField(_("Tên hình thức"), max_length=200, unique=True)
    family = models.ForeignKey(
        FormFamily, on_delete=models.PROTECT, null=True, blank=True, related_name="forms"
    )
    order = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("Hình thức tuyên truyền")
        verbose_name_plural = _("Hình thức tuyên truyền")
        ordering = ["family__order", "order", "id"]

    def __str__(self):
        return self.name


class Plan(models.Model):
    """Kế hoạch tuyên truyền. Symbol, date, signer and legal basis live in its OfficialDocument.

    `source_*` says where the text was published, for plans known only from a report. `remarks` are
    sentences of the editors about the text itself; warnings that can be computed are not kept.
    `version` is the number of the last PlanVersion; `synced_version` the number of the superior's
    (of `implements`) that was taken over last; `derive_by` the day by which units issue theirs.
    A template is never submitted: plans are made from it. `before_includes_day` is what
    "trước ngày 30/6" offers first in this plan.
    """

    class State(models.TextChoices):
        EDITING = "editing", _("Đang soạn")
        SUBMITTED = "submitted", _("Chờ duyệt")
        ISSUED = "issued", _("Đã ban hành")
        CLOSED = "closed", _("Đã kết thúc")
        WITHDRAWN = "withdrawn", _("Đã thu hồi")

    document = models.OneToOneField(OfficialDocument, on_delete=models.PROTECT, related_name="plan")
    issuer = models.ForeignKey(
        Agency, verbose_name=_("Cơ quan ban hành"), on_delete=models.PROTECT, related_name="plans"
    )
    implements = models.ForeignKey(
        "self",
        verbose_name=_("Triển khai kế hoạch"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="derived",
    )
    key = models.CharField(max_length=120, unique=True, editable=False)
    slug = models.SlugField(max_length=120)
    title = models.CharField(_("Tên kế hoạch"), max_length=400)
    summary = models.TextField(_("Mục đích, yêu cầu"), blank=True)
    source_name = models.CharField(_("Nguồn tin"), max_length=200, blank=True)
    source_section = models.CharField(_("Chuyên mục của nguồn"), max_length=120, blank=True)
    source_byline = models.CharField(_("Tác giả của nguồn"), max_length=120, blank=True)
    source_published_at = models.DateTimeField(_("Nguồn đăng lúc"), null=True, blank=True)
    source_updated_on = models.DateField(_("Nguồn cập nhật ngày"), null=True, blank=True)
    remarks = models.JSONField(_("Ghi chú về văn bản"), default=list, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.EDITING)
    state_note = models.CharField(_("Lý do trả lại, thu hồi"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=0)
    synced_version = models.PositiveIntegerField(null=True, blank=True)
    derive_by = models.DateField(
        _("Các đơn vị ban hành kế hoạch triển khai chậm nhất ngày"), null=True, blank=True
    )
    needs_acceptance = models.BooleanField(_("Nghiệm thu kết quả của đơn vị"), default=False)
    is_template = models.BooleanField(_("Kế hoạch mẫu"), default=False)
    before_includes_day = models.BooleanField(_("“Trước ngày …” tính cả ngày đó"), default=False)
    events = models.ManyToManyField(Event, through="PlanEvent", related_name="plans")
    forms = models.ManyToManyField(Form, through="PlanForm", related_name="plans")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Whom the submitter stood in for, if the right was delegated: no approver either.
    submitted_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    paper_approval = models.OneToOneField(
        PaperApproval, on_delete=models.PROTECT, null=True, related_name="plan_issued"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    issued_at = models.DateTimeField(null=True)
    lock_version = models.PositiveIntegerField(default=0)

    # Beside them the symbol, which is the document's.
    search_words = WordsField("title", "summary")
    search_title = TitleWordsField("title")

    objects = WordlessManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("Kế hoạch tuyên truyền")
        verbose_name_plural = _("Kế hoạch tuyên truyền")
        ordering = ["-issued_at", "-id"]
        indexes = [GinIndex("search_words", name="campaigns_plan_words")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(implements=F("id")), name="campaigns_plan_not_itself"
            ),
            models.CheckConstraint(
                condition=Q(issued_by=None)
                | Q(submitted_by=None)
                | ~Q(issued_by=F("submitted_by")),
                name="campaigns_plan_two_people",
            ),
            models.CheckConstraint(
                condition=Q(issued_by=None)
                | Q(submitted_for=None)
                | ~Q(issued_by=F("submitted_for")),
                name="campaigns_plan_two_principals",
            ),
            models.CheckConstraint(
                condition=Q(is_template=False) | Q(state="editing"),
                name="campaigns_plan_template",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        from campaigns.rules.names import plan_path

        return plan_path(self.slug, self.pk)


class PlanVersion(models.Model):
    """A plan as issued or amended, kept as JSON (the form of `show_plan`)."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    n = models.PositiveIntegerField()
    data = models.JSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Phiên bản kế hoạch")
        verbose_name_plural = _("Phiên bản kế hoạch")
        ordering = ["plan", "n"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "n"], name="campaigns_planversion_n"),
        ]

    def __str__(self):
        return f"{self.plan_id} v{self.n}"


class PlanEvent(models.Model):
    """An event that a plan serves or marks; `observed_on` overrides the day for a commemoration."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="plan_events")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="plan_events")
    position = models.PositiveSmallIntegerField(default=0)
    observed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("Sự kiện của kế hoạch")
        verbose_name_plural = _("Sự kiện của kế hoạch")
        ordering = ["plan", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "event"], name="campaigns_planevent_once"),
        ]

    def __str__(self):
        return f"{self.plan_id} {self.event_id}"


class PlanForm(models.Model):
    """A form of communication that a plan uses, in the plan's order."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="plan_forms")
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="plan_forms")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("Hình thức của kế hoạch")
        verbose_name_plural = _("Hình thức của kế hoạch")
        ordering = ["plan", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "form"], name="campaigns_planform_once"),
        ]

    def __str__(self):
        return f"{self.plan_id} {self.form_id}"


class Track(models.Model):
    """Mạch tuyên truyền: a row of phases. A declared count that differs from the real one warns."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="tracks")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("Tên mạch"), max_length=300)
    declared_phases = models.PositiveSmallIntegerField(
        _("Số đợt ghi trong văn bản"), null=True, blank=True
    )
    derived_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="derived"
    )
    origin = models.UUIDField(null=True, blank=True, editable=False)  # its key, kept for good
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Mạch tuyên truyền")
        verbose_name_plural = _("Mạch tuyên truyền")
        ordering = ["plan", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "title"], name="campaigns_track_title"),
        ]

    def __str__(self):
        return self.title


class Phase(models.Model):
    """Đợt tuyên truyền, from one boundary to another (both days inclusive)."""

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="phases")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("Tên đợt"), max_length=200)
    summary = models.TextField(_("Nội dung chính"), blank=True)
    starts = models.OneToOneField(Boundary, on_delete=models.PROTECT, related_name="phase_starting")
    ends = models.OneToOneField(Boundary, on_delete=models.PROTECT, related_name="phase_ending")
    forms = models.ManyToManyField(Form, blank=True, related_name="phases")
    derived_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="derived"
    )
    origin = models.UUIDField(null=True, blank=True, editable=False)  # its key, kept for good
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Đợt tuyên truyền")
        verbose_name_plural = _("Đợt tuyên truyền")
        ordering = ["track", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["track", "title"], name="campaigns_phase_title"),
        ]

    def __str__(self):
        return self.title


class Theme(models.Model):
    """Nội dung tuyên truyền, of a plan or of one of its phases."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="themes")
    phase = models.ForeignKey(
        Phase, on_delete=models.CASCADE, null=True, blank=True, related_name="themes"
    )
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("Nội dung"), max_length=500)

    class Meta:
        verbose_name = _("Nội dung tuyên truyền")
        verbose_name_plural = _("Nội dung tuyên truyền")
        ordering = ["plan", "position", "id"]

    def __str__(self):
        return self.text

"""Events, boundaries, plans, tracks, phases, tasks and their evidence."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Agency
from portal.official.models import OfficialDocument


class CalendarDay(models.Model):
    """A public holiday, or a Saturday or Sunday worked in exchange for a day off: data."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Ngày nghỉ")
        WORKDAY = "workday", _("Ngày làm bù")

    on = models.DateField(_("Ngày"), unique=True)
    kind = models.CharField(_("Loại"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("Tên"), max_length=120)
    uncertain = models.BooleanField(_("Chưa chắc chắn"), default=False)

    class Meta:
        verbose_name = _("Ngày nghỉ, ngày làm bù")
        verbose_name_plural = _("Lịch nghỉ lễ")
        ordering = ["on"]

    def __str__(self):
        return f"{self.on:%d/%m/%Y} {self.name}"


class Event(models.Model):
    """A congress, election, session, commemoration: what boundaries are bound to.

    Of planned, expected and actual dates the actual beats the expected, which beats the planned.
    A congress is named by host, ordinal and term; ordinals are unique per host only.
    """

    class Kind(models.TextChoices):
        CONGRESS = "congress", _("Đại hội")
        ELECTION = "election", _("Bầu cử")
        SESSION = "session", _("Kỳ họp")
        COMMEMORATION = "commemoration", _("Ngày kỷ niệm")
        OTHER = "other", _("Sự kiện khác")

    class Delegates(models.TextChoices):
        MEMBERS = "members", _("Đại hội đảng viên")
        DELEGATES = "delegates", _("Đại hội đại biểu")
        NATIONAL = "national", _("Đại hội đại biểu toàn quốc")

    slug = models.SlugField(max_length=80, unique=True)
    host = models.ForeignKey(
        Agency,
        verbose_name=_("Tổ chức"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
    )
    kind = models.CharField(_("Loại"), max_length=16, choices=Kind.choices)
    delegates = models.CharField(
        _("Hình thức đại hội"), max_length=10, choices=Delegates.choices, blank=True
    )
    name = models.CharField(_("Tên gọi"), max_length=200, blank=True)
    ordinal = models.PositiveSmallIntegerField(_("Lần thứ"), null=True, blank=True)
    term_start = models.PositiveSmallIntegerField(_("Nhiệm kỳ từ"), null=True, blank=True)
    term_end = models.PositiveSmallIntegerField(_("Nhiệm kỳ đến"), null=True, blank=True)
    previous = models.ForeignKey(
        "self",
        verbose_name=_("Kỳ trước"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="following",
    )
    origin_on = models.DateField(_("Ngày gốc"), null=True, blank=True)
    place = models.CharField(_("Địa điểm"), max_length=200, blank=True)
    expected_words = models.CharField(_("Dự kiến, bằng lời"), max_length=120, blank=True)
    planned_opens = models.DateField(_("Khai mạc theo kế hoạch"), null=True, blank=True)
    planned_closes = models.DateField(_("Bế mạc theo kế hoạch"), null=True, blank=True)
    expected_opens = models.DateField(_("Dự kiến khai mạc"), null=True, blank=True)
    expected_closes = models.DateField(_("Dự kiến bế mạc"), null=True, blank=True)
    actual_opens = models.DateField(_("Khai mạc thực tế"), null=True, blank=True)
    actual_closes = models.DateField(_("Bế mạc thực tế"), null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Sự kiện")
        verbose_name_plural = _("Sự kiện")
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["host", "kind", "ordinal"],
                condition=Q(ordinal__isnull=False),
                name="campaigns_event_ordinal_per_host",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(term_end__isnull=True) | Q(term_end__gt=F("term_start")),
                name="campaigns_event_term",
            ),
        ]

    def __str__(self):
        from campaigns.rules import event_name

        return event_name(self)

    def get_absolute_url(self):
        from campaigns.rules.names import event_path

        return event_path(self)

    @property
    def opens(self):
        """The date of the opening that counts today, or None."""
        return self.actual_opens or self.expected_opens or self.planned_opens

    @property
    def closes(self):
        """The date of the closing that counts today, or None."""
        return self.actual_closes or self.expected_closes or self.planned_closes


class Boundary(models.Model):
    """A mốc thời gian: a row its owner points to (see `campaigns.boundaries`).

    Exactly one source by `kind`: a date with precision, a moment of an event plus days, another
    boundary plus days, open ("để ngỏ"), or unknown ("chưa xác định"). `resolved_on` is the
    inclusive day it resolves to, `at` the half-open instant: 00:00 of that day for a start, 00:00
    of the next day for an end or a due date. `revision` grows whenever `resolved_on` changes.
    Rows are written only by `campaigns.boundaries` under the graph lock.
    """

    class Kind(models.TextChoices):
        DATE = "date", _("Ngày")
        EVENT = "event", _("Theo sự kiện")
        REF = "ref", _("Theo đợt khác")
        OPEN = "open", _("Để ngỏ")
        UNKNOWN = "unknown", _("Chưa xác định")

    class Side(models.TextChoices):
        START = "start", _("Bắt đầu")
        END = "end", _("Kết thúc")

    class Precision(models.TextChoices):
        DAY = "day", _("Ngày")
        MONTH = "month", _("Tháng")
        YEAR = "year", _("Năm")

    class Part(models.TextChoices):
        EARLY = "early", _("Đầu")
        MID = "mid", _("Giữa")
        LATE = "late", _("Cuối")

    class Moment(models.TextChoices):
        OPENS = "opens", _("Khai mạc")
        CLOSES = "closes", _("Bế mạc")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    side = models.CharField(max_length=5, choices=Side.choices)
    owner_kind = models.CharField(max_length=40)
    date = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=5, choices=Precision.choices, blank=True)
    part = models.CharField(max_length=5, choices=Part.choices, blank=True)
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="boundaries"
    )
    moment = models.CharField(max_length=6, choices=Moment.choices, blank=True)
    ref_boundary = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="dependants"
    )
    offset = models.SmallIntegerField(default=0)
    working = models.BooleanField(default=False)
    verbatim = models.CharField(max_length=200, blank=True)
    resolved_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Mốc thời gian")
        verbose_name_plural = _("Mốc thời gian")
        indexes = [models.Index(fields=["at"], name="campaigns_boundary_at")]
        constraints = [
            models.CheckConstraint(
                name="campaigns_boundary_one_source",
                condition=(
                    Q(kind="date", date__isnull=False, event=None, ref_boundary=None, offset=0)
                    & ~Q(precision="")
                )
                | (
                    Q(kind="event", date=None, event__isnull=False, ref_boundary=None, part="")
                    & ~Q(moment="")
                )
                | Q(
                    kind="ref",
                    date=None,
                    event=None,
                    ref_boundary__isnull=False,
                    part="",
                    moment="",
                )
                | Q(
                    kind__in=["open", "unknown"],
                    date=None,
                    event=None,
                    ref_boundary=None,
                    offset=0,
                    resolved_on=None,
                ),
            ),
            models.CheckConstraint(
                name="campaigns_boundary_not_itself", condition=~Q(ref_boundary=F("id"))
            ),
            models.CheckConstraint(
                name="campaigns_boundary_resolved",
                condition=Q(resolved_on=None, at=None)
                | Q(resolved_on__isnull=False, at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.verbatim or f"{self.kind} {self.resolved_on or '?'}"


class GraphState(models.Model):
    """One row: the revision of the whole boundary graph, so that a stale preview can be refused."""

    revision = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("Phiên bản đồ thị mốc")
        verbose_name_plural = _("Phiên bản đồ thị mốc")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="campaigns_graph_single_row"),
        ]

    def __str__(self):
        return str(self.revision)


class DateChange(models.Model):
    """One act that moved dates: an event was moved, a boundary edited. Notices hang on it."""

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(_("Lý do"), max_length=300, blank=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, related_name="changes")
    graph_revision = models.BigIntegerField()

    class Meta:
        verbose_name = _("Đổi mốc thời gian")
        verbose_name_plural = _("Đổi mốc thời gian")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.made_at:%d/%m/%Y %H:%M}"


class DateChangeItem(models.Model):
    """One boundary that moved in a DateChange."""

    change = models.ForeignKey(DateChange, on_delete=models.CASCADE, related_name="items")
    boundary = models.ForeignKey(Boundary, on_delete=models.CASCADE, related_name="moves")
    old_on = models.DateField(null=True)
    new_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("Mốc đã đổi")
        verbose_name_plural = _("Mốc đã đổi")
        constraints = [
            models.UniqueConstraint(
                fields=["change", "boundary"], name="campaigns_change_boundary_once"
            ),
        ]

    def __str__(self):
        return f"{self.old_on} -> {self.new_on}"


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
    `version` is the number of the last PlanVersion.
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
    events = models.ManyToManyField(Event, through="PlanEvent", related_name="plans")
    forms = models.ManyToManyField(Form, through="PlanForm", related_name="plans")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    issued_at = models.DateTimeField(null=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Kế hoạch tuyên truyền")
        verbose_name_plural = _("Kế hoạch tuyên truyền")
        ordering = ["-issued_at", "-id"]
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


class Task(models.Model):
    """Nhiệm vụ of a plan, given to units by assignments."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="tasks")
    phase = models.ForeignKey(
        Phase, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("Nhiệm vụ"), max_length=300)
    detail = models.TextField(_("Yêu cầu"), blank=True)
    deliverable = models.CharField(_("Sản phẩm"), max_length=200, blank=True)
    due = models.OneToOneField(
        Boundary, on_delete=models.PROTECT, null=True, blank=True, related_name="task_due"
    )
    form = models.ForeignKey(
        Form, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    derived_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="derived"
    )
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Nhiệm vụ")
        verbose_name_plural = _("Nhiệm vụ")
        ordering = ["plan", "position", "id"]

    def __str__(self):
        return self.title


class Assignment(models.Model):
    """Phân công: a task given to a unit, with how far it is. Overdue is computed, not stored."""

    class State(models.TextChoices):
        TODO = "todo", _("Chưa bắt đầu")
        DOING = "doing", _("Đang làm")
        DONE = "done", _("Hoàn thành")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="assignments")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="assignments")
    state = models.CharField(max_length=6, choices=State.choices, default=State.TODO)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Người phụ trách"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    note = models.TextField(_("Ghi chú tiến độ"), blank=True)
    done_on = models.DateField(_("Ngày hoàn thành"), null=True, blank=True)
    assigned_at = models.DateTimeField(auto_now_add=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Phân công")
        verbose_name_plural = _("Phân công")
        constraints = [
            models.UniqueConstraint(fields=["task", "agency"], name="campaigns_assignment_once"),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False)
                | (~Q(state="done") & Q(done_on=None)),
                name="campaigns_assignment_done",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="campaigns_assignment_state")]

    def __str__(self):
        return f"{self.task_id} @ {self.agency_id}"


class Evidence(models.Model):
    """Minh chứng: what shows that an assignment was worked on.

    `source_kind`/`source_id` name the row of an upper app (an article, a consultation) or
    "manual" with a generated id. A retracted row stays, marked.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="evidence")
    source_kind = models.CharField(max_length=40)
    source_id = models.CharField(max_length=40)
    title = models.CharField(_("Tên minh chứng"), max_length=300)
    url = models.CharField(_("Đường dẫn"), max_length=500, blank=True)
    note = models.TextField(_("Ghi chú"), blank=True)
    happened_on = models.DateField(_("Ngày"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Minh chứng")
        verbose_name_plural = _("Minh chứng")
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "source_kind", "source_id"], name="campaigns_evidence_once"
            ),
        ]

    def __str__(self):
        return self.title

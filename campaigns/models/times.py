"""Days, events and boundaries: what time hangs on."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Agency


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
    commemoration = models.ForeignKey(
        "Commemoration",
        verbose_name=_("Ngày kỷ niệm hằng năm"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="occurrences",
    )
    # of the solar, or for a lunar day the lunar calendar
    occurrence_year = models.PositiveSmallIntegerField(null=True, blank=True)
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
            models.UniqueConstraint(
                fields=["commemoration", "occurrence_year"], name="campaigns_event_occurrence"
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

    Exactly one source by `kind`: a date with precision (`before`: "trước ngày …", with that day or
    without it), a moment of an event plus days, another
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

    class Before(models.TextChoices):
        INCLUSIVE = "inclusive", _("Trước, tính cả ngày đó")
        EXCLUSIVE = "exclusive", _("Trước, không tính ngày đó")

    class Moment(models.TextChoices):
        OPENS = "opens", _("Khai mạc")
        CLOSES = "closes", _("Bế mạc")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    side = models.CharField(max_length=5, choices=Side.choices)
    owner_kind = models.CharField(max_length=40)
    date = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=5, choices=Precision.choices, blank=True)
    part = models.CharField(max_length=5, choices=Part.choices, blank=True)
    before = models.CharField(
        max_length=9, choices=Before.choices, blank=True, default="", db_default=""
    )
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
                name="campaigns_boundary_before", condition=Q(before="") | Q(kind="date")
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

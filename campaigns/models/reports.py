"""Reporting periods (kỳ báo cáo), the reports of units, their figures and later corrections."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from campaigns.models.indicators import Indicator
from campaigns.models.plans import Plan
from campaigns.rules.periods import CUSTOM, MONTHLY, WEEKLY
from portal.agencies.models import Agency, as_range


class ReportSeries(models.Model):
    """Chế độ báo cáo: what the issuer of a plan asks its units for, how often and until when.

    Weekly ones are cut off on a weekday (0 is Monday), monthly ones on a day of the month; the
    periods of custom ones are made by hand. Reports are due `deadline_days` working days after the
    cut-off at `deadline_hour`. Without stored `units` every unit that holds a task of the plan
    reports.
    """

    class Kind(models.TextChoices):
        WEEKLY = WEEKLY, _("Hằng tuần")
        MONTHLY = MONTHLY, _("Hằng tháng")
        CUSTOM = CUSTOM, _("Theo yêu cầu")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Thứ Hai")
        TUESDAY = 1, _("Thứ Ba")
        WEDNESDAY = 2, _("Thứ Tư")
        THURSDAY = 3, _("Thứ Năm")
        FRIDAY = 4, _("Thứ Sáu")
        SATURDAY = 5, _("Thứ Bảy")
        SUNDAY = 6, _("Chủ nhật")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="report_series")
    title = models.CharField(_("Tên báo cáo"), max_length=200)
    kind = models.CharField(_("Kỳ báo cáo"), max_length=8, choices=Kind.choices)
    cutoff_weekday = models.PositiveSmallIntegerField(
        _("Chốt số liệu vào"), choices=Weekday.choices, null=True, blank=True
    )
    cutoff_day = models.PositiveSmallIntegerField(
        _("Chốt số liệu ngày"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
    )
    deadline_days = models.PositiveSmallIntegerField(
        _("Hạn gửi sau ngày chốt"), default=1, validators=[MaxValueValidator(30)]
    )
    deadline_hour = models.PositiveSmallIntegerField(
        _("Giờ"), default=17, validators=[MaxValueValidator(24)]
    )
    starts_on = models.DateField(_("Từ ngày"))
    ends_on = models.DateField(_("Đến ngày"), null=True, blank=True)
    all_units = models.BooleanField(_("Mọi đơn vị được giao nhiệm vụ"), default=True)
    units = models.ManyToManyField(Agency, blank=True, related_name="+")
    indicators = models.ManyToManyField(Indicator, through="SeriesIndicator", related_name="+")
    stopped_on = models.DateField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Chế độ báo cáo")
        verbose_name_plural = _("Chế độ báo cáo")
        ordering = ["plan", "id"]
        constraints = [
            models.CheckConstraint(
                name="campaigns_series_rule",
                condition=Q(kind="weekly", cutoff_weekday__isnull=False, cutoff_day=None)
                | Q(kind="monthly", cutoff_day__isnull=False, cutoff_weekday=None)
                | Q(kind="custom", cutoff_weekday=None, cutoff_day=None),
            ),
            models.CheckConstraint(
                name="campaigns_series_days",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="campaigns_series_ranges",
                condition=(Q(cutoff_day=None) | Q(cutoff_day__range=(1, 31)))
                & (Q(cutoff_weekday=None) | Q(cutoff_weekday__lte=6))
                & Q(deadline_hour__lte=24)
                & Q(deadline_days__lte=30),
            ),
        ]

    def __str__(self):
        return self.title


class SeriesIndicator(models.Model):
    """An indicator that a series asks for, in its order."""

    series = models.ForeignKey(
        ReportSeries, on_delete=models.CASCADE, related_name="series_indicators"
    )
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("Chỉ tiêu của báo cáo")
        verbose_name_plural = _("Chỉ tiêu của báo cáo")
        ordering = ["series", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "indicator"], name="campaigns_seriesindicator_once"
            ),
        ]

    def __str__(self):
        return f"{self.series_id} {self.indicator_id}"


class Period(models.Model):
    """Kỳ báo cáo: `first_on` to `last_on` (the cut-off), both inclusive.

    `by_hand` periods keep the deadline that a person gave them. `revision` counts its deadlines:
    notices of an earlier one no longer count.
    """

    series = models.ForeignKey(ReportSeries, on_delete=models.PROTECT, related_name="periods")
    title = models.CharField(_("Tên kỳ"), max_length=120)
    first_on = models.DateField(_("Từ ngày"))
    last_on = models.DateField(_("Đến ngày (chốt số liệu)"))
    deadline_at = models.DateTimeField(_("Hạn gửi"))
    by_hand = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Kỳ báo cáo")
        verbose_name_plural = _("Kỳ báo cáo")
        ordering = ["-last_on", "-id"]
        indexes = [
            models.Index(fields=["first_on", "deadline_at"], name="campaigns_period_days"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "last_on"], name="campaigns_period_once"),
            models.CheckConstraint(
                name="campaigns_period_order", condition=Q(first_on__lte=F("last_on"))
            ),
            ExclusionConstraint(
                name="campaigns_period_no_overlap",
                expressions=[
                    (as_range("series_id"), RangeOperators.OVERLAPS),
                    (
                        Func(
                            F("first_on"),
                            F("last_on"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self):
        return self.title


class UnitReport(models.Model):
    """Báo cáo của một đơn vị in one period; the row is there from the day the period begins.

    `code` recognises the Excel file of this report when it comes back. `takes_below` adds the
    figures that units reported under the unit's own plan. `stand_in` marks a report that the
    superior entered from a unit's file.
    """

    class State(models.TextChoices):
        NONE = "none", _("Chưa báo cáo")
        DRAFT = "draft", _("Đang nhập")
        RETURNED = "returned", _("Bị trả lại")
        CONFIRMED = "confirmed", _("Đã xác nhận")

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="reports")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="reports")
    state = models.CharField(max_length=9, choices=State.choices, default=State.NONE)
    results = models.TextField(_("Kết quả"), blank=True)
    limits = models.TextField(_("Hạn chế"), blank=True)
    proposals = models.TextField(_("Kiến nghị"), blank=True)
    code = models.CharField(max_length=16, unique=True, editable=False)
    takes_below = models.BooleanField(_("Cộng số của các đơn vị cấp dưới"), default=True)
    stand_in = models.BooleanField(default=False)
    saved_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    returned_at = models.DateTimeField(null=True)
    returned_note = models.CharField(_("Lý do trả lại"), max_length=500, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Báo cáo của đơn vị")
        verbose_name_plural = _("Báo cáo của đơn vị")
        indexes = [
            models.Index(fields=["agency", "state"], name="campaigns_report_agency"),
            models.Index(fields=["period", "state"], name="campaigns_report_period"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["period", "agency"], name="campaigns_report_once"),
            models.CheckConstraint(
                name="campaigns_report_confirmed",
                condition=Q(state="confirmed", confirmed_at__isnull=False)
                | (~Q(state="confirmed") & Q(confirmed_at=None)),
            ),
        ]

    def __str__(self):
        return f"{self.period_id} {self.agency_id}"


class IndicatorValue(models.Model):
    """One figure of a report.

    `computed` comes from evidence (null where the indicator is not counted by the portal); `value`
    is what the unit declares for itself; the two never mix. `below` is what units reported under
    the unit's own plan and is added to `value`. `within` is what the units under it reported in
    this very period: shown to the unit, never added again above, where those reports count
    themselves. Both are frozen with the report.
    """

    report = models.ForeignKey(UnitReport, on_delete=models.PROTECT, related_name="values")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    computed = models.PositiveIntegerField(null=True)
    value = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)
    below = models.PositiveBigIntegerField(default=0)
    within = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("Số liệu báo cáo")
        verbose_name_plural = _("Số liệu báo cáo")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "indicator"], name="campaigns_indicatorvalue_once"
            ),
        ]

    def __str__(self):
        return f"{self.report_id} {self.indicator_id} = {self.value}"

    @property
    def total(self):
        """What counts above."""
        return (self.value or 0) + self.below


class ReportCorrection(models.Model):
    """What was changed in a report after it was confirmed; shown wherever the report is.

    `field` is "value", "results", "limits" or "proposals"; `indicator` says which figure.
    """

    report = models.ForeignKey(UnitReport, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=20)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, null=True, related_name="+")
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.CharField(_("Lý do sửa"), max_length=500)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Chỗ sửa sau xác nhận")
        verbose_name_plural = _("Chỗ sửa sau xác nhận")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.report_id} {self.field}"

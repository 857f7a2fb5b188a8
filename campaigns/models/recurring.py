"""What comes back: commemorations each year, windows of congresses each term."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Agency, Level
from portal.official.models import OfficialDocument


class Commemoration(models.Model):
    """Ngày kỷ niệm that recurs, by the solar or the lunar calendar; its occurrences are Events.

    `host` None is a day of the whole country. `day` and `month` are those of `calendar`; the leap
    month is never meant. `round_rule` says which anniversaries stand out.
    """

    class Calendar(models.TextChoices):
        SOLAR = "solar", _("Dương lịch")
        LUNAR = "lunar", _("Âm lịch")

    class Round(models.TextChoices):
        FIVES = "fives", _("Năm tròn (tận cùng là 0) và năm lẻ 5")
        TENS = "tens", _("Chỉ năm tròn (tận cùng là 0)")
        NONE = "none", _("Không phân biệt")

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("Tên ngày kỷ niệm"), max_length=160)
    calendar = models.CharField(
        _("Theo lịch"), max_length=5, choices=Calendar.choices, default=Calendar.SOLAR
    )
    day = models.PositiveSmallIntegerField(
        _("Ngày"), validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    month = models.PositiveSmallIntegerField(
        _("Tháng"), validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    origin_year = models.PositiveSmallIntegerField(_("Năm gốc"), null=True, blank=True)
    round_rule = models.CharField(
        _("Năm nêu bật"), max_length=5, choices=Round.choices, default=Round.FIVES
    )
    host = models.ForeignKey(
        Agency,
        verbose_name=_("Riêng của cơ quan"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commemorations",
    )
    active = models.BooleanField(_("Đang dùng"), default=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Ngày kỷ niệm hằng năm")
        verbose_name_plural = _("Ngày kỷ niệm hằng năm")
        ordering = ["calendar", "month", "day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(day__gte=1, day__lte=31, month__gte=1, month__lte=12),
                name="campaigns_commemoration_day",
            ),
            models.CheckConstraint(
                condition=Q(calendar="solar") | Q(day__lte=30),
                name="campaigns_commemoration_lunar_day",
            ),
        ]

    def __str__(self):
        return self.name


class CongressWindow(models.Model):
    """From when and by when the congresses of one level are held in one term."""

    level = models.ForeignKey(
        Level, verbose_name=_("Cấp"), on_delete=models.PROTECT, related_name="congress_windows"
    )
    term_start = models.PositiveSmallIntegerField(_("Nhiệm kỳ từ"))
    term_end = models.PositiveSmallIntegerField(_("Nhiệm kỳ đến"))
    earliest = models.DateField(_("Sớm nhất"), null=True, blank=True)
    latest = models.DateField(_("Muộn nhất"), null=True, blank=True)
    basis = models.CharField(_("Văn bản quy định"), max_length=120, blank=True)
    document = models.ForeignKey(
        OfficialDocument,
        verbose_name=_("Văn bản quy định"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="congress_windows",
    )
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Thời gian đại hội của một cấp")
        verbose_name_plural = _("Thời gian đại hội theo cấp")
        ordering = ["-term_start", "level__order"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "term_start"], name="campaigns_congresswindow_once"
            ),
            models.CheckConstraint(
                condition=Q(term_end__gt=F("term_start")), name="campaigns_congresswindow_term"
            ),
            models.CheckConstraint(
                condition=Q(earliest=None) | Q(latest=None) | Q(latest__gte=F("earliest")),
                name="campaigns_congresswindow_days",
            ),
            models.CheckConstraint(
                condition=Q(earliest__isnull=False) | Q(latest__isnull=False),
                name="campaigns_congresswindow_some_day",
            ),
        ]

    def __str__(self):
        return f"{self.level_id} {self.term_start}-{self.term_end}"

"""The roll-up of a period: what all units declared beside what evidence says, each unit once."""

from dataclasses import dataclass, field

from django.db.models import Count, F, Q, Sum

from campaigns.models import IndicatorValue, UnitReport
from campaigns.queries.prefill import computed
from campaigns.queries.reports import indicators_of, of_period

State = UnitReport.State
#: The text parts of a report: field and heading.
TEXTS = ("results", "limits", "proposals")


@dataclass
class SumLine:
    """One indicator over all units of a period.

    `declared` and `counted` are sums over confirmed reports: what the units say, and what their
    evidence said when they confirmed; `below` came with them from their own plans. `evidence` is
    what the evidence of all units says now, whether they have reported or not.
    """

    indicator: object
    declared: int = 0
    counted: int = 0
    below: int = 0
    evidence: int = 0
    units: int = 0
    changed: int = 0

    @property
    def total(self):
        return self.declared + self.below


@dataclass
class UnitRow:
    """One report with its figures in the order of the indicators; None where nothing is said."""

    report: object
    figures: list = field(default_factory=list)


def sums(period):
    """[SumLine] in the order of the series. Three queries."""
    indicators = indicators_of(period.series_id)
    lines = {i.pk: SumLine(i) for i in indicators}
    rows = (
        IndicatorValue.objects.filter(
            report__period=period, report__state=State.CONFIRMED, indicator_id__in=lines
        )
        .values("indicator_id")
        .annotate(
            declared=Sum("value", default=0),
            counted=Sum("computed", default=0),
            under=Sum("below", default=0),
            units=Count("id", filter=Q(value__gt=0) | Q(below__gt=0)),
            changed=Count("id", filter=Q(computed__isnull=False) & ~Q(value=F("computed"))),
        )
        .order_by()
    )
    for row in rows:
        line = lines[row["indicator_id"]]
        line.declared, line.counted = row["declared"], row["counted"]
        line.below, line.units, line.changed = row["under"], row["units"], row["changed"]
    reporting = set(UnitReport.objects.filter(period=period).values_list("agency_id", flat=True))
    everywhere = computed(
        plan_id=period.series.plan_id,
        first_on=period.first_on,
        last_on=period.last_on,
        indicators=indicators,
    )
    for agency_id, figures in everywhere.items():
        if agency_id in reporting:
            for pk, n in figures.items():
                lines[pk].evidence += n
    return list(lines.values())


def table(period, now):
    """([Indicator], [UnitRow], totals): every report of the period with its own totals.

    Only confirmed reports carry figures, and only they are in the totals, which are the sums of the
    columns. Three queries.
    """
    indicators = indicators_of(period.series_id)
    rows = [UnitRow(report, [None] * len(indicators)) for report in of_period(period, now)]
    at = {i.pk: n for n, i in enumerate(indicators)}
    by_report = {row.report.pk: row for row in rows}
    values = IndicatorValue.objects.filter(
        report__period=period, report__state=State.CONFIRMED, indicator_id__in=at
    ).values_list("report_id", "indicator_id", "value", "below")
    totals = [0] * len(indicators)
    for report_id, indicator_id, value, below in values:
        n = (value or 0) + below
        by_report[report_id].figures[at[indicator_id]] = n
        totals[at[indicator_id]] += n
    return indicators, rows, totals


def traced(period, indicator):
    """The confirmed figures behind one sum: IndicatorValues with report and unit, largest first."""
    return (
        IndicatorValue.objects.filter(
            report__period=period, report__state=State.CONFIRMED, indicator=indicator
        )
        .select_related("report__agency")
        .order_by(F("value") + F("below"))
        .reverse()
    )


def said(period):
    """{"results": [(agency, text)], …} of confirmed reports, for each of TEXTS. One query."""
    found = {name: [] for name in TEXTS}
    reports = (
        UnitReport.objects.filter(period=period, state=State.CONFIRMED)
        .select_related("agency")
        .order_by("agency__level__order", "agency__protocol_no", "agency__sort_key", "agency_id")
    )
    for report in reports:
        for name in TEXTS:
            if getattr(report, name):
                found[name].append((report.agency, getattr(report, name)))
    return found

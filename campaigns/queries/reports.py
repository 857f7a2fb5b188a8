"""Reading reports: the lists of a unit and of its superior, the figures of one report."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, Count, F, IntegerField, Max, Q, Sum, Value, When

from campaigns.models import Assignment, IndicatorValue, Period, Plan, ReportSeries, UnitReport
from campaigns.queries.prefill import computed
from campaigns.rules import access
from portal.agencies.models import Agency
from portal.agencies.rules import grants_of, path_of

State = UnitReport.State

REPORTS = UnitReport.objects.select_related(
    "agency__node",
    "agency__parent",
    "period__series__plan__document",
    "period__series__plan__issuer",
)


@dataclass
class Line:
    """One figure of a report as it is shown.

    `computed` is None where the portal does not count; `live` are the sums of today where the
    report is frozen and they differ from what was frozen.
    """

    indicator: object
    computed: int | None = None
    value: int | None = None
    note: str = ""
    below: int = 0
    within: int = 0
    stored: int | None = None
    corrected_later: bool = False

    @property
    def differs(self):
        """Whether a person declared something else than evidence says."""
        return self.computed is not None and self.value is not None and self.value != self.computed

    @property
    def own_total(self):
        """What counts above: the unit's own figure and that of its own plan's units."""
        return (self.value or 0) + self.below

    @property
    def total(self):
        """What the unit reads as its whole, the units in the same period included."""
        return self.own_total + self.within


def indicators_of(series_id):
    """The Indicators a series asks for, in its order. One query."""
    rows = (
        ReportSeries.indicators.through.objects.filter(series_id=series_id)
        .select_related("indicator")
        .order_by("position", "id")
    )
    return [row.indicator for row in rows]


def scope(series):
    """The agencies that report in a series today: stored ones, or all that hold a task.

    The issuer never reports to itself.
    """
    if series.all_units:
        given = Assignment.objects.filter(task__plan_id=series.plan_id).values("agency_id")
        rows = Agency.objects.filter(pk__in=given)
    else:
        rows = series.units.all()
    return rows.exclude(pk=series.plan.issuer_id)


def live_figures(report, indicators):
    """({indicator id: computed}, {id: below}, {id: within}) as of now. Four queries at most."""
    period = report.period
    own = computed(
        plan_id=period.series.plan_id,
        first_on=period.first_on,
        last_on=period.last_on,
        indicators=indicators,
        agency_ids=[report.agency_id],
    ).get(report.agency_id)
    if own is None:
        own = {i.pk: 0 for i in indicators if i.prefill != i.Prefill.NONE}
    wanted = [i.pk for i in indicators]
    below = _sums(below_reports(report), wanted) if report.takes_below else {}
    return own, below, _sums(within_reports(report), wanted)


def below_reports(report):
    """Confirmed reports of the same days under the unit's own plan.

    Those of the unit itself and of units that report in this very period are left out: they count
    themselves.
    """
    period = report.period
    return UnitReport.objects.filter(
        state=State.CONFIRMED,
        period__first_on=period.first_on,
        period__last_on=period.last_on,
        period__series__plan__implements_id=period.series.plan_id,
        period__series__plan__issuer_id=report.agency_id,
    ).exclude(
        Q(agency_id=report.agency_id)
        | Q(agency_id__in=UnitReport.objects.filter(period=period).values("agency_id"))
    )


def figures_below(report, indicators):
    """[(UnitReport, [figures in order of `indicators`], "below" | "within")] behind both sums.

    Two queries each; a unit that stands in several reports of the same days appears with each.
    """
    found = []
    sources = [("within", within_reports(report))]
    if report.takes_below:
        sources.append(("below", below_reports(report)))
    for source, rows in sources:
        rows = rows.select_related("agency", "period__series__plan__document").order_by(
            "agency__level__order", "agency__protocol_no", "agency__sort_key", "pk"
        )
        for row in rows.prefetch_related("values"):
            of = {v.indicator_id: v.total for v in row.values.all()}
            found.append((row, [of.get(i.pk) for i in indicators], source))
    return found


def within_reports(report):
    """Confirmed reports of the units below in the tree, in this very period."""
    path = path_of(report.agency)
    if not path:
        return UnitReport.objects.none()
    return UnitReport.objects.filter(
        state=State.CONFIRMED, period=report.period, agency__node__path__startswith=path
    ).exclude(agency_id=report.agency_id)


def _sums(reports, indicator_ids):
    """{indicator id: sum}; of a figure that a unit gives in several reports the newest counts."""
    once = (
        IndicatorValue.objects.filter(report__in=reports, indicator_id__in=indicator_ids)
        .order_by("report__agency_id", "indicator_id", "-report__confirmed_at", "-pk")
        .distinct("report__agency_id", "indicator_id")
    )
    rows = (
        IndicatorValue.objects.filter(pk__in=once.values("pk"))
        .values("indicator_id")
        .annotate(n=Sum(F("value") + F("below")))
        .order_by()
    )
    return {row["indicator_id"]: row["n"] or 0 for row in rows}


def lines_of(report, indicators, *, live=None):
    """The Lines of a report: as frozen when it is confirmed, else brought up to date.

    A figure that a person did not touch follows the evidence; one that was changed stays.

    Args:
        live: what `live_figures` gave, needed unless the report is confirmed.
    """
    stored = {v.indicator_id: v for v in report.values.all()}
    frozen = report.state == State.CONFIRMED
    own, below, within = live if live is not None else ({}, {}, {})
    lines = []
    for indicator in indicators:
        kept = stored.get(indicator.pk)
        line = Line(indicator)
        if kept is not None:
            line.computed, line.value, line.note = kept.computed, kept.value, kept.note
            line.below, line.within = kept.below, kept.within
        if not frozen:
            before, line.computed = line.computed, own.get(indicator.pk)
            if kept is None or (kept.value == before and before is not None):
                line.value = line.computed
            line.below, line.within = below.get(indicator.pk, 0), within.get(indicator.pk, 0)
        lines.append(line)
    return lines


def with_standing(reports, now):
    """Reports with `late` (nothing confirmed after the deadline) and `corrections` counted."""
    return reports.annotate(
        late=Case(
            When(Q(period__deadline_at__lte=now) & ~Q(state=State.CONFIRMED), then=Value(1)),
            default=Value(0),
            output_field=IntegerField(),
        ),
        corrected=Count("corrections", distinct=True),
    )


def my_reports(user, now):
    """Reports of the units that `user` works for: what is still to do first, by deadline."""
    rows = REPORTS.filter(
        agency_id__in=access.own_agency_ids(user),
        period__series__plan__state__in=access.PUBLIC,
    )
    return with_standing(rows, now).order_by(
        Case(When(state=State.CONFIRMED, then=Value(1)), default=Value(0)),
        Case(When(state=State.CONFIRMED, then=None), default=F("period__deadline_at")).asc(
            nulls_last=True
        ),
        "-period__deadline_at",
        "agency__protocol_no",
        "pk",
    )


def of_period(period, now):
    """The reports of a period in protocol order, with their standing."""
    rows = UnitReport.objects.filter(period=period).select_related(
        "agency__level", "agency__parent", "confirmed_by"
    )
    return with_standing(rows, now).order_by(
        "agency__level__order", "agency__protocol_no", "agency__sort_key", "agency_id"
    )


def counts_of(period_ids, now):
    """{period id: {state: n, "late": n, "all": n}} in one query."""
    rows = (
        UnitReport.objects.filter(period_id__in=period_ids)
        .values("period_id", "state")
        .annotate(
            n=Count("id"),
            late=Count("id", filter=Q(period__deadline_at__lte=now) & ~Q(state=State.CONFIRMED)),
        )
        .order_by()
    )
    found = {pk: dict.fromkeys([*State.values, "late", "all"], 0) for pk in period_ids}
    for row in rows:
        counts = found[row["period_id"]]
        counts[row["state"]] += row["n"]
        counts["late"] += row["late"]
        counts["all"] += row["n"]
    return found


def series_of(plan):
    """The series of a plan with the number of their indicators and the last day planned."""
    return (
        ReportSeries.objects.filter(plan=plan)
        .annotate(asked=Count("series_indicators", distinct=True), planned=Max("periods__last_on"))
        .order_by("stopped_on", "id")
    )


def begun_periods(plan, day):
    """The periods of a plan that have begun, newest first."""
    return Period.objects.filter(series__plan=plan, first_on__lte=day).select_related("series")


def plans_with_missing(user, now):
    """Periods past their deadline with reports missing, of the plans the person's office follows.

    Only those of the last 60 days, with `missing`; newest deadline first.
    """
    return (
        Period.objects.filter(
            series__plan__issuer_id__in=grants_of(user).agency_ids(access.DRAFTERS),
            series__plan__state=Plan.State.ISSUED,
            deadline_at__lte=now,
            deadline_at__gte=now - dt.timedelta(days=60),
        )
        .annotate(missing=Count("reports", filter=~Q(reports__state=State.CONFIRMED)))
        .filter(missing__gt=0)
        .select_related("series__plan__document", "series__plan__issuer")
        .order_by("-deadline_at")
    )

"""Reporting series and their periods: set up, changed, stopped, and kept ahead of time."""

import datetime as dt

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from campaigns.actions._common import lock, one_line
from campaigns.boundaries.rows import work_calendar
from campaigns.models import Period, Plan, ReportSeries, SeriesIndicator, UnitReport
from campaigns.notify import reports as notify
from campaigns.rules import periods as rules
from portal.common import audit, clock
from portal.common.errors import Refused
from portal.common.locks import advisory_lock

#: Periods are planned so many days ahead.
AHEAD = dt.timedelta(days=370)
#: Deadlines so near follow the calendar of holidays; farther ones do when they have come nearer.
NEAR = dt.timedelta(days=100)
#: No series holds more periods than this, whatever days somebody types.
MOST = 800

_RULE = (
    "kind",
    "cutoff_weekday",
    "cutoff_day",
    "deadline_days",
    "deadline_hour",
    "starts_on",
    "ends_on",
)
_KEPT = ("title", *_RULE, "all_units")


@transaction.atomic
def create_series(*, actor, plan, title, indicators, units=None, **rule):
    """Ask the units of a plan in force for reports; the periods are planned at once.

    Args:
        indicators: Indicators in their order, at least one.
        units: the Agencies that report, None for all that hold a task of the plan.
        rule: kind, cutoff_weekday or cutoff_day, deadline_days, deadline_hour, starts_on, ends_on.

    Raises:
        Refused: "not_in_force", "missing", "no_indicators", "no_units", "days", "cutoff".
    """
    plan = _in_force(plan)
    series = ReportSeries(plan=plan, created_by=actor, all_units=units is None)
    _set(series, title, rule)
    indicators = _checked(indicators, units)
    series.save()
    _set_lists(series, indicators, units)
    _plan_periods(series, clock.today())
    open_reports(series_id=series.pk)
    audit.record(
        actor=actor,
        verb="create_series",
        obj=series,
        agency=plan.issuer_id,
        changes={"indicators": [None, [i.name for i in indicators]]},
    )
    return series


@transaction.atomic
def edit_series(*, actor, series, title, indicators, units=None, lock_version=None, **rule):
    """Change what is asked. Periods in which somebody has written stay as they are; the others
    from today on are planned anew.

    Raises:
        StaleVersion; Refused as `create_series`, and "stopped", "kind" once periods exist.
    """
    _in_force(series.plan)
    row = lock(series, lock_version)
    if row.stopped_on is not None:
        raise Refused(_("Chế độ báo cáo này đã dừng."), code="stopped")
    if rule["kind"] != row.kind and row.periods.exists():
        raise Refused(
            _("Đã có kỳ báo cáo nên không đổi được loại; hãy dừng và lập chế độ báo cáo mới."),
            code="kind",
        )
    before = audit.snapshot(row, _KEPT)
    _set(row, title, rule)
    row.all_units = units is None
    indicators = _checked(indicators, units)
    row.lock_version += 1
    row.save()
    _set_lists(row, indicators, units)
    today = clock.today()
    if row.kind != rules.CUSTOM and audit.diff(
        {name: before[name] for name in _RULE}, audit.snapshot(row, _RULE)
    ):
        _drop(row.periods.filter(last_on__gte=today, by_hand=False))
        _plan_periods(row, today)
    _bring_scope(row)
    audit.record(
        actor=actor,
        verb="edit_series",
        obj=row,
        agency=row.plan.issuer_id,
        changes=audit.diff(before, audit.snapshot(row, _KEPT)),
    )
    return row


@transaction.atomic
def set_units(*, actor, series, units, lock_version=None):
    """Say who reports from now on: the given Agencies, or (None) all that hold a task.

    Reports that somebody has begun stay; empty ones of others go from periods still open.

    Raises:
        StaleVersion; Refused: "not_in_force", "stopped", "no_units".
    """
    _in_force(series.plan)
    row = lock(series, lock_version)
    if row.stopped_on is not None:
        raise Refused(_("Chế độ báo cáo này đã dừng."), code="stopped")
    units = None if units is None else list(units)
    if units == []:
        raise Refused(_("Hãy chọn ít nhất một đơn vị."), code="no_units")
    before = audit.snapshot(row, ("all_units",))
    row.all_units = units is None
    row.lock_version += 1
    row.save(update_fields=["all_units", "lock_version"])
    row.units.set(units or [])
    _bring_scope(row)
    changes = audit.diff(before, audit.snapshot(row, ("all_units",)))
    if units is not None:
        changes["units"] = [None, len(units)]
    audit.record(
        actor=actor, verb="edit_series", obj=row, agency=row.plan.issuer_id, changes=changes
    )
    return row


@transaction.atomic
def stop_series(*, actor, series, lock_version=None):
    """Ask no more: periods that have not begun go, those under way stay."""
    row = lock(series, lock_version)
    if row.stopped_on is not None:
        return row
    today = clock.today()
    _drop(row.periods.filter(first_on__gt=today))
    row.stopped_on = today
    row.lock_version += 1
    row.save(update_fields=["stopped_on", "lock_version"])
    audit.record(actor=actor, verb="stop_series", obj=row, agency=row.plan.issuer_id)
    return row


@transaction.atomic
def add_period(*, actor, series, first_on, last_on, deadline_at, title=""):
    """A period by hand, of a series of any kind, where no other one lies.

    Raises:
        Refused: "not_in_force", "stopped", "days", "deadline", "overlap".
    """
    plan = _in_force(series.plan)
    row = lock(series)
    if row.stopped_on is not None:
        raise Refused(_("Chế độ báo cáo này đã dừng."), code="stopped")
    if first_on > last_on:
        raise Refused(_("Ngày kết thúc kỳ đứng trước ngày bắt đầu."), code="days")
    if deadline_at < clock.start_of_day(last_on):
        raise Refused(_("Hạn gửi đứng trước ngày chốt số liệu."), code="deadline")
    stretch = rules.Stretch(first_on, last_on)
    other = row.periods.filter(first_on__lte=last_on, last_on__gte=first_on).first()
    if other is not None:
        raise Refused(_("Trùng ngày với kỳ “%s”.") % other.title, code="overlap")
    title = one_line(title or rules.name_of(rules.CUSTOM, stretch), limit=120, what=_("tên kỳ"))
    period = Period.objects.create(
        series=row,
        title=title,
        first_on=first_on,
        last_on=last_on,
        deadline_at=deadline_at,
        by_hand=True,
    )
    notify.periods_planned([period], plan.issuer_id)
    open_reports(series_id=row.pk)
    audit.record(actor=actor, verb="add_period", obj=period, agency=plan.issuer_id)
    return period


@transaction.atomic
def set_deadline(*, actor, period, deadline_at):
    """Give one period another deadline; it keeps it whatever the rule says.

    Raises:
        Refused: "deadline", "not_in_force".
    """
    plan = _in_force(period.series.plan)
    row = Period.objects.select_for_update().get(pk=period.pk)
    if deadline_at < clock.start_of_day(row.last_on):
        raise Refused(_("Hạn gửi đứng trước ngày chốt số liệu."), code="deadline")
    if deadline_at == row.deadline_at:
        return row
    before = audit.snapshot(row, ("deadline_at",))
    row.deadline_at, row.by_hand, row.revision = deadline_at, True, row.revision + 1
    row.save(update_fields=["deadline_at", "by_hand", "revision"])
    notify.periods_planned([row], plan.issuer_id)
    audit.record(
        actor=actor,
        verb="set_deadline",
        obj=row,
        agency=plan.issuer_id,
        changes=audit.diff(before, audit.snapshot(row, ("deadline_at",))),
    )
    return row


@transaction.atomic
def remove_period(*, actor, period):
    """Take back a period in which no unit has written.

    Raises:
        Refused: "begun".
    """
    if period.reports.exclude(state=UnitReport.State.NONE).exists():
        raise Refused(_("Đã có đơn vị nhập báo cáo của kỳ này nên không xóa được."), code="begun")
    audit.record(actor=actor, verb="remove_period", obj=period, agency=period.series.plan.issuer_id)
    _drop(Period.objects.filter(pk=period.pk))


def keep_periods():
    """Beat's daily work: plan ahead, follow the calendar of holidays, open what has begun.

    Idempotent. Returns (new periods, deadlines moved, reports opened).
    """
    today = clock.today()
    made = moved = 0
    with transaction.atomic():
        advisory_lock("campaigns.periods")
        calendar = work_calendar()
        alive = ReportSeries.objects.filter(plan__state=Plan.State.ISSUED, stopped_on=None).exclude(
            kind=rules.CUSTOM
        )
        for series in alive.select_related("plan").annotate(last=Max("periods__last_on")):
            made += _plan_periods(series, today, calendar, last=series.last)
        moved = _follow_calendar(calendar)
        notify.periods_near()
    return made, moved, open_reports()


_OPEN = """
INSERT INTO campaigns_unitreport
    (period_id, agency_id, state, results, limits, proposals, code, takes_below, stand_in,
     returned_note, lock_version)
SELECT DISTINCT ON (p.id, who.agency_id)
       p.id, who.agency_id, 'none', '', '', '',
       upper(substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)), true, false, '', 0
FROM campaigns_period p
JOIN campaigns_reportseries s ON s.id = p.series_id
JOIN campaigns_plan plan ON plan.id = s.plan_id AND plan.state = 'issued'
JOIN LATERAL (
    SELECT a.agency_id FROM campaigns_task t JOIN campaigns_assignment a ON a.task_id = t.id
    WHERE s.all_units AND t.plan_id = s.plan_id AND a.agency_id <> plan.issuer_id
    UNION
    SELECT u.agency_id FROM campaigns_reportseries_units u
    WHERE NOT s.all_units AND u.reportseries_id = s.id AND u.agency_id <> plan.issuer_id
) who ON true
JOIN agencies_agency g ON g.id = who.agency_id AND g.valid @> p.last_on
WHERE p.first_on <= %(today)s
  AND (p.deadline_at > %(now)s
       OR NOT EXISTS (SELECT 1 FROM campaigns_unitreport r WHERE r.period_id = p.id))
  AND (%(series)s::bigint IS NULL OR s.id = %(series)s::bigint)
  AND NOT EXISTS (SELECT 1 FROM campaigns_unitreport r
                  WHERE r.period_id = p.id AND r.agency_id = who.agency_id)
ON CONFLICT DO NOTHING
"""


def open_reports(series_id=None):
    """A row for every unit that has to report in a period that has begun. One statement.

    A unit that gets its first task while a period runs joins it; once the deadline has passed
    the list of the period stays as it was. Returns how many are new.
    """
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"today": clock.today(now), "now": now, "series": series_id})
        return cursor.rowcount


def _in_force(plan):
    current = Plan.objects.select_for_update().get(pk=plan.pk)
    if current.state != Plan.State.ISSUED:
        raise Refused(
            _("Chỉ đặt chế độ báo cáo cho kế hoạch đang có hiệu lực."), code="not_in_force"
        )
    return current


def _set(series, title, rule):
    series.title = one_line(title, limit=200, what=_("tên báo cáo"))
    for name in _RULE:
        setattr(series, name, rule.get(name))
    kind = series.kind
    if kind == rules.WEEKLY and series.cutoff_weekday is None:
        raise Refused(_("Hãy chọn ngày chốt số liệu trong tuần."), code="cutoff_weekday")
    if kind == rules.MONTHLY and series.cutoff_day is None:
        raise Refused(_("Hãy ghi ngày chốt số liệu trong tháng."), code="cutoff_day")
    if kind != rules.WEEKLY:
        series.cutoff_weekday = None
    if kind != rules.MONTHLY:
        series.cutoff_day = None
    if series.ends_on is not None and series.ends_on < series.starts_on:
        raise Refused(_("Ngày kết thúc đứng trước ngày bắt đầu."), code="days")
    if series.starts_on < clock.today() - dt.timedelta(days=366):
        raise Refused(_("Ngày bắt đầu đã qua hơn một năm."), code="starts_on")


def _checked(indicators, units):
    indicators = list(indicators)
    if not indicators:
        raise Refused(_("Hãy chọn ít nhất một chỉ tiêu."), code="no_indicators")
    if units is not None and not list(units):
        raise Refused(_("Hãy chọn ít nhất một đơn vị."), code="no_units")
    return indicators


def _set_lists(series, indicators, units):
    SeriesIndicator.objects.filter(series=series).delete()
    SeriesIndicator.objects.bulk_create(
        SeriesIndicator(series=series, indicator=indicator, position=n)
        for n, indicator in enumerate(indicators)
    )
    series.units.set(units or [])


_ASK = object()


def _plan_periods(series, today, calendar=None, last=_ASK):
    """Make the periods that are missing up to a year ahead; returns how many.

    Args:
        last: the last day planned so far, where the caller has read it for many.
    """
    if series.kind == rules.CUSTOM:
        return 0
    if last is _ASK:
        last = series.periods.aggregate(last=Max("last_on"))["last"]
    since = series.starts_on if last is None else max(last + dt.timedelta(days=1), series.starts_on)
    horizon = today + AHEAD
    if since > horizon:
        return 0
    calendar = calendar or work_calendar()
    made = []
    for stretch in rules.stretches(
        series.kind,
        since=since,
        until=series.ends_on,
        weekday=series.cutoff_weekday,
        day=series.cutoff_day,
    ):
        if stretch.first_on > horizon or len(made) >= MOST:
            break
        made.append(
            Period(
                series=series,
                title=rules.name_of(series.kind, stretch),
                first_on=stretch.first_on,
                last_on=stretch.last_on,
                deadline_at=_deadline(series, stretch.last_on, calendar),
            )
        )
    try:
        with transaction.atomic():
            Period.objects.bulk_create(made)
    except IntegrityError as error:
        raise Refused(_("Có kỳ báo cáo trùng ngày với kỳ đã có."), code="overlap") from error
    notify.periods_planned(made, series.plan.issuer_id)
    return len(made)


def _deadline(series, last_on, calendar):
    return rules.deadline(
        last_on, days=series.deadline_days, hour=series.deadline_hour, calendar=calendar
    )


def _follow_calendar(calendar):
    """Near deadlines follow a calendar that was changed; returns how many moved."""
    now = clock.now()
    ahead = Period.objects.filter(
        deadline_at__gt=now,
        deadline_at__lt=now + NEAR,
        by_hand=False,
        series__plan__state=Plan.State.ISSUED,
    ).select_related("series__plan")
    moved = []
    for period in ahead:
        on = _deadline(period.series, period.last_on, calendar)
        if on != period.deadline_at:
            period.deadline_at, period.revision = on, period.revision + 1
            moved.append(period)
    Period.objects.bulk_update(moved, ["deadline_at", "revision"], batch_size=1000)
    by_issuer = {}
    for period in moved:
        by_issuer.setdefault(period.series.plan.issuer_id, []).append(period)
    for issuer_id, found in by_issuer.items():
        notify.periods_planned(found, issuer_id)
    return len(moved)


def _drop(periods):
    """Delete those of `periods` in which nobody has written, with their empty reports."""
    written = UnitReport.objects.exclude(state=UnitReport.State.NONE).values("period_id")
    ids = list(periods.exclude(pk__in=written).values_list("pk", flat=True))
    notify.periods_gone(ids)
    UnitReport.objects.filter(period_id__in=ids).delete()
    Period.objects.filter(pk__in=ids).delete()


def _bring_scope(series):
    """Empty reports of units that no longer report go from periods still open; new units join."""
    from campaigns.queries.reports import scope

    UnitReport.objects.filter(
        period__series=series,
        period__deadline_at__gt=clock.now(),
        state=UnitReport.State.NONE,
    ).exclude(agency__in=scope(series)).delete()
    open_reports(series_id=series.pk)

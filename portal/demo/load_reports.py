"""The demo's reports: a weekly and a monthly series with reports confirmed, drafted and missing."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns import actions
from campaigns.actions.reports import Figure
from campaigns.models import Assignment, Indicator, UnitReport
from campaigns.queries import find_plan
from campaigns.queries import reports as queries
from campaigns.rules.report_access import CONFIRMERS
from portal.agencies.models import Membership, Role
from portal.common import clock
from portal.demo import content, pictures


def load(world, on):
    """Set up both series, then let the units report; loading again changes nothing.

    Args:
        world: dict shared by the loaders (not changed).
        on: the day of loading; the periods are counted from it.
    """
    data = content.load("reports.yaml", on)
    plan = find_plan(data["plan"])
    if plan is None or plan.report_series.exists():
        return
    indicators = {i.slug: i for i in Indicator.objects.all()}
    for row in data["photos"]:
        _photos(plan, row, on)
    _from_below(data, indicators, on)
    for row in data["series"]:
        series = actions.create_series(
            actor=_holder(plan.issuer_id, {Role.STAFF}),
            plan=plan,
            title=row["title"],
            kind=row["kind"],
            cutoff_weekday=(on - dt.timedelta(days=3)).weekday()
            if row["kind"] == "weekly"
            else None,
            cutoff_day=row.get("cutoff_day"),
            deadline_days=row["deadline_days"],
            deadline_hour=row["deadline_hour"],
            starts_on=row["starts_on"],
            ends_on=None,
            indicators=[indicators[slug] for slug in row["indicators"]],
        )
        _report(series, data, indicators, on)


def _from_below(data, indicators, on):
    """The cells report to the commune first, so that its own report can take their figures."""
    row = data["below"]
    plan = find_plan(row["plan"])
    week = data["series"][0]
    cutoff = on - dt.timedelta(days=3)
    series = actions.create_series(
        actor=_holder(plan.issuer_id, {Role.STAFF}),
        plan=plan,
        title=row["title"],
        kind="weekly",
        cutoff_weekday=cutoff.weekday(),
        cutoff_day=None,
        deadline_days=0,
        deadline_hour=20,
        starts_on=cutoff - dt.timedelta(days=7 * row["weeks"] - 1),
        ends_on=None,
        indicators=[indicators[slug] for slug in row["indicators"] if slug in week["indicators"]],
    )
    for period in series.periods.filter(last_on__lt=on).order_by("last_on"):
        reports = UnitReport.objects.filter(period=period, agency__slug__in=data["figures"])
        for report in reports.select_related("agency"):
            _confirm(report, data, indicators)


def _report(series, data, indicators, on):
    past = list(series.periods.filter(last_on__lt=on).order_by("last_on"))
    for period in past:
        reports = UnitReport.objects.filter(period=period).select_related("agency")
        for report in reports:
            slug = report.agency.slug
            if slug in data["silent"]:
                continue
            if period != past[-1]:
                _confirm(report, data, indicators)
            elif slug in data["last"]["draft"]:
                _confirm(report, data, indicators, confirm=False)
            elif slug in data["last"]["confirmed"] or slug in data["last"]["returned"]:
                done = _confirm(report, data, indicators)
                if slug in data["last"]["returned"]:
                    _give_back(done, data["last"]["returned"][slug])
                if slug == data["correction"]["agency"]:
                    _correct(done, data["correction"], indicators)


def _confirm(report, data, indicators, confirm=True):
    slug, period = report.agency.slug, report.period
    times = 4 if period.series.kind == "monthly" else 1
    asked = queries.indicators_of(period.series_id)
    own, _below, _within = queries.live_figures(report, asked)
    extra = data["figures"].get(slug, {})
    figures = {}
    for indicator in asked:
        computed = own.get(indicator.pk) or 0
        added = extra.get(indicator.slug, 0) * times
        if added:
            figures[indicator.pk] = Figure(computed + added, note=data["note"])
    person = _holder(report.agency_id, CONFIRMERS)
    done = actions.save_report(
        actor=person,
        report=report,
        figures=figures,
        confirm=confirm,
        **data["texts"].get(slug, {}),
    )
    if confirm and period.deadline_at < clock.now():
        # The demo's past is made today: most units were in time, an hour or more before the end.
        early = dt.timedelta(hours=1 + report.agency_id % 5)
        UnitReport.objects.filter(pk=done.pk).update(confirmed_at=period.deadline_at - early)
        done.refresh_from_db()
    return done


def _give_back(report, note):
    issuer = report.period.series.plan.issuer_id
    actions.return_report(actor=_holder(issuer, {Role.STAFF}), report=report, note=note)


def _correct(report, row, indicators):
    indicator = indicators[row["indicator"]]
    value = report.values.filter(indicator=indicator).first()
    if value is not None:
        actions.correct_report(
            actor=_holder(report.agency_id, CONFIRMERS),
            report=report,
            reason=row["reason"],
            figures={indicator.pk: value.value + row["add"]},
        )


def _photos(plan, row, on):
    given = Assignment.objects.filter(
        task__plan=plan, task__title=row["task"], agency__slug=row["agency"]
    ).select_related("task__plan")
    assignment = given.first()
    if assignment is None or assignment.evidence.filter(kind="photos").exists():
        return
    actor = _holder(assignment.agency_id, CONFIRMERS)
    files = [
        SimpleUploadedFile(f"{p['scene']}.webp", pictures.webp(p["scene"], p["seed"]))
        for p in row["pictures"]
    ]
    uploads, _problems = actions.keep_photos(actor=actor, assignment=assignment, files=files)
    evidence = actions.add_evidence(
        actor=actor,
        assignment=assignment,
        kind="photos",
        happened_on=on - dt.timedelta(days=row["days_before"]),
        uploads=uploads,
    )
    words = [p["caption"] for p in row["pictures"]]
    captions = dict(zip(evidence.files.values_list("pk", flat=True), words, strict=True))
    actions.edit_evidence(actor=actor, evidence=evidence, captions=captions)


def _holder(agency_id, roles):
    """Somebody who holds one of `roles` at an agency, or None."""
    rows = Membership.objects.filter(agency_id=agency_id, role__in=roles).order_by("role", "id")
    found = rows.select_related("user").first()
    return found.user if found else None

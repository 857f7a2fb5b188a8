"""Reporting series, the reports of units, and their roll-up: the verbs and the queries."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from campaigns import actions
from campaigns.actions.reports import Figure, FigureErrors
from campaigns.models import (
    Assignment,
    Evidence,
    Indicator,
    IndicatorValue,
    NoticeHorizon,
    Period,
    ReportCorrection,
    UnitReport,
)
from campaigns.queries import reports as queries
from campaigns.queries import rollup
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.notices.models import ScheduledNotice
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import PlanFactory, TaskFactory, issue

pytestmark = pytest.mark.django_db

D = dt.date
TODAY = D(2026, 3, 11)  # a Wednesday
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 3, 11, 9, tzinfo=clock.TZ), tick=False):
        yield


def indicator(slug):
    return Indicator.objects.get(slug=slug)


@pytest.fixture
def world():
    """A province's plan in force with a task given to two communes, and a cell below the first."""

    class World:
        province = AgencyFactory(name="Đảng bộ tỉnh Mẫu", kind="party")
        first = AgencyFactory(name="Đảng bộ xã Hòa Bình", parent=province, kind="party")
        second = AgencyFactory(name="Đảng bộ xã Yên Sơn", parent=province, kind="party")
        cell = AgencyFactory(name="Chi bộ Bến Thượng", parent=first, kind="party")
        staff, clerk = UserFactory(), UserFactory()

    give(World.staff, Role.STAFF, World.province)
    give(World.clerk, Role.SECRETARY, World.first)
    World.plan = PlanFactory(issuer=World.province)
    World.task = TaskFactory(plan=World.plan, assigned_to=[World.first, World.second])
    issue(World.plan)
    return World


def weekly(world, **values):
    slugs = values.pop("slugs", ("tin-bai", "buoi-tuyen-truyen", "luot-nguoi-du", "pa-no"))
    values = {
        "title": "Báo cáo tuần",
        "kind": "weekly",
        "cutoff_weekday": 4,
        "deadline_days": 1,
        "deadline_hour": 17,
        "starts_on": D(2026, 2, 28),
        "ends_on": None,
    } | values
    return actions.create_series(
        actor=None,
        plan=values.pop("plan", world.plan),
        indicators=[indicator(slug) for slug in slugs],
        **values,
    )


def past(series):
    """The period from 28/2 to 6/3/2026, due on Monday 9/3 at 17:00."""
    return series.periods.get(last_on=D(2026, 3, 6))


def report_of(period, agency):
    return UnitReport.objects.get(period=period, agency=agency)


IN_MARCH = D(2026, 3, 4)


def showed(agency, on=IN_MARCH, task=None, **values):
    """Evidence of a unit, written as upper apps and people leave it."""
    rows = Assignment.objects.filter(agency=agency)
    if task is not None:
        rows = rows.filter(task=task)
    values = {"kind": "other", "source_kind": "manual", "title": "Việc"} | values
    values.setdefault("source_id", str(Evidence.objects.count()))
    return Evidence.objects.create(assignment=rows.get(), happened_on=on, **values)


def said(report, values=None, confirm=True, **more):
    """Save (and confirm) a report: `values` {slug: figure}, all others as evidence has them."""
    given = {indicator(slug).pk: n for slug, n in (values or {}).items()}
    indicators = queries.indicators_of(report.period.series_id)
    figures = {
        i.pk: given[i.pk] if isinstance(given[i.pk], Figure) else Figure(given[i.pk], note="Đã đếm")
        for i in indicators
        if i.pk in given
    }
    return actions.save_report(actor=None, report=report, figures=figures, confirm=confirm, **more)


# --- series and periods ---------------------------------------------------------------------


def test_a_series_plans_its_weeks_a_year_ahead_and_opens_what_has_begun(world):
    series = weekly(world)
    found = list(series.periods.order_by("first_on").values_list("first_on", "last_on"))
    assert found[:3] == [
        (D(2026, 2, 28), D(2026, 3, 6)),
        (D(2026, 3, 7), D(2026, 3, 13)),
        (D(2026, 3, 14), D(2026, 3, 20)),
    ]
    assert TODAY + dt.timedelta(days=360) < found[-1][0] <= TODAY + dt.timedelta(days=370)
    opened = UnitReport.objects.values_list("period__last_on", "agency__name", "state")
    assert sorted(opened) == [
        (D(2026, 3, 6), "Đảng bộ xã Hòa Bình", "none"),
        (D(2026, 3, 6), "Đảng bộ xã Yên Sơn", "none"),
        (D(2026, 3, 13), "Đảng bộ xã Hòa Bình", "none"),
        (D(2026, 3, 13), "Đảng bộ xã Yên Sơn", "none"),
    ]
    assert past(series).deadline_at == dt.datetime(2026, 3, 9, 17, tzinfo=clock.TZ)


def test_chosen_units_report_and_nobody_else(world):
    series = weekly(world, units=[world.cell])
    assert [r.agency for r in UnitReport.objects.filter(period=past(series))] == [world.cell]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"slugs": ()}, "no_indicators"),
        ({"units": []}, "no_units"),
        ({"ends_on": D(2026, 2, 1)}, "days"),
        ({"cutoff_weekday": None}, "cutoff_weekday"),
        ({"kind": "monthly"}, "cutoff_day"),
        ({"title": " "}, "missing"),
        ({"starts_on": D(2019, 1, 1)}, "starts_on"),
    ],
)
def test_a_series_that_makes_no_sense_is_refused(world, values, code):
    with pytest.raises(Refused) as refused:
        weekly(world, **values)
    assert refused.value.code == code
    assert Period.objects.count() == 0


def test_a_plan_that_is_not_in_force_asks_for_nothing(world):
    draft = PlanFactory(issuer=world.province)
    with pytest.raises(Refused) as refused:
        weekly(world, plan=draft)
    assert refused.value.code == "not_in_force"


def test_the_database_knows_no_overlapping_periods(world):
    series = weekly(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Period.objects.create(
            series=series,
            title="x",
            first_on=D(2026, 3, 6),
            last_on=D(2026, 3, 8),
            deadline_at=clock.now(),
        )


def test_periods_by_hand(world):
    series = weekly(world, kind="custom", cutoff_weekday=None)
    assert series.periods.count() == 0
    due = dt.datetime(2026, 3, 12, 11, tzinfo=clock.TZ)
    made = actions.add_period(
        actor=None, series=series, first_on=D(2026, 3, 1), last_on=D(2026, 3, 11), deadline_at=due
    )
    assert (made.title, made.reports.count()) == ("01/03 – 11/03/2026", 2)
    for first, last, at, code in [
        (D(2026, 3, 11), D(2026, 3, 20), dt.datetime(2026, 3, 21, tzinfo=clock.TZ), "overlap"),
        (D(2026, 3, 20), D(2026, 3, 12), dt.datetime(2026, 3, 21, tzinfo=clock.TZ), "days"),
        (D(2026, 3, 12), D(2026, 3, 20), dt.datetime(2026, 3, 19, tzinfo=clock.TZ), "deadline"),
    ]:
        with pytest.raises(Refused) as refused:
            actions.add_period(
                actor=None, series=series, first_on=first, last_on=last, deadline_at=at
            )
        assert refused.value.code == code
    actions.remove_period(actor=None, period=made)
    assert (series.periods.count(), UnitReport.objects.count()) == (0, 0)


def test_a_period_in_which_somebody_wrote_stays(world):
    period = past(weekly(world))
    said(report_of(period, world.first), {"pa-no": 1}, confirm=False)
    with pytest.raises(Refused) as refused:
        actions.remove_period(actor=None, period=period)
    assert refused.value.code == "begun"


def test_a_changed_rule_moves_only_what_nobody_has_written(world):
    series = weekly(world)
    current = series.periods.get(last_on=D(2026, 3, 13))
    said(report_of(current, world.first), {"pa-no": 1}, confirm=False)
    actions.edit_series(
        actor=None,
        series=series,
        title="Báo cáo tuần",
        indicators=[indicator("pa-no")],
        kind="weekly",
        cutoff_weekday=2,
        cutoff_day=None,
        deadline_days=2,
        deadline_hour=9,
        starts_on=series.starts_on,
        ends_on=D(2026, 3, 30),
    )
    rows = series.periods.order_by("first_on").values_list("first_on", "last_on")
    assert list(rows) == [
        (D(2026, 2, 28), D(2026, 3, 6)),
        (D(2026, 3, 7), D(2026, 3, 13)),
        (D(2026, 3, 14), D(2026, 3, 18)),
        (D(2026, 3, 19), D(2026, 3, 25)),
        (D(2026, 3, 26), D(2026, 3, 30)),
    ]
    with pytest.raises(StaleVersion):
        actions.edit_series(
            actor=None, series=series, title="x", indicators=[], lock_version=0, kind="weekly"
        )


def test_a_stopped_series_keeps_what_has_begun(world):
    series = weekly(world)
    actions.stop_series(actor=None, series=series)
    last = series.periods.order_by("-last_on").first()
    assert (last.last_on, series.periods.count()) == (D(2026, 3, 13), 2)
    assert actions.keep_periods() == (0, 0, 0)


def test_keeping_periods_follows_the_calendar_and_lets_new_units_in(world):
    series = weekly(world)
    assert actions.keep_periods() == (0, 0, 0)
    monday = D(2026, 3, 16)
    actions.set_calendar(
        actor=None, days={monday: {"kind": "holiday", "name": "Nghỉ bù", "uncertain": False}}
    )
    third = AgencyFactory(name="Đảng bộ xã Tân Lập", parent=world.province)
    actions.assign_task(actor=None, task=world.task, agencies=[third])
    assert actions.keep_periods() == (0, 1, 1)
    current = series.periods.get(last_on=D(2026, 3, 13))
    assert current.deadline_at == dt.datetime(2026, 3, 17, 17, tzinfo=clock.TZ)
    assert report_of(current, third).state == "none"
    assert not UnitReport.objects.filter(period=past(series), agency=third).exists()


def test_keeping_periods_costs_the_same_for_one_series_and_many(world):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            assert actions.keep_periods() == (0, 0, 0)
        return len(seen)

    weekly(world)
    one = cost()
    for n in range(4):
        weekly(world, title=f"Báo cáo {n}")
    assert cost() == one


# --- figures from evidence ------------------------------------------------------------------


def figures(report):
    indicators = queries.indicators_of(report.period.series_id)
    lines = queries.lines_of(report, indicators, live=queries.live_figures(report, indicators))
    return {line.indicator.slug: line.value for line in lines}


def test_every_rule_counts_what_it_says(world):
    series = weekly(world, slugs=list(Indicator.objects.values_list("slug", flat=True)))
    report = report_of(past(series), world.first)
    showed(world.first, kind="article", source_kind="news.article", source_id="1")
    showed(world.first, kind="link", channel="facebook")
    showed(world.first, kind="link", channel="broadcast")
    showed(world.first, kind="link", channel="broadcast", quantity=4)
    showed(world.first, kind="meeting", attendees=120, speakers=7)
    showed(world.first, kind="meeting", attendees=30)
    showed(world.first, quantity=3, indicator=indicator("pa-no"))
    showed(world.first, quantity=2, indicator=indicator("pa-no"))
    showed(world.first, quantity=5, indicator=indicator("buoi-tuyen-truyen"))
    assert figures(report) == {
        "tin-bai": 1,
        "tin-bai-noi-khac": 1,
        "luot-phat-thanh": 5,
        "buoi-tuyen-truyen": 7,
        "luot-nguoi-du": 150,
        "luot-phat-bieu": 7,
        "pa-no": 5,
        "bang-ron": 0,
        "co": 0,
        "to-roi": 0,
        "xe-tuyen-truyen": 0,
        "anh-tu-lieu": 0,
    }


def test_only_what_happened_in_the_period_and_was_not_taken_back_counts(world):
    report = report_of(past(weekly(world)), world.first)
    for on in (D(2026, 2, 27), D(2026, 3, 7)):
        showed(world.first, on=on, kind="meeting", attendees=1)
    for on in (D(2026, 2, 28), D(2026, 3, 6)):
        showed(world.first, on=on, kind="meeting", attendees=10)
    showed(world.first, kind="meeting", attendees=100, retracted_at=clock.now())
    showed(world.second, kind="meeting", attendees=1000)
    assert figures(report)["luot-nguoi-du"] == 20


def test_an_article_shown_for_two_tasks_counts_once(world):
    other = TaskFactory(plan=world.plan, assigned_to=[world.first])
    report = report_of(past(weekly(world)), world.first)
    for task in (world.task, other):
        showed(world.first, task=task, kind="article", source_kind="news.article", source_id="7")
    assert figures(report)["tin-bai"] == 1


def test_work_under_the_units_own_plan_counts(world):
    report = report_of(past(weekly(world)), world.first)
    own = actions.derive_plan(actor=None, above=world.plan, issuer=world.first, title="Riêng")
    task = TaskFactory(plan=own, assigned_to=[world.first, world.cell])
    showed(world.first, task=task, kind="meeting", attendees=40)
    showed(world.cell, task=task, kind="meeting", attendees=500)
    assert figures(report)["luot-nguoi-du"] == 40


# --- the report of a unit -------------------------------------------------------------------


def test_a_figure_nobody_touched_follows_the_evidence_one_that_was_changed_stays(world):
    report = report_of(past(weekly(world)), world.first)
    showed(world.first, kind="meeting", attendees=50)
    meetings, people = indicator("buoi-tuyen-truyen"), indicator("luot-nguoi-du")
    entered = {meetings.pk: Figure(1, seen=1), people.pk: Figure(65, note="Thêm 15", seen=50)}
    report = actions.save_report(actor=None, report=report, figures=entered)
    showed(world.first, kind="meeting", attendees=20)
    now = figures(report)
    assert (now["buoi-tuyen-truyen"], now["luot-nguoi-du"]) == (2, 65)
    stored = report.values.get(indicator=people)
    assert (stored.computed, stored.value, stored.note) == (50, 65, "Thêm 15")


def test_a_correction_needs_a_note(world):
    report = report_of(past(weekly(world)), world.first)
    pk = indicator("pa-no").pk
    with pytest.raises(FigureErrors) as refused:
        actions.save_report(actor=None, report=report, figures={pk: Figure(3, seen=0)})
    assert refused.value.fields == {pk: "Khác số từ minh chứng (0); hãy ghi chú vì sao."}
    assert (report_of(report.period, world.first).state, report.values.count()) == ("none", 0)


def test_confirming_freezes_and_a_second_time_is_refused(world):
    report = report_of(past(weekly(world)), world.first)
    done = said(report, {"pa-no": 3}, results="Đã treo 3 pa nô.")
    showed(world.first, kind="meeting", attendees=50)
    lines = queries.lines_of(done, queries.indicators_of(done.period.series_id))
    assert {line.indicator.slug: line.value for line in lines} == {
        "tin-bai": 0,
        "buoi-tuyen-truyen": 0,
        "luot-nguoi-du": 0,
        "pa-no": 3,
    }
    assert (done.state, done.confirmed_at) == ("confirmed", clock.now())
    with pytest.raises(Refused) as refused:
        said(done, {"pa-no": 4})
    assert refused.value.code == "transition:confirm:confirmed"


def test_a_figure_that_nobody_counts_has_to_be_given(world):
    Indicator.objects.filter(slug="pa-no").update(prefill="none")
    report = report_of(past(weekly(world)), world.first)
    with pytest.raises(FigureErrors) as refused:
        said(report)
    assert list(refused.value.fields) == [indicator("pa-no").pk]
    assert said(report, {"pa-no": 0}).state == "confirmed"


def test_evidence_that_came_while_confirming_is_pointed_out(world):
    report = report_of(past(weekly(world)), world.first)
    pk = indicator("buoi-tuyen-truyen").pk
    showed(world.first, kind="meeting", attendees=50)
    with pytest.raises(FigureErrors) as refused:
        actions.save_report(
            actor=None, report=report, figures={pk: Figure(0, seen=0)}, confirm=True
        )
    assert refused.value.fields == {
        pk: "Minh chứng vừa thay đổi: số điền sẵn từ 0 thành 1. Hãy xem lại."
    }


def test_nobody_confirms_before_the_cut_off(world):
    series = weekly(world)
    current = report_of(series.periods.get(last_on=D(2026, 3, 13)), world.first)
    with pytest.raises(Refused) as refused:
        said(current)
    assert refused.value.code == "early"
    assert said(current, confirm=False).state == "draft"


def test_the_second_of_two_clerks_is_told(world):
    report = report_of(past(weekly(world)), world.first)
    said(report, confirm=False, results="Một", lock_version=0)
    with pytest.raises(StaleVersion) as stale:
        said(report, confirm=False, results="Hai", lock_version=0)
    assert stale.value.current.results == "Một"


@pytest.mark.parametrize("value", [-1, 100_000_001])
def test_figures_out_of_range(world, value):
    report = report_of(past(weekly(world)), world.first)
    with pytest.raises(FigureErrors):
        said(report, {"pa-no": value})


def test_returned_with_a_reason_and_confirmed_again(world):
    report = said(report_of(past(weekly(world)), world.first))
    with pytest.raises(Refused) as refused:
        actions.return_report(actor=world.staff, report=report, note=" ")
    assert refused.value.code == "missing"
    report = actions.return_report(actor=world.staff, report=report, note="Thiếu số pa nô.")
    assert (report.state, report.confirmed_at, report.returned_note) == (
        "returned",
        None,
        "Thiếu số pa nô.",
    )
    report = said(report, {"pa-no": 2}, confirm=False)
    assert report.state == "returned"
    report = said(report)
    assert (report.state, report.returned_note, figures(report)["pa-no"]) == ("confirmed", "", 2)
    with pytest.raises(Refused) as refused:
        actions.return_report(
            actor=None, report=report_of(report.period, world.second), note="Thiếu"
        )
    assert refused.value.code == "transition:return:none"


def test_a_correction_after_confirming_is_kept_with_its_reason(world):
    report = said(report_of(past(weekly(world)), world.first), {"pa-no": 3}, results="Cũ")
    pk = indicator("pa-no").pk
    actions.correct_report(
        actor=world.clerk,
        report=report,
        reason="Đếm sót",
        figures={pk: 5},
        texts={"results": "Mới"},
    )
    rows = ReportCorrection.objects.order_by("pk")
    assert [(r.field, r.before, r.after, r.reason, r.made_by) for r in rows] == [
        ("value", "3", "5", "Đếm sót", world.clerk),
        ("results", "Cũ", "Mới", "Đếm sót", world.clerk),
    ]
    assert report.values.get(indicator_id=pk).value == 5
    for reason, given, code in [("", {pk: 6}, "missing"), ("Vì", {pk: 5}, "same")]:
        with pytest.raises(Refused) as refused:
            actions.correct_report(actor=None, report=report, reason=reason, figures=given)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        other = report_of(report.period, world.second)
        actions.correct_report(actor=None, report=other, reason="Vì", figures={pk: 6})
    assert refused.value.code == "not_confirmed"


# --- rolling up -----------------------------------------------------------------------------


def test_the_sums_of_a_period_keep_declared_and_counted_apart(world):
    period = past(weekly(world))
    showed(world.first, kind="meeting", attendees=50)
    showed(world.second, kind="meeting", attendees=8)
    said(report_of(period, world.first), {"luot-nguoi-du": 70, "pa-no": 2})
    line = {line.indicator.slug: line for line in rollup.sums(period)}
    people, boards = line["luot-nguoi-du"], line["pa-no"]
    assert (people.declared, people.counted, people.evidence, people.units, people.changed) == (
        70,
        50,
        58,
        1,
        1,
    )
    assert (boards.total, boards.counted) == (2, 0)
    said(report_of(period, world.second))
    assert [line.declared for line in rollup.sums(period)] == [0, 2, 78, 2]
    traced = rollup.traced(period, indicator("luot-nguoi-du"))
    assert [(v.report.agency, v.value) for v in traced] == [(world.first, 70), (world.second, 8)]


def test_a_unit_sees_those_below_it_and_nobody_is_counted_twice(world):
    actions.assign_task(actor=None, task=world.task, agencies=[world.cell])
    period = past(weekly(world))
    said(report_of(period, world.cell), {"pa-no": 4})
    commune = report_of(period, world.first)
    indicators = queries.indicators_of(period.series_id)
    lines = queries.lines_of(commune, indicators, live=queries.live_figures(commune, indicators))
    board = next(x for x in lines if x.indicator.slug == "pa-no")
    assert (board.value, board.within, board.total) == (0, 4, 4)
    said(commune, {"pa-no": 1})
    kept = IndicatorValue.objects.get(report=commune, indicator__slug="pa-no")
    assert (kept.value, kept.within, kept.below) == (1, 4, 0)
    total = next(x for x in rollup.sums(period) if x.indicator.slug == "pa-no")
    assert total.total == 5


def test_what_units_reported_under_the_units_own_plan_comes_along_once(world):
    period = past(weekly(world))
    own = actions.derive_plan(actor=None, above=world.plan, issuer=world.first, title="Riêng")
    TaskFactory(plan=own, assigned_to=[world.cell, world.second])
    issue(own)
    below = past(weekly(world, plan=own))
    assert {r.agency for r in below.reports.all()} == {world.cell, world.second}
    said(report_of(below, world.cell), {"pa-no": 4})
    said(report_of(below, world.second), {"pa-no": 100})  # reports to the province itself
    commune = said(report_of(period, world.first), {"pa-no": 1})
    kept = commune.values.get(indicator__slug="pa-no")
    assert (kept.value, kept.below, kept.within) == (1, 4, 0)
    total = next(x for x in rollup.sums(period) if x.indicator.slug == "pa-no")
    assert (total.declared, total.below, total.total) == (1, 4, 5)
    indicators, rows, totals = rollup.table(period, clock.now())
    at = [i.slug for i in indicators].index("pa-no")
    assert (totals[at], [row.figures[at] for row in rows]) == (5, [5, None])


def test_a_unit_may_leave_out_what_came_from_below(world):
    period = past(weekly(world))
    own = actions.derive_plan(actor=None, above=world.plan, issuer=world.first, title="Riêng")
    TaskFactory(plan=own, assigned_to=[world.cell])
    issue(own)
    said(report_of(past(weekly(world, plan=own)), world.cell), {"pa-no": 4})
    commune = said(report_of(period, world.first), {"pa-no": 9}, takes_below=False)
    kept = commune.values.get(indicator__slug="pa-no")
    assert (kept.value, kept.below) == (9, 0)


def test_texts_are_collected_unit_by_unit(world):
    period = past(weekly(world))
    said(report_of(period, world.first), results="Treo 3 pa nô.", proposals="Cấp thêm cờ.")
    said(report_of(period, world.second), confirm=False, results="Chưa xong.")
    assert rollup.said(period) == {
        "results": [(world.first, "Treo 3 pa nô.")],
        "limits": [],
        "proposals": [(world.first, "Cấp thêm cờ.")],
    }


def test_reading_costs_the_same_for_one_and_many(world):
    period = past(weekly(world))

    def cost():
        with CaptureQueriesContext(connection) as seen:
            rollup.sums(period)
            rollup.table(period, clock.now())
            rollup.said(period)
            report = queries.REPORTS.get(period=period, agency=world.first)
            indicators = queries.indicators_of(period.series_id)
            queries.lines_of(report, indicators, live=queries.live_figures(report, indicators))
        return len(seen)

    said(report_of(period, world.first))
    one = cost()
    for _n in range(5):
        unit = AgencyFactory(parent=world.first)
        UnitReport.objects.create(period=period, agency=unit, code=f"X{unit.pk}")
        said(report_of(period, unit), results="Có.")
    assert cost() == one


# --- notices --------------------------------------------------------------------------------


def pending(period):
    rows = ScheduledNotice.objects.filter(
        subject_kind="campaigns.period", subject_id=period.pk, state="pending"
    ).order_by("offset_days")
    return [(n.offset_days, clock.local(n.due_at).strftime("%d/%m %H:%M")) for n in rows]


def test_reminders_come_a_working_day_before_and_after_the_deadline(world):
    series = weekly(world)
    assert pending(series.periods.get(last_on=D(2026, 3, 13))) == [
        (-1, "13/03 06:00"),
        (1, "17/03 06:00"),
    ]
    assert pending(past(series)) == [(1, "10/03 06:00")]


def test_reminders_are_made_up_to_the_horizon_and_later_as_it_moves(world, settings):
    settings.NOTICE_HORIZON_DAYS = 20
    NoticeHorizon.objects.all().delete()
    series = weekly(world)
    near = series.periods.get(last_on=D(2026, 3, 27))
    far = series.periods.get(last_on=D(2026, 4, 3))
    assert (len(pending(near)), len(pending(far))) == (2, 0)
    with time_machine.travel(dt.datetime(2026, 3, 18, 9, tzinfo=clock.TZ), tick=False):
        actions.keep_periods()
        actions.keep_periods()
    assert pending(far) == [(-1, "03/04 06:00"), (1, "07/04 06:00")]


def test_only_those_who_have_not_confirmed_are_reminded(world):
    from campaigns.notify.reports import PeriodNotices

    period = past(weekly(world))
    said(report_of(period, world.first))
    notice = ScheduledNotice.objects.get(subject_kind="campaigns.period", subject_id=period.pk)
    handler = PeriodNotices()
    handler.load([notice])
    assert handler.still_due(notice, clock.now()) is True
    assert handler.audience(notice).agency_ids == {world.second.pk}
    assert handler.render(notice).title == (
        "Quá hạn báo cáo: Báo cáo tuần, Tuần 28/02 – 06/03/2026 (hạn 09/03/2026 17:00)"
    )
    said(report_of(period, world.second))
    notice.refresh_from_db()
    assert notice.state == "cancelled"
    handler.load([notice])
    assert handler.still_due(notice, clock.now()) is False


def test_a_moved_deadline_ends_the_old_reminders(world):
    period = weekly(world).periods.get(last_on=D(2026, 3, 13))
    at = dt.datetime(2026, 3, 19, 17, tzinfo=clock.TZ)
    actions.set_deadline(actor=None, period=period, deadline_at=at)
    assert pending(period) == [(-1, "18/03 06:00"), (1, "20/03 06:00")]
    with pytest.raises(Refused) as refused:
        early = dt.datetime(2026, 3, 12, 17, tzinfo=clock.TZ)
        actions.set_deadline(actor=None, period=period, deadline_at=early)
    assert refused.value.code == "deadline"


def test_a_returned_report_tells_the_unit_at_once(world):
    from campaigns.notify.reports import ReportNotices

    report = said(report_of(past(weekly(world)), world.first))
    report = actions.return_report(actor=None, report=report, note="Thiếu số.")
    notice = ScheduledNotice.objects.get(subject_kind="campaigns.report")
    handler = ReportNotices()
    handler.load([notice])
    message = handler.render(notice)
    assert (message.text, message.url) == ("Thiếu số.", f"/lam-viec/bao-cao/{report.pk}/")
    assert handler.audience(notice).agency_ids == {world.first.pk}
    said(report)
    notice.refresh_from_db()
    assert notice.state == "cancelled"

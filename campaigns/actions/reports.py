"""The report of a unit: entered, confirmed, returned, corrected afterwards."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.actions._common import lock, one_line
from campaigns.models import IndicatorValue, ReportCorrection, UnitReport
from campaigns.notify import reports as notify
from campaigns.queries import reports as queries
from campaigns.rules.access import PUBLIC
from portal.common import audit, clock, text
from portal.common.errors import Refused
from portal.common.transitions import Lifecycle, transition

State = UnitReport.State

#: No figure of a unit is larger; whoever types more has slipped.
LARGEST = 100_000_000
TEXT_LIMIT = 10_000
NOTE_LIMIT = 300
TEXTS = ("results", "limits", "proposals")
_LABELS = {name: UnitReport._meta.get_field(name).verbose_name for name in TEXTS}

lifecycle = Lifecycle(
    transition(
        "save",
        {State.NONE, State.DRAFT},
        State.DRAFT,
        "Báo cáo đã được xác nhận; muốn đổi thì dùng “Sửa sau xác nhận”.",
    ),
    transition(
        "confirm",
        {State.NONE, State.DRAFT, State.RETURNED},
        State.CONFIRMED,
        "Báo cáo này đã được xác nhận.",
    ),
    transition("return", {State.CONFIRMED}, State.RETURNED, "Chỉ trả lại báo cáo đã xác nhận."),
)


@dataclass(frozen=True)
class Figure:
    """What a person says about one indicator.

    `seen` is the figure from evidence that stood beside the field; a value equal to it is not a
    correction, so it follows the evidence. `value` None: nothing entered yet.
    """

    value: int | None
    note: str = ""
    seen: int | None = None


class FigureErrors(Refused):
    """Figures that cannot be taken: `fields` is {indicator id: sentence}."""

    def __init__(self, fields):
        super().__init__(_("Có số liệu cần xem lại."), code="figures")
        self.fields = fields


@transaction.atomic
def save_report(
    *,
    actor,
    report,
    figures,
    results="",
    limits="",
    proposals="",
    takes_below=True,
    confirm=False,
    stand_in=False,
    lock_version=None,
):
    """Keep what a unit has entered; with `confirm` it is locked as well.

    Args:
        figures: {indicator id: Figure}; indicators that are left out stay as they are.
        stand_in: the superior enters the unit's own file in its stead.

    Raises:
        StaleVersion; FigureErrors: a figure that differs from the evidence and has no note, one
            that is missing when confirming, one out of range; Refused: "transition:…", "long",
            "not_in_force", "early" for confirming before the cut-off, "moved" when evidence
            changed between looking and confirming.
    """
    row = _locked(report, lock_version)
    verb = "confirm" if confirm else "save"
    if not (verb == "save" and row.state == State.RETURNED):
        target = lifecycle.target(verb, row.state)
    else:
        target = State.RETURNED
    now = clock.now()
    if confirm and clock.today(now) < row.period.last_on:
        raise Refused(
            _("Kỳ báo cáo chưa chốt số liệu; chỉ xác nhận được từ ngày %s.")
            % f"{row.period.last_on:%d/%m/%Y}",
            code="early",
        )
    texts = {"results": results, "limits": limits, "proposals": proposals}
    for name, value in texts.items():
        setattr(row, name, _text(name, value))
    row.takes_below = takes_below
    indicators = queries.indicators_of(row.period.series_id)
    lines = queries.lines_of(row, indicators, live=queries.live_figures(row, indicators))
    problems = _take(lines, figures, confirm)
    if problems:
        raise FigureErrors(problems)
    before = audit.snapshot(report, ("state",))
    row.state = target
    row.saved_at = now
    row.stand_in = stand_in
    row.lock_version += 1
    if confirm:
        row.confirmed_by, row.confirmed_at = actor, now
        row.returned_note = ""
    row.save()
    _write(row, lines)
    audit.record(
        actor=actor,
        verb="confirm_report" if confirm else "save_report",
        obj=row,
        agency=row.agency_id,
        changes=audit.diff(before, audit.snapshot(row, ("state",))),
    )
    if confirm:
        notify.report_confirmed(row)
    return row


@transaction.atomic
def return_report(*, actor, report, note, lock_version=None):
    """The superior sends a confirmed report back to the unit with a reason.

    Raises:
        StaleVersion; Refused: "missing", "transition:…", "not_in_force".
    """
    row = _locked(report, lock_version)
    target = lifecycle.target("return", row.state)
    row.returned_note = one_line(note, limit=500, what=_("lý do trả lại"))
    row.state, row.confirmed_at = target, None
    row.returned_by, row.returned_at = actor, clock.now()
    row.lock_version += 1
    row.save()
    audit.record(
        actor=actor,
        verb="return_report",
        obj=row,
        agency=row.agency_id,
        changes={"returned_note": ["", row.returned_note]},
    )
    notify.report_returned(row)
    return row


@transaction.atomic
def correct_report(*, actor, report, reason, figures=None, texts=None, lock_version=None):
    """Change a confirmed report; every change is kept with its reason and shown as such.

    Args:
        figures: {indicator id: value}; texts: {"results" | "limits" | "proposals": text}.

    Returns the ReportCorrections.

    Raises:
        StaleVersion; FigureErrors; Refused: "not_confirmed", "missing" without a reason, "same"
            when nothing differs, "not_in_force".
    """
    row = _locked(report, lock_version)
    if row.state != State.CONFIRMED:
        raise Refused(_("Báo cáo chưa xác nhận thì sửa trực tiếp."), code="not_confirmed")
    reason = one_line(reason, limit=500, what=_("lý do sửa"))
    made, errors = [], {}
    stored = {v.indicator_id: v for v in row.values.select_for_update()}
    for indicator_id, value in (figures or {}).items():
        kept = stored.get(indicator_id)
        if kept is None or kept.value == value:
            continue
        if value is None or not 0 <= value <= LARGEST:
            errors[indicator_id] = _("Hãy ghi một số từ 0 đến 100 triệu.")
            continue
        made.append(_correction(row, actor, reason, "value", kept.value, value, indicator_id))
        kept.value = value
        kept.save(update_fields=["value"])
    if errors:
        raise FigureErrors(errors)
    for name, value in (texts or {}).items():
        value = _text(name, value)
        if value != getattr(row, name):
            made.append(_correction(row, actor, reason, name, getattr(row, name), value))
            setattr(row, name, value)
    if not made:
        raise Refused(_("Chưa có chỗ nào thay đổi."), code="same")
    row.lock_version += 1
    row.save()
    ReportCorrection.objects.bulk_create(made)
    audit.record(
        actor=actor,
        verb="correct_report",
        obj=row,
        agency=row.agency_id,
        changes={
            c.field if c.indicator_id is None else f"{c.field}:{c.indicator_id}": [
                c.before,
                c.after,
            ]
            for c in made
        },
    )
    return made


def _correction(row, actor, reason, field, before, after, indicator_id=None):
    return ReportCorrection(
        report=row,
        made_by=actor,
        reason=reason,
        field=field,
        indicator_id=indicator_id,
        before="" if before is None else str(before),
        after=str(after),
    )


def _locked(report, lock_version):
    row = lock(report, lock_version)
    if row.period.series.plan.state not in PUBLIC:
        raise Refused(_("Kế hoạch này không còn hoặc chưa được thực hiện."), code="not_in_force")
    return row


def _text(name, value):
    value = text.clean(value or "")
    if len(value) > TEXT_LIMIT:
        raise Refused(
            _("Phần “%(name)s” dài quá %(n)d ký tự.") % {"name": _LABELS[name], "n": TEXT_LIMIT},
            code="long",
        )
    return value


def _take(lines, figures, confirm):
    """Put what was entered into the lines; returns {indicator id: sentence} of what is wrong."""
    problems = {}
    for line in lines:
        pk = line.indicator.pk
        figure = figures.get(pk)
        if figure is not None:
            moved = figure.seen is not None and figure.seen != line.computed
            untouched = figure.seen is not None and figure.value == figure.seen
            if untouched:
                line.value = line.computed
                if confirm and moved:
                    problems[pk] = _(
                        "Minh chứng vừa thay đổi: số điền sẵn từ %(a)d thành %(b)d. Hãy xem lại."
                    ) % {"a": figure.seen, "b": line.computed}
            else:
                line.value = figure.value
            line.note = text.one_line(figure.note)
        if line.value is not None and not 0 <= line.value <= LARGEST:
            problems[pk] = _("Hãy ghi một số từ 0 đến 100 triệu.")
        elif len(line.note) > NOTE_LIMIT:
            problems[pk] = _("Ghi chú dài quá %d ký tự.") % NOTE_LIMIT
        elif line.differs and not line.note:
            problems[pk] = _("Khác số từ minh chứng (%d); hãy ghi chú vì sao.") % line.computed
        elif confirm and line.value is None:
            problems[pk] = _("Chưa có số; không phát sinh thì ghi 0.")
    return problems


def _write(row, lines):
    """Store the lines: one statement for the new ones, one for those that were there."""
    IndicatorValue.objects.bulk_create(
        [
            IndicatorValue(
                report=row,
                indicator=line.indicator,
                computed=line.computed,
                value=line.value,
                note=line.note,
                below=line.below,
                within=line.within,
            )
            for line in lines
        ],
        update_conflicts=True,
        unique_fields=["report", "indicator"],
        update_fields=["computed", "value", "note", "below", "within"],
    )

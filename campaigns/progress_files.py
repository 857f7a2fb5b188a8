"""The progress of a plan as Excel files: the list with its filters, the table of units × phases.

Made by a worker (`portal.common.jobs`), row by row, so that 60.000 rows need no memory.
"""

import datetime as dt
import os
import tempfile

import xlsxwriter
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from campaigns.forms.progress import SHOWN_STATES, ProgressFilter
from campaigns.models import Plan
from campaigns.queries import assignments, heat
from campaigns.queries.standing import AsOf, ordered
from campaigns.rules import access
from portal.common import clock, display, jobs
from portal.common.errors import Refused
from portal.common.sheets import XLSX
from portal.common.text import one_line

LIST, HEAT = "campaigns.progress_list", "campaigns.progress_heat"
#: What goes from the address of the list into its file.
FILTERS = ("q", "dot", "hinh_thuc", "noi_dung", "trang_thai", "cay", "rieng", "viec")
_CELL = 32_000  # characters that Excel takes in one cell
_MOST_ROWS = 1_000_000
_CHUNK = 2_000


def start(*, actor, plan, kind, at, filters=None, back_url=""):
    """Start the job that makes the file `kind` (LIST or HEAT) of a plan as `actor` sees it."""
    name = plan.document.symbol or plan.title
    titles = {
        LIST: _("Phân công và tiến độ: %s"),
        HEAT: _("Tiến độ theo đơn vị và đợt: %s"),
    }
    params = {"plan": plan.pk, "day": at.day.isoformat(), "past": at.past}
    if kind == LIST:
        params["filters"] = {n: v for n, v in (filters or {}).items() if n in FILTERS and v}
    return jobs.start(
        kind=kind,
        actor=actor,
        title=titles[kind] % name,
        params=params,
        back_url=back_url,
        agency=plan.issuer_id,
    )


class Sheets:
    """A workbook on disk whose cells are what they look like: no formulas, no links."""

    def __init__(self):
        handle, self.path = tempfile.mkstemp(suffix=".xlsx", prefix="tien-do-")
        os.close(handle)
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self.path, options)
        self.bold = self.book.add_format({"bold": True})
        self.head = self.book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.day = self.book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
        self.share = self.book.add_format({"num_format": "0%", "valign": "top"})

    def sheet(self, name, widths):
        """A new worksheet, laid out for printing across the page."""
        sheet = self.book.add_worksheet(name)
        for n, width in enumerate(widths):
            sheet.set_column(n, n, width, self.wrap)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def titles(self, sheet, row, titles):
        for n, title in enumerate(titles):
            sheet.write_string(row, n, str(title), self.head)
        sheet.freeze_panes(row + 1, 1)
        sheet.repeat_rows(row)

    def row(self, sheet, number, values):
        """Write one row; None stays empty, days are days, fractions (float) are shares."""
        for n, value in enumerate(values):
            if value is None or value == "":
                continue
            if isinstance(value, dt.date):
                sheet.write_datetime(number, n, dt.datetime.combine(value, dt.time()), self.day)
            elif isinstance(value, float):
                sheet.write_number(number, n, value, self.share)
            elif isinstance(value, int):
                sheet.write_number(number, n, value, self.wrap)
            else:
                text = str(value)
                if len(text) > _CELL:
                    text = text[:_CELL] + _(" … (còn nữa, xem trên cổng)")
                sheet.write_string(number, n, text, self.wrap)

    def close(self):
        self.book.close()

    def drop(self):
        """Throw away what was begun."""
        self.book.close()
        os.unlink(self.path)


def _plan(job):
    """(plan, paths, AsOf) of a job, as its actor may see them now."""
    plan = Plan.objects.select_related("document", "issuer").get(pk=job.params["plan"])
    day = dt.date.fromisoformat(job.params["day"])
    return plan, access.progress_paths(job.actor, plan), AsOf(day, job.params["past"])


def _name(plan, what, at):
    symbol = (plan.document.symbol or _("ke-hoach")).replace("/", "-").replace(" ", "")
    return f"{what}-{symbol}-{at.day:%Y-%m-%d}.xlsx"


def _about(sheets, sheet, plan, at, lines=()):
    """The lines above the table; returns the number of the first row after them."""
    texts = [
        plan.title,
        _("%(issuer)s. Tính đến hết ngày %(day)s; lập lúc %(now)s. Tài liệu nội bộ.")
        % {
            "issuer": plan.issuer.name,
            "day": display.date_vi(at.day),
            "now": display.datetime_vi(clock.now()),
        },
        *lines,
    ]
    plain = sheets.book.add_format()
    for n, text in enumerate(texts):
        sheet.write_string(n, 0, text, sheets.bold if n == 0 else plain)
    return len(texts) + 1


def write_list(job, report):
    """The file of the list: one row for each assignment that the filters leave."""
    plan, paths, at = _plan(job)
    data = QueryDict(mutable=True)
    data.update(job.params.get("filters", {}))
    narrowed = paths is not None or any(data.get(n) for n in ("q", "cay", "rieng"))
    rows = assignments.rows_of(plan, at, paths, passed_on=narrowed)
    found = ProgressFilter(data, queryset=rows, plan=plan)
    ids = list(ordered(found.qs).values_list("pk", flat=True)[: _MOST_ROWS + 1])
    if len(ids) > _MOST_ROWS:
        raise Refused(_("Quá một triệu dòng; hãy lọc bớt rồi xuất lại."), code="rows")
    report(0, len(ids), _("Đang ghi danh sách phân công"))
    sheets = Sheets()
    try:
        sheet = sheets.sheet(_("Phân công"), (44, 34, 26, 12, 16, 12, 10, 20, 11, 44))
        number = _about(sheets, sheet, plan, at, _filter_words(found))
        titles = (
            *(_("Nhiệm vụ"), _("Đơn vị"), _("Đợt"), _("Hạn"), _("Tiến độ"), _("Ngày xong")),
            *(_("Trễ (ngày)"), _("Phụ trách"), _("Minh chứng"), _("Ghi chú tiến độ")),
        )
        sheets.titles(sheet, number, titles)
        words = {state: str(label) for state, label in SHOWN_STATES}
        for start_ in range(0, len(ids), _CHUNK):
            chunk = ids[start_ : start_ + _CHUNK]
            for view in assignments.views_of(plan, at, chunk):
                number += 1
                sheets.row(sheet, number, _list_row(view, at, words))
            report(min(start_ + _CHUNK, len(ids)))
        sheets.close()
    except BaseException:
        sheets.drop()
        raise
    note = _("%s lượt phân công.") % display.number_vi(len(ids))
    return jobs.Result(sheets.path, _name(plan, "phan-cong", at), XLSX, note)


def _list_row(view, at, words):
    row = view.assignment
    finished = view.state in {"done", "waiting"}
    late = view.late_by if finished else -view.days_left if view.state == "overdue" else None
    return (
        view.task.title,
        view.agency.name,
        view.task.phase.title if view.task.phase else None,
        view.due_on,
        words[view.state],
        row.done_on if finished else None,
        late or None,
        row.responsible.full_name if row.responsible else None,
        view.evidence_count or None,
        # Notes are those of today; beside the states of a past day they would mislead.
        None if at.past else one_line(row.note),
    )


def _filter_words(found):
    """The filters that were set, for the head of the file."""
    shown = []
    for name in found.chosen:
        field, value = found.form.fields[name], found.form.cleaned_data[name]
        if name in {"cay", "rieng"}:
            label = _("Đơn vị và cấp dưới") if name == "cay" else _("Đơn vị")
        elif name == "viec":
            label = _("Nhiệm vụ")
        else:
            label = field.label
        if name == "trang_thai":
            value = dict(SHOWN_STATES)[value]
        elif value == "null":
            value = field.null_label
        shown.append(f"{label}: {value}")
    return [_("Lọc theo %s") % "; ".join(shown)] if shown else []


def write_heat(job, report):
    """The file of the table: the first level added up over the tree, and every unit by itself."""
    plan, paths, at = _plan(job)
    report(0, None, _("Đang cộng số liệu"))
    seen = heat.units_of(plan, at, paths=paths)
    table = heat.heat(plan, at, seen, paths=paths, per_page=_MOST_ROWS)
    total = sum(len(rows) for _level, rows in table.groups) + seen.units
    report(0, total, _("Đang ghi bảng"))
    sheets = Sheets()
    try:
        done = _added_up(sheets, plan, at, table)
        report(done)
        _each_unit(sheets, plan, at, paths, table, report, done)
        sheets.close()
    except BaseException:
        sheets.drop()
        raise
    note = _("%s đơn vị.") % display.number_vi(seen.units)
    return jobs.Result(sheets.path, _name(plan, "tien-do", at), XLSX, note)


def _heat_titles(table):
    names = [phase.title if phase else _("Ngoài các đợt") for phase, _begun in table.columns]
    parts = (_("xong"), _("tổng"), _("quá hạn"))
    return [f"{name}: {part}" for name in names for part in parts]


def _numbers(cells):
    """done, total, late of every cell, then of all of them, and the share that is done."""
    found = []
    for cell in cells:
        found += [cell.done, cell.total, cell.late] if cell.total else [None, None, None]
    done, total = sum(c.done for c in cells), sum(c.total for c in cells)
    late = sum(c.late for c in cells)
    return [*found, done, total, late, round(done / total, 4) if total else None]


def _sums():
    return [_("Cộng: xong"), _("Cộng: tổng"), _("Cộng: quá hạn"), _("Tỷ lệ")]


def _added_up(sheets, plan, at, table):
    columns = 3 * len(table.columns) + 4
    sheet = sheets.sheet(_("Cộng dồn"), (40, 24, *[9] * columns))
    words = _("Mỗi dòng gồm đơn vị và mọi đơn vị cấp dưới.")
    number = _about(sheets, sheet, plan, at, [words])
    sheets.titles(sheet, number, [_("Đơn vị"), _("Cấp"), *_heat_titles(table), *_sums()])
    written = 0
    for level, rows in table.groups:
        for row in rows:
            number, written = number + 1, written + 1
            name = row.agency.name + (_(" (việc của chính cơ quan)") if row.own else "")
            sheets.row(sheet, number, [name, level.name if level else "", *_numbers(row.cells)])
    sheets.row(sheet, number + 1, [_("Cộng"), "", *_numbers(table.footer)])
    return written


def _each_unit(sheets, plan, at, paths, table, report, done):
    columns = 3 * len(table.columns) + 4
    sheet = sheets.sheet(_("Từng đơn vị"), (40, 24, 34, *[9] * columns))
    words = _("Mỗi dòng là việc của chính đơn vị, kể cả việc cấp trên trực tiếp giao lại.")
    number = _about(sheets, sheet, plan, at, [words])
    titles = [_("Đơn vị"), _("Cấp"), _("Thuộc"), *_heat_titles(table), *_sums()]
    sheets.titles(sheet, number, titles)
    keys = [phase.pk if phase else None for phase, _begun in table.columns]
    for agency, parent, level, counts in heat.units(plan, at, paths):
        number, done = number + 1, done + 1
        cells = [heat.Cell(counts[key]) for key in keys]
        sheets.row(sheet, number, [agency, level, parent, *_numbers(cells)])
        report(done)


def _may(user, params):
    plan = Plan.objects.filter(pk=params["plan"]).first()
    return plan is not None and user is not None and access.may_see_progress(user, plan)


def register():
    """Called once, by `AppConfig.ready`."""
    advice = lazy("Hãy thử lọc bớt (theo đơn vị, theo đợt) rồi xuất lại.")
    for kind, run in ((LIST, write_list), (HEAT, write_heat)):
        jobs.kinds.register(kind, jobs.JobKind(run=run, may=_may, advice=advice))

"""The workbook of one report: goes out filled in, comes back by upload, is known by its code.

Nothing in a file is taken on trust: kind, size, rows and lengths are limited, formulas are never
computed (the stored result counts), what a person typed goes through the same rules as the page.
Files are only written anew, never changed: what goes back marked is made from what was read.
"""

import io
import re
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from campaigns.actions.reports import LARGEST, NOTE_LIMIT, TEXT_LIMIT, TEXTS, Figure
from campaigns.models import UnitReport
from portal.common import display, sheets, text
from portal.common.errors import Refused
from portal.common.uploads import files

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_ROWS = 400
SHEET = "Báo cáo"
_CODE = re.compile(r"BC((?:-?[0-9A-F]{4}){4})\b", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}([.\s]\d{3})+")
#: Columns: key, indicator, unit, evidence, figure, note, what is wrong.
KEY, NAME, UNIT, SEEN, VALUE, NOTE, WRONG = range(7)
#: A longer text in a cell is no number that somebody typed.
_TYPED = 60


@dataclass
class Sent:
    """What a file says: the code, {slug: [typed, note, evidence beside it]}, {part: text}."""

    code: str
    figures: dict = field(default_factory=dict)
    texts: dict = field(default_factory=dict)

    def dump(self):
        """Plain JSON."""
        return asdict(self)


def shown_code(report):
    """The code as people see it: BC-1A2B-3C4D-5E6F-7A8B."""
    code = report.code
    return "BC-" + "-".join(code[n : n + 4] for n in range(0, len(code), 4))


# --- Reading --------------------------------------------------------------------------------


def read(file):
    """The Sent of an uploaded file.

    Raises:
        Refused: "empty", "too_large", "not_a_workbook" and those of `files.recognise`; "no_code".
    """
    if file.size > MAX_BYTES:
        raise Refused(_("Tệp lớn quá 2 MB; mẫu báo cáo không nặng như vậy."), code="too_large")
    data = file.read(MAX_BYTES + 1)
    ending, _content_type = files.recognise(data)
    if ending != "xlsx":
        raise _no_workbook()
    if sheets.unpacked(io.BytesIO(data)) > MAX_UNPACKED:
        raise Refused(_("Tệp giải nén ra quá lớn nên không được nhận."), code="bomb")
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
            rows = [
                list(row) + [None] * (WRONG - len(row))
                for row in sheet.iter_rows(max_row=MAX_ROWS, max_col=WRONG, values_only=True)
            ]
        finally:
            book.close()
    except Exception as error:  # openpyxl fails in many ways on what is no workbook
        raise _no_workbook() from error
    return _sent(rows)


def _no_workbook():
    return Refused(
        _("Không đọc được tệp này; hãy dùng đúng tệp Excel (.xlsx) tải từ trang báo cáo."),
        code="not_a_workbook",
    )


def _sent(rows):
    code = None
    for row in rows[:10]:
        for cell in row:
            if isinstance(cell, str) and (found := _CODE.search(cell)):
                code = code or found[1].replace("-", "").upper()
    if code is None:
        raise Refused(
            _("Không thấy mã báo cáo (BC-…) trong tệp; hãy tải lại mẫu từ trang báo cáo."),
            code="no_code",
        )
    sent = Sent(code)
    for row in rows:
        key = row[KEY]
        if not isinstance(key, str) or len(key) > 60:
            continue
        key = key.strip()
        if key in TEXTS:
            sent.texts[key] = text.clean(_words(row[VALUE]))[: TEXT_LIMIT + 1]
        elif key.startswith("ct:"):
            seen = row[SEEN] if isinstance(row[SEEN], int) else None
            note = text.one_line(_words(row[NOTE]))[: NOTE_LIMIT + 1]
            sent.figures[key[3:]] = [_typed(row[VALUE]), note, seen]
    return sent


def _words(cell):
    return "" if cell is None else str(cell)


def _typed(cell):
    """A figure as it was typed: an int where Excel holds one, else the words, None when empty."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, int):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else str(cell)
    words = text.one_line(_words(cell))[:_TYPED]
    return words or None


# --- Checking -------------------------------------------------------------------------------


def figures_of(sent, indicators):
    """({indicator id: Figure}, {slug: sentence}) of what a file says."""
    figures, problems = {}, {}
    by_slug = {i.slug: i for i in indicators}
    for slug, (typed, note, seen) in sent.figures.items():
        indicator = by_slug.get(slug)
        if indicator is None:
            continue
        try:
            value = _number(typed)
        except ValueError:
            problems[slug] = _("Hãy ghi một số nguyên từ 0 đến 100 triệu.")
            continue
        figures[indicator.pk] = Figure(value, note, seen)
    for name, words in sent.texts.items():
        if len(words) > TEXT_LIMIT:
            problems[name] = _("Dài quá %d ký tự.") % TEXT_LIMIT
    return figures, problems


def _number(typed):
    if typed is None:
        return None
    if isinstance(typed, str):
        if _GROUPED.fullmatch(typed):
            typed = re.sub(r"[.\s]", "", typed)
        if not (typed.isascii() and typed.isdigit()):
            raise ValueError(typed)
        typed = int(typed)
    if not 0 <= typed <= LARGEST:
        raise ValueError(typed)
    return typed


# --- Writing --------------------------------------------------------------------------------


def write(report, lines, *, sent=None, problems=None):
    """The workbook of a report as bytes.

    Args:
        lines: its Lines, which fill the cells.
        sent: what a person typed, which fills them instead; `problems` {slug or part: sentence}
            marks cells: coloured, with a comment, and in the column "Lỗi".
    """
    problems = problems or {}
    out, book = sheets.new_book()
    sheet = book.add_worksheet(SHEET)
    forms = _formats(book)
    period, series = report.period, report.period.series
    days = display.date_range(period.first_on, period.last_on)
    due = display.datetime_vi(period.deadline_at)
    sheet.write_string(0, NAME, series.title, forms["title"])
    sheet.write_string(1, NAME, f"{report.agency.name} · {period.title}", forms["bold"])
    sheet.write_string(2, NAME, f"Số liệu {days}; hạn gửi {due}")
    sheet.write_string(3, NAME, "Mã báo cáo (giữ nguyên):")
    sheet.write_string(3, VALUE, shown_code(report), forms["code"])
    sheet.write_string(
        4, NAME, "Chỉ nhập vào ô nền vàng. Số khác với minh chứng thì ghi chú vì sao.", forms["sub"]
    )
    titles = ["", "Chỉ tiêu", "Đơn vị tính", "Từ minh chứng", "Số báo cáo", "Ghi chú"]
    for n, title in enumerate([*titles, "Lỗi"] if problems else titles):
        sheet.write_string(6, n, title, forms["head"])
    at = 7
    for line in lines:
        typed = sent.figures.get(line.indicator.slug) if sent else None
        _figure_row(sheet, forms, at, line, typed, problems.get(line.indicator.slug))
        at += 1
    for name in TEXTS:
        at += 1
        words = sent.texts.get(name, "") if sent else getattr(report, name)
        _text_row(sheet, forms, at, name, words, problems.get(name))
    sheet.set_column(KEY, KEY, None, None, {"hidden": True})
    for column, width in ((NAME, 36), (UNIT, 12), (SEEN, 14), (VALUE, 24), (NOTE, 44), (WRONG, 52)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(7, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _formats(book):
    entry = {"locked": False, "bg_color": "#FFF6DB", "border": 1, "border_color": "#C4B8A6"}
    wrong = entry | {"bg_color": "#F9C9B6", "bold": True}
    words = {"text_wrap": True, "valign": "top", "num_format": "@"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "bold": book.add_format({"bold": True}),
        "sub": book.add_format({"italic": True, "font_color": "#564C42"}),
        "code": book.add_format({"bold": True, "font_name": "Consolas"}),
        "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#F3EEE6"}),
        "number": book.add_format({"num_format": "#,##0"}),
        "entry": book.add_format(entry | {"num_format": "#,##0"}),
        "wrong": book.add_format(wrong | {"num_format": "#,##0"}),
        "words": book.add_format(entry | words),
        "wrong_words": book.add_format(wrong | words),
        "said": book.add_format({"font_color": "#A83A12", "text_wrap": True, "valign": "top"}),
    }


def _figure_row(sheet, forms, at, line, typed, problem):
    indicator = line.indicator
    sheet.write_string(at, KEY, f"ct:{indicator.slug}")
    sheet.write_string(at, NAME, indicator.name)
    sheet.write_string(at, UNIT, indicator.unit)
    if line.computed is not None:
        sheet.write_number(at, SEEN, line.computed, forms["number"])
    value, note = (typed[0], typed[1]) if typed else (line.value, line.note)
    form = forms["wrong"] if problem else forms["entry"]
    if isinstance(value, int):
        sheet.write_number(at, VALUE, value, form)
    elif value is None:
        sheet.write_blank(at, VALUE, None, form)
    else:
        sheet.write_string(at, VALUE, value, form)
    sheet.write_string(at, NOTE, note, forms["words"])
    sheet.data_validation(
        at,
        VALUE,
        at,
        VALUE,
        {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": LARGEST,
            "error_title": "Số báo cáo",
            "error_message": "Hãy ghi một số nguyên từ 0 đến 100 triệu.",
        },
    )
    if problem:
        sheet.write_comment(at, VALUE, problem)
        sheet.write_string(at, WRONG, problem, forms["said"])


def _text_row(sheet, forms, at, name, words, problem):
    sheet.write_string(at, KEY, name)
    label = str(UnitReport._meta.get_field(name).verbose_name)
    sheet.write_string(at, NAME, label, forms["bold"])
    form = forms["wrong_words"] if problem else forms["words"]
    sheet.merge_range(at, VALUE, at, NOTE, words, form)
    sheet.set_row(at, 110)
    if problem:
        sheet.write_comment(at, VALUE, problem)
        sheet.write_string(at, WRONG, problem, forms["said"])

"""Lists from Excel, read with nothing taken on trust, and the empty files to fill in.

Size, number of rows and columns are limited before anything is unpacked; a formula is a problem,
never a value; every cell becomes text. What the text means is the business of the caller.
"""

import datetime as dt
import io
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field

import xlsxwriter
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from portal.common import text
from portal.common.errors import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_BYTES = 8 * 1024 * 1024
MAX_UNPACKED = 120 * 1024 * 1024
MAX_COLUMNS = 40
#: A formula is read as this, so that the cell is not mistaken for an empty one.
FORMULA = "\ue000formula"


@dataclass(frozen=True)
class Column:
    """One column: `key` in the rows, `title` in the file, other titles that are understood too."""

    key: str
    title: str
    required: bool = False
    limit: int = 200
    aliases: tuple = ()
    width: int = 24
    help: str = ""
    #: values offered in the file; whether others are a problem is decided by the caller
    choices: tuple = ()
    sample: str = ""


@dataclass
class Row:
    """One line: its number in the file and its texts by key ("" where empty or missing)."""

    number: int
    values: dict = field(default_factory=dict)

    def __getitem__(self, key):
        return self.values.get(key, "")


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong in one cell (`column` a title, "" for the whole line), in a sentence."""

    row: int
    column: str
    text: str


def unpacked(file):
    """How many bytes a zipped file would take unpacked, as it says itself; nothing is unpacked."""
    with zipfile.ZipFile(file) as archive:
        return sum(part.file_size for part in archive.infolist())


@contextmanager
def opened(upload, *, max_unpacked, formulas):
    """The openpyxl workbook of an upload, to be read and no more: `with opened(...) as book`.

    Args:
        formulas: cells give formulas as they stand; otherwise the stored results count.

    Raises:
        Refused: "size" where it would unpack to more than `max_unpacked` bytes, "unreadable" for
            whatever a broken file leads openpyxl to, inside the block too.
    """
    try:
        if unpacked(upload) > max_unpacked:
            raise Refused(_("Tệp giải nén quá lớn."), code="size")
        upload.seek(0)
        book = load_workbook(upload, read_only=True, data_only=not formulas, keep_links=False)
        try:
            yield book
        finally:
            book.close()
    except Refused:
        raise
    except Exception as error:
        raise Refused(
            _("Không đọc được tệp. Hãy dùng tệp .xlsx theo mẫu."), code="unreadable"
        ) from error


def new_book():
    """(BytesIO, workbook) to write into: cells are what they look like, no formulas, no links."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    return out, xlsxwriter.Workbook(out, options)


def read(upload, columns, *, max_rows):
    """The Rows of an uploaded workbook (file-like with `size`): its first sheet, titles on top.

    Raises:
        Refused: when it is no such list, too large, or a required column is missing.
    """
    if upload.size > MAX_BYTES:
        raise Refused(_("Tệp lớn hơn 8 MB."), code="size")
    with opened(upload, max_unpacked=MAX_UNPACKED, formulas=True) as book:
        lines = list(_lines(book.worksheets[0], max_rows))
    return _rows(lines, columns, max_rows)


def problems_of_cells(rows, columns):
    """Problems that need no knowledge: formulas, empty required cells, texts that are too long."""
    found = []
    for row in rows:
        for column in columns:
            value = row[column.key]
            if value == FORMULA:
                words = _("Ô này là công thức; hãy dán giá trị thay cho công thức.")
                found.append(Problem(row.number, column.title, words))
            elif not value and column.required:
                found.append(Problem(row.number, column.title, _("Thiếu, hãy điền.")))
            elif len(value) > column.limit:
                words = _("Dài quá %d ký tự.") % column.limit
                found.append(Problem(row.number, column.title, words))
    return found


def template(name, columns, samples=()):
    """An empty list with titles, lists to choose from and a page of explanations (xlsx bytes).

    Args:
        samples: dicts by key, written as text below the titles.
    """
    out, book = new_book()
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    as_text = book.add_format({"num_format": "@"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(name[:31])
    about = book.add_worksheet(_("Hướng dẫn"))
    sheet.freeze_panes(1, 0)
    about.set_column(0, 0, 26)
    about.set_column(1, 1, 90, wrap)
    for n, column in enumerate(columns):
        sheet.set_column(n, n, column.width, as_text)
        sheet.write_string(0, n, f"{column.title} *" if column.required else column.title, bold)
        about.write_string(n, 0, column.title, bold)
        words = [column.help, _("Bắt buộc.") if column.required else ""]
        if column.choices:
            words.append(_("Chọn một trong: %s.") % "; ".join(column.choices))
            if sum(len(choice) + 1 for choice in column.choices) <= 255:
                rule = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
                sheet.data_validation(1, n, 5000, n, rule)
        about.write_string(n, 1, " ".join(word for word in words if word))
    for number, values in enumerate(samples, start=1):
        for n, column in enumerate(columns):
            if values.get(column.key):
                sheet.write_string(number, n, values[column.key])
    book.close()
    return out.getvalue()


def day_of(value):
    """The date that a cell says ("2026-06-30", "30/6/2026"), or None."""
    for separator, order in (("-", (0, 1, 2)), ("/", (2, 1, 0)), (".", (2, 1, 0))):
        parts = value.split(separator)
        if len(parts) == 3 and all(part.strip().isdecimal() for part in parts):
            year, month, day = (int(parts[n]) for n in order)
            try:
                return dt.date(year, month, day) if 1900 <= year <= 2200 else None
            except ValueError:
                return None
    return None


def _lines(sheet, max_rows):
    rows = sheet.iter_rows(max_row=max_rows + 2, max_col=MAX_COLUMNS)
    for number, cells in enumerate(rows, start=1):
        values = [_as_text(cell) for cell in cells]
        if any(values):
            yield number, values


def _as_text(cell):
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, bool):
        return _("có") if value else ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return text.clean(str(value)).strip()


def _rows(lines, columns, max_rows):
    if not lines:
        raise Refused(_("Tệp không có dòng nào."), code="empty")
    wanted = {}
    for column in columns:
        for title in (column.title, *column.aliases):
            wanted[text.fold(title)] = column.key
    place = {}
    for n, title in enumerate(lines[0][1]):
        key = wanted.get(text.fold(title.rstrip("* ")))
        if key and key not in place:
            place[key] = n
    missing = [c.title for c in columns if c.required and c.key not in place]
    if missing:
        raise Refused(
            _("Tệp thiếu cột: %s. Dòng đầu phải là tên cột như trong tệp mẫu.")
            % ", ".join(str(title) for title in missing),
            code="columns",
        )
    rows = [
        Row(number, {key: values[n] for key, n in place.items() if n < len(values)})
        for number, values in lines[1:]
    ]
    rows = [row for row in rows if any(row.values.values())]
    if not rows:
        raise Refused(_("Tệp không có dòng nào dưới dòng tên cột."), code="empty")
    if len(rows) > max_rows:
        raise Refused(_("Tệp có quá %d dòng; hãy chia làm nhiều tệp.") % max_rows, code="rows")
    return rows

"""Lists from Excel, read with nothing taken on trust, and the empty files to fill in.

Size, number of rows and columns are limited before anything is unpacked; a formula is a problem,
or its stored result where the caller says so; every cell becomes text. What the text means is the
business of the caller.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field

import xlsxwriter
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

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


def read(upload, columns, *, max_rows, results=False):
    """The Rows of an uploaded workbook (file-like with `size`): its first sheet, titles on top.

    Lines above the titles (the name of the list) are passed over, and so are headings of groups,
    cells merged over several columns. What is merged downwards counts for each of its lines.

    Args:
        results: formulas count with their stored results.

    Raises:
        Refused: when it is no such list, too large, or a required column is missing.
    """
    if upload.size > MAX_BYTES:
        raise Refused(_("Tệp lớn hơn 8 MB."), code="size")
    with opened(upload, max_unpacked=MAX_UNPACKED, formulas=not results) as book:
        sheet = book.worksheets[0]
        merged = _merged(upload, sheet)
        lines = list(_lines(sheet, max_rows + _HEAD, merged))
    return _rows(lines, columns, max_rows)


def read_csv(upload, columns, *, max_rows):
    """As `read`, for a text file of values parted by commas, semicolons or tabs.

    Understood are UTF-8 and UTF-16, as Excel and others write them; a formula is text here.

    Raises:
        Refused: as `read`, and "encoding" where the letters cannot be told.
    """
    if upload.size > MAX_BYTES:
        raise Refused(_("Tệp lớn hơn 8 MB."), code="size")
    upload.seek(0)
    words = _decoded(upload.read(MAX_BYTES + 1))
    head = words[:4000].split("\n", _HEAD)
    parted = max(";,\t", key=lambda sign: max(line.count(sign) for line in head))
    lines = []
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(words, newline=""), delimiter=parted), start=1
        ):
            values = [text.clean(cell) for cell in cells[:MAX_COLUMNS]]
            if any(values):
                lines.append((number, values))
            if len(lines) > max_rows + _HEAD:
                break
    except csv.Error as error:
        raise Refused(_("Không đọc được tệp CSV này."), code="unreadable") from error
    return _rows(lines, columns, max_rows)


def _decoded(data):
    for start, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if data.startswith(start):
            try:
                found = data.decode(encoding)
            except UnicodeDecodeError:
                break
            if "\x00" in found:
                break
            return found
    raise Refused(
        _("Không nhận ra bảng mã chữ của tệp CSV; hãy lưu lại ở dạng UTF-8 hoặc Excel."),
        code="encoding",
    )


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


_LONG_DAY = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})")
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?$")


def day_of(value):
    """The date that a cell says, or None.

    Understood are "2026-06-30", "30/6/2026", "30.6.2026", "30-6-2026" and "ngày 30 tháng 6 năm
    2026", and the number by which Excel keeps a day where its format was lost.
    """
    value = _MIDNIGHT.sub("", value.strip())
    if match := _LONG_DAY.fullmatch(text.fold(value).strip(" .")):
        day, month, year = map(int, match.groups())
        return _day(year, month, day)
    if value.isascii() and value.isdecimal() and len(value) == 5:
        return dt.date(1899, 12, 30) + dt.timedelta(days=int(value))
    for separator in "-/.":
        parts = [part.strip() for part in value.removeprefix("ngày ").split(separator)]
        if len(parts) == 3 and all(part.isascii() and part.isdecimal() for part in parts):
            if len(parts[0]) == 4:
                return _day(*map(int, parts))
            return _day(*map(int, reversed(parts))) if len(parts[2]) == 4 else None
    return None


def _day(year, month, day):
    try:
        return dt.date(year, month, day) if 1900 <= year <= 2200 else None
    except ValueError:
        return None


#: Among so many lines from the top the titles are looked for.
_HEAD = 15
_MERGE = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
_PIECE = 1 << 20


@dataclass
class _Merged:
    """Merged cells of a sheet: (line, column) -> line of the value; lines that are headings."""

    down: dict = field(default_factory=dict)
    headings: set = field(default_factory=set)


def _merged(upload, sheet):
    """What is merged in `sheet`, read from its XML by pieces: the reader of rows does not say."""
    found = _Merged()
    path = sheet._worksheet_path.lstrip("/")
    with zipfile.ZipFile(upload) as archive, archive.open(path) as part:
        before = b""
        while piece := part.read(_PIECE):
            piece = before + piece
            end = 0
            for match in _MERGE.finditer(piece):
                _merge(found, *match.groups())
                end = match.end()
            before = piece[max(end, len(piece) - 200) :]
    return found


def _merge(found, left, top, right, bottom):
    left, right = column_index_from_string(left.decode()), column_index_from_string(right.decode())
    top, bottom = int(top), int(bottom)
    if right - left >= 2 and top == bottom:
        found.headings.add(top)
    if len(found.down) < 200_000:
        for line in range(top + 1, min(bottom, top + 20_000) + 1):
            found.down[line, left] = top


def _lines(sheet, max_rows, merged):
    rows = sheet.iter_rows(max_row=max_rows + 2, max_col=MAX_COLUMNS)
    above = {}
    columns = {column for _line, column in merged.down}
    for number, cells in enumerate(rows, start=1):
        values = [_as_text(cell) for cell in cells]
        for column in columns:
            if column <= len(values):
                if (number, column) in merged.down and not values[column - 1]:
                    values[column - 1] = above.get((merged.down[number, column], column), "")
                else:
                    above[number, column] = values[column - 1]
        if any(values) and number not in merged.headings:
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
            wanted[text.fold(str(title))] = column.key
    lines, place = _titles(lines, wanted)
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


def _titles(lines, wanted):
    """(lines from the titles on, {key: place}): the titles are the line that says most columns."""
    best, at = {}, 0
    for n, (number, values) in enumerate(lines):
        if number > _HEAD:
            break
        place = {}
        for column, title in enumerate(values):
            key = wanted.get(text.fold(text.one_line(title).rstrip("* ")))
            if key and key not in place:
                place[key] = column
        if len(place) > len(best):
            best, at = place, n
    return lines[at:], best

"""The Excel form that goes out to a unit and comes back: passages with their numbers, lists to
choose from, and a signed mark that says for which consultation and unit it was made.
"""

import io

from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from documents.models import Block
from feedback.actions.opinions import MAX_TEXT
from feedback.models import Opinion
from feedback.places import Places
from portal.common import sheets
from portal.common.display import date_vi
from portal.common.errors import Refused
from portal.common.sheets import Column

SALT = "feedback.unit_form"
MARK_SHEET = "_ma"
MAX_ROWS = 20_000
#: The lists to choose from reach so far down.
PREPARED = 2000
_PASSAGE = 1500

COLUMNS = (
    Column(
        "edition", lazy("Văn kiện"), limit=300, width=26, aliases=("Tên văn kiện",),
        help=lazy("Chỉ cần khi đợt lấy ý kiến có nhiều văn kiện."),
    ),
    Column(
        "place", lazy("Chỗ góp ý"), limit=200, width=22,
        aliases=("Vị trí", "Đoạn", "Mục, trang, dòng", "Chỗ góp ý (đoạn, mục, trang, dòng)"),
        help=lazy("Số đoạn ở trang tính “Văn kiện”, tên đề mục, “câu hỏi 2”, hoặc trang, dòng; "
                  "để trống là góp ý chung toàn văn."),
    ),
    Column(
        "stance", lazy("Quan điểm"), required=True, limit=60, width=20,
        help=lazy("Chọn một trong ba."),
    ),
    Column(
        "text", lazy("Nội dung góp ý"), limit=MAX_TEXT, width=60,
        aliases=("Ý kiến", "Nội dung", "Ý kiến góp ý"),
        help=lazy("Nguyên văn. Không ghi tên người góp ý."),
    ),
    Column("reason", lazy("Lý do"), limit=MAX_TEXT, width=36, help=lazy("Không bắt buộc.")),
    Column(
        "proposed", lazy("Đề xuất sửa câu chữ"), limit=MAX_TEXT, width=44,
        aliases=("Đề xuất", "Đề nghị sửa"), help=lazy("Câu chữ đề nghị, không bắt buộc."),
    ),
    Column(
        "group", lazy("Đối tượng góp ý"), limit=120, width=22, aliases=("Đối tượng",),
        help=lazy("Chọn trong danh sách, hoặc để trống."),
    ),
)  # fmt: skip


def mark(consultation, node):
    """The signed mark of a form: it comes back for this consultation and this unit only."""
    return signing.dumps({"c": consultation.pk, "n": node.pk}, salt=SALT)


def read_mark(data):
    """(consultation id, node id) that a workbook was made for; None for a list of one's own.

    Raises:
        Refused: "mark" where the mark was changed, and those of `sheets.opened`.
    """
    limit = sheets.MAX_UNPACKED
    with sheets.opened(io.BytesIO(data), max_unpacked=limit, formulas=True) as book:
        if MARK_SHEET not in book.sheetnames:
            return None
        rows = book[MARK_SHEET].iter_rows(max_row=1, max_col=1, values_only=True)
        value = str(next(rows, ("",))[0] or "")
    try:
        found = signing.loads(value, salt=SALT)
        return found["c"], found["n"]
    except (signing.BadSignature, KeyError, TypeError):
        raise Refused(
            _("Mã của biểu mẫu đã bị sửa; hãy tải lại biểu mẫu của đơn vị."), code="mark"
        ) from None


def workbook(consultation, node, rows=()):
    """The form of a unit (xlsx bytes).

    Args:
        rows: what is filled in already: (dict by column key, [sentences about what is wrong]); with
            any, a last column says it and the line is marked.
    """
    places = Places(consultation)
    out, book = sheets.new_book()
    styles = _styles(book)
    groups = [group.name for group in consultation.groups.all()]
    titles = [f"{n}. {e.document.title}" for n, e in enumerate(places.editions, start=1)]
    filled = book.add_worksheet(_("Ý kiến"))
    _passages(book.add_worksheet(_("Văn kiện")), places, styles)
    _guide(book.add_worksheet(_("Hướng dẫn")), consultation, styles)
    lists = book.add_worksheet(_("Danh mục"))
    choices = {
        "edition": titles,
        "stance": [str(s) for s in Opinion.Stance.labels],
        "group": groups,
    }
    for n, values in enumerate(choices.values()):
        for line, value in enumerate(values):
            lists.write_string(line, n, value)
    lists.hide()
    hidden = book.add_worksheet(MARK_SHEET)
    hidden.write_string(0, 0, mark(consultation, node))
    hidden.very_hidden()
    _lines(filled, consultation, node, choices, list(rows), styles)
    book.close()
    return out.getvalue()


def _styles(book):
    plain = {"text_wrap": True, "valign": "top"}
    return {
        "bold": book.add_format({"bold": True}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "hint": book.add_format({"italic": True, "font_color": "#74530d"}),
        "head": book.add_format(plain | {"bold": True, "border": 1, "bg_color": "#f3eee6"}),
        "cell": book.add_format(plain | {"border": 1, "num_format": "@"}),
        "wrong": book.add_format(plain | {"border": 1, "num_format": "@", "bg_color": "#fbeae0"}),
        "said": book.add_format(plain | {"border": 1, "font_color": "#a83a12"}),
        "wrap": book.add_format(plain),
        "heading": book.add_format(plain | {"bold": True}),
    }


def _lines(sheet, consultation, node, choices, rows, styles):
    sheet.write_string(0, 0, f"{_('TỔNG HỢP Ý KIẾN GÓP Ý')}: {consultation.title}", styles["title"])
    sheet.write_string(1, 0, f"{_('Đơn vị')}: {node.name}", styles["bold"])
    hint = _("Mỗi ý kiến một dòng. Không ghi tên, chức vụ, số điện thoại của người góp ý.")
    sheet.write_string(2, 0, hint, styles["hint"])
    top = 4
    for n, column in enumerate(COLUMNS):
        sheet.set_column(n, n, column.width)
        title = f"{column.title} *" if column.required else str(column.title)
        sheet.write_string(top, n, title, styles["head"])
        if choices.get(column.key):
            letter = "ABC"[list(choices).index(column.key)]
            end = len(choices[column.key])
            name = _("Danh mục")
            rule = {"validate": "list", "source": f"='{name}'!${letter}$1:${letter}${end}"}
            sheet.data_validation(top + 1, n, top + PREPARED, n, rule)
    if not choices["group"]:
        sheet.set_column(len(COLUMNS) - 1, len(COLUMNS) - 1, None, None, {"hidden": True})
    if len(choices["edition"]) == 1:
        sheet.set_column(0, 0, 12)
    said = len(COLUMNS)
    if rows:
        sheet.set_column(said, said, 48)
        sheet.write_string(top, said, _("Cần sửa"), styles["head"])
    for number, (values, problems) in enumerate(rows, start=top + 1):
        style = styles["wrong"] if problems else styles["cell"]
        for n, column in enumerate(COLUMNS):
            # Excel holds no more than 32.767 characters in a cell
            sheet.write_string(number, n, values.get(column.key, "")[:32_767], style)
        sheet.write_string(number, said, " ".join(problems)[:32_767], styles["said"])
    for number in range(top + 1 + len(rows), top + 1 + max(len(rows), 60)):
        for n in range(len(COLUMNS)):
            sheet.write_blank(number, n, None, styles["cell"])
    sheet.freeze_panes(top + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)


def _passages(sheet, places, styles):
    """What can be named as a place: paragraphs and headings with their words."""
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 110)
    line = 0
    for n, row in enumerate(places.rows, start=1):
        sheet.write_string(line, 0, _("Văn kiện %d") % n, styles["bold"])
        sheet.write_string(line, 1, row.edition.document.title, styles["heading"])
        line += 1
        for k, question in enumerate(row.questions.order_by("position", "id"), start=1):
            sheet.write_string(line, 0, _("câu hỏi %d") % k, styles["wrap"])
            sheet.write_string(line, 1, question.text, styles["wrap"])
            line += 1
        blocks = Block.objects.filter(edition=row.edition).defer("html").order_by("pos")
        for block in blocks:
            heading = block.kind == Block.Kind.HEADING
            if not block.para_no and not heading:
                continue
            name = _("đoạn %d") % block.para_no if block.para_no else block.number
            words = block.plain if len(block.plain) <= _PASSAGE else f"{block.plain[:_PASSAGE]}…"
            sheet.write_string(line, 0, name, styles["wrap"])
            sheet.write_string(line, 1, words, styles["heading" if heading else "wrap"])
            line += 1
        line += 1
    sheet.freeze_panes(1, 0)


def _guide(sheet, consultation, styles):
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 96)
    words = [
        (_("Cách điền"), _("Ở trang tính “Ý kiến”, mỗi ý kiến một dòng; một người có nhiều ý kiến "
                           "thì nhiều dòng.")),
        (_("Không ghi tên"), _("Không ghi tên, chức vụ, số điện thoại của người góp ý ở bất kỳ ô "
                               "nào.")),
        (_("Gửi lại"), _("Lưu tệp .xlsx rồi tải lên ở trang “Phiếu, thư góp ý”, hoặc gửi cán bộ "
                         "cấp trên. Tệp chỉ dùng cho đúng đợt và đơn vị này.")),
    ]  # fmt: skip
    if consultation.closes.resolved_on:
        words.append((_("Hạn nhận ý kiến"), date_vi(consultation.closes.resolved_on)))
    words += [(str(column.title), str(column.help)) for column in COLUMNS]
    for line, (left, right) in enumerate(words):
        sheet.write_string(line, 0, str(left), styles["bold"])
        sheet.write_string(line, 1, str(right), styles["wrap"])

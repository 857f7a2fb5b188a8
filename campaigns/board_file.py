"""The superior's board as a workbook."""

from django.utils.translation import gettext as _

from campaigns.queries.cascade import ISSUED, NONE, PREPARING
from portal.common import sheets

_WIDTHS = (6, 44, 22, 20, 22, 16, 14, 16)


def board_xlsx(plan, units, plans, is_late, day):
    """Bytes of an XLSX: one row a unit, with the plan it made.

    Args:
        units: of `queries.cascade.with_plans`, with their levels; plans: {unit id: Plan}.
        is_late: whether those that have not issued are late on `day`.
    """
    out, book = sheets.new_book()
    font = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
    title = book.add_format(font | {"bold": True, "font_size": 14})
    head = book.add_format(font | {"bold": True, "border": 1, "text_wrap": True})
    cell = book.add_format(font | {"border": 1, "text_wrap": True})
    date = book.add_format(font | {"border": 1, "num_format": "dd/mm/yyyy", "align": "left"})
    sheet = book.add_worksheet(_("Triển khai"))
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    name = plan.document.symbol or plan.title
    sheet.write(0, 0, _("Tình hình ban hành kế hoạch triển khai %s") % name, title)
    said = _("Tính đến ngày %s.") % f"{day:%d/%m/%Y}"
    if plan.derive_by:
        said += " " + _("Hạn ban hành: %s.") % f"{plan.derive_by:%d/%m/%Y}"
    sheet.write(1, 0, said, book.add_format(font))
    heads = (
        _("STT"), _("Đơn vị"), _("Cấp"), _("Tình trạng"), _("Số, ký hiệu"), _("Ngày ban hành"),
        _("Chậm"), _("Điện thoại"),
    )  # fmt: skip
    for column, text in enumerate(heads):
        sheet.write(3, column, text, head)
    words = {
        ISSUED: _("Đã ban hành"),
        PREPARING: _("Đang soạn, chờ duyệt"),
        NONE: _("Chưa bắt đầu"),
    }
    for number, unit in enumerate(units, start=1):
        row, own = number + 3, plans.get(unit.pk)
        issued = unit.own_state == ISSUED
        sheet.write_number(row, 0, number, cell)
        sheet.write_string(row, 1, unit.name, cell)
        sheet.write_string(row, 2, unit.level.name, cell)
        sheet.write_string(row, 3, words[unit.own_state], cell)
        sheet.write_string(row, 4, own.document.symbol if own and issued else "", cell)
        if issued and own and own.document.issued_on:
            sheet.write_datetime(row, 5, own.document.issued_on, date)
        else:
            sheet.write_string(row, 5, "", cell)
        sheet.write_string(row, 6, _("Chậm") if is_late and not issued else "", cell)
        sheet.write_string(row, 7, unit.phone, cell)
    sheet.freeze_panes(4, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    book.close()
    return out.getvalue()

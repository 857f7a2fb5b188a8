"""The roll-up of a period in Excel: sums, units, what they said."""

from django.utils.translation import gettext as _

from campaigns.models import UnitReport
from campaigns.queries import rollup
from portal.common import clock, display, sheets

#: Excel cuts a cell here without a word.
CELL_LIMIT = 32_767


def period_workbook(period, progress=None):
    """The roll-up of a period as an xlsx file (bytes)."""
    tell = progress or (lambda done, total, words: None)
    tell(0, 3, _("Cộng số liệu"))
    out, book = sheets.new_book()
    book.set_properties({"title": f"{period.series.title}: {period.title}"})
    head = book.add_format(
        {"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter", "bg_color": "#F3EEE6"}
    )
    formats = {
        "head": head,
        "title": book.add_format({"bold": True, "font_size": 14}),
        "number": book.add_format({"num_format": "#,##0"}),
        "sum": book.add_format({"num_format": "#,##0", "bold": True, "top": 1}),
        "bold": book.add_format({"bold": True, "top": 1}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    now = clock.now()
    _sums(book, formats, period, now)
    tell(1, 3, _("Lập bảng theo đơn vị"))
    _units(book, formats, period, now)
    tell(2, 3, _("Ghi tệp"))
    _said(book, formats, period)
    book.close()
    return out.getvalue()


def _sums(book, formats, period, now):
    sheet = book.add_worksheet("Tổng hợp")
    sheet.write_string(0, 0, f"{period.series.title}: {period.title}", formats["title"])
    days = display.date_range(period.first_on, period.last_on)
    sheet.write_string(1, 0, f"Số liệu {days}, lập lúc {display.datetime_vi(now)}")
    titles = [
        "Chỉ tiêu",
        "Đơn vị tính",
        "Đơn vị báo cáo",
        "Cấp dưới của đơn vị",
        "Cộng",
        "Minh chứng lúc xác nhận",
        "Minh chứng hiện có, mọi đơn vị",
        "Số đơn vị có số liệu",
        "Số đơn vị sửa khác minh chứng",
    ]
    for n, title in enumerate(titles):
        sheet.write_string(3, n, title, formats["head"])
    for n, line in enumerate(rollup.sums(period), 4):
        sheet.write_string(n, 0, line.indicator.name)
        sheet.write_string(n, 1, line.indicator.unit)
        counted = line.indicator.prefill != "none"
        figures = [line.declared, line.below, line.total]
        figures += [line.counted, line.evidence] if counted else [None, None]
        for at, figure in enumerate([*figures, line.units, line.changed], 2):
            if figure is not None:
                sheet.write_number(n, at, figure, formats["number"])
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 8, 15)
    sheet.freeze_panes(4, 1)


def _units(book, formats, period, now):
    indicators, rows, totals = rollup.table(period, now)
    sheet = book.add_worksheet("Theo đơn vị")
    titles = ["Đơn vị", "Báo cáo", "Xác nhận lúc", *[f"{i.name} ({i.unit})" for i in indicators]]
    for n, title in enumerate([*titles, "Sửa sau xác nhận"]):
        sheet.write_string(0, n, title, formats["head"])
    at = 0
    for at, row in enumerate(rows, 1):
        report = row.report
        sheet.write_string(at, 0, report.agency.name)
        sheet.write_string(at, 1, str(report.get_state_display()))
        sheet.write_string(at, 2, display.datetime_vi(report.confirmed_at))
        for n, figure in enumerate(row.figures, 3):
            if figure is not None:
                sheet.write_number(at, n, figure, formats["number"])
        if report.corrected:
            sheet.write_number(at, 3 + len(indicators), report.corrected, formats["number"])
    sheet.write_string(at + 1, 0, "Cộng", formats["bold"])
    for n, total in enumerate(totals, 3):
        sheet.write_number(at + 1, n, total, formats["sum"])
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 2, 17)
    sheet.set_column(3, 3 + len(indicators), 14)
    sheet.freeze_panes(1, 1)


def _said(book, formats, period):
    sheet = book.add_worksheet("Đánh giá")
    for n, title in enumerate(("Phần", "Đơn vị", "Nội dung")):
        sheet.write_string(0, n, title, formats["head"])
    at = 0
    for name, texts in rollup.said(period).items():
        for agency, words in texts:
            at += 1
            sheet.write_string(at, 0, str(UnitReport._meta.get_field(name).verbose_name))
            sheet.write_string(at, 1, agency.name)
            sheet.write_string(at, 2, words[:CELL_LIMIT], formats["wrap"])
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 100)
    sheet.freeze_panes(1, 0)

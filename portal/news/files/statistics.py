"""Numbers of the newsroom as workbooks: cells are what they look like, no formulas, no links."""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from portal.common import clock, sheets

_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}


class Book:
    """One workbook with the looks of an official list."""

    def __init__(self, out, book):
        self.out, self.book = out, book
        self.title = book.add_format(_FONT | {"bold": True, "font_size": 14})
        self.said = book.add_format(_FONT)
        self.head = book.add_format(_FONT | {"bold": True, "border": 1, "text_wrap": True})
        self.cell = book.add_format(_FONT | {"border": 1, "text_wrap": True})
        self.sum = book.add_format(_FONT | {"border": 1, "bold": True})
        self.day = book.add_format(
            _FONT | {"border": 1, "num_format": "dd/mm/yyyy", "align": "left"}
        )

    def sheet(self, name, widths, titles, *, said):
        """(worksheet, number of the row below the titles) with `said` in lines above them."""
        sheet = self.book.add_worksheet(name)
        for n, width in enumerate(widths):
            sheet.set_column(n, n, width)
        for n, line in enumerate(said):
            sheet.write_string(n, 0, line, self.said if n else self.title)
        top = len(said) + 1
        for n, words in enumerate(titles):
            sheet.write_string(top, n, str(words), self.head)
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet, top + 1

    def row(self, sheet, number, values, look=None):
        """Days are days, numbers numbers, everything else text."""
        for n, value in enumerate(values):
            if isinstance(value, dt.datetime):
                value = clock.today(value)
            if isinstance(value, dt.date):
                sheet.write_datetime(number, n, dt.datetime.combine(value, dt.time()), self.day)
            elif isinstance(value, int):
                sheet.write_number(number, n, value, look or self.cell)
            else:
                sheet.write_string(number, n, str(value or ""), look or self.cell)

    def data(self):
        self.book.close()
        return self.out.getvalue()


def address_of(article):
    """The public address of an article, in full."""
    return f"{settings.SITE_URL}{article.get_absolute_url()}"


def readership_xlsx(*, name, with_units, first, last, read, lines, most):
    """Bytes of the readings of an agency: by day and by article."""
    book = Book(*sheets.new_book())
    whose = _("%s và các đơn vị trực thuộc") % name if with_units else name
    span = _("Từ ngày %(first)s đến ngày %(last)s.") % {
        "first": f"{first:%d/%m/%Y}",
        "last": f"{last:%d/%m/%Y}",
    }
    titles = [_("Ngày"), _("Lượt truy cập"), _("Lượt người")]
    said = [_("Lượt truy cập trang tin theo ngày"), whose, span]
    sheet, number = book.sheet(_("Theo ngày"), (16, 18, 18), titles, said=said)
    for day in read.days:
        book.row(sheet, number, [day.day, day.views, day.visitors])
        number += 1
    book.row(sheet, number, [_("Cộng"), read.views, read.visitors], book.sum)
    titles = [
        _("TT"), _("Tiêu đề"), _("Cơ quan"), _("Tác giả"), _("Ngày đăng"), _("Lượt đọc"),
        _("Lượt người"), _("Địa chỉ"),
    ]  # fmt: skip
    said = [_("Lượt đọc theo tin bài"), whose, span]
    if len(lines) == most:
        said.append(_("Chỉ gồm %d bài được đọc nhiều nhất.") % most)
    widths = (6, 60, 32, 22, 13, 12, 12, 50)
    sheet, number = book.sheet(_("Theo tin bài"), widths, titles, said=said)
    for n, line in enumerate(lines, start=1):
        article = line.article
        values = [
            n, article.title, article.agency_name, article.byline, article.published_at,
            line.views, line.visitors, address_of(article),
        ]  # fmt: skip
        book.row(sheet, number, values)
        number += 1
    return book.data()

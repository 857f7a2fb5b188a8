"""The list of a month as a workbook: at once where it is short, else by a worker."""

import datetime as dt
import os
import tempfile

import xlsxwriter
from django.utils.translation import gettext as _

from portal.agencies.models import Agency
from portal.agencies.rules import grants_of
from portal.common import clock, jobs, sheets
from portal.common.errors import Refused
from portal.news import queries, rules
from portal.news.files.statistics import Book, address_of
from portal.news.queries import register

KIND = "news.register"
#: More articles than this are written by a worker.
AT_ONCE = 1500
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def find(user, agency, month, *, with_units):
    """The Register that `user` gets."""
    return register.of_month(
        queries.agencies_for(user, agency, with_units=with_units),
        month,
        now=clock.now(),
        no_genre=_("Chưa ghi thể loại"),
    )


def start(*, actor, agency, month, with_units, back_url):
    """Let a worker write the file."""
    return jobs.start(
        kind=KIND,
        actor=actor,
        title=_("Bảng kê tin bài tháng %(month)s: %(agency)s")
        % {"month": f"{month:%m/%Y}", "agency": agency.name},
        params={"agency": agency.pk, "month": month.isoformat(), "units": with_units},
        back_url=back_url,
        agency=agency.pk,
    )


def file_name(agency, month):
    return f"Bang-ke-tin-bai-{agency.slug}-{month:%Y-%m}.xlsx"


def at_once(found, agency, month, *, with_units):
    """Bytes of the workbook."""
    book = Book(*sheets.new_book())
    write(book, found, agency, month, with_units=with_units)
    return book.data()


def run(job, report):
    """The worker's part."""
    agency = Agency.objects.get(pk=job.params["agency"])
    month = dt.date.fromisoformat(job.params["month"])
    with_units = bool(job.params["units"])
    found = find(job.actor, agency, month, with_units=with_units)
    if not found.entries:
        raise Refused(_("Tháng này không còn tin bài nào để liệt kê."), code="empty")
    handle, path = tempfile.mkstemp(suffix=".xlsx", prefix="bang-ke-")
    os.close(handle)
    try:
        book = Book(None, xlsxwriter.Workbook(path, {**_OPTIONS, "constant_memory": True}))
        write(book, found, agency, month, with_units=with_units, report=report)
        book.book.close()
    except BaseException:
        os.unlink(path)
        raise
    return jobs.Result(
        path=path,
        name=file_name(agency, month),
        content_type=sheets.XLSX,
        note=_("%d tin bài.") % found.total,
    )


def may(user, params):
    agency = Agency.objects.filter(pk=params["agency"]).first()
    return user is not None and agency is not None and grants_of(user).has(rules.READERS, agency)


def register_kind():
    """Called once, by `AppConfig.ready`."""
    jobs.kinds.register(KIND, jobs.JobKind(run=run, may=may))


def write(book, found, agency, month, *, with_units, report=None):
    """Both sheets: the sum by author and genre, then every article."""
    name = agency.name
    said = [
        _("Bảng kê tin bài theo tác giả, thể loại"),
        _("%s và các đơn vị trực thuộc") % name if with_units else name,
        _("Tháng %(month)s. Lập ngày %(today)s.")
        % {"month": f"{month:%m/%Y}", "today": f"{clock.today():%d/%m/%Y}"},
    ]
    if found.withdrawn:
        said.append(_("Trong đó %d bài đã gỡ sau khi đăng.") % found.withdrawn)
    _summary(book, found, said)
    _list(book, found, said, report)


def _summary(book, found, said):
    titles = [_("TT"), _("Tác giả"), _("Tài khoản soạn")]
    titles += [name for _pk, name in found.columns] + [_("Cộng")]
    widths = (6, 30, 34, *(14 for _column in found.columns), 10)
    sheet, number = book.sheet(_("Tổng hợp"), widths, titles, said=said)
    for n, author in enumerate(found.authors, start=1):
        values = [n, author.byline or _("(không ghi tác giả)"), ", ".join(author.accounts)]
        book.row(sheet, number, [*values, *found.counts_of(author), author.total])
        number += 1
    book.row(sheet, number, ["", _("Cộng"), "", *found.sums, found.total], book.sum)


def _list(book, found, said, report):
    titles = [
        _("TT"), _("Tác giả"), _("Tài khoản soạn"), _("Thể loại"), _("Tiêu đề"), _("Chuyên mục"),
        _("Cơ quan"), _("Ngày đăng"), _("Ngày gỡ"), _("Lượt đọc"), _("Địa chỉ"),
    ]  # fmt: skip
    widths = (6, 26, 26, 18, 60, 22, 30, 13, 13, 11, 50)
    sheet, number = book.sheet(_("Danh mục"), widths, titles, said=said)
    for n, line in enumerate(register.lines(found.entries), start=1):
        article = line.article
        values = [
            n, article.byline, line.entry.account, article.genre.name if article.genre else "",
            article.title, article.section.title if article.section else "", article.agency_name,
            article.published_at, article.withdrawn_at, line.views, address_of(article),
        ]  # fmt: skip
        book.row(sheet, number, values)
        number += 1
        if report is not None and n % 200 == 0:
            report(n, found.total)

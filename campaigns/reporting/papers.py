"""The Word papers of reports: what a unit sends up, and the roll-up of a period."""

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from campaigns.models import EvidenceFile, UnitReport
from campaigns.queries import reports as queries
from campaigns.queries import rollup
from campaigns.queries.prefill import photo_ids
from portal.agencies.queries import names_on
from portal.common import clock, display
from portal.official.docx import Column, Paper
from portal.official.layout import PARTY, date_line, layout_for, place_of
from portal.official.symbols import parse_symbol

#: So many photos at most in the annex of one paper.
MOST_PHOTOS = 60
#: What the type of these papers is abbreviated to.
TYPE = "BC"
_NOTHING = "Không có."


def unit_paper(report, lines):
    """The report of a unit as a Word file (bytes).

    Args:
        lines: its Lines as shown (`queries.reports.lines_of`).
    """
    period, agency = report.period, report.agency
    paper = _begin(agency, _about(period), clock.today())
    if report.state != UnitReport.State.CONFIRMED:
        paper.paragraph("(Số liệu chưa được đơn vị xác nhận)", indent=False, italic=True)
    paper.paragraph(_basis(period))
    below = any(line.below or line.within for line in lines)
    columns = [
        Column("STT", 0.5, number=True),
        Column("Chỉ tiêu", 4),
        Column("Đơn vị tính", 1.3),
        Column("Của đơn vị" if below else "Số lượng", 1.2, number=True),
    ]
    if below:
        columns += [Column("Cấp dưới", 1.2, number=True), Column("Cộng", 1.2, number=True)]
    columns.append(Column("Ghi chú", 2.6))
    paper.heading("I. KẾT QUẢ")
    paper.paragraph(report.results or _NOTHING)
    paper.table(columns, [_row(n, line, below) for n, line in enumerate(lines, 1)])
    paper.heading("II. HẠN CHẾ")
    paper.paragraph(report.limits or _NOTHING)
    paper.heading("III. KIẾN NGHỊ")
    paper.paragraph(report.proposals or _NOTHING)
    _corrected(paper, report)
    issuer = period.series.plan.issuer
    _close(paper, agency, [issuer.committee_name or issuer.name])
    _photo_annex(paper, period, [report.agency_id])
    return paper.bytes()


def period_paper(period, progress=None):
    """The roll-up of a period as a Word file (bytes): sums in the body, units in annexes.

    Args:
        progress: callable(done, total, words), told now and then.
    """
    tell = progress or (lambda done, total, words: None)
    tell(0, 4, _("Cộng số liệu"))
    agency = period.series.plan.issuer
    now = clock.now()
    counts = queries.counts_of([period.pk], now)[period.pk]
    paper = _begin(agency, _about(period), clock.today(now))
    paper.paragraph(_basis(period))
    done, whole = counts[UnitReport.State.CONFIRMED], counts["all"]
    missing = f"; {whole - done} đơn vị chưa báo cáo (Phụ lục 1)" if whole > done else ""
    paper.paragraph(
        f"Đến {display.datetime_vi(now)}, {done}/{whole} đơn vị đã báo cáo{missing}. "
        "Số liệu dưới đây cộng từ báo cáo đã xác nhận, mỗi đơn vị tính một lần."
    )
    lines = rollup.sums(period)
    below = any(line.below for line in lines)
    columns = [
        Column("STT", 0.5, number=True),
        Column("Chỉ tiêu", 4),
        Column("Đơn vị tính", 1.3),
        Column("Các đơn vị báo cáo", 1.4, number=True),
    ]
    if below:
        columns += [Column("Cấp dưới", 1.2, number=True), Column("Cộng", 1.2, number=True)]
    columns += [Column("Có minh chứng trên cổng", 1.5, number=True)]
    paper.heading("I. KẾT QUẢ")
    paper.table(columns, [_sum_row(n, line, below) for n, line in enumerate(lines, 1)])
    said = rollup.said(period)
    _said(paper, said["results"])
    paper.heading("II. HẠN CHẾ")
    _said(paper, said["limits"])
    paper.heading("III. KIẾN NGHỊ")
    _said(paper, said["proposals"])
    above = agency.parent
    recipients = [above.committee_name or above.name] if above else []
    _close(paper, agency, [*recipients, "Các đơn vị báo cáo"])
    tell(1, 4, _("Lập bảng theo đơn vị"))
    _units_annex(paper, period, now)
    tell(2, 4, _("Đưa ảnh vào phụ lục"))
    _photo_annex(paper, period, _confirmed_units(period))
    tell(3, 4, _("Ghi tệp"))
    return paper.bytes()


def _begin(agency, about, on):
    paper = Paper(layout_for(agency.kind))
    ids = {agency.pk, agency.parent_id} - {None}
    names = names_on(ids, on)
    own, above = names.get(agency.pk), names.get(agency.parent_id)
    party = agency.kind == PARTY
    issuer = (own.committee_name if own and party else "") or agency.name
    paper.head(
        superior=str(above or ""),
        issuer=issuer,
        type_=TYPE,
        code=_code(agency),
        date_line=date_line(place_of(agency.name), on),
    )
    paper.title("BÁO CÁO", about)
    return paper


def _code(agency):
    """The letters of the agency in symbols: as in its last plan, else its own."""
    plan = agency.plans.exclude(document__symbol="").select_related("document").last()
    if plan is not None and (code := parse_symbol(plan.document.symbol).issuer):
        return code
    return agency.code


def _about(period):
    """What stands below "BÁO CÁO": the name of the series without that word."""
    days = display.date_range(period.first_on, period.last_on)
    title = period.series.title
    if title.casefold().startswith("báo cáo ") and len(title) > len("báo cáo "):
        title = title[len("báo cáo ") :]
    return f"{title} ({days})"


def _basis(period):
    plan = period.series.plan
    symbol = plan.document.symbol
    named = f"Kế hoạch số {symbol}" if symbol else f"Kế hoạch “{plan.title}”"
    first, last = display.date_vi(period.first_on), display.date_vi(period.last_on)
    return f"Thực hiện {named}, kết quả từ ngày {first} đến hết ngày {last} như sau:"


def _row(n, line, below):
    cells = [n, line.indicator.name, line.indicator.unit, display.number_vi(line.value)]
    if below:
        cells += [display.number_vi(line.below + line.within), display.number_vi(line.total)]
    note = line.note
    if line.corrected_later:
        note = f"{note} (sửa sau xác nhận)".strip()
    return [*cells, note]


def _sum_row(n, line, below):
    cells = [n, line.indicator.name, line.indicator.unit, display.number_vi(line.declared)]
    if below:
        cells += [display.number_vi(line.below), display.number_vi(line.total)]
    counted = "–" if line.indicator.prefill == "none" else display.number_vi(line.counted)
    return [*cells, counted]


def _said(paper, texts):
    if not texts:
        paper.paragraph(_NOTHING)
    for agency, words in texts:
        paper.paragraph(f"- {agency.name}: {words}")


def _corrected(paper, report):
    changes = list(report.corrections.all())
    if not changes:
        return
    paper.heading("Sửa sau khi xác nhận")
    for change in reversed(changes):
        what = change.indicator.name if change.indicator_id else _field_name(change.field)
        numbers = f": {change.before} thành {change.after}" if change.indicator_id else ""
        day = display.date_vi(change.made_at)
        paper.paragraph(f"- {what}{numbers} ({day}; lý do: {change.reason})")


def _field_name(name):
    return UnitReport._meta.get_field(name).verbose_name


def _close(paper, agency, recipients):
    party = agency.kind == PARTY
    if not party:
        signs, position = "", "THỦ TRƯỞNG CƠ QUAN"
    elif agency.is_cell:
        signs, position = "CHI ỦY", "BÍ THƯ"
    else:
        signs, position = "BAN THƯỜNG VỤ", "BÍ THƯ"
    saved = "Lưu Văn phòng" if party else "Lưu: VT"
    paper.close(signs=signs, position=position, recipients=[*recipients, saved])


def _units_annex(paper, period, now):
    indicators, rows, totals = rollup.table(period, now)
    columns = [Column("STT", 0.6, number=True), Column("Đơn vị", 4)]
    columns += [Column(f"{i.name} ({i.unit})", 1.2, number=True) for i in indicators]
    columns.append(Column("Báo cáo", 1.4))
    body = [
        [
            n,
            row.report.agency.name,
            *["" if figure is None else display.number_vi(figure) for figure in row.figures],
            row.report.get_state_display(),
        ]
        for n, row in enumerate(rows, 1)
    ]
    body.append(["", "Cộng", *map(display.number_vi, totals), ""])
    paper.annex("PHỤ LỤC 1", "Số liệu theo đơn vị", landscape=True)
    paper.table(columns, body, bold_last=True, size=10)


def _confirmed_units(period):
    rows = UnitReport.objects.filter(period=period, state=UnitReport.State.CONFIRMED)
    return list(rows.values_list("agency_id", flat=True))


def _photo_annex(paper, period, agency_ids):
    ids = photo_ids(
        plan_id=period.series.plan_id,
        first_on=period.first_on,
        last_on=period.last_on,
        agency_ids=agency_ids,
        most=MOST_PHOTOS,
    )
    if not ids:
        return
    files = EvidenceFile.objects.select_related("upload", "evidence__assignment__agency").in_bulk(
        ids
    )
    paper.annex("PHỤ LỤC ẢNH", display.date_range(period.first_on, period.last_on))
    paper.photos(_photos(files[pk] for pk in ids))


def _photos(files):
    for file in files:
        try:
            with default_storage.open(file.upload.file.name) as stored:
                data = stored.read()
        except FileNotFoundError:  # lost outside the portal: the report does not fail for it
            continue
        evidence = file.evidence
        caption = file.caption or file.upload.caption or evidence.title
        who = evidence.assignment.agency.name
        yield data, f"{caption} ({who}, {display.date_vi(evidence.happened_on)})"

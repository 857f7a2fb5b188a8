"""Forms to print: one for a person to fill in by hand, one for a unit. Neither asks for a name."""

from django.utils.translation import gettext as _

from feedback.models import Opinion
from feedback.places import Places
from portal.common.display import date_vi
from portal.official.docx import Column, Paper
from portal.official.layout import layout_for

BOX = "☐"
#: Room for so many opinions on the form of a person and of a unit.
PERSON_ROWS, UNIT_ROWS = 4, 14


def person_form(consultation):
    """Phiếu góp ý: the blank form for anybody (docx bytes)."""
    paper = Paper(layout_for(consultation.agency.kind), draft=False)
    paper.title(_("PHIẾU GÓP Ý"), consultation.title)
    _terms(paper, consultation)
    stances = "\n".join(f"{BOX} {label}" for label in Opinion.Stance.labels)
    columns = [
        Column(_("Đoạn, mục (hoặc trang, dòng)"), 1.5),
        Column(_("Quan điểm (đánh dấu một ô)"), 1.7),
        Column(_("Nội dung góp ý; lý do; đề xuất sửa câu chữ"), 5),
    ]
    for n, row in enumerate(Places(consultation).rows, start=1):
        paper.heading(f"{n}. {row.edition.document.title}")
        paper.table(columns, [["", stances, "\n" * 7]] * PERSON_ROWS)
        questions = list(row.questions.order_by("position", "id"))
        if questions:
            paper.paragraph(_("Câu hỏi gợi ý (trả lời nếu muốn):"), indent=False, bold=True)
            asked = [[f"{k}. {q.text}", "\n" * 4] for k, q in enumerate(questions, start=1)]
            paper.table([Column(_("Câu hỏi"), 3), Column(_("Trả lời"), 5)], asked)
    groups = [group.name for group in consultation.groups.all()]
    if groups:
        boxes = "    ".join(f"{BOX} {name}" for name in groups)
        paper.paragraph(_("Đối tượng góp ý (không bắt buộc): %s") % boxes, indent=False)
    paper.paragraph(
        _("Không cần ghi tên. Cán bộ nhập liệu chỉ nhập ý kiến; tên trên phiếu, nếu có, không "
          "được nhập vào cổng."),
        indent=False, italic=True,
    )  # fmt: skip
    return paper.bytes()


def unit_form(consultation, node):
    """The form of a unit with a table to fill in (docx bytes)."""
    paper = Paper(layout_for(node.handled_by.kind), draft=False, landscape=True)
    superior = node.parent.name if node.parent_id else ""
    paper.head(superior=superior, issuer=node.name, number="", date_line=_DAY)
    paper.title(_("TỔNG HỢP Ý KIẾN GÓP Ý"), consultation.title)
    _terms(paper, consultation)
    stances = "\n".join(f"{BOX} {label}" for label in Opinion.Stance.labels)
    columns = [
        Column("TT", 0.5),
        Column(_("Đoạn, mục (hoặc trang, dòng)"), 1.6),
        Column(_("Quan điểm"), 1.9),
        Column(_("Nội dung góp ý"), 4),
        Column(_("Lý do"), 2.4),
        Column(_("Đề xuất sửa câu chữ"), 3),
        Column(_("Đối tượng"), 1.4),
    ]
    for n, row in enumerate(Places(consultation).rows, start=1):
        paper.heading(f"{n}. {row.edition.document.title}")
        blank = [[str(k), "", stances, "", "", "", ""] for k in range(1, UNIT_ROWS + 1)]
        paper.table(columns, blank)
    paper.paragraph(_("Không ghi tên, chức vụ của người góp ý."), indent=False, italic=True)
    paper.close(signs="", position=_("NGƯỜI TỔNG HỢP"), recipients=[consultation.agency.name])
    return paper.bytes()


_DAY = "…………, ngày …… tháng …… năm ……"


def _terms(paper, consultation):
    agency = consultation.agency
    words = _("Cơ quan lấy ý kiến: %s.") % (agency.committee_name or agency.name)
    if consultation.closes.resolved_on:
        words += " " + _("Nhận ý kiến đến hết ngày %s.") % date_vi(consultation.closes.resolved_on)
    paper.paragraph(words, indent=False)
    paper.paragraph(
        _("Số đoạn là số in ở lề trái của dự thảo trên cổng; không có số thì ghi đề mục hoặc "
          "trang, dòng."),
        indent=False, italic=True,
    )  # fmt: skip

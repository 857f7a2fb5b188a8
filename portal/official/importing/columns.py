"""The columns of the list, and what the text of a cell means."""

import re

from django.utils.translation import gettext as _

from portal.common.sheets import Column, day_of
from portal.common.text import one_line

from ..forms.links import split_line
from ..models import DocumentLink

_KIND = DocumentLink.Kind
SYMBOL, TYPE, ISSUER, DAY, TITLE, SIGNER, POSITION, RECIPIENTS, SCOPE = (
    "symbol", "type", "issuer_name", "issued_on", "title",
    "signer", "signer_position", "recipients", "scope_key",
)  # fmt: skip
#: Column of the list by kind of link.
LINKS = {
    "basis": _KIND.BASIS,
    "replaces": _KIND.REPLACES,
    "amends": _KIND.AMENDS,
    "implements": _KIND.IMPLEMENTS,
}

_LINK_HELP = "Số, ký hiệu; nhiều văn bản cách nhau bằng dấu chấm phẩy, thêm ngày nếu cần phân biệt."
COLUMNS = (
    Column(
        SYMBOL, "Số, ký hiệu", limit=80, width=18, aliases=("Số ký hiệu", "Số/ký hiệu", "Số hiệu"),
        help="Chép như trên văn bản, ví dụ 135-KH/TU, 107/KH-SNV, 42/2022/NĐ-CP.",
    ),
    Column(
        TYPE, "Loại", limit=80, width=14, aliases=("Loại văn bản", "Tên loại"),
        help="Để trống thì lấy theo số, ký hiệu. “QĐ” của Đảng có thể là quyết định hay quy định.",
    ),
    Column(
        ISSUER, "Cơ quan ban hành", limit=200, width=30, aliases=("Nơi ban hành",),
        help="Tên như trên văn bản. Tên hoặc mã một cơ quan trên cổng thì gắn với cơ quan đó.",
    ),
    Column(
        DAY, "Ngày ban hành", limit=60, width=14, aliases=("Ngày", "Ngày văn bản", "Ngày tháng"),
        help="30/6/2026, 2026-06-30, ngày 30 tháng 6 năm 2026, hoặc ô kiểu ngày của Excel.",
    ),
    Column(TITLE, "Trích yếu", limit=500, width=60, aliases=("Nội dung", "Trích yếu nội dung")),
    Column(SIGNER, "Người ký", limit=120),
    Column(POSITION, "Chức vụ", limit=120, aliases=("Chức vụ người ký",)),
    Column(RECIPIENTS, "Nơi nhận", limit=4000, width=30),
    Column(
        SCOPE, "Nhiệm kỳ/năm", limit=20, width=14, aliases=("Nhiệm kỳ", "Năm"),
        help="Nhiệm kỳ của văn bản Đảng (2025-2030); văn bản Nhà nước lấy năm theo ngày.",
    ),
    Column("basis", "Căn cứ", limit=2000, width=26, help=_LINK_HELP),
    Column("replaces", "Thay thế", limit=2000, width=20, help=_LINK_HELP),
    Column(
        "amends", "Sửa đổi", limit=2000, width=20, aliases=("Sửa đổi, bổ sung",), help=_LINK_HELP
    ),
    Column(
        "implements", "Thực hiện", limit=2000, width=20, aliases=("Triển khai",), help=_LINK_HELP
    ),
)  # fmt: skip
TITLES = {column.key: column.title for column in COLUMNS}
SAMPLES = [
    {
        "symbol": "135-KH/TU", "issuer_name": "Ban Thường vụ Tỉnh ủy", "issued_on": "31/12/2025",
        "title": "Tuyên truyền đại hội đảng bộ các cấp", "signer": "Nguyễn Văn A",
        "signer_position": "Phó Bí thư", "scope_key": "2025-2030",
    },
    {
        "symbol": "107/KH-SNV", "type": "Kế hoạch", "issuer_name": "Sở Nội vụ",
        "issued_on": "05/02/2026", "title": "Triển khai tuyên truyền đại hội",
        "basis": "135-KH/TU ngày 31/12/2025; 375/UBND-NV", "implements": "135-KH/TU",
    },
]  # fmt: skip

_TERM = re.compile(r"(\d{4})\s*[-–—]\s*(\d{4})")
_APART = re.compile(r"[;\n]+|,\s*(?=\d)")


def read_day(words):
    """The date of a cell, None for an empty one; ValueError with a sentence for a wrong one."""
    if not words:
        return None
    day = day_of(one_line(words))
    if day is None:
        raise ValueError(_("Không hiểu ngày “%s”. Ghi đủ ngày, tháng, năm: 30/6/2026.") % words)
    return day


def read_scope(words, day):
    """The term or year of a cell, "" for an empty one; ValueError with a sentence."""
    words = one_line(words)
    if not words:
        return ""
    if match := _TERM.fullmatch(words):
        if 0 < int(match[2]) - int(match[1]) <= 10:
            return f"{match[1]}-{match[2]}"
    elif re.fullmatch(r"(19|20)\d\d", words):
        if day is None or day.year == int(words):
            return words
        raise ValueError(_("Năm %(year)s không khớp ngày ban hành.") % {"year": words})
    raise ValueError(_("Ghi nhiệm kỳ như 2025-2030 hoặc năm như 2026, không phải “%s”.") % words)


def read_links(words):
    """[(symbol, date or None)] of a cell; ValueError with a sentence for what cannot be read."""
    parts = [one_line(part) for part in _APART.split(words)]
    return [split_line(part) for part in dict.fromkeys(parts) if part]

"""A consultation in words for people: who writes, who reads, by which ways one takes part."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from feedback.models import Channel, Consultation
from feedback.rules import takes_online

#: So many chosen units are named; the others are counted.
NAMED = 3


@dataclass(frozen=True)
class Way:
    """One way of taking part: the channel, how it goes in a sentence or two, an icon."""

    channel: str
    title: str
    text: str
    icon: str


def who_writes(consultation):
    """Who may write, in one sentence without a full stop. At most two queries."""
    kinds = Consultation.Audience
    if consultation.audience == kinds.PUBLIC:
        return _("Mọi người, không cần tài khoản")
    if consultation.audience == kinds.SIGNED_IN:
        return _("Mọi người có tài khoản trên cổng")
    if consultation.audience == kinds.MEMBERS:
        return _("Thành viên các tổ chức trực thuộc %s") % consultation.agency.name
    units = consultation.audience_units.order_by(
        "level__order", "protocol_no", "sort_key", "id"
    ).values_list("name", flat=True)
    names = list(units[: NAMED + 1])
    if len(names) <= NAMED:
        return _("Thành viên của %s") % ", ".join(names)
    words = {"names": ", ".join(names[:NAMED]), "n": consultation.audience_units.count() - NAMED}
    return _("Thành viên của %(names)s và %(n)d đơn vị khác") % words


def who_reads(consultation):
    """Who reads the words of opinions."""
    return _(
        "Người tổng hợp từ %(level)s trở lên, ở đơn vị có ít nhất %(least)s thành viên. "
        "Chi bộ không đọc ý kiến của từng người."
    ) % {
        "level": consultation.reading_level.name,
        "least": consultation.reading_min_members,
    }


def needs_account(consultation):
    """Whether one has to sign in to write on the portal."""
    return consultation.audience != Consultation.Audience.PUBLIC


def elsewhere(consultation):
    """The host of the superior's channel, for people to recognise."""
    return urlsplit(consultation.external_url).netloc or consultation.external_url


def ways(consultation):
    """The Ways of taking part, online first."""
    if consultation.mode == Consultation.Mode.POINTING:
        return []
    words = _words(consultation)
    return [
        Way(channel, Channel(channel).label, *words[channel])
        for channel in Channel
        if channel in consultation.channels
        and (channel != Channel.ONLINE or takes_online(consultation))
    ]


def _words(consultation):
    agency = consultation.agency
    place = ", ".join(filter(None, [agency.name, agency.address]))
    account = (
        _("Đăng nhập, đọc dự thảo rồi chọn “Góp ý” ở đoạn, đề mục hay câu hỏi.")
        if needs_account(consultation)
        else _("Không cần tài khoản: đọc dự thảo rồi chọn “Góp ý” ở đoạn, đề mục hay câu hỏi.")
    )
    return {
        Channel.ONLINE: (
            account + " " + _("Gửi xong nhận mã tiếp nhận để theo dõi."),
            "device-phone-mobile",
        ),
        Channel.MEETING: (
            _(
                "Phát biểu tại hội nghị, sinh hoạt của đơn vị; đơn vị nhập ý kiến lên cổng. Tên "
                "người phát biểu không rời khỏi biên bản."
            ),
            "user-group",
        ),
        Channel.PAPER: (
            _(
                "Điền phiếu góp ý rồi nộp tại đơn vị hoặc %s; cán bộ nhập lên cổng, người thứ hai "
                "kiểm tra lại."
            )
            % place,
            "document-text",
        ),
        Channel.LETTER: (_("Gửi thư, đơn về %s, ghi rõ tên văn kiện.") % place, "envelope"),
        Channel.EMAIL: (
            _("Gửi thư điện tử về %s, ghi rõ tên văn kiện ở tiêu đề thư.") % agency.name,
            "at-symbol",
        ),
        Channel.VNEID: (
            _("Góp ý trong ứng dụng định danh quốc gia; số liệu do ứng dụng báo, đứng riêng."),
            "identification",
        ),
        Channel.PRESS: (_("Ý kiến đăng báo được ghi nhận theo báo cáo của cơ quan."), "newspaper"),
        Channel.OTHER: (_("Theo hướng dẫn của %s.") % agency.name, "ellipsis-horizontal-circle"),
    }

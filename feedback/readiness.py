"""What stands between a consultation being prepared and its announcement.

The page of the desk lists all of it; `announce` refuses with the first that stands in the way.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from documents.models import Document, Edition
from feedback.models import Consultation
from portal.agencies.models import Membership, Role
from portal.common import clock
from portal.common.errors import Refused


@dataclass(frozen=True)
class Finding:
    """One sentence for who prepares it. `page` names where it is mended (a URL name of feedback),
    "" where nowhere here; `blocking` ones stand in the way, others are to be thought about.
    """

    text: str
    code: str
    page: str = "edit"
    blocking: bool = True


def check(consultation, now):
    """Raise Refused for the first thing that stands in the way of announcing."""
    for finding in findings(consultation, now):
        if finding.blocking:
            raise Refused(finding.text, code=finding.code)


def findings(consultation, now):
    """Every Finding, blocking ones first. A fixed number of queries."""
    rows = list(consultation.consultation_editions.select_related("edition__document"))
    editions = [row.edition for row in rows]
    found = [*_dates(consultation, now), *_documents(consultation, editions)]
    found += _ways(consultation)
    if consultation.mode == Consultation.Mode.COLLECTED:
        found += _people(consultation, now)
    return sorted(found, key=lambda f: not f.blocking)


def problem_of(edition):
    """The Finding about an edition on which no opinions can be asked, or None."""
    title = edition.document.title
    if edition.state != Edition.State.PUBLISHED:
        return Finding(_("“%s” chưa công bố hoặc đã có lần sau.") % title, "edition_state")
    if edition.document.circulation == Document.Circulation.INTERNAL:
        words = _("“%s” lưu hành nội bộ nên chưa lấy ý kiến rộng rãi được.") % title
        return Finding(words, "internal")
    return None


def _dates(consultation, now):
    opens, closes = consultation.opens.at, consultation.closes.at
    if opens is not None and closes is not None and closes <= opens:
        yield Finding(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), "dates")
    elif closes is not None and closes <= now:
        yield Finding(_("Ngày kết thúc đã qua."), "past")
    if opens is None:
        words = _("Ngày bắt đầu tính theo sự kiện chưa có ngày; khi có ngày, đợt này mới mở.")
        yield Finding(words, "opens_unknown", blocking=False)
    if closes is None:
        words = _("Ngày kết thúc tính theo sự kiện chưa có ngày; đợt này mở đến khi có ngày.")
        yield Finding(words, "closes_unknown", blocking=False)


def _documents(consultation, editions):
    if not editions:
        yield Finding(_("Chưa chọn văn kiện nào."), "no_edition")
    for edition in editions:
        document, problem = edition.document, problem_of(edition)
        if problem is not None:
            yield problem
        elif document.circulation == Document.Circulation.PUBLIC:
            continue
        elif consultation.audience == Consultation.Audience.PUBLIC:
            words = _(
                "“%s” không công khai nên người chưa đăng nhập không đọc được; hãy mở rộng phạm vi "
                "người đọc của văn kiện hoặc thu hẹp người được góp ý."
            )
            yield Finding(words % document.title, "audience_wider")
        elif document.circulation == Document.Circulation.UNITS:
            words = _(
                "“%s” chỉ dành cho các cơ quan được chọn: người được góp ý mà không thuộc các cơ "
                "quan ấy sẽ không đọc được."
            )
            yield Finding(words % document.title, "readers", page="", blocking=False)


def _ways(consultation):
    if consultation.mode == Consultation.Mode.POINTING:
        if not consultation.external_url:
            yield Finding(_("Chưa ghi địa chỉ kênh của cấp trên."), "no_url")
        return
    if not consultation.channels:
        yield Finding(_("Chưa chọn kênh tiếp nhận nào."), "no_channel")
    if not consultation.consent_text.strip():
        yield Finding(_("Chưa có nội dung đồng ý xử lý dữ liệu."), "no_consent_text")
    units = Consultation.Audience.UNITS
    if consultation.audience == units and not consultation.audience_units.exists():
        yield Finding(_("Chưa chọn đơn vị nào được góp ý."), "no_units", page="audience_units")


def _people(consultation, now):
    held = set(
        Membership.objects.filter(
            agency=consultation.agency_id,
            role__in=[Role.RAPPORTEUR, Role.MODERATOR],
            valid__contains=clock.today(now),
            user__is_active=True,
        ).values_list("role", flat=True)
    )
    name = consultation.agency.name
    if Role.RAPPORTEUR not in held:
        words = _("Chưa ai là người tổng hợp của %s: ý kiến gửi thẳng lên đây chưa có người đọc.")
        yield Finding(words % name, "no_rapporteur", page="", blocking=False)
    moderated = consultation.policy == Consultation.Policy.MODERATED
    if moderated and Role.MODERATOR not in held:
        words = _("Chưa ai là người kiểm duyệt của %s: nội dung ý kiến sẽ chờ duyệt mãi.") % name
        yield Finding(words, "no_moderator", page="", blocking=False)

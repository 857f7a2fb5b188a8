"""The part of feedback in "dữ liệu của tôi" and in the erasure of an account."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import queries, retention
from feedback.actions.privacy import erase_person
from feedback.models import Clarification, Opinion
from portal.accounts.registries import PERSONAL_DATA, PROFILE_PANELS, PersonalData
from portal.agencies.models import Role
from portal.agencies.rules import grants_of
from portal.common import clock, nav
from portal.common.display import date_vi, datetime_vi
from portal.notices.registry import kinds

_DRAFT_FIELDS = {
    "stance": gettext_lazy("Quan điểm"),
    "text": gettext_lazy("Nội dung góp ý"),
    "reason": gettext_lazy("Lý do"),
    "proposed": gettext_lazy("Đề xuất sửa câu chữ"),
    "route": gettext_lazy("Đường gửi"),
    "naming": gettext_lazy("Nêu tên"),
}
_CHOICES = {
    "stance": Opinion.Stance,
    "route": Opinion.Route,
    "naming": Opinion.Naming,
}


class OpinionData(PersonalData):
    """Opinions, drafts, consents and looks under the person's keyed tokens."""

    label = gettext_lazy("Ý kiến góp ý")

    def export(self, user):
        return {
            _("Các đợt lấy ý kiến"): [
                _consultation(data) for data in queries.my_data(user, clock.now())
            ],
            _("Không có trong tệp này"): [
                _("Ý kiến ẩn danh: cổng không biết ai gửi, chỉ mã tiếp nhận tìm lại được."),
                _("Ý kiến đã xóa danh tính, và ý kiến của những đợt đã hủy khóa danh tính."),
                _("Ý kiến do đơn vị nhập từ hội nghị, phiếu giấy: cổng không giữ tên người nói."),
            ],
        }

    def erase(self, user):
        erase_person(user=user)


def register():
    """Called once, by AppConfig.ready()."""
    PERSONAL_DATA.register("feedback", OpinionData())
    PROFILE_PANELS.register("feedback", panel)
    kinds.register(retention.SUBJECT, retention.RetentionNotices())
    nav.staff.add(
        nav.Item(
            key="looks",
            group=nav.MANAGE,
            order=40,
            label=gettext_lazy("Lượt xem tên"),
            icon="eye",
            url_name="feedback:looks",
            visible=lambda request: bool(grants_of(request.user).agency_ids({Role.ADMIN})),
        )
    )


def panel(request):
    """The way to "dữ liệu của tôi" from the account's page."""
    return "feedback/_my_data_panel.html", {}


def _consultation(data):
    made = {
        _("Đợt lấy ý kiến"): data.consultation.title,
        _("Cơ quan"): data.consultation.agency.name,
        _("Đồng ý xử lý dữ liệu"): [
            {
                _("Bản"): version,
                _("Ngày"): date_vi(on),
                _("Nội dung"): data.consents.get(version, ""),
            }
            for version, on in data.agreed_on
        ],
        _("Ý kiến"): [_opinion(identity) for identity in data.identities],
        _("Bản đang viết"): _drafts(data.drafts),
    }
    if data.withdrawn:
        made[_("Đã rút đồng ý ngày")] = date_vi(data.withdrawn.withdrawn_on)
    return made


def _opinion(identity):
    opinion = identity.opinion
    return {
        _("Văn kiện"): opinion.edition.document.title,
        _("Dự thảo lần"): opinion.edition.n,
        _("Đoạn"): opinion.block.label if opinion.block_id else _("Chung toàn văn"),
        _("Câu hỏi gợi ý"): opinion.question.text if opinion.question_id else "",
        _("Câu chữ được góp ý"): opinion.quote,
        **_words(opinion),
        _("Đối tượng góp ý"): opinion.group.name if opinion.group_id else "",
        _("Đường gửi"): opinion.get_route_display(),
        _("Người đọc"): opinion.reading_node.name,
        _("Nêu tên"): opinion.get_naming_display(),
        _("Ngày gửi"): date_vi(opinion.received_on),
        _("Tình trạng"): opinion.get_state_display(),
        _("Hiển thị công khai"): opinion.get_display_display(),
        _("Bản đồng ý"): opinion.consent_version,
        _("Các bản trước"): [
            _words(old) | {_("Thay ngày"): date_vi(old.replaced_on)}
            for old in opinion.revisions.all()
        ],
        _("Lượt xem tên"): [
            {
                _("Người xem"): look.reader.full_name,
                _("Lúc"): datetime_vi(look.at),
                _("Lý do"): look.reason,
            }
            for look in opinion.looks.all()
        ],
        _("Trao đổi làm rõ"): [
            {
                _("Bên"): Clarification.Side(row.side).label,
                _("Ngày"): date_vi(row.on),
                _("Lời"): row.text,
            }
            for row in opinion.clarifications.all()
        ],
    }


def _words(row):
    return {
        _("Quan điểm"): row.get_stance_display(),
        _("Nội dung góp ý"): row.text,
        _("Lý do"): row.reason,
        _("Đề xuất sửa câu chữ"): row.proposed,
    }


def _drafts(rows):
    places = queries.places_of({place for place, _fields, _saved_on in rows})
    return [_draft(places.get(place), fields, saved_on) for place, fields, saved_on in rows]


def _draft(place, fields, saved_on):
    made = {_("Lưu ngày"): date_vi(saved_on)}
    if place is not None:
        block, question = place.block, place.question
        made |= {
            _("Văn kiện"): place.edition.document.title,
            _("Dự thảo lần"): place.edition.n,
            _("Đoạn"): block.label if block is not None else _("Chung toàn văn"),
            _("Câu hỏi gợi ý"): question.text if question is not None else "",
            _("Câu chữ được góp ý"): fields.get("quote", ""),
        }
    for name, label in _DRAFT_FIELDS.items():
        value = fields.get(name)
        if value:
            choices = _CHOICES.get(name)
            known = choices is not None and value in choices.values
            made[str(label)] = str(choices(value).label) if known else value
    return made

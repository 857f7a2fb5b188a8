"""The audit log in words: what was done, to what, which fields, from what to what."""

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.common.display import date_vi
from portal.common.text import clean

#: Verbs in full. One that is missing is told by its first word (`_STEMS`).
VERBS = {
    "add_feature": gettext_lazy("Chọn tin nổi bật"),
    "order_features": gettext_lazy("Đổi thứ tự tin nổi bật"),
    "time_feature": gettext_lazy("Đặt giờ hiện tin nổi bật"),
    "remove_feature": gettext_lazy("Bỏ tin nổi bật"),
    "create_microsite": gettext_lazy("Lập chuyên trang"),
    "edit_microsite": gettext_lazy("Sửa chuyên trang"),
    "create_account": gettext_lazy("Tạo tài khoản"),
    "edit_account": gettext_lazy("Sửa tài khoản"),
    "deactivate_account": gettext_lazy("Ngừng tài khoản"),
    "erase_account": gettext_lazy("Xóa tài khoản theo yêu cầu của chủ"),
    "reactivate_account": gettext_lazy("Mở lại tài khoản"),
    "set_password": gettext_lazy("Đặt mật khẩu"),
    "issue_slip": gettext_lazy("Cấp phiếu đăng nhập"),
    "redeem_slip": gettext_lazy("Dùng phiếu đăng nhập"),
    "view_members": gettext_lazy("Xem danh sách chi bộ"),
    "grant_role": gettext_lazy("Giao vai trò"),
    "end_role": gettext_lazy("Kết thúc vai trò"),
    "delegate": gettext_lazy("Ủy quyền"),
    "end_delegation": gettext_lazy("Kết thúc ủy quyền"),
    "hand_over": gettext_lazy("Bàn giao"),
    "create_agency": gettext_lazy("Lập cơ quan"),
    "edit_agency": gettext_lazy("Sửa thông tin cơ quan"),
    "rename_agency": gettext_lazy("Đổi tên cơ quan"),
    "move_agency": gettext_lazy("Chuyển cấp trên trực tiếp"),
    "save_site": gettext_lazy("Sửa trang tin của cơ quan"),
    "succeed_agency": gettext_lazy("Sáp nhập, kết thúc cơ quan"),
    "apply_succession": gettext_lazy("Chuyển việc sang nơi kế tục"),
    "succeed_assignments": gettext_lazy("Chuyển nhiệm vụ sang nơi kế tục"),
    "import_tasks": gettext_lazy("Nhập nhiệm vụ từ Excel"),
    "import_units": gettext_lazy("Nhập cây đơn vị từ Excel"),
    "create_plan": gettext_lazy("Lập kế hoạch"),
    "edit_plan": gettext_lazy("Sửa kế hoạch"),
    "create_event": gettext_lazy("Lập sự kiện"),
    "update_event": gettext_lazy("Sửa sự kiện"),
    "move_event": gettext_lazy("Đổi ngày sự kiện"),
    "set_congress_dates": gettext_lazy("Ghi ngày đại hội"),
    "save_congress_window": gettext_lazy("Sửa khung thời gian đại hội"),
    "remove_congress_window": gettext_lazy("Bỏ khung thời gian đại hội"),
    "create_commemoration": gettext_lazy("Lập ngày kỷ niệm"),
    "update_commemoration": gettext_lazy("Sửa ngày kỷ niệm"),
    "generate_commemorations": gettext_lazy("Tạo sự kiện của các ngày kỷ niệm"),
    "set_calendar": gettext_lazy("Sửa lịch nghỉ lễ"),
    "remove_calendar_day": gettext_lazy("Bỏ ngày khỏi lịch nghỉ lễ"),
    "start_batch": gettext_lazy("Mở lô nhập ý kiến"),
    "describe_batch": gettext_lazy("Sửa thông tin lô nhập"),
    "submit_batch": gettext_lazy("Gửi kiểm tra lô nhập"),
    "accept_batch": gettext_lazy("Tiếp nhận lô nhập"),
    "send_back_batch": gettext_lazy("Trả lại lô nhập"),
    "discard_batch": gettext_lazy("Bỏ lô nhập"),
    "restore_batch": gettext_lazy("Khôi phục lô nhập"),
    "undo_batch": gettext_lazy("Hủy lô đã tiếp nhận"),
    "correct_row": gettext_lazy("Sửa dòng khi kiểm tra lô nhập"),
    "drop_row": gettext_lazy("Bỏ dòng khi kiểm tra lô nhập"),
    "drop_repeats": gettext_lazy("Bỏ dòng trùng của lô nhập"),
    "remove_scan": gettext_lazy("Bỏ bản quét của lô nhập"),
    "take_back_row": gettext_lazy("Lấy lại dòng khi kiểm tra lô nhập"),
    "assign_task": gettext_lazy("Phân công"),
    "set_derive_by": gettext_lazy("Đặt hạn ban hành kế hoạch triển khai"),
    "decide_cascade": gettext_lazy("Chọn nội dung cấp trên sửa đổi"),
    "pass_on_task": gettext_lazy("Giao tiếp cho đơn vị cấp dưới"),
    "undo_hand_out": gettext_lazy("Hoàn tác lần giao nhiệm vụ"),
    "unassign_task": gettext_lazy("Rút phân công"),
    "make_calendar_feed": gettext_lazy("Tạo địa chỉ lịch cá nhân"),
    "take_back_calendar_feed": gettext_lazy("Thu hồi địa chỉ lịch cá nhân"),
    "set_notice_rules": gettext_lazy("Đặt cách nhắc việc"),
    "remind_late_units": gettext_lazy("Nhắc đơn vị chậm"),
    "look_at_phones": gettext_lazy("Xem danh sách điện thoại"),
    "set_progress": gettext_lazy("Cập nhật tiến độ"),
    "add_evidence": gettext_lazy("Thêm minh chứng"),
    "edit_evidence": gettext_lazy("Sửa minh chứng"),
    "retract_evidence": gettext_lazy("Rút minh chứng"),
    "accept_assignment": gettext_lazy("Nghiệm thu"),
    "return_assignment": gettext_lazy("Trả lại nhiệm vụ"),
    "create_series": gettext_lazy("Đặt chế độ báo cáo"),
    "edit_series": gettext_lazy("Sửa chế độ báo cáo"),
    "stop_series": gettext_lazy("Dừng chế độ báo cáo"),
    "add_period": gettext_lazy("Thêm kỳ báo cáo"),
    "remove_period": gettext_lazy("Xóa kỳ báo cáo"),
    "set_deadline": gettext_lazy("Đổi hạn báo cáo"),
    "save_report": gettext_lazy("Lưu báo cáo"),
    "confirm_report": gettext_lazy("Xác nhận báo cáo"),
    "return_report": gettext_lazy("Trả lại báo cáo"),
    "correct_report": gettext_lazy("Sửa báo cáo sau xác nhận"),
    "register_document": gettext_lazy("Vào sổ văn bản"),
    "update_document": gettext_lazy("Sửa văn bản trong sổ"),
    "link_documents": gettext_lazy("Liên kết văn bản"),
    "remove_document": gettext_lazy("Xóa văn bản khỏi sổ"),
    "restore_document": gettext_lazy("Khôi phục văn bản"),
    "import_documents": gettext_lazy("Nhập văn bản từ Excel"),
    "undo_import": gettext_lazy("Hoàn tác nhập văn bản"),
    "purge_document": gettext_lazy("Xóa hẳn văn bản"),
    "submit": gettext_lazy("Gửi duyệt"),
    "approve": gettext_lazy("Duyệt"),
    "keep_old_addresses": gettext_lazy("Ghi địa chỉ cũ"),
    "drop_old_address": gettext_lazy("Bỏ địa chỉ cũ"),
    "publish": gettext_lazy("Đăng"),
    "send_back": gettext_lazy("Trả lại"),
    "withdraw": gettext_lazy("Gỡ"),
    "upload": gettext_lazy("Tải tệp lên"),
    "moderate": gettext_lazy("Kiểm duyệt"),
    "moderate_alike": gettext_lazy("Kiểm duyệt các nội dung giống hệt nhau"),
    "propose_hiding": gettext_lazy("Đề nghị không hiển thị vì trái pháp luật"),
    "take_back_proposal": gettext_lazy("Rút đề nghị không hiển thị"),
    "appeal_moderation": gettext_lazy("Người gửi đề nghị xem lại"),
    "close_case": gettext_lazy("Người gửi đã rút"),
    "set_moderation_days": gettext_lazy("Đặt thời hạn kiểm duyệt"),
    "announce": gettext_lazy("Công bố đợt lấy ý kiến"),
    "change_dates": gettext_lazy("Đổi thời gian"),
    "withdraw_consultation": gettext_lazy("Hủy đợt lấy ý kiến"),
    "enter_meeting": gettext_lazy("Bắt đầu nhập hội nghị góp ý"),
    "send_meeting": gettext_lazy("Gửi hội nghị góp ý"),
    "correct_meeting": gettext_lazy("Sửa ngày họp, số người"),
    "reopen_meeting": gettext_lazy("Mở lại hội nghị góp ý để sửa"),
    "undo_meeting": gettext_lazy("Hủy hội nghị góp ý"),
    "add_minutes_photo": gettext_lazy("Thêm ảnh biên bản"),
    "remove_minutes_photo": gettext_lazy("Xóa ảnh biên bản"),
    "hand_in_minutes": gettext_lazy("Gửi ảnh biên bản"),
    "take_back_minutes": gettext_lazy("Lấy lại ảnh biên bản"),
    "claim_minutes": gettext_lazy("Nhận nhập biên bản"),
    "key_in_minutes": gettext_lazy("Nhập xong biên bản"),
    "confirm_minutes": gettext_lazy("Xác nhận đúng với biên bản"),
    "give_back_minutes": gettext_lazy("Trả lại biên bản đã nhập"),
    "remind_meetings": gettext_lazy("Nhắc đơn vị nhập hội nghị góp ý"),
    "issue_plan": gettext_lazy("Ban hành kế hoạch"),
    "start_edition": gettext_lazy("Bắt đầu lần dự thảo"),
    "load_demo": gettext_lazy("Nạp dữ liệu dùng thử"),
}
_STEMS = {
    "add": gettext_lazy("Thêm"),
    "create": gettext_lazy("Lập"),
    "edit": gettext_lazy("Sửa"),
    "update": gettext_lazy("Sửa"),
    "save": gettext_lazy("Lưu"),
    "set": gettext_lazy("Đặt"),
    "move": gettext_lazy("Chuyển"),
    "remove": gettext_lazy("Xóa"),
    "delete": gettext_lazy("Xóa"),
    "restore": gettext_lazy("Khôi phục"),
    "start": gettext_lazy("Bắt đầu"),
    "open": gettext_lazy("Mở"),
    "close": gettext_lazy("Đóng"),
    "link": gettext_lazy("Liên kết"),
    "unlink": gettext_lazy("Bỏ liên kết"),
    "schedule": gettext_lazy("Hẹn giờ"),
    "publish": gettext_lazy("Đăng"),
    "withdraw": gettext_lazy("Gỡ"),
    "discard": gettext_lazy("Bỏ"),
    "remark": gettext_lazy("Nhận xét"),
    "resolve": gettext_lazy("Giải quyết"),
    "take": gettext_lazy("Rút lại"),
    "send": gettext_lazy("Gửi"),
    "view": gettext_lazy("Xem"),
    "submit": gettext_lazy("Gửi duyệt"),
    "confirm": gettext_lazy("Xác nhận"),
}
#: Keys of `changes` that are no fields of the object, or fields without a name in words.
_FIELDS = {
    "on": gettext_lazy("Từ ngày"),
    "parent": gettext_lazy("Cấp trên trực tiếp"),
    "name": gettext_lazy("Tên"),
    "slug": gettext_lazy("Địa chỉ"),
    "valid": gettext_lazy("Thời gian"),
    "succession": gettext_lazy("Hình thức"),
    "targets": gettext_lazy("Cơ quan kế tục"),
    "moved": gettext_lazy("Đã chuyển"),
    "heir": gettext_lazy("Nơi tiếp nhận"),
    "assignments": gettext_lazy("Phân công"),
    "to_user": gettext_lazy("Người nhận"),
    "decision": gettext_lazy("Quyết định"),
    "title": gettext_lazy("Tên"),
    "state": gettext_lazy("Trạng thái"),
    "evidence": gettext_lazy("Minh chứng"),
    "position": gettext_lazy("Vị trí"),
    "themes": gettext_lazy("Nội dung tuyên truyền"),
    "forms": gettext_lazy("Hình thức tuyên truyền"),
    "is_active": gettext_lazy("Đang hoạt động"),
    "revision": gettext_lazy("Bản"),
    "agencies": gettext_lazy("Đơn vị được giao"),
    "count": gettext_lazy("Số đơn vị"),
    "basis": gettext_lazy("Căn cứ"),
    "implements": gettext_lazy("Triển khai kế hoạch"),
    "document": gettext_lazy("Văn bản"),
    "symbol": gettext_lazy("Số, ký hiệu"),
    "scope_key": gettext_lazy("Phạm vi đánh số"),
    "events": gettext_lazy("Đại hội, sự kiện"),
    "starts": gettext_lazy("Bắt đầu"),
    "ends": gettext_lazy("Kết thúc"),
    "due": gettext_lazy("Hạn"),
    "created": gettext_lazy("Thêm mới"),
    "changed": gettext_lazy("Đã đổi"),
}
_LONG = 400


def verb(name):
    """'rename_agency' in Vietnamese."""
    if name in VERBS:
        return str(VERBS[name])
    stem = name.split("_", 1)[0]
    return str(_STEMS.get(stem, name))


def _model(kind):
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def kind(name):
    """'news.article' in Vietnamese."""
    model = _model(name)
    return str(model._meta.verbose_name) if model else name


def kinds():
    """[(kind, words)] of every model an audit row may be about, by their words."""
    ours = ("portal.", "campaigns", "documents", "feedback")
    found = {
        model._meta.label_lower: str(model._meta.verbose_name)
        for model in apps.get_models()
        if model.__module__.startswith(ours)
    }
    return sorted(found.items(), key=lambda pair: pair[1])


def changes(entry):
    """[(field in words, before, after)] of one AuditEntry."""
    if not isinstance(entry.changes, dict):
        return []
    model = _model(entry.object_kind)
    rows = []
    for name, pair in entry.changes.items():
        before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        rows.append((_field(model, name), _value(model, name, before), _value(model, name, after)))
    return sorted(rows)


def _get_field(model, name):
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _field(model, name):
    found = str(getattr(_get_field(model, name), "verbose_name", ""))
    if found == name.replace("_", " "):  # Django's own guess from the identifier
        found = ""
    return found or str(_FIELDS.get(name, name))


def _value(model, name, value):
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    choices = dict(getattr(_get_field(model, name), "flatchoices", None) or ())
    if not isinstance(value, list | dict) and value in choices:
        return str(choices[value])
    if isinstance(value, list):
        return ", ".join(_value(None, name, part) for part in value)
    text = clean(str(value))
    day = _as_day(text)
    if day:
        return date_vi(day)
    if name == "valid" and ".." in text:
        return " – ".join(date_vi(_as_day(part)) if part else "…" for part in text.split(".."))
    return text if len(text) <= _LONG else text[:_LONG].rstrip() + "…"


def _as_day(text):
    try:
        return parse_date(text) if len(text) == 10 else None
    except ValueError:
        return None

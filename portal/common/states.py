"""How every life-cycle state looks: a word, a shape and a tint, never a colour alone.

Keys are the values stored by the apps; a value that two apps spell differently is listed twice.
Several apps use the same word for different things, so the kind comes first.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Look:
    """label: Vietnamese word; shape: a key of `SHAPES`; tone: suffix of .badge-- and .state--."""

    label: str
    shape: str
    tone: str


_RING = '<circle cx="8" cy="8" r="6"/>'

# Drawn in a box of 16; strokes take the colour of the text, class "f" fills with it.
SHAPES = {
    "dashed": '<circle cx="8" cy="8" r="6" stroke-dasharray="2.6 2.1"/>',
    "empty": '<circle cx="8" cy="8" r="6"/>',
    "quarter": f'{_RING}<path class="f" d="M8 4.5V8h3.5A3.5 3.5 0 0 0 8 4.5z"/>',
    "half": '<circle cx="8" cy="8" r="6"/><path class="f" d="M8 4v8a4 4 0 0 0 0-8z"/>',
    "dot": '<circle cx="8" cy="8" r="6"/><circle class="f" cx="8" cy="8" r="2.75"/>',
    "done": '<circle class="f" cx="8" cy="8" r="6.75"/><path class="k" d="M5 8.2l2.1 2.1L11 6.2"/>',
    "late": '<circle class="f" cx="8" cy="8" r="6.75"/><path class="k" d="M8 4.6v4M8 11v.4"/>',
    "returned": f'{_RING}<path d="M10.6 10.2A2.9 2.9 0 1 0 6 6.2M5.6 4.4v2.2h2.2"/>',
    "check": '<path d="M2.5 8.5l3.5 3.5L13.5 4.5"/>',
    "clock": '<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.2 1.6"/>',
    "minus": '<circle cx="8" cy="8" r="6"/><path d="M5.2 8h5.6"/>',
    "arrow": '<path d="M2.5 8h11M9.5 4l4 4-4 4"/>',
    "up": '<path d="M8 13.5v-11M4 6.5l4-4 4 4"/>',
    "lock": '<rect x="3" y="7" width="10" height="7"/><path d="M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2"/>',
    "copy": '<path d="M5 5V2.5h8.5V11H11"/><rect x="2.5" y="5" width="8.5" height="8.5"/>',
    "cross": '<path d="M3.5 3.5l9 9M12.5 3.5l-9 9"/>',
    "bubble": '<path d="M2.5 3h11v8H7l-3 2.5V11H2.5z"/>',
    "disc": '<circle class="f" cx="8" cy="8" r="6"/>',
    "half-disc": '<circle cx="8" cy="8" r="5.5"/><path class="f" d="M8 2.5a5.5 5.5 0 0 0 0 11z"/>',
    "ring": '<circle cx="8" cy="8" r="5" stroke-width="2.5"/>',
    "eye-off": '<path d="M2 8s2.2-4 6-4 6 4 6 4-2.2 4-6 4-6-4-6-4zM3 13L13 3"/>',
}

_DRAFT = Look(_("Bản thảo"), "dashed", "todo")
_PENDING = Look(_("Chờ duyệt"), "quarter", "slate")
_RETURNED = Look(_("Trả lại để sửa"), "returned", "alert")
_APPROVED = Look(_("Đã duyệt"), "check", "pine")
_UPCOMING = Look(_("Sắp tới"), "empty", "slate")
_ACTIVE = Look(_("Đang diễn ra"), "dot", "now")
_ENDED = Look(_("Đã kết thúc"), "done", "outline")
_UNDETERMINED = Look(_("Chưa xác định"), "dashed", "todo")
_WITHDRAWN = Look(_("Đã thu hồi"), "minus", "outline")
_NOT_STARTED = Look(_("Chưa bắt đầu"), "empty", "todo")
_WAITING = Look(_("Chờ nghiệm thu"), "quarter", "slate")
_AWAITING_DATE = Look(_("Chờ mốc"), "dashed", "outline")
_SENT_UP = Look(_("Đã gửi cấp trên"), "up", "pine")
_WORKING = Look(_("Đang tổng hợp"), "half", "now")
_HIDDEN = Look(_("Không hiển thị công khai (vẫn được tính và gửi lên)"), "eye-off", "outline")

STATES = {
    "article": {
        "draft": _DRAFT,
        "editing": _DRAFT,
        "submitted": _PENDING,
        "pending": _PENDING,
        "returned": _RETURNED,
        "approved": _APPROVED,
        "scheduled": Look(_("Hẹn giờ đăng"), "clock", "slate"),
        "published": Look(_("Đã đăng"), "done", "pine"),
        "withdrawn": Look(_("Đã gỡ"), "minus", "outline"),
        "deleted": Look(_("Đã xóa"), "cross", "outline"),
    },
    "feature": {
        "shown": Look(_("Đang hiện"), "dot", "now"),
        "coming": Look(_("Chưa đến giờ"), "clock", "slate"),
        "over": Look(_("Đã hết giờ"), "done", "outline"),
        "gone": Look(_("Bạn đọc không còn thấy bài"), "eye-off", "alert"),
        "beyond": Look(_("Chờ chỗ trống"), "quarter", "todo"),
    },
    "microsite": {
        "draft": Look(_("Chưa mở"), "dashed", "todo"),
        "coming": Look(_("Hẹn mở"), "clock", "slate"),
        "open": Look(_("Đang mở"), "dot", "now"),
        "closed": Look(_("Đã đóng"), "lock", "outline"),
        "hidden": Look(_("Kế hoạch không công khai"), "eye-off", "alert"),
    },
    "plan": {
        "editing": Look(_("Đang soạn"), "dashed", "todo"),
        "submitted": _PENDING,
        "returned": _RETURNED,
        "issued": Look(_("Đã ban hành"), "done", "pine"),
        "active": Look(_("Đang thực hiện"), "dot", "now"),
        "closed": _ENDED,
        "withdrawn": _WITHDRAWN,
    },
    "phase": {
        "upcoming": _UPCOMING,
        "active": _ACTIVE,
        "ended": _ENDED,
        "undetermined": _UNDETERMINED,
        "open": Look(_("Để ngỏ"), "arrow", "slate"),
    },
    "event": {
        "upcoming": _UPCOMING,
        "planned": _UPCOMING,
        "active": _ACTIVE,
        "open": _ACTIVE,
        "ended": _ENDED,
        "undetermined": _UNDETERMINED,
    },
    "task": {
        "not_started": _NOT_STARTED,
        "todo": _NOT_STARTED,
        "in_progress": Look(_("Đang làm"), "half", "now"),
        "doing": Look(_("Đang làm"), "half", "now"),
        "waiting": _WAITING,
        "submitted": _WAITING,
        "returned": Look(_("Bị trả lại"), "returned", "alert"),
        "done": Look(_("Hoàn thành"), "done", "pine"),
        "overdue": Look(_("Quá hạn"), "late", "alert"),
        "undetermined": _AWAITING_DATE,
        "cancelled": Look(_("Đã hủy"), "minus", "outline"),
        "accepted": Look(_("Đã nghiệm thu"), "check", "pine"),
        "without_evidence": Look(_("Không có tệp"), "bubble", "outline"),
        "evidence_gone": Look(_("Minh chứng đã gỡ"), "eye-off", "alert"),
    },
    "document": {
        "editing": Look(_("Đang soạn"), "dashed", "todo"),
        "submitted": Look(_("Đã trình"), "quarter", "slate"),
        "returned": _RETURNED,
        "scheduled": Look(_("Hẹn công bố"), "clock", "slate"),
        "published": Look(_("Đã công bố"), "done", "pine"),
        "superseded": Look(_("Đã có lần sau"), "copy", "outline"),
        "withdrawn": _WITHDRAWN,
    },
    "consultation": {
        "draft": Look(_("Đang chuẩn bị"), "dashed", "outline"),
        "editing": Look(_("Đang chuẩn bị"), "dashed", "outline"),
        "upcoming": Look(_("Sắp mở"), "empty", "slate"),
        "open": Look(_("Đang mở"), "dot", "now"),
        "closed": Look(_("Đã đóng"), "lock", "outline"),
        "redirect": Look(_("Kênh cấp trên"), "arrow", "todo"),
        "undetermined": Look(_("Chờ công bố"), "dashed", "todo"),
        "answered": Look(_("Đã trả lời"), "done", "pine"),
    },
    "batch": {
        "entering": Look(_("Đang nhập"), "half", "now"),
        "checking": Look(_("Chờ kiểm tra"), "clock", "slate"),
        "accepted": Look(_("Đã tiếp nhận"), "done", "pine"),
        "discarded": Look(_("Đã bỏ"), "minus", "outline"),
        "undone": Look(_("Đã hủy"), "cross", "outline"),
    },
    "meeting": {
        "entering": Look(_("Đang nhập"), "half", "now"),
        "keying": Look(_("Chờ nhập biên bản"), "quarter", "slate"),
        "confirming": Look(_("Chờ đơn vị xác nhận"), "quarter", "now"),
        "sent": Look(_("Đã gửi"), "done", "pine"),
        "undone": Look(_("Đã hủy"), "minus", "outline"),
    },
    "report": {
        "not_started": Look(_("Chưa bắt đầu"), "empty", "todo"),
        "working": _WORKING,
        "open": _WORKING,
        "adopted": Look(_("Đã thông qua"), "check", "pine"),
        "sent": _SENT_UP,
        "submitted": _SENT_UP,
        "received": Look(_("Cấp trên đã nhận"), "done", "pine"),
        "returned": Look(_("Bị trả lại"), "returned", "alert"),
        "overdue": Look(_("Quá hạn"), "late", "alert"),
    },
    "unit_report": {
        "none": Look(_("Chưa báo cáo"), "empty", "todo"),
        "draft": Look(_("Đang nhập"), "half", "now"),
        "returned": Look(_("Bị trả lại"), "returned", "alert"),
        "confirmed": Look(_("Đã xác nhận"), "done", "pine"),
        "overdue": Look(_("Quá hạn"), "late", "alert"),
    },
    "answer": {
        "accepted": Look(_("Tiếp thu"), "done", "pine"),
        "partly_accepted": Look(_("Tiếp thu một phần"), "half", "pine"),
        "partly": Look(_("Tiếp thu một phần"), "half", "pine"),
        "explained": Look(_("Giải trình"), "bubble", "slate"),
        "pending": Look(_("Chưa trả lời"), "empty", "todo"),
    },
    "opinion": {
        "received": Look(_("Đã tiếp nhận"), "check", "slate"),
        "placed": Look(_("Đã tổng hợp"), "half", "now"),
        "locked": Look(_("Đã khóa sau tổng hợp"), "lock", "outline"),
        "sent": _SENT_UP,
        "answered": Look(_("Đã trả lời"), "done", "pine"),
        "withdrawn": Look(_("Đã rút"), "minus", "outline"),
        "hidden": _HIDDEN,
        "clarify": Look(_("Cần làm rõ"), "bubble", "now"),
        "spam": Look(_("Thư rác, không tính"), "cross", "outline"),
        "undone": Look(_("Đã hủy lô nhập"), "returned", "outline"),
        "draft": Look(_("Bản nháp"), "dashed", "todo"),
    },
    "answer_release": {
        "submitted": _PENDING,
        "returned": _RETURNED,
        "published": Look(_("Đã công bố"), "done", "pine"),
        "taken_back": Look(_("Đã thu hồi"), "minus", "outline"),
    },
    "display": {
        "none": Look(_("Đợt này chỉ công bố số lượng"), "minus", "outline"),
        "pending": _PENDING,
        "shown": Look(_("Đã duyệt, hiển thị công khai"), "check", "pine"),
        "hidden": _HIDDEN,
    },
    "exchange": {
        "waiting": Look(_("Đang chờ trả lời"), "clock", "slate"),
        "replied": Look(_("Có trả lời mới"), "bubble", "now"),
        "settled": Look(_("Đã rõ"), "done", "outline"),
    },
    "stance": {
        "agree": Look(_("Tán thành"), "disc", "agree"),
        "partly": Look(_("Đồng ý một phần"), "half-disc", "partly"),
        "disagree": Look(_("Không tán thành"), "ring", "disagree"),
    },
    "moderation": {
        "pending": _PENDING,
        "approved": _APPROVED,
        "rejected": Look(_("Từ chối"), "cross", "outline"),
        "hidden": Look(_("Không đăng"), "eye-off", "outline"),
        "appealed": Look(_("Đề nghị xem lại"), "returned", "alert"),
        "proposed": Look(_("Chờ người thứ hai"), "half", "slate"),
        "spam": Look(_("Thư rác"), "cross", "alert"),
        "closed": Look(_("Người gửi đã rút"), "minus", "outline"),
    },
    "response": {
        "pending": _PENDING,
        "shown": Look(_("Đang hiện"), "check", "pine"),
        "hidden": Look(_("Không đăng"), "eye-off", "outline"),
        "taken": Look(_("Đã gỡ"), "minus", "outline"),
    },
    "official": {
        "in_force": Look(_("Còn hiệu lực"), "done", "pine"),
        "amended": Look(_("Được sửa đổi"), "half", "slate"),
        "replaced": Look(_("Đã bị thay thế"), "copy", "outline"),
        "inside": Look(_("Chưa công bố"), "eye-off", "todo"),
    },
    "notice": {
        "pending": Look(_("Chờ gửi"), "clock", "slate"),
        "expanded": Look(_("Đã gửi đi"), "done", "pine"),
        "superseded": Look(_("Đã thay bằng ngày mới"), "copy", "outline"),
        "cancelled": Look(_("Không còn đúng"), "minus", "outline"),
        "missed": Look(_("Bỏ lỡ, đã quá muộn"), "late", "alert"),
    },
    "delivery": {
        "pending": Look(_("Chờ gửi"), "clock", "slate"),
        "sending": Look(_("Đang gửi"), "half", "now"),
        "sent": Look(_("Đã gửi"), "done", "pine"),
        "skipped": Look(_("Không gửi"), "minus", "outline"),
        "failed": Look(_("Không gửi được"), "late", "alert"),
    },
    "job": {
        "queued": Look(_("Chờ thực hiện"), "clock", "slate"),
        "running": Look(_("Đang thực hiện"), "half", "now"),
        "done": Look(_("Đã xong"), "done", "pine"),
        "failed": Look(_("Không thực hiện được"), "late", "alert"),
    },
    "account": {
        "active": Look(_("Đang dùng"), "done", "pine"),
        "invited": Look(_("Chờ đăng nhập lần đầu"), "clock", "slate"),
        "locked": Look(_("Tạm khóa"), "lock", "alert"),
        "left": Look(_("Đã thôi"), "minus", "outline"),
    },
}

# Names that mean the same kind to an author of a template.
STATES["congress"] = STATES["event"]
STATES["edition"] = STATES["document"]
STATES["assignment"] = STATES["task"]
STATES["synthesis"] = STATES["report"]


def look_of(kind: str, state: str) -> Look:
    """The look of one state; an unknown one shows its own name in a neutral shape."""
    return STATES.get(kind, {}).get(str(state)) or Look(str(state), "dashed", "todo")

"""The ways in which a person adds evidence, in the order they are offered."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Way:
    """slug: in the address; kind: of the Evidence; picked: chosen among what the portal has."""

    slug: str
    kind: str
    label: str
    icon: str
    title: str
    text: str = ""
    picked: bool = False


def _ways():
    yield Way(
        "anh",
        "photos",
        _("Ảnh"),
        "camera",
        _("Gửi ảnh"),
        _("Chụp hoặc chọn từ máy, nhiều nhất 10 ảnh một lần. Chú thích ghi sau."),
    )
    yield Way(
        "hoi-nghi",
        "meeting",
        _("Hội nghị, buổi sinh hoạt"),
        "users",
        _("Hội nghị, buổi sinh hoạt"),
    )
    yield Way(
        "tin-bai",
        "article",
        _("Tin bài trên cổng"),
        "newspaper",
        _("Chọn tin bài trên cổng"),
        _("Tin bài của đơn vị đang đăng trên cổng."),
        picked=True,
    )
    yield Way(
        "noi-khac",
        "link",
        _("Báo, mạng, loa"),
        "megaphone",
        _("Bài đăng, phát ở nơi khác"),
        _("Báo, trang thông tin, Facebook, Zalo, loa truyền thanh."),
    )
    yield Way("tep", "file", _("Tệp văn bản"), "paper-clip", _("Gửi tệp văn bản"))
    yield Way(
        "lay-y-kien",
        "consultation",
        _("Đợt lấy ý kiến"),
        "chat-bubble-left-right",
        _("Chọn đợt lấy ý kiến"),
        _("Đợt lấy ý kiến của đơn vị, hoặc đơn vị có tham gia."),
        picked=True,
    )
    yield Way(
        "viec-khac",
        "other",
        _("Việc khác, có số lượng"),
        "clipboard-document-list",
        _("Việc khác"),
        _("Pa nô, băng rôn, cờ, tờ rơi và những việc không thuộc các loại khác."),
    )


#: By the slug in the address.
WAYS = {way.slug: way for way in _ways()}

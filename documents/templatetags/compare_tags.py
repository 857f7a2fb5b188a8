"""How the changes of a comparison are named: {% load compare_tags %}."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

register = template.Library()

#: kind -> (name of the icon, words beside a passage, words of the counts)
_KINDS = {
    "edited": ("pencil", lazy("Đã sửa so với lần %(m)d"), lazy("Đoạn sửa chữ")),
    "moved": ("arrows-up-down", lazy("Chuyển chỗ, giữ nguyên chữ"), lazy("Chuyển chỗ")),
    "moved_edited": ("arrows-up-down", lazy("Chuyển chỗ và sửa"), lazy("Chuyển chỗ và sửa")),
    "split": ("scissors", lazy("Tách ra từ một đoạn của lần %(m)d"), lazy("Đoạn cũ tách ra")),
    "merged": ("link", lazy("Gộp từ nhiều đoạn của lần %(m)d"), lazy("Gộp lại")),
    "new": ("plus", lazy("Đoạn mới"), lazy("Đoạn mới")),
    "gone": ("minus", lazy("Đã bỏ"), lazy("Đoạn đã bỏ")),
    "format": ("bars-3-bottom-left", lazy("Chữ giữ nguyên"), lazy("Chỉ đổi số, cách trình bày")),
    "same": ("equals", "", lazy("Giữ nguyên")),
}


@register.filter
def change_icon(kind):
    return _KINDS[kind][0]


@register.filter
def change_name(kind, m):
    """{{ entry.kind|change_name:old.n }}: the words beside a passage."""
    return str(_KINDS[kind][1]) % {"m": m}


@register.filter
def change_count(kind):
    """The words before a count of such changes."""
    return str(_KINDS[kind][2])


@register.filter
def place_name(place):
    """ "đoạn 12", or what the block is where paragraphs are not numbered."""
    if place["no"]:
        return _("đoạn %d") % place["no"]
    if place["label"]:
        return _("đề mục “%s”") % place["label"]
    return {"table": _("bảng"), "figure": _("hình"), "footnote": _("chú thích")}.get(
        place["kind"], _("đề mục")
    )


@register.filter
def words_changed(entry):
    """ "thêm 12 chữ, bỏ 3 chữ"; "" where no word changed."""
    parts = []
    if entry.get("added"):
        parts.append(ngettext("thêm %d chữ", "thêm %d chữ", entry["added"]) % entry["added"])
    if entry.get("removed"):
        parts.append(ngettext("bỏ %d chữ", "bỏ %d chữ", entry["removed"]) % entry["removed"])
    return ", ".join(parts)

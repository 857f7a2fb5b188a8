"""The two navigations: the ruled one of readers, and the side bar that apps fill for staff.

An app registers its work pages in `AppConfig.ready()`:

    nav.staff.add(nav.Item(key="news", group=nav.CAMPAIGN, order=10, label=_("Tin bài"),
                           icon="newspaper", url_name="news:desk",
                           visible=rules.may_write_news, count=queries.waiting_count))

`visible` and `count` take the request; `visible` is asked once per page and must be cheap.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

MINE, CAMPAIGN, DOCUMENTS, MANAGE = "mine", "campaign", "documents", "manage"
GROUPS = {
    MINE: _("Việc của tôi"),
    CAMPAIGN: _("Tuyên truyền"),
    DOCUMENTS: _("Văn kiện"),
    MANAGE: _("Quản lý"),
}

# Public addresses are fixed (docs/ARCHITECTURE.md), so that old links keep working.
PUBLIC = [
    ("/", _("Trang chủ")),
    ("/tin-tuc/", _("Tin tức")),
    ("/ke-hoach/", _("Kế hoạch")),
    ("/dai-hoi/", _("Đại hội các cấp")),
    ("/lay-y-kien/", _("Lấy ý kiến")),
    ("/van-kien/", _("Văn kiện")),
    ("/lich/", _("Lịch")),
]


@dataclass(frozen=True)
class Item:
    """One entry of the side bar."""

    key: str
    group: str
    label: str
    icon: str
    url_name: str
    order: int = 100
    visible: Callable[[HttpRequest], bool] = lambda request: True
    count: Callable[[HttpRequest], int] | None = None


@dataclass
class StaffNav:
    """Filled by the apps when they get ready; read by `base_staff.html`."""

    items: dict[str, Item] = field(default_factory=dict)

    def add(self, item: Item) -> None:
        if item.group not in GROUPS:
            raise ValueError(f"navigation group {item.group!r} does not exist")
        if item.key in self.items:
            raise ValueError(f"navigation entry {item.key!r} is registered twice")
        self.items[item.key] = item

    def shows(self, key: str, request: HttpRequest) -> bool:
        """Whether the entry `key` is there and this person may see it."""
        item = self.items.get(key)
        return item is not None and bool(item.visible(request))

    def groups(self, request: HttpRequest) -> list[dict]:
        """Groups with the entries this person may see, the entry of the present page marked."""
        shown = []
        for item in sorted(self.items.values(), key=lambda i: i.order):
            try:
                url = reverse(item.url_name)
            except NoReverseMatch:
                continue  # the app that owns the page is not installed here
            if item.visible(request):
                count = item.count(request) if item.count else None
                shown.append({"item": item, "url": url, "count": count})
        here = [row["url"] for row in shown if request.path.startswith(row["url"])]
        current = max(here, key=len, default=None)
        for row in shown:
            row["current"] = row["url"] == current
        return [
            {"label": label, "rows": rows}
            for key, label in GROUPS.items()
            if (rows := [row for row in shown if row["item"].group == key])
        ]


staff = StaffNav()


def public_items(path: str) -> list[dict]:
    """The ruled navigation with the section of `path` marked."""
    return [
        {
            "url": url,
            "label": label,
            "current": path == url if url == "/" else path.startswith(url),
        }
        for url, label in PUBLIC
    ]

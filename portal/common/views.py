"""The style guide: every component in all its states, on one page, for whoever builds pages."""

import datetime as dt

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from . import clock, timeline
from .forms import Form
from .paging import Page, PageLink

SWATCHES = (
    "paper",
    "surface",
    "sunken",
    "line",
    "edge",
    "ink-3",
    "ink-2",
    "ink",
    "red",
    "red-deep",
    "gold",
    "now",
    "pine",
    "slate",
    "plum",
    "alert",
)


class SampleForm(Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Họ và tên"), max_length=120)
    agency = forms.CharField(label=_("Cơ quan"), required=False, help_text=_("Gõ tên hoặc mã."))
    ends = forms.DateField(label=_("Ngày kết thúc"), input_formats=["%d/%m/%Y"])
    group = forms.ChoiceField(
        label=_("Đối tượng góp ý"),
        required=False,
        choices=[("nld", _("Người lao động")), ("cc", _("Công chức"))],
    )
    stance = forms.ChoiceField(
        label=_("Quan điểm"),
        widget=forms.RadioSelect,
        choices=[
            ("agree", _("Tán thành")),
            ("partly", _("Đồng ý một phần")),
            ("disagree", _("Không tán thành")),
        ],
    )
    when = forms.ChoiceField(
        label=_("Lịch đăng"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("now", _("Đăng ngay khi duyệt")), ("later", _("Hẹn giờ"))],
    )
    text = forms.CharField(label=_("Nội dung góp ý"), widget=forms.Textarea(attrs={"rows": 3}))
    agree = forms.BooleanField(label=_("Tôi đồng ý để cổng xử lý ý kiến này"))


def _sample_timeline(today: dt.date) -> dict:
    def day(n):
        return today + dt.timedelta(days=n)

    return timeline.layout(
        [
            {
                "title": _("Mạch 1"),
                "note": _("Đại hội các cấp"),
                "phases": [
                    {
                        "title": "Đợt 1",
                        "text": "Chi bộ, cơ sở",
                        "start": day(-110),
                        "end": day(11),
                        "state": "active",
                    },
                    {
                        "title": "Đợt 2",
                        "text": "Cao điểm",
                        "start": day(-20),
                        "end": day(34),
                        "state": "active",
                    },
                    {
                        "title": "Đợt 3",
                        "text": "Đại hội",
                        "start": day(35),
                        "end": day(72),
                        "state": "upcoming",
                    },
                    {
                        "title": "Đợt 4",
                        "text": "Đưa Nghị quyết vào cuộc sống",
                        "start": day(38),
                        "end": None,
                        "open_end": True,
                        "state": "upcoming",
                    },
                ],
            },
            {
                "title": _("Mạch 2"),
                "note": _("Đại hội toàn quốc"),
                "phases": [
                    {
                        "title": "Đợt 1",
                        "text": "Trước Đại hội",
                        "start": day(42),
                        "end": None,
                        "state": "upcoming",
                    },
                    {
                        "title": "Đợt 2",
                        "text": "Trong Đại hội",
                        "start": None,
                        "end": None,
                        "state": "undetermined",
                    },
                    {
                        "title": "Đợt 3",
                        "text": "",
                        "start": None,
                        "end": None,
                        "open_end": True,
                        "state": "undetermined",
                    },
                ],
            },
        ],
        today=today,
        congresses=[
            {"on": day(35), "title": "Đảng bộ tỉnh lần thứ I", "note": "24 – 26/9"},
            {
                "on": day(150),
                "title": "Toàn quốc lần thứ XIV",
                "note": "chưa xác định",
                "unsure": True,
            },
        ],
        commemorations=[
            {"on": day(-93), "title": "19/5 Ngày sinh Bác Hồ"},
            {"on": day(13), "title": "2/9 Quốc khánh"},
        ],
    )


def _sample_page() -> Page:
    links = [
        PageLink(1, "?", True),
        PageLink(2, "?trang=2"),
        PageLink(None, ""),
        PageLink(33, "?trang=33"),
    ]
    return Page([1, 2, 3], 1, 33, 1099, 1, 20, links, "", "?trang=2")


@login_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component; only portal administrators see that the page exists."""
    if not request.user.is_superuser:
        raise Http404
    today = clock.today()
    staff = request.GET.get("khung") == "ban-lam-viec"
    messages.info(request, _("Nhận ý kiến đến hết ngày 31/8/2025."))
    bad = SampleForm({"name": "Trần Minh Khôi", "ends": "31/6/2025", "agree": "on"})
    context = {
        "frame": "base_staff.html" if staff else "base.html",
        "staff_frame": staff,
        "form": SampleForm(auto_id="ok_%s"),
        "bad": bad,
        "timeline": _sample_timeline(today),
        "page": _sample_page(),
        "month": timeline.month(
            today.year,
            today.month,
            today=today,
            marked={today.replace(day=n): n for n in (1, 2, 4, 8, 15)},
            link=lambda date: f"?ngay={date:%Y-%m-%d}",
            previous_url="?thang=truoc",
            next_url="?thang=sau",
            current=today.replace(day=8),
        ),
        "tabs": [
            {"label": _("Chưa xếp"), "url": "?", "current": True, "count": 41},
            {"label": _("Đã xếp"), "url": "?", "count": 352},
            {"label": _("Để riêng"), "url": "?"},
        ],
        "dates": [
            {
                "date": today + dt.timedelta(days=11),
                "text": _("Hết hạn góp ý dự thảo Báo cáo chính trị"),
                "note": _("còn 11 ngày"),
            },
            {
                "date": today + dt.timedelta(days=35),
                "text": _("Khai mạc Đại hội đại biểu Đảng bộ tỉnh Mẫu lần thứ I"),
                "kind": "congress",
                "note": _("24 – 26/9"),
            },
            {
                "date": None,
                "unsure": "quý I/2026",
                "text": _("Đại hội đại biểu toàn quốc lần thứ XIV của Đảng"),
                "note": _("Ngày chưa xác định"),
            },
        ],
        "states_of_tasks": [
            {"label": _("Hoàn thành"), "count": 152, "tone": "done"},
            {"label": _("Đang làm"), "count": 30, "tone": "now"},
            {"label": _("Quá hạn"), "count": 9, "tone": "late"},
            {"label": _("Chưa bắt đầu"), "count": 88, "tone": "todo"},
        ],
        "files": [
            {"name": _("Nghị quyết Đại hội"), "url": "#", "kind": "PDF", "size": 421_888},
            {"name": _("Danh mục 18 chỉ tiêu"), "url": "#", "kind": "XLSX", "size": 38_912},
        ],
        "swatches": SWATCHES,
    }
    return render(request, "common/styleguide.html", context)

"""The form of what stands at the foot of an agency's public pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.common.forms import Form, VersionedFormMixin
from portal.news.models import AgencySite
from portal.news.models.sites import LINKS_MOST, START_MOST


def _limit(name):
    return AgencySite._meta.get_field(name).max_length


def _line(name, help_text="", **attrs):
    return forms.CharField(
        label=AgencySite._meta.get_field(name).verbose_name,
        required=False,
        max_length=_limit(name),
        help_text=help_text,
        widget=forms.TextInput(attrs=attrs),
    )


def links_as_text(links):
    """One link a line, as the form shows them."""
    return "\n".join(f"{link['title']} | {link['url']}" for link in links)


class SiteForm(VersionedFormMixin, Form):
    """`values()` is what `actions.save_site` takes; the badge's file goes beside it."""

    address = _line("address", _("Để trống thì dùng địa chỉ trong thông tin cơ quan."))
    phone = _line("phone", _("Để trống thì dùng số trong thông tin cơ quan."), inputmode="tel")
    hotline = _line("hotline", inputmode="tel")
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        max_length=_limit("email"),
        error_messages={"invalid": _("Địa chỉ thư điện tử chưa đúng, ví dụ: vanphong@tinh.vn.")},
    )
    footer = forms.CharField(
        label=_("Nội dung chân trang"),
        required=False,
        max_length=_limit("footer"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Ví dụ: cơ quan chủ quản, người chịu trách nhiệm, số giấy phép. "
            "Chỉ ghi chữ, không định dạng."
        ),
    )
    links = forms.CharField(
        label=_("Liên kết cơ quan liên quan"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_(
            "Mỗi dòng một liên kết: tên, dấu gạch đứng, địa chỉ. Ví dụ: "
            "Ủy ban nhân dân tỉnh | https://tinh.vn. Thứ tự các dòng là thứ tự trên trang."
        ),
    )
    badge_url = _line(
        "badge_url", _("Trang chứng nhận của cơ quan, bắt đầu bằng https://."), inputmode="url"
    )
    badge_file = forms.FileField(
        label=_("Ảnh “Tín nhiệm mạng”"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text=_("Ảnh được lưu ở cổng, không tải từ nơi khác. Không có ảnh thì hiện bằng chữ."),
    )
    badge_remove = forms.BooleanField(label=_("Bỏ ảnh này"), required=False)
    badge_alt = _line("badge_alt", _("Nêu điều thấy trong ảnh, cho người không xem được ảnh."))
    visits_start = forms.IntegerField(
        label=_("Tổng truy cập ban đầu"),
        required=False,
        min_value=0,
        max_value=START_MOST,
        help_text=_("Số lượt của trang cũ trước khi chuyển về đây; được cộng vào tổng."),
    )
    for_portal = forms.BooleanField(
        label=_("Dùng làm chân trang chung của cả cổng"),
        required=False,
        help_text=_("Hiện ở các trang không thuộc riêng cơ quan nào."),
    )
    portal_start = forms.IntegerField(
        label=_("Tổng truy cập ban đầu của cả cổng"),
        required=False,
        min_value=0,
        max_value=START_MOST,
    )

    def __init__(self, *args, site, for_portal, **kwargs):
        initial = {
            name: getattr(site, name)
            for name in self.base_fields
            if hasattr(site, name) and name != "links"
        }
        initial["links"] = links_as_text(site.links)
        super().__init__(*args, initial=initial, **kwargs)
        if site.badge_image_id is None:
            del self.fields["badge_remove"]
        if not for_portal:
            del self.fields["for_portal"]
            del self.fields["portal_start"]

    def clean_links(self):
        """[(title, url)]; the last bar parts them, so that a title may have one."""
        found = []
        for n, line in enumerate(self.cleaned_data["links"].splitlines(), start=1):
            if not line.strip():
                continue
            title, bar, url = line.rpartition("|")
            if not bar or not title.strip() or not url.strip():
                raise forms.ValidationError(
                    _("Dòng %(n)d cần có tên, dấu gạch đứng | và địa chỉ."),
                    code="links",
                    params={"n": n},
                )
            found.append((title.strip(), url.strip()))
        if len(found) > LINKS_MOST:
            raise forms.ValidationError(_("Nhiều nhất %d liên kết.") % LINKS_MOST, code="links")
        return found

    def clean_visits_start(self):
        return self.cleaned_data["visits_start"] or 0

    def clean_portal_start(self):
        return self.cleaned_data["portal_start"] or 0

    def values(self):
        beside = {"lock_version", "badge_file", "badge_remove"}
        values = {name: v for name, v in self.cleaned_data.items() if name not in beside}
        if self.cleaned_data.get("badge_remove"):
            values["badge_image"] = None
        return values

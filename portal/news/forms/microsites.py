"""The form of a chuyên trang."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Agency
from portal.common.forms import Form, VersionedFormMixin
from portal.common.uploads.models import Upload
from portal.news.forms.cover import ALT_HELP, WithCover, cover_file_field
from portal.news.forms.fields import MomentField
from portal.news.models import Microsite
from portal.news.queries.microsites import keepers_for


def _limit(name):
    return Microsite._meta.get_field(name).max_length


class MicrositeForm(VersionedFormMixin, WithCover, Form):
    """A chuyên trang.

    Args:
        plan: the Plan it belongs to; microsite: the one that is edited, None for a new one.
        actor: who sends the form.
    """

    title = forms.CharField(
        label=_("Tên chuyên trang"),
        max_length=_limit("title"),
        widget=forms.Textarea(attrs={"rows": 2, "data-one-line": ""}),
        error_messages={"required": _("Chuyên trang cần có tên.")},
    )
    lead = forms.CharField(
        label=_("Giới thiệu"),
        required=False,
        max_length=_limit("lead"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Hai đến bốn câu, hiện dưới tên chuyên trang."),
    )
    cover_file = cover_file_field(_("Ảnh lớn"))
    cover = forms.ModelChoiceField(
        queryset=Upload.objects.none(), required=False, widget=forms.HiddenInput
    )
    cover_remove = forms.BooleanField(label=_("Bỏ ảnh này"), required=False)
    cover_alt = forms.CharField(
        label=_("Chữ thay thế"),
        required=False,
        max_length=_limit("cover_alt"),
        help_text=ALT_HELP,
    )
    agency = forms.ModelChoiceField(
        label=_("Cơ quan phụ trách"), queryset=Agency.objects.none(), empty_label=None
    )
    opens_at = MomentField(
        label=_("Mở từ"),
        help_text=_("Bỏ trống: chưa mở. Từ giờ này bạn đọc thấy chuyên trang, địa chỉ giữ nguyên."),
    )
    closes_at = MomentField(
        label=_("Đóng từ"), help_text=_("Sau giờ này trang vẫn đọc được, có ghi là đã kết thúc.")
    )

    def __init__(self, *args, plan, actor, microsite=None, **kwargs):
        self.plan, self.actor, self.microsite = plan, actor, microsite
        initial = {
            "title": plan.title,
            "lead": plan.summary[: _limit("lead")],
            "agency": plan.issuer_id,
        }
        if microsite is not None:
            names = ("title", "lead", "cover", "cover_alt", "opens_at", "closes_at")
            initial = {name: getattr(microsite, name) for name in names}
            initial |= {"agency": microsite.agency_id, "lock_version": microsite.lock_version}
        for name in ("title", "lead"):
            initial[name] = initial[name][: _limit(name)]
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["lock_version"].required = microsite is not None
        agencies = keepers_for(plan)
        if microsite is not None:
            agencies = agencies | Agency.objects.filter(pk=microsite.agency_id)
        self.fields["agency"].queryset = agencies
        self.fields["cover"].queryset = Upload.objects.filter(
            agency_id__in=agencies.values("pk"), kind=Upload.Kind.IMAGE
        )

    def clean(self):
        data = super().clean()
        self.settle_cover(data)
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if closes and (opens is None or closes <= opens) and "opens_at" not in self.errors:
            self.add_error("closes_at", _("Giờ đóng phải sau giờ mở."))
        return data

    @property
    def uploads_to(self):
        return self.plan.issuer

    def values(self):
        """{argument: value} for the actions."""
        names = ("title", "lead", "cover", "cover_alt", "agency", "opens_at", "closes_at")
        return {name: self.cleaned_data[name] for name in names}

    def show_theirs(self, microsite):
        self.mark_stale(microsite, values={"agency": microsite.agency_id})

    def _display(self, name, value):
        return "" if name == "cover" else super()._display(name, value)

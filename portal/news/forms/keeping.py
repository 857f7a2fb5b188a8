"""Forms of the keepers of chuyên mục and loạt bài."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.common.forms import Form, VersionedFormMixin
from portal.news.models import Section, Series


class SectionForm(Form):
    """A new section."""

    title = forms.CharField(
        label=_("Tên chuyên mục"), max_length=Section._meta.get_field("title").max_length
    )


class SectionEditForm(VersionedFormMixin, SectionForm):
    order = forms.IntegerField(label=_("Thứ tự"), min_value=0, max_value=999)


class SeriesForm(Form):
    """A new series."""

    title = forms.CharField(
        label=_("Tên loạt bài"), max_length=Series._meta.get_field("title").max_length
    )
    about = forms.CharField(
        label=_("Giới thiệu"),
        required=False,
        max_length=Series._meta.get_field("about").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Một hai câu ở đầu trang của loạt bài."),
    )


class SeriesEditForm(VersionedFormMixin, SeriesForm):
    order = forms.IntegerField(label=_("Thứ tự"), min_value=0, max_value=999)
    active = forms.BooleanField(
        label=_("Đang nhận bài"),
        required=False,
        help_text=_("Bỏ đánh dấu thì không chọn được cho bài mới; bài cũ vẫn ở đó."),
    )

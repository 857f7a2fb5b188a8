from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Event
from documents import sections
from documents.forms.imports import ACCEPT, ReadsText, Untouched
from documents.models import Document
from documents.rules import EDITING_ROLES
from portal.agencies.models import Agency
from portal.agencies.rules import grants_of
from portal.common.forms import Form, VersionedFormMixin
from portal.common.richtext import RichTextFormField, RichTextWidget

MAX_HTML = 3_000_000

#: Options of the editor for the marks of the working text.
EDITOR = {
    "height": 560,
    "format_tags": "h2;h3;h4;cap4;cap5;cap6;p;chuthich",
    # Choosing a plainer format has to take the mark of the other one away, and the editor keeps
    # classes it is not given others for. These two mean nothing; the sanitiser drops them.
    "format_p": {"element": "p", "attributes": {"class": "plain"}},
    "format_h4": {"element": "h4", "attributes": {"class": "level-3"}},
    **{
        f"format_cap{n}": {"element": "h4", "attributes": {"class": f"level-{n}"}}
        for n in (4, 5, 6)
    },
    "format_chuthich": {"element": "p", "attributes": {"class": "footnote"}},
    "extraAllowedContent": (
        "strong(number);sup(note);sub;sup;s;u;p(footnote,indent-*,text-*,align-center);"
        "h2(text-*);h3(text-*);h4(level-*,text-*);li(text-*);ol[start];blockquote;hr;"
        "table;caption;thead;tbody;tfoot;tr;th[colspan,rowspan,scope](text-*);"
        "td[colspan,rowspan](text-*);a[id,title];p[id];h2[id];h3[id];h4[id];li[id];"
        "figure(image,align-*)[id];figcaption(text-*);img[alt,src,width,height](align-*)"
    ),
}
FORMATS = {
    "tag_h2": _("Đề mục cấp 1"),
    "tag_h3": _("Đề mục cấp 2"),
    "tag_h4": _("Đề mục cấp 3"),
    "tag_cap4": _("Đề mục cấp 4"),
    "tag_cap5": _("Đề mục cấp 5"),
    "tag_cap6": _("Đề mục cấp 6"),
    "tag_chuthich": _("Chú thích"),
}


class DocumentForm(ReadsText, Form):
    """A new document; a file or pasted text is read at once, to be looked at on the next page."""

    agency = forms.ModelChoiceField(
        label=_("Cơ quan"), queryset=Agency.objects.none(), empty_label=None
    )
    title = forms.CharField(label=_("Tên văn kiện"), max_length=300)
    subtitle = forms.CharField(
        label=_("Dòng dưới tên"),
        max_length=300,
        required=False,
        help_text=_("Ví dụ: của Ban Chấp hành Đảng bộ tỉnh trình Đại hội lần thứ I"),
    )
    event = forms.ModelChoiceField(
        label=_("Trình đại hội"),
        queryset=Event.objects.none(),
        required=False,
        empty_label=_("Không gắn với đại hội nào"),
    )
    circulation = forms.ChoiceField(label=_("Phạm vi"), choices=Document.Circulation.choices)
    file = forms.FileField(
        label=_("Tệp toàn văn"),
        required=False,
        allow_empty_file=True,  # refused with a sentence by the reader
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_(
            "Word (.docx), HTML hoặc chữ thuần, đến 50 MB. Có thể bỏ trống rồi nhập hoặc soạn sau."
        ),
    )
    text = Untouched(
        label=_("Hoặc dán toàn văn"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-paste": ""}),
        help_text=_(
            "Dán từ Word thì giữ được đề mục, chữ đậm, bảng. Chữ thuần: mỗi đoạn một dòng."
        ),
    )
    html = Untouched(required=False, widget=forms.HiddenInput(attrs={"data-paste-html": ""}))
    not_secret = forms.BooleanField(
        label=_("Tôi xác nhận văn kiện không thuộc bí mật nhà nước"),
        error_messages={
            "required": _("Cần xác nhận trước khi tạo; cổng không tiếp nhận văn bản mật.")
        },
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        ids = grants_of(user).agency_ids(EDITING_ROLES, inherited=False)
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=ids)
        self.fields["event"].queryset = (
            Event.objects.filter(kind=Event.Kind.CONGRESS)
            .select_related("host")
            .order_by("-term_start", "slug")
        )

    def clean(self):
        data = super().clean()
        if not self.errors:
            self.read_source(data)
        return data

    def action_arguments(self):
        """Keyword arguments of `actions.create_document`."""
        data = self.cleaned_data
        names = ("agency", "title", "subtitle", "event", "circulation", "not_secret")
        return {name: data[name] for name in names}


def text_field(label):
    """The working text: the editor lets the marks through that `documents.blocks` speaks of."""
    widget = RichTextWidget(formats=FORMATS, **EDITOR)
    return RichTextFormField(label=label, required=False, max_length=MAX_HTML, widget=widget)


class TextForm(VersionedFormMixin, Form):
    """The working text of an edition."""

    html = text_field(_("Toàn văn"))
    note = forms.CharField(
        label=_("Điểm mới của lần này"),
        max_length=500,
        required=False,
        help_text=_("Người đọc thấy dòng này khi so với lần trước."),
    )


class SectionForm(VersionedFormMixin, Form):
    """One section of the working text: where it began and what it said when it was opened."""

    html = text_field(_("Nội dung mục"))
    pos = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    base = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
    number = forms.CharField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(required=False, widget=forms.HiddenInput)

    def show_theirs(self, current, section, html):
        """Set what the section says by now beside what was sent; `section` None: it is gone."""
        self.mark_stale(current, values={"html": html})
        self.data["base"] = sections.digest(html) if section else ""
        if section:
            self.data["pos"] = str(section.pos)


class RemarkForm(Form):
    """Why an edition is sent back or withdrawn."""

    remark = forms.CharField(
        label=_("Nhận xét"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )

"""Forms of the newsroom."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Assignment
from portal.common import richtext
from portal.common.errors import Refused
from portal.common.forms import Form, VersionedFormMixin
from portal.common.uploads.actions import store_image
from portal.common.uploads.models import Upload
from portal.news import queries
from portal.news.actions.writing import BODY_LIMIT
from portal.news.models import Article, Remark, Section


def _limit(name):
    return Article._meta.get_field(name).max_length


class AssignmentChoice(forms.ModelChoiceField):
    """Tasks of an agency, named with the symbol of their plan."""

    def label_from_instance(self, assignment):
        task = assignment.task
        return f"{task.title} ({task.plan.document.symbol or task.plan.title})"


class ArticleForm(VersionedFormMixin, Form):
    """The text of an article, its cover and the task it proves.

    A picture sent with the form is kept at once, whatever else is wrong with the form: the
    browser cannot fill a file field a second time, so the hidden field `cover` remembers it.

    Args:
        article: the Article that is edited, None for a new one.
        agency: the agency it belongs to.
        actor: who sends the form.
    """

    title = forms.CharField(
        label=_("Tiêu đề"),
        max_length=_limit("title"),
        widget=forms.Textarea(attrs={"rows": 2, "data-one-line": ""}),
        error_messages={"required": _("Bài cần có tiêu đề.")},
    )
    lead = forms.CharField(
        label=_("Tóm tắt"),
        required=False,
        max_length=_limit("lead"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Một đến ba câu, hiện dưới tiêu đề và trong danh sách tin."),
    )
    body = richtext.RichTextFormField(label=_("Nội dung"), required=False, max_length=BODY_LIMIT)
    cover_file = forms.FileField(
        label=_("Ảnh đại diện"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text=_("JPEG, PNG hoặc WebP, nhiều nhất 10 MB. Nên rộng từ 1.200 điểm ảnh."),
    )
    cover = forms.ModelChoiceField(
        queryset=Upload.objects.none(), required=False, widget=forms.HiddenInput
    )
    cover_remove = forms.BooleanField(label=_("Bỏ ảnh này"), required=False)
    cover_alt = forms.CharField(
        label=_("Chữ thay thế"),
        required=False,
        max_length=_limit("cover_alt"),
        help_text=_("Nêu điều thấy trong ảnh, cho người không xem được ảnh."),
    )
    cover_caption = forms.CharField(
        label=_("Chú thích ảnh"), required=False, max_length=_limit("cover_caption")
    )
    cover_credit = forms.CharField(
        label=_("Nguồn ảnh"), required=False, max_length=_limit("cover_credit")
    )
    byline = forms.CharField(label=_("Tác giả"), required=False, max_length=_limit("byline"))
    source = forms.CharField(label=_("Nguồn"), required=False, max_length=_limit("source"))
    section = forms.ModelChoiceField(
        label=_("Chuyên mục"),
        queryset=Section.objects.none(),
        required=False,
        empty_label=_("Chưa xếp"),
    )
    assignment = AssignmentChoice(
        label=_("Minh chứng cho nhiệm vụ"),
        queryset=Assignment.objects.none(),
        required=False,
        empty_label=_("Không gắn nhiệm vụ"),
        help_text=_("Ghi nhận khi bài được đăng."),
    )

    def __init__(self, *args, article=None, agency, actor, **kwargs):
        self.article, self.agency, self.actor = article, agency, actor
        self.kept_cover = None
        initial = {"byline": actor.full_name, "source": agency.name}
        if article is not None:
            initial = {
                **article.working.text(),
                "assignment": article.assignment_id,
                "lock_version": article.lock_version,
            }
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        self.fields["lock_version"].required = article is not None
        self.fields["section"].queryset = agency.sections.all()
        self.fields["assignment"].queryset = queries.open_assignments(agency)
        # The cover it has may come from an agency that ended and left the article here.
        kept = article.working.cover_id if article is not None else None
        self.fields["cover"].queryset = Upload.objects.filter(
            Q(agency_id=agency.pk) | Q(pk=kept), kind=Upload.Kind.IMAGE
        )

    def clean_title(self):
        return " ".join(self.cleaned_data["title"].split())

    def clean_cover_file(self):
        file = self.cleaned_data["cover_file"]
        if file is None:
            return None
        try:
            return store_image(file, actor=self.actor, agency=self.agency)
        except Refused as refused:
            raise forms.ValidationError(refused.message, code=refused.code) from refused

    def clean(self):
        data = super().clean()
        cover = data.get("cover_file") or data.get("cover")
        if data.get("cover_remove") and not data.get("cover_file"):
            cover = None
        self._keep(cover)
        data["cover"] = cover
        if cover is not None and not data.get("cover_alt") and "cover_alt" not in self.errors:
            self.add_error(
                "cover_alt",
                forms.ValidationError(
                    _("Nêu điều thấy trong ảnh, cho người không xem được ảnh."), code="cover_alt"
                ),
            )
        return data

    def _keep(self, cover):
        self.kept_cover = cover
        self.data = self.data.copy()
        self.data[self.add_prefix("cover")] = "" if cover is None else str(cover.pk)

    @property
    def cover_shown(self):
        """The picture that belongs to the form as it stands, or None."""
        if self.is_bound:
            self.errors  # noqa: B018  the picture is known once the form was looked at
            return self.kept_cover
        return self.initial.get("cover")

    @property
    def text(self):
        """{field: value} for the actions."""
        kept = {} if self.article is None else self.article.working.text()
        given = self.cleaned_data
        return {name: given.get(name, kept.get(name)) for name in Article.TEXT_FIELDS}

    def show_theirs(self, article):
        """Set the newest stored text beside the one that was sent (see `mark_stale`)."""
        self.mark_stale(
            article, values={**article.working.text(), "assignment": article.assignment_id}
        )

    def _display(self, name, value):
        if name == "cover":
            return ""
        if name == "body":
            return richtext.plain(richtext.sanitize(value or ""))
        return super()._display(name, value)


class VersionForm(Form):
    """A verb on the article as the person saw it."""

    lock_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class SendBackForm(VersionForm):
    remark = forms.CharField(
        label=_("Cần sửa gì"),
        max_length=Remark._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Hãy ghi cần sửa gì, để người viết biết.")},
    )


class WithdrawForm(VersionForm):
    reason = forms.CharField(
        label=_("Lý do gỡ"),
        max_length=_limit("withdrawn_reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Người đọc mở địa chỉ của bài sẽ thấy lý do này."),
        error_messages={"required": _("Hãy ghi lý do gỡ bài; người đọc sẽ thấy lý do này.")},
    )


class RemarkForm(Form):
    text = forms.CharField(
        label=_("Nhận xét"),
        max_length=Remark._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Nhận xét cần có nội dung.")},
    )


class SectionForm(Form):
    """A new section."""

    title = forms.CharField(
        label=_("Tên chuyên mục"), max_length=Section._meta.get_field("title").max_length
    )


class SectionEditForm(VersionedFormMixin, SectionForm):
    order = forms.IntegerField(label=_("Thứ tự"), min_value=0, max_value=999)

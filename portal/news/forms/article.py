"""The form of an article: its text, its cover, what goes with it and where it belongs."""

import re

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Assignment, Phase
from portal.common import richtext
from portal.common.errors import Refused
from portal.common.forms import Form, StaleField, VersionedFormMixin
from portal.common.uploads.models import Upload
from portal.news import comparing, queries
from portal.news.actions.items import UNSET, items_as_given
from portal.news.actions.writing import BODY_LIMIT, check_phase, checked_tags
from portal.news.forms.cover import ALT_HELP, WithCover, cover_file_field
from portal.news.forms.items import WithItems
from portal.news.models import (
    TAG_LENGTH,
    TAGS_MOST,
    Article,
    Genre,
    Microsite,
    Section,
    Series,
)


def _limit(name):
    return Article._meta.get_field(name).max_length


class AssignmentChoice(forms.ModelChoiceField):
    """Tasks of an agency, named with the symbol of their plan."""

    def label_from_instance(self, assignment):
        task = assignment.task
        return f"{task.title} ({task.plan.document.symbol or task.plan.title})"


class ArticleForm(VersionedFormMixin, WithCover, WithItems, Form):
    """The text of an article, its cover, what goes with it and the task it proves.

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
    cover_file = cover_file_field(_("Ảnh đại diện"))
    cover = forms.ModelChoiceField(
        label=_("Ảnh đại diện"),
        queryset=Upload.objects.none(),
        required=False,
        widget=forms.HiddenInput,
    )
    cover_remove = forms.BooleanField(label=_("Bỏ ảnh này"), required=False)
    cover_alt = forms.CharField(
        label=_("Chữ thay thế"),
        required=False,
        max_length=_limit("cover_alt"),
        help_text=ALT_HELP,
    )
    cover_caption = forms.CharField(
        label=_("Chú thích ảnh"),
        required=False,
        max_length=_limit("cover_caption"),
        help_text=_("Ai, việc gì, ở đâu, lúc nào."),
    )
    cover_credit = forms.CharField(
        label=_("Nguồn ảnh"),
        required=False,
        max_length=_limit("cover_credit"),
        help_text=_("Người chụp hoặc nơi cho phép dùng ảnh."),
    )
    byline = forms.CharField(label=_("Tác giả"), required=False, max_length=_limit("byline"))
    source = forms.CharField(label=_("Nguồn"), required=False, max_length=_limit("source"))
    section = forms.ModelChoiceField(
        label=_("Chuyên mục"),
        queryset=Section.objects.none(),
        required=False,
        empty_label=_("Chưa xếp"),
    )
    genre = forms.ModelChoiceField(
        label=_("Thể loại"),
        queryset=Genre.objects.none(),
        required=False,
        empty_label=_("Chưa xếp"),
    )
    series = forms.ModelChoiceField(
        label=_("Loạt bài"),
        queryset=Series.objects.none(),
        required=False,
        empty_label=_("Không thuộc loạt bài nào"),
    )
    microsite = forms.ModelChoiceField(
        label=_("Chuyên trang"),
        queryset=Microsite.objects.none(),
        required=False,
        empty_label=_("Không đăng ở chuyên trang"),
    )
    phase = forms.ModelChoiceField(
        label=_("Đợt tuyên truyền"),
        queryset=Phase.objects.none(),
        required=False,
        empty_label=_("Không xếp vào đợt nào"),
    )
    tags = forms.CharField(
        label=_("Từ khóa"),
        required=False,
        max_length=TAGS_MOST * (TAG_LENGTH + 2),
        help_text=_("Cách nhau bằng dấu phẩy, nhiều nhất %d từ khóa.") % TAGS_MOST,
        widget=forms.TextInput(attrs={"list": "tu-khoa-da-dung", "autocomplete": "off"}),
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
        self.uploads_to = agency
        initial = {"byline": actor.full_name, "source": agency.name}
        if article is not None:
            initial = {
                **_shown(article),
                "assignment": article.assignment_id,
                "lock_version": article.lock_version,
            }
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        self.fields["lock_version"].required = article is not None
        self.fields["section"].queryset = agency.sections.all()
        self.fields["assignment"].queryset = queries.open_assignments(agency)
        # The cover it has may come from an agency that ended and left the article here.
        kept = article.working.cover_id if article is not None else None
        working = None if article is None else article.working
        self.fields["genre"].queryset = queries.genres_for(working)
        self.fields["series"].queryset = queries.series_for(agency, working)
        self.fields["microsite"].queryset = queries.microsites_for(agency, working)
        self.fields["phase"].queryset = phases = queries.phases_for(agency, working)
        self.fields["phase"].choices = _by_plan(phases, self.fields["phase"].empty_label)
        self.fields["cover"].queryset = Upload.objects.filter(
            Q(agency_id=agency.pk) | Q(pk=kept), kind=Upload.Kind.IMAGE
        )

    def clean_title(self):
        return " ".join(self.cleaned_data["title"].split())

    def clean_tags(self):
        """A list; what people put between keywords are commas, semicolons and new lines."""
        try:
            return checked_tags(re.split(r"[,;\n]", self.cleaned_data["tags"]))
        except Refused as refused:
            raise forms.ValidationError(refused.message, code=refused.code) from refused

    def clean(self):
        data = super().clean()
        self.settle_cover(data)
        try:
            check_phase(data.get("microsite"), data.get("phase"))
        except Refused as refused:
            self.add_error("phase", forms.ValidationError(refused.message, code=refused.code))
        self.clean_items()
        return data

    @property
    def text(self):
        """{field: value} for the actions."""
        kept = {} if self.article is None else self.article.working.text()
        given = self.cleaned_data
        return {name: given.get(name, kept.get(name)) for name in Article.TEXT_FIELDS}

    def show_theirs(self, article):
        """Set the newest stored text beside the one that was sent (see `mark_stale`)."""
        self.mark_stale(article, values={**_shown(article), "assignment": article.assignment_id})
        kept = items_as_given(article.working)
        mine = _items_in_words(kept if self.items is UNSET else self.items)
        theirs = _items_in_words(kept)
        if mine != theirs:
            self.stale_fields.append(StaleField("items", str(_("Phần kèm bài")), mine, theirs))

    def _display(self, name, value):
        if name == "cover":
            pk = getattr(value, "pk", value)
            found = self.fields["cover"].queryset.filter(pk=pk).first() if pk else None
            return "" if found is None else found.original_name
        if name == "body":
            return comparing.readable(richtext.sanitize(value or ""))
        return super()._display(name, value)


def _shown(article):
    """The newest text as the form shows it."""
    text = article.working.text()
    return {**text, "tags": ", ".join(text["tags"])}


def _by_plan(phases, empty_label):
    """Choices of phases under the names of their plans."""
    groups = {}
    for phase in phases:
        plan = phase.track.plan
        group = groups.setdefault(plan.pk, (plan.microsite.title, []))
        group[1].append((phase.pk, phase.title))
    return [("", empty_label), *groups.values()]


def _items_in_words(items):
    """Gallery, attachments and videos, a line each, to be compared."""
    lines = []
    for item in items:
        name = item.upload.original_name if item.upload else f"{item.provider} {item.ref}"
        words = [item.title, item.alt, item.caption, item.credit]
        lines.append(" · ".join([name, *(word for word in words if word and word != name)]))
    return "\n".join(lines)

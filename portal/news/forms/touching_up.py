"""The form of small corrections: every paragraph a plain text."""

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from portal.common.richtext import paragraphs
from portal.common.text import clean
from portal.news.forms.verbs import VersionForm
from portal.news.models import Article

#: Browsers may send a thousand fields; tables of more cells are for the editor.
MOST_PARAGRAPHS = 800


class TouchUpForm(VersionForm):
    """Title, lead and the paragraphs of the body; `texts` holds those that read differently."""

    title = forms.CharField(
        label=_("Tiêu đề"),
        max_length=Article._meta.get_field("title").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Bài cần có tiêu đề.")},
    )
    lead = forms.CharField(
        label=_("Tóm tắt"),
        max_length=Article._meta.get_field("lead").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Bài cần phần tóm tắt để hiện trong danh sách tin.")},
    )

    def __init__(self, *args, article, **kwargs):
        text = article.working
        initial = {
            "lock_version": article.lock_version,
            "title": text.title,
            "lead": text.lead,
        }
        self.paragraphs = paragraphs.paragraphs(text.body)[:MOST_PARAGRAPHS]
        super().__init__(*args, initial=initial, **kwargs)
        for paragraph in self.paragraphs:
            self.fields[f"p{paragraph.number}"] = forms.CharField(
                label=_g("Đoạn %(n)d") % {"n": paragraph.number + 1},
                required=False,
                max_length=20_000,
                initial=paragraph.text.strip(),
                widget=forms.Textarea(attrs={"rows": min(12, len(paragraph.text) // 60 + 2)}),
            )

    @property
    def rows(self):
        """[(Paragraph, bound field, whether it was changed here)] in the order of the body."""
        return [
            (paragraph, self[f"p{paragraph.number}"], self._changed(paragraph))
            for paragraph in self.paragraphs
        ]

    def _changed(self, paragraph):
        if not self.is_bound:
            return False
        sent = self.data.get(f"p{paragraph.number}")
        return sent is not None and clean(sent) != clean(paragraph.text)

    @property
    def texts(self):
        """{number: text} of the paragraphs that were sent and read differently."""
        return {
            paragraph.number: self.cleaned_data[f"p{paragraph.number}"]
            for paragraph in self.paragraphs
            if f"p{paragraph.number}" in self.data and self._changed(paragraph)
        }

    def say_stale(self):
        """The text was changed meanwhile: say so, and keep what was typed."""
        self.add_error(
            None,
            _g(
                "Bài đã thay đổi từ lúc đồng chí mở trang này. Chữ đồng chí đã gõ còn nguyên ở "
                "dưới; hãy mở lại bài để xem bản mới rồi sửa."
            ),
        )

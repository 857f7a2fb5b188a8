"""Guiding questions and the consent text."""

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Block
from feedback.actions.terms import QUESTION
from portal.common.forms import Form, LinesField, VersionedFormMixin

#: A heading is named by so many letters in the list of places.
HEADING = 90


class GuideQuestionsForm(Form):
    """New questions, one a line, for a document or below one of its headings."""

    place = forms.ChoiceField(label=_("Hỏi về"))
    texts = LinesField(
        label=_("Câu hỏi"),
        line_limit=QUESTION,
        rows=4,
        required=True,
        help_text=_("Mỗi dòng một câu, tối đa %d ký tự.") % QUESTION,
    )

    def __init__(self, *args, rows, headings, **kwargs):
        """Args: rows: ConsultationEditions in order; headings: {edition id: [Block]}."""
        super().__init__(*args, **kwargs)
        self.rows = {row.pk: row for row in rows}
        self.blocks = {b.pk: b for blocks in headings.values() for b in blocks}
        self.fields["place"].choices = [
            (
                row.edition.document.title,
                [(f"{row.pk}-", _("Cả văn kiện"))]
                + [(f"{row.pk}-{b.pk}", heading_label(b)) for b in headings[row.edition_id]],
            )
            for row in rows
        ]

    def action_arguments(self):
        """Keyword arguments of `actions.add_questions`."""
        row, _dash, block = self.cleaned_data["place"].partition("-")
        return {
            "row": self.rows[int(row)],
            "block": self.blocks[int(block)] if block else None,
            "texts": self.cleaned_data["texts"],
        }


def headings_of(rows):
    """{edition id: [heading Blocks in order]} of ConsultationEditions; one query."""
    found = {row.edition_id: [] for row in rows}
    blocks = Block.objects.filter(edition__in=found, kind=Block.Kind.HEADING).order_by("pos")
    for block in blocks.only("edition_id", "kind", "level", "number", "plain", "pos"):
        found[block.edition_id].append(block)
    return found


def heading_label(block):
    """A heading inside a list, set in by its level."""
    words = f"{block.number} {block.plain}".strip()
    cut = words if len(words) <= HEADING else words[:HEADING].rsplit(" ", 1)[0] + "…"
    return "\u2003" * (block.level - 1) + cut


class GuideQuestionForm(Form):
    """One question, worded anew."""

    text = forms.CharField(label=_("Câu hỏi"), max_length=QUESTION)


class ConsentTextForm(VersionedFormMixin, Form):
    """Another consent text."""

    text = forms.CharField(
        label=_("Nội dung đồng ý xử lý dữ liệu"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args, consultation, **kwargs):
        initial = {
            "text": consultation.consent_text,
            "lock_version": consultation.lock_version,
        }
        super().__init__(*args, initial=initial, **kwargs)

"""Forms about what a document is, whom it is given to, and sets of documents."""

from collections import Counter

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from campaigns.models import Event
from documents.models import Document
from portal.agencies.forms.fields import AgenciesField
from portal.agencies.models import Agency, Level
from portal.agencies.queries import subtree
from portal.common.forms import Form, VersionedFormMixin

#: So many documents of one agency are offered for a set.
MOST_DOCUMENTS = 200


class AboutForm(VersionedFormMixin, Form):
    """What a document says of itself, whichever edition is read."""

    title = forms.CharField(label=_("Tên văn kiện"), max_length=300)
    subtitle = forms.CharField(label=_("Dòng dưới tên"), max_length=300, required=False)
    event = forms.ModelChoiceField(
        label=_("Trình đại hội"),
        queryset=Event.objects.none(),
        required=False,
        empty_label=_("Không gắn với đại hội nào"),
    )
    summary_of = forms.ModelChoiceField(
        label=_("Là bản tóm tắt của"),
        queryset=Document.objects.none(),
        required=False,
        empty_label=_("Đây là toàn văn"),
        help_text=_("Bản tóm tắt dẫn tới toàn văn cho người được đọc toàn văn."),
    )

    def __init__(self, *args, document, **kwargs):
        names = ("title", "subtitle", "event", "summary_of", "lock_version")
        super().__init__(*args, initial={n: getattr(document, n) for n in names}, **kwargs)
        self.fields["event"].queryset = congresses()
        self.fields["summary_of"].queryset = (
            Document.objects.filter(agency=document.agency_id, summary_of=None)
            .exclude(pk=document.pk)
            .order_by("title", "id")
        )

    def action_arguments(self):
        """Keyword arguments of `actions.edit_document`."""
        return {
            "expected_version": self.expected_version,
            **{k: v for k, v in self.cleaned_data.items() if k != "lock_version"},
        }


def congresses():
    """Events a document may be for, the latest term first."""
    return Event.objects.filter(kind="congress").select_related("host").order_by(
        "-term_start", "slug"
    )  # fmt: skip


class AudienceFields(Form):
    """Whom something is given to, in three ways that add up."""

    exact = AgenciesField(
        label=_("Chỉ những nơi này"),
        required=False,
        max_length=20_000,
        help_text=_("Mỗi dòng một cơ quan, tổ chức: tên đầy đủ hoặc mã."),
    )
    with_below = AgenciesField(
        label=_("Những nơi này và mọi đơn vị cấp dưới"),
        required=False,
        max_length=20_000,
        help_text=_("Mỗi dòng một nơi; người của đơn vị trực thuộc cũng được đọc."),
    )
    levels = forms.ModelMultipleChoiceField(
        label=_("Mọi đơn vị trực thuộc ở cấp"),
        queryset=Level.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, agency, rows=(), **kwargs):
        self.agency = agency
        kwargs["initial"] = _initial(rows) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for name in ("exact", "with_below"):
            self.fields[name].widget.attrs["rows"] = 4
        below = subtree(agency).order_by().values("level")
        levels = Level.objects.filter(pk__in=below) | Level.objects.filter(
            pk__in=[row.level_id for row in rows if row.level_id]
        )
        self.fields["levels"].queryset = levels.distinct().order_by("order", "slug")

    def audience(self):
        """(Agency, with_below, Level or None) of every line, for the actions."""
        data = self.cleaned_data
        lines = [(agency, False, None) for agency in data["exact"]]
        lines += [(agency, True, None) for agency in data["with_below"]]
        return lines + [(self.agency, True, level) for level in data["levels"]]


def _initial(rows):
    names = Counter(
        Agency.objects.filter(name__in=[row.agency.name for row in rows]).values_list(
            "name", flat=True
        )
    )
    lines = {True: [], False: []}
    for row in rows:
        if row.level_id is None:
            known = row.agency.name if names[row.agency.name] == 1 else row.agency.slug
            lines[row.with_below].append(known)
    return {
        "exact": "\n".join(lines[False]),
        "with_below": "\n".join(lines[True]),
        "levels": [row.level_id for row in rows if row.level_id],
    }


class CirculationForm(VersionedFormMixin, AudienceFields):
    """Who reads a document."""

    circulation = forms.ChoiceField(
        label=_("Ai được đọc"), choices=Document.Circulation.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Lý do thay đổi"),
        max_length=300,
        required=False,
        help_text=_("Cần ghi khi thu hẹp phạm vi của văn kiện đã công bố; được lưu trong nhật ký."),
    )

    def __init__(self, *args, document, had_readers, **kwargs):
        rows = list(document.audience.select_related("agency"))
        initial = {"circulation": document.circulation, "lock_version": document.lock_version}
        super().__init__(*args, agency=document.agency, rows=rows, initial=initial, **kwargs)
        if not had_readers:
            del self.fields["reason"]

    def clean(self):
        data = super().clean()
        units = data.get("circulation") == Document.Circulation.UNITS
        if units and not self.errors and not self.audience():
            self.add_error("exact", _g("Hãy chọn ít nhất một nơi được đọc."))
        return data

    def action_arguments(self):
        """Keyword arguments of `actions.set_circulation`."""
        return {
            "circulation": self.cleaned_data["circulation"],
            "audience": self.audience(),
            "reason": self.cleaned_data.get("reason", ""),
            "expected_version": self.expected_version,
        }


class SetForm(VersionedFormMixin, AudienceFields):
    """A set of documents: what is in it, in which order, for whom.

    Each document of the agency has a field for its place; an empty one leaves it out.
    """

    title = forms.CharField(label=_("Tên bộ văn kiện"), max_length=300)
    note = forms.CharField(
        label=_("Lời dẫn"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    event = forms.ModelChoiceField(
        label=_("Trình đại hội"),
        queryset=Event.objects.none(),
        required=False,
        empty_label=_("Không gắn với đại hội nào"),
    )

    def __init__(self, *args, agency, document_set=None, **kwargs):
        rows, placed, initial = [], {}, {"lock_version": 0}
        if document_set is not None:
            rows = list(document_set.audience.select_related("agency"))
            items = document_set.items.values_list("document", "position")
            placed = {document: position + 1 for document, position in items}
            names = ("title", "note", "event", "lock_version")
            initial = {name: getattr(document_set, name) for name in names}
        super().__init__(*args, agency=agency, rows=rows, initial=initial, **kwargs)
        self.fields["event"].queryset = congresses()
        self.documents = list(
            Document.objects.filter(agency=agency).order_by("-id")[:MOST_DOCUMENTS]
        )
        for document in self.documents:
            self.fields[f"cho-{document.pk}"] = forms.IntegerField(
                label=document.title,
                required=False,
                min_value=1,
                max_value=999,
                initial=placed.get(document.pk),
                widget=forms.NumberInput(attrs={"class": "input--short", "inputmode": "numeric"}),
            )

    @property
    def places(self):
        """(document, its field) for the template, those in the set first."""
        rows = [(document, self[f"cho-{document.pk}"]) for document in self.documents]
        return sorted(rows, key=lambda row: (row[1].value() in (None, ""), str(row[1].value())))

    def clean(self):
        data = super().clean()
        if not self.errors and not self.chosen():
            self.add_error(None, _g("Ghi thứ tự cho ít nhất một văn kiện để đưa vào bộ."))
        return data

    def chosen(self):
        """The documents with a place, in their order."""
        numbered = [(self.cleaned_data.get(f"cho-{d.pk}"), d) for d in self.documents]
        numbered = [(n, d) for n, d in numbered if n is not None]
        return [d for _n, d in sorted(numbered, key=lambda row: row[0])]

    def action_arguments(self):
        """Keyword arguments of `actions.create_set`."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "note": data["note"],
            "event": data["event"],
            "documents": self.chosen(),
            "audience": self.audience(),
        }

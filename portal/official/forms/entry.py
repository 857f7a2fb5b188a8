"""A document of the register as an office enters it."""

import re

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Agency
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.forms import Form, VersionedFormMixin

from ..models import DocumentLink, DocumentType
from ..queries import desk
from ..rules import KEEPERS
from .links import DocumentsField, document_line
from .signed import PdfField

_KIND = DocumentLink.Kind
#: Field of the form by kind of link, in the order of the page.
LINK_FIELDS = {
    _KIND.BASIS: "basis",
    _KIND.IMPLEMENTS: "implements",
    _KIND.REPLACES: "replaces",
    _KIND.AMENDS: "amends",
}
_TERM = re.compile(r"(\d{4})\s*[-–]\s*(\d{4})")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class _TypeField(forms.ModelChoiceField):
    def label_from_instance(self, kind):
        return f"{kind.name} ({kind.abbreviation})"


def _links(label):
    return DocumentsField(label=label, line_limit=300, rows=2)


class _DocumentFields(Form):
    """What a new document and one being changed have in common."""

    symbol = forms.CharField(
        label=_("Số, ký hiệu"),
        max_length=80,
        required=False,
        help_text=_("Chép như trên văn bản: 135-KH/TU, 107/KH-SNV, 42/2022/NĐ-CP."),
    )
    issued_on = forms.DateField(
        label=_("Ngày ban hành"),
        required=False,
        widget=DayInput,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )
    title = forms.CharField(
        label=_("Trích yếu"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Nội dung chính của văn bản trong một câu."),
    )
    type = _TypeField(
        label=_("Loại văn bản"),
        queryset=DocumentType.objects.none(),
        required=False,
        empty_label=_("Theo số, ký hiệu"),
        help_text=_("Chỉ cần chọn khi ký hiệu không nói rõ: “QĐ” của Đảng có thể là quy định."),
    )
    issuer_name = forms.CharField(
        label=_("Cơ quan ban hành"),
        max_length=200,
        required=False,
        help_text=_("Tên như trên văn bản, hoặc mã cơ quan trên cổng."),
    )
    scope_key = forms.CharField(
        label=_("Nhiệm kỳ"),
        max_length=20,
        required=False,
        help_text=_("Văn bản của Đảng đánh số theo nhiệm kỳ: 2025-2030."),
    )
    signer = forms.CharField(label=_("Người ký"), max_length=120, required=False)
    signer_position = forms.CharField(label=_("Chức vụ"), max_length=120, required=False)
    recipients = forms.CharField(
        label=_("Nơi nhận"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    basis = _links(_("Căn cứ"))
    implements = _links(_("Thực hiện (triển khai)"))
    replaces = _links(_("Thay thế"))
    amends = _links(_("Sửa đổi, bổ sung"))
    is_public = forms.BooleanField(
        label=_("Công bố: ai cũng đọc được trên cổng"),
        required=False,
        help_text=_("Không đánh dấu thì chỉ cơ quan và cấp trên thấy. Không ghi văn bản mật."),
    )
    another = forms.BooleanField(
        label=_("Đây là văn bản khác, không phải văn bản đã có"),
        required=False,
        widget=forms.HiddenInput,
    )

    #: the document that is being changed
    document = None

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        #: documents that may be the same; the page shows them
        self.alike = []
        types = DocumentType.objects.order_by("family", "order", "name")
        field = self.fields["type"]
        field.queryset = types
        groups = {}
        for kind in types:
            label = str(kind.get_family_display())
            groups.setdefault(label, []).append((kind.pk, field.label_from_instance(kind)))
        field.choices = [("", field.empty_label), *groups.items()]
        for name in LINK_FIELDS.values():
            self.fields[name].user = user

    def clean_scope_key(self):
        value = self.cleaned_data["scope_key"]
        if not value:
            return ""
        match = _TERM.fullmatch(value)
        if match is None or not 0 < int(match[2]) - int(match[1]) <= 10:
            raise forms.ValidationError(_g("Ghi nhiệm kỳ như 2025-2030."))
        return f"{match[1]}-{match[2]}"

    def clean_issued_on(self):
        day = self.cleaned_data["issued_on"]
        if day and day > clock.today():
            raise forms.ValidationError(_g("Ngày ban hành chưa đến."))
        if day and day.year < 1900:
            raise forms.ValidationError(_g("Ngày ban hành quá xa."))
        return day

    def clean(self):
        data = super().clean()
        symbol = data.get("symbol", "")
        if not symbol and not data.get("title"):
            self.add_error("symbol", _g("Ghi số, ký hiệu; văn bản không số thì ghi trích yếu."))
        if symbol and "symbol" not in self.errors:
            self._look_for_others(symbol, data)
        for name in LINK_FIELDS.values():
            if self.document is not None and self.document in data.get(name, ()):
                self.add_error(name, _g("Một văn bản không thể liên kết với chính nó."))
        return data

    def _look_for_others(self, symbol, data):
        self.alike = desk.alike(
            symbol,
            self.user,
            issued_on=data.get("issued_on"),
            scope_key=data.get("scope_key", ""),
            leave_out=self.document,
        )
        changed = self.document is None or self.document.symbol != symbol
        if self.alike and changed and not data.get("another"):
            self.fields["another"].widget = forms.CheckboxInput()
            self.add_error("symbol", _g("Sổ đã có văn bản mang số này; xem bên dưới."))

    def values(self):
        """What the action takes, without links and file."""
        data = self.cleaned_data
        issuer, name = desk.issuer_of(data["issuer_name"], data["issued_on"])
        names = ("symbol", "issued_on", "title", "scope_key", "signer", "signer_position")
        values = {key: data[key] for key in (*names, "recipients", "is_public")}
        values |= {"issuer": issuer, "issuer_name": name}
        if data["type"]:
            values["type"] = data["type"]
        return values

    def links(self):
        """{kind: targets} as the action takes them."""
        return {kind: self.cleaned_data[name] for kind, name in LINK_FIELDS.items()}

    @property
    def link_fields(self):
        """The fields of the links, for the page."""
        return [self[name] for name in LINK_FIELDS.values()]


class NewDocumentForm(_DocumentFields):
    """A document that is not in the register yet, entered in the name of one of my agencies."""

    agency = forms.ModelChoiceField(
        label=_("Ghi vào sổ của"), queryset=Agency.objects.none(), empty_label=None
    )
    file = PdfField(
        label=_("Bản ký (PDF)"),
        required=False,
        help_text=_("Giữ nguyên từng byte, tối đa 25 MB; chữ ký số trong tệp không bị đổi."),
    )
    field_order = ["agency", "symbol"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        ids = grants_of(user).agency_ids(KEEPERS, inherited=False)
        agencies = Agency.objects.filter(pk__in=ids).order_by("protocol_no", "sort_key")
        self.fields["agency"].queryset = agencies
        if len(ids) == 1:
            self.fields["agency"].widget = forms.HiddenInput()
            self.initial.setdefault("agency", next(iter(ids)))


class DocumentForm(VersionedFormMixin, _DocumentFields):
    """A document of the register being changed."""

    def __init__(self, *args, user, document, linked, **kwargs):
        self.document = document
        super().__init__(*args, user=user, initial=stored_values(document, linked), **kwargs)
        for kind, name in LINK_FIELDS.items():
            self.fields[name].known = {document_line(d): d for d in linked.get(kind, ())}

    def mark_stale_document(self, current, linked):
        values = stored_values(current, linked)
        for name in LINK_FIELDS.values():
            values[name] = self.fields[name].prepare_value(values[name])
        self.mark_stale(current, values=values)


def stored_values(document, linked):
    """{field of DocumentForm: what is stored}; `linked` is {kind: documents}."""
    names = ("symbol", "issued_on", "title", "signer", "signer_position", "recipients")
    values = {name: getattr(document, name) for name in (*names, "is_public", "lock_version")}
    values |= {
        "type": document.type_id,
        "issuer_name": document.issuer_label,
        "scope_key": document.scope_key if "-" in document.scope_key else "",
    }
    return values | {name: list(linked.get(kind, ())) for kind, name in LINK_FIELDS.items()}

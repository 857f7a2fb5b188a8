"""The plan itself: its text, its document, its contents, its life cycle."""

import hashlib

from django import forms
from django.db.models import Case, F, When
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from campaigns.actions.structure import FORM_NAME, THEME_TEXT
from campaigns.forms.fields import BasisField, DayField, LinesField, basis_line
from campaigns.models import Event, Plan
from campaigns.queries import events, visible_plans
from campaigns.queries.choices import found_events
from campaigns.rules import access
from portal.agencies.models import Agency
from portal.agencies.rules import grants_of
from portal.common import text
from portal.common.forms import Form, StaleField, VersionedFormMixin
from portal.common.text import one_line
from portal.official.forms import FILE_REFUSALS, PdfField, ScanField

#: So many events are offered at once beside those chosen.
MOST = 60


class _PlanChoice(forms.ModelChoiceField):
    def label_from_instance(self, plan):
        symbol = plan.document.symbol
        return f"{symbol}: {plan.title}" if symbol else plan.title


class _PlanFields(Form):
    """What a new plan and one being edited have in common."""

    title = forms.CharField(label=_("Tên kế hoạch"), max_length=400)
    symbol = forms.CharField(
        label=_("Số, ký hiệu"),
        max_length=80,
        required=False,
        help_text=_("Ví dụ 12-KH/TU. Có thể để trống cho đến khi ban hành."),
    )
    issued_on = DayField(label=_("Ngày ban hành"), required=False)
    signer = forms.CharField(label=_("Người ký"), max_length=120, required=False)
    signer_position = forms.CharField(label=_("Chức vụ"), max_length=120, required=False)
    implements = _PlanChoice(
        label=_("Triển khai kế hoạch"),
        queryset=Plan.objects.none(),
        required=False,
        empty_label=_("Không triển khai kế hoạch nào"),
    )
    basis = BasisField(
        label=_("Căn cứ"),
        line_limit=300,
        rows=4,
        help_text=_(
            "Mỗi dòng một số, ký hiệu, thêm ngày nếu cần: 135-KH/TU ngày 31/12/2019. Văn bản chưa "
            "có trong sổ sẽ được ghi vào sổ."
        ),
    )
    events = forms.ModelMultipleChoiceField(
        label=_("Đại hội, sự kiện mà kế hoạch phục vụ"),
        queryset=Event.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    summary = forms.CharField(
        label=_("Mục đích, yêu cầu"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    before_includes_day = forms.BooleanField(
        label=_("“Trước ngày 30/6” tính cả ngày 30/6"),
        required=False,
        help_text=_("Cách hiểu được chọn sẵn khi ghi mốc “trước ngày …”; từng mốc vẫn đổi được."),
    )
    needs_acceptance = forms.BooleanField(
        label=_("Cơ quan ban hành nghiệm thu kết quả của từng đơn vị"),
        required=False,
        help_text=_("Nhiệm vụ đơn vị báo hoàn thành sẽ chờ nghiệm thu; có thể trả lại kèm lý do."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["basis"].user = user
        above = visible_plans(user).filter(state__in=access.PUBLIC)
        self.fields["implements"].queryset = above
        self.offer_events()

    def offer_events(self, chosen=()):
        """The choice of events: those chosen already, then congresses, then the others by day.

        Only so many are offered at once; `event_words` finds others, and `more_events` says that
        there are.
        """
        self.event_words = " ".join(self.data.get("events-tim", "").split())[:80]
        sent = self.data.getlist("events") if hasattr(self.data, "getlist") else ()
        kept = set(chosen) | {int(pk) for pk in sent if pk.isascii() and pk.isdigit()}
        latest = F("opens_on").desc(nulls_first=True)
        congress = Case(When(kind="congress", then=0), default=1)
        others = found_events(self.event_words).exclude(pk__in=kept)
        ids = list(others.order_by(congress, latest, "slug").values_list("pk", flat=True)[:MOST])
        self.more_events = bool(self.event_words) or len(ids) == MOST
        self.found_events = len(ids)
        first = Case(When(pk__in=kept, then=0), default=1)
        self.fields["events"].queryset = (
            events().filter(pk__in=kept.union(ids)).order_by(first, congress, latest, "slug")
        )

    def is_valid(self):
        """Not while a button of the form only looks for events; then nothing is judged."""
        if "tim" in self.data:
            self._errors = ErrorDict()
            return False
        return super().is_valid()

    def values(self):
        """What the action takes, without basis and events."""
        names = ("title", "symbol", "issued_on", "signer", "signer_position", "implements")
        return {
            n: self.cleaned_data[n]
            for n in (*names, "summary", "before_includes_day", "needs_acceptance")
        }


class NewPlanForm(_PlanFields):
    """A plan that starts; the issuer is one of the agencies where I am staff."""

    issuer = forms.ModelChoiceField(
        label=_("Cơ quan ban hành"), queryset=Agency.objects.none(), empty_label=None
    )
    field_order = ["issuer"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        ids = grants_of(user).agency_ids(access.DRAFTERS, inherited=False)
        self.fields["issuer"].queryset = Agency.objects.filter(pk__in=ids)


class PlanForm(VersionedFormMixin, _PlanFields):
    """A plan's own text and its document."""

    def __init__(self, *args, user, plan, basis, **kwargs):
        self.plan = plan
        self._observed = dict(
            plan.plan_events.order_by("position", "id").values_list("event_id", "observed_on")
        )
        super().__init__(*args, user=user, initial=stored_values(plan, basis), **kwargs)
        above = self.fields["implements"].queryset.exclude(pk=plan.pk)
        self.fields["implements"].queryset = above
        self.offer_events(self._observed)
        self.fields["basis"].known = {one_line(basis_line(d)): d for d in basis}

    def chosen_events(self):
        """(Event, observed_on) pairs: those kept in their order, then the new ones."""
        chosen = {e.pk: e for e in self.cleaned_data["events"]}
        order = [pk for pk in self._observed if pk in chosen]
        order += [pk for pk in chosen if pk not in self._observed]
        return [(chosen[pk], self._observed.get(pk)) for pk in order]

    def mark_stale_plan(self, current, basis):
        values = stored_values(current, basis)
        values["basis"] = self.fields["basis"].prepare_value(values["basis"])
        self.mark_stale(current, values=values)


def stored_values(plan, basis):
    """{field of PlanForm: what is stored}."""
    document = plan.document
    return {
        "title": plan.title,
        "symbol": document.symbol,
        "issued_on": document.issued_on,
        "signer": document.signer,
        "signer_position": document.signer_position,
        "implements": plan.implements_id,
        "basis": list(basis),
        "events": list(plan.plan_events.values_list("event_id", flat=True)),
        "summary": plan.summary,
        "before_includes_day": plan.before_includes_day,
        "needs_acceptance": plan.needs_acceptance,
        "lock_version": plan.lock_version,
    }


class ContentsForm(Form):
    """Themes and forms of a plan, one per line. `seen` tells whether others wrote meanwhile."""

    themes = LinesField(
        label=_("Nội dung tuyên truyền"),
        line_limit=THEME_TEXT,
        rows=10,
        help_text=_("Mỗi dòng một nội dung, theo thứ tự trong kế hoạch."),
    )
    forms_ = LinesField(
        label=_("Hình thức tuyên truyền"),
        line_limit=FORM_NAME,
        rows=8,
        help_text=_("Mỗi dòng một hình thức."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, stored, **kwargs):
        self.stored = stored
        super().__init__(*args, initial=stored | {"seen": self._digest()}, **kwargs)
        self.stale_fields = []

    def _digest(self):
        lines = ["\n".join(self.stored[name]) for name in ("themes", "forms_")]
        return hashlib.sha256("\0".join(lines).encode()).hexdigest()

    def clean_seen(self):
        if self.cleaned_data["seen"] != self._digest():
            for name in ("themes", "forms_"):
                mine, theirs = self.data.get(name, ""), "\n".join(self.stored[name])
                if text.clean(mine) != text.clean(theirs):
                    label = str(self.fields[name].label)
                    self.stale_fields.append(StaleField(name, label, mine, theirs))
            self.data = self.data.copy()
            self.data["seen"] = self._digest()
            self.add_error(
                None,
                _g(
                    "Trong lúc bạn soạn, người khác đã lưu nội dung này. Nội dung của bạn vẫn còn "
                    "nguyên; hãy đối chiếu hai bản rồi lưu lại."
                ),
            )
        return self.cleaned_data.get("seen")


class ReasonForm(Form):
    """Why a plan is sent back or withdrawn."""

    note = forms.CharField(
        label=_("Lý do"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ghi rõ để người soạn biết cần sửa gì."),
    )


class IssueForm(Form):
    """Number, date and signer as the signed paper has them."""

    symbol = forms.CharField(
        label=_("Số, ký hiệu"), max_length=80, help_text=_("Do văn thư cấp trên bản đã ký.")
    )
    issued_on = DayField(label=_("Ngày ban hành"))
    signer = forms.CharField(label=_("Người ký"), max_length=120)
    signer_position = forms.CharField(label=_("Chức vụ"), max_length=120, required=False)
    signed = PdfField(
        label=_("Tệp PDF đã ký"),
        required=False,
        help_text=_("Giữ nguyên từng byte, tối đa 25 MB. Có thể tải lên sau."),
    )


class PaperIssueForm(IssueForm):
    """A plan issued by the signature on the paper: everything about it is asked for."""

    signed = None
    signer_position = forms.CharField(label=_("Chức vụ"), max_length=120)
    scan = ScanField(
        label=_("Bản quét kế hoạch đã ký"),
        help_text=_("PDF hoặc ảnh chụp rõ nét (JPEG, PNG), tối đa 25 MB."),
    )


#: Fields that a refusal belongs to, for the forms of this module.
FIELD_OF = {
    "duplicate": ("symbol",),
    "symbol_long": ("symbol",),
    "future": ("issued_on",),
    **dict.fromkeys(FILE_REFUSALS, ("signed", "scan")),
}


def add_refusal(form, refused):
    """Put the sentence of a Refused at the field it is about, else above the form."""
    names = FIELD_OF.get(refused.code, ())
    form.add_error(next((n for n in names if n in form.fields), None), refused.message)

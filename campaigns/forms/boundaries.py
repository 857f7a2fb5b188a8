"""A boundary chosen in words: day, month, year, event, other phase, open, not fixed."""

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.boundaries import EventSpec, Open, RefSpec, Unknown, date_spec, spec_of, written
from campaigns.boundaries.rows import fields_of
from campaigns.forms.fields import DayField
from campaigns.models import Boundary
from campaigns.rules import specs, words
from portal.common.forms import Form

DAY, MONTH, YEAR, EVENT, PHASE, OPEN, UNKNOWN, NONE = (
    "day", "month", "year", "event", "phase", "open", "unknown", "none",
)  # fmt: skip
KINDS = [
    (DAY, _l("Ngày cụ thể")),
    (MONTH, _l("Tháng")),
    (YEAR, _l("Năm")),
    (EVENT, _l("Theo sự kiện")),
    (PHASE, _l("Theo đợt khác")),
    (OPEN, _l("Để ngỏ")),
    (UNKNOWN, _l("Chưa xác định")),
]
BEFORE, EXACTLY, AFTER = "before", "", "after"
DAYS, WORKING = "days", "working"


class BoundaryForm(Form):
    """One boundary. Only the fields of the chosen kind count; `spec()` gives the Spec, or None.

    Args:
        choices: BoundaryChoices of the plan (`campaigns.queries.desk`).
        boundary: the stored one, to begin with.
        optional: offer "Không đặt hạn", which makes `spec()` None.
        includes_day: what "trước ngày …" offers first, with the day or without it.
    """

    kind = forms.ChoiceField(label=_l("Tính theo"), choices=KINDS, widget=forms.RadioSelect)
    on = DayField(label=_l("Ngày"), required=False)
    month = forms.TypedChoiceField(
        label=_l("Tháng"),
        choices=[("", _l("Chọn tháng"))] + [(n, n) for n in range(1, 13)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    year = forms.IntegerField(label=_l("Năm"), min_value=1900, max_value=2200, required=False)
    part = forms.ChoiceField(
        label=_l("Phần"),
        choices=[
            ("", _l("Trọn tháng, trọn năm")),
            (specs.EARLY, _l("Đầu")),
            (specs.MID, _l("Giữa")),
            (specs.LATE, _l("Cuối")),
        ],
        required=False,
    )
    before = forms.ChoiceField(label=_l("Cách ghi"), required=False)
    event = forms.TypedChoiceField(
        label=_l("Sự kiện"), coerce=int, empty_value=None, required=False
    )
    moment = forms.ChoiceField(
        label=_l("Lúc"),
        choices=[(specs.OPENS, _l("Khai mạc")), (specs.CLOSES, _l("Bế mạc"))],
        required=False,
    )
    point = forms.TypedChoiceField(
        label=_l("Đợt khác"), coerce=int, empty_value=None, required=False
    )
    direction = forms.ChoiceField(
        label=_l("Trước hay sau"),
        choices=[(EXACTLY, _l("Đúng ngày đó")), (BEFORE, _l("Trước")), (AFTER, _l("Sau"))],
        required=False,
    )
    amount = forms.IntegerField(
        label=_l("Số ngày"), min_value=0, max_value=specs.MAX_OFFSET, required=False
    )
    unit = forms.ChoiceField(
        label=_l("Cách đếm"),
        choices=[(DAYS, _l("Ngày")), (WORKING, _l("Ngày làm việc"))],
        required=False,
    )
    verbatim = forms.CharField(
        label=_l("Nguyên văn trong kế hoạch"),
        max_length=200,
        required=False,
        help_text=_l("Nếu văn bản ghi bằng lời khác, chép đúng câu đó vào đây."),
    )

    def __init__(
        self,
        *args,
        choices,
        boundary=None,
        optional=False,
        side=specs.START,
        includes_day=False,
        **kwargs,
    ):
        initial = {"kind": NONE if optional else DAY, **kwargs.pop("initial", {})}
        if boundary is not None:
            initial = initial_of(spec_of(boundary))
        super().__init__(*args, initial=initial, **kwargs)
        self.boundary, self.side, self.choices = boundary, side, choices
        self.resolved = None  # the day of what was sent, where it was worked out
        self.title = {specs.START: _("Bắt đầu"), specs.END: _("Kết thúc")}[side]
        if optional:
            self.title = _("Hạn hoàn thành")
            self.fields["kind"].choices = [(NONE, _l("Không đặt hạn")), *KINDS]
        self.fields["before"].choices = before_choices(includes_day)
        self.fields["event"].choices = [("", _("Chọn sự kiện")), *choices.events]
        self.fields["point"].choices = [("", _("Chọn mốc")), *choices.points]

    def clean(self):
        data = super().clean()
        kind = data.get("kind")
        needed = {
            DAY: [("on", _("Chọn ngày."))],
            MONTH: [("month", _("Chọn tháng.")), ("year", _("Ghi năm, ví dụ 2026."))],
            YEAR: [("year", _("Ghi năm, ví dụ 2026."))],
            EVENT: [("event", _("Chọn sự kiện.")), ("moment", _("Chọn khai mạc hay bế mạc."))],
            PHASE: [("point", _("Chọn mốc của đợt kia."))],
        }
        for name, sentence in needed.get(kind, ()):
            if name not in self.errors and data.get(name) in (None, ""):
                self.add_error(name, sentence)
        if kind in (EVENT, PHASE):
            if data.get("direction") and not data.get("amount") and "amount" not in self.errors:
                self.add_error("amount", _("Ghi số ngày."))
            if data.get("amount") and not data.get("direction"):
                self.add_error("direction", _("Chọn trước hay sau."))
        # What belongs to another kind is not this boundary's; its errors are nobody's business.
        for name in [n for n in self.errors if n not in used_by(kind)]:
            del self.errors[name]
        return data

    def forget_errors(self):
        """Show what was typed without judging it."""
        self._errors = ErrorDict()

    @property
    def changed(self):
        """Whether something else is said than what is stored, the wording apart."""
        before = None if self.boundary is None else spec_of(self.boundary).worded("")
        spec = self.spec()
        return before != (None if spec is None else spec.worded(""))

    @property
    def main_field(self):
        """The field that the chosen kind is about; errors of the day as a whole stand there."""
        names = {DAY: "on", MONTH: "month", YEAR: "year", EVENT: "event", PHASE: "point"}
        return names.get(self.cleaned_data.get("kind"), "kind")

    def spec(self):
        """The Spec chosen; None for "Không đặt hạn"."""
        data = self.cleaned_data
        kind = data["kind"]
        said = {"verbatim": data.get("verbatim", "")}
        if kind == NONE:
            return None
        if kind == DAY:
            return date_spec(data["on"], before=data["before"], **said)
        if kind == MONTH:
            said |= {"part": data["part"], "before": data["before"]}
            return date_spec(f"{data['year']}-{data['month']}", **said)
        if kind == YEAR:
            said |= {"part": data["part"], "before": data["before"]}
            return date_spec(data["year"], **said)
        if kind == OPEN:
            return Open(**said)
        if kind == UNKNOWN:
            return Unknown(**said)
        amount = data.get("amount") or 0
        shift = {
            "offset": -amount if data["direction"] == BEFORE else amount,
            "working": data["unit"] == WORKING,
            **said,
        }
        if kind == EVENT:
            return EventSpec(event_id=data["event"], moment=data["moment"], **shift)
        return RefSpec(boundary_id=data["point"], **shift)


def before_choices(includes_day):
    """How a date is put; of the two kinds of "trước" the one the plan is used to comes first."""
    two = [
        (specs.EXCLUSIVE, _("Trước, không tính chính nó")),
        (specs.INCLUSIVE, _("Trước, tính cả chính nó")),
    ]
    return [("", _("Đúng như vậy")), *(reversed(two) if includes_day else two)]


def used_by(kind):
    """Names of the fields that count for a kind."""
    period, shift = {"year", "part", "before"}, {"direction", "amount", "unit"}
    own = {
        DAY: {"on", "before"},
        MONTH: {"month"} | period,
        YEAR: period,
        EVENT: {"event", "moment"} | shift,
        PHASE: {"point"} | shift,
    }
    return {"kind", "verbatim"} | own.get(kind, set())


def initial_of(spec):
    """What the form shows for a stored Spec."""
    if isinstance(spec, specs.DateSpec):
        date = spec.date
        return {
            "kind": spec.precision,
            "on": date if spec.precision == specs.DAY else None,
            "month": date.month if spec.precision == specs.MONTH else None,
            "year": date.year if spec.precision != specs.DAY else None,
            "part": spec.part,
            "before": spec.before,
            "verbatim": spec.verbatim,
        }
    if isinstance(spec, Open):
        return {"kind": OPEN, "verbatim": spec.verbatim}
    if isinstance(spec, Unknown):
        return {"kind": UNKNOWN, "verbatim": spec.verbatim}
    direction = EXACTLY if not spec.offset else BEFORE if spec.offset < 0 else AFTER
    shift = {
        "direction": direction,
        "amount": abs(spec.offset) or None,
        "unit": WORKING if spec.working else DAYS,
        "verbatim": spec.verbatim,
    }
    if isinstance(spec, EventSpec):
        return {"kind": EVENT, "event": spec.event_id, "moment": spec.moment} | shift
    return {"kind": PHASE, "point": spec.boundary_id} | shift


def words_of_spec(spec, *, context_key=""):
    """Vietnamese words for a Spec that is not stored."""
    if spec is None:
        return _("không đặt hạn")
    row = Boundary(**fields_of(spec), side=specs.START)
    return written([row], context_key=context_key)[None]


def words_of_row(boundary, *, context_key=""):
    """Words and day of a stored boundary (None: no limit is set)."""
    if boundary is None:
        return _("không đặt hạn")
    said = written([boundary], context_key=context_key)[boundary.pk]
    return f"{said} ({words.day_words(boundary.resolved_on)})"

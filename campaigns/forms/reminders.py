"""How a plan reminds: one block of fields for every kind; the call to units that are behind."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.actions.reminders import CALL_LIMIT
from campaigns.queries import late
from campaigns.rules.reminding import KINDS, MOST_DAYS, MOST_TIMES, RESPONSIBLE, ROLE_OF, WHO, Rule
from portal.common.forms import Form, VersionedFormMixin


class DaysField(forms.CharField):
    """ "3, 1" to (3, 1): days, the farthest first."""

    def __init__(self, *, lowest, **kwargs):
        self.lowest = lowest
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("required", False)
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}), **kwargs
        )

    def prepare_value(self, value):
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value):
        words = [word for word in re.split(r"[\s,;]+", super().clean(value)) if word]
        if not all(word.isascii() and word.isdecimal() and len(word) < 6 for word in words):
            raise ValidationError(_("Ghi số ngày, cách nhau bằng dấu phẩy, ví dụ: 7, 3."))
        days = sorted({int(word) for word in words}, reverse=True)
        if any(not self.lowest <= n <= MOST_DAYS for n in days):
            raise ValidationError(
                _("Mỗi số ngày từ %(low)d đến %(high)d.") % {"low": self.lowest, "high": MOST_DAYS}
            )
        if len(days) > MOST_TIMES:
            raise ValidationError(_("Nhiều nhất %d lần nhắc cho một mốc.") % MOST_TIMES)
        return tuple(days)


class NoticeRulesForm(VersionedFormMixin):
    """Every kind with its switch, its days and who is told; `blocks` groups the fields by kind."""

    def __init__(self, *args, plan, rules, **kwargs):
        kwargs["initial"] = {"lock_version": plan.lock_version}
        super().__init__(*args, **kwargs)
        for name, kind in KINDS.items():
            rule = rules[name]
            self.fields[f"{name}_on"] = forms.BooleanField(
                label=_l("Nhắc"), required=False, initial=rule.on
            )
            if kind.before is not None:
                self.fields[f"{name}_before"] = DaysField(
                    label=_l("Trước mấy ngày"), lowest=0, initial=rule.before
                )
            if kind.after is not None:
                self.fields[f"{name}_after"] = DaysField(
                    label=_l("Sau mấy ngày"), lowest=1, initial=rule.after
                )
            self.fields[f"{name}_audience"] = forms.MultipleChoiceField(
                label=_l("Ai nhận"),
                required=False,
                choices=[(who, WHO[who]) for who in kind.choices],
                widget=forms.CheckboxSelectMultiple,
                initial=sorted(rule.audience),
            )

    @property
    def blocks(self):
        """[(Kind, switch, [fields of days], audience)] for the template."""
        return [
            (
                kind,
                self[f"{name}_on"],
                [self[key] for key in (f"{name}_before", f"{name}_after") if key in self.fields],
                self[f"{name}_audience"],
            )
            for name, kind in KINDS.items()
        ]

    def clean(self):
        data = super().clean()
        for name in KINDS:
            if not data.get(f"{name}_on") or self.has_error(f"{name}_audience"):
                continue
            if not set(data.get(f"{name}_audience", ())) & (ROLE_OF.keys() | {RESPONSIBLE}):
                self.add_error(f"{name}_audience", _("Hãy chọn ít nhất một người nhận."))
            sides = [key for key in (f"{name}_before", f"{name}_after") if key in self.fields]
            if sides and not any(self.has_error(key) or data.get(key) for key in sides):
                self.add_error(sides[0], _("Hãy ghi số ngày, hoặc tắt loại nhắc này."))
        return data

    def rules(self):
        """{kind: Rule} of what was entered."""
        data = self.cleaned_data
        return {
            name: Rule(
                name,
                data[f"{name}_on"],
                data.get(f"{name}_before", ()),
                data.get(f"{name}_after", ()),
                frozenset(data[f"{name}_audience"]),
            )
            for name in KINDS
        }

    def mark_stale_rules(self, plan, rules):
        """Show what somebody else stored meanwhile beside what was entered here."""
        values = {}
        for name, rule in rules.items():
            values[f"{name}_on"] = rule.on
            values[f"{name}_before"], values[f"{name}_after"] = rule.before, rule.after
            values[f"{name}_audience"] = sorted(rule.audience)
        self.mark_stale(plan, values=values)


class CallForm(Form):
    """The call to units that are behind: for what, to whom not, in which words."""

    vi_sao = forms.MultipleChoiceField(
        label=_l("Nhắc đơn vị"),
        choices=[
            (late.TASKS, _l("có nhiệm vụ quá hạn")),
            (late.PLAN, _l("quá hạn ban hành kế hoạch triển khai")),
            (late.REPORT, _l("quá hạn gửi báo cáo")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _l("Hãy chọn ít nhất một lý do nhắc.")},
    )
    bo = forms.MultipleChoiceField(required=False)
    text = forms.CharField(
        label=_l("Lời nhắc"),
        max_length=CALL_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_l("Dưới lời này, mỗi đơn vị đọc thấy những việc chậm của riêng mình."),
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bo"].choices = [(str(u.agency.pk), u.agency.name) for u in units]

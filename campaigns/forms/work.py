"""Progress of an assignment, who answers for it, why it is given back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.actions.work import NOTE
from campaigns.forms.fields import DayField
from campaigns.models import Assignment
from portal.accounts.models import User
from portal.common.forms import Form, VersionedFormMixin

#: What a person chooses for "done, and nothing to show for it".
BARE = "bare"
STEPS = [*Assignment.State.choices, (BARE, _("Hoàn thành, không có tệp"))]


class ProgressForm(VersionedFormMixin, Form):
    """How far a unit is; a note is added to the dated notes."""

    state = forms.ChoiceField(label=_("Đã làm đến đâu"), choices=STEPS, widget=forms.RadioSelect)
    done_on = DayField(
        label=_("Ngày hoàn thành"),
        required=False,
        help_text=_("Chỉ ghi khi đã hoàn thành; để trống là hôm nay."),
    )
    note = forms.CharField(
        label=_("Thêm ghi chú"),
        required=False,
        max_length=NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, assignment, **kwargs):
        initial = {name: getattr(assignment, name) for name in ("done_on", "lock_version")}
        initial["state"] = _step_of(assignment)
        super().__init__(*args, initial=initial, **kwargs)

    def values(self):
        """Keyword arguments of `set_progress`."""
        data = self.cleaned_data
        bare = data["state"] == BARE
        return {
            "state": Assignment.State.DONE if bare else data["state"],
            "without_evidence": bare,
            "note": data["note"],
            "done_on": data["done_on"],
        }

    def mark_stale_progress(self, current):
        """As `mark_stale`; notes stand beside each other anyway, so they are no conflict."""
        self.mark_stale(current, values={"state": _step_of(current)})
        self.stale_fields = [f for f in self.stale_fields if f.name != "note"]


def _step_of(assignment):
    return BARE if assignment.without_evidence else assignment.state


class ResponsibleForm(VersionedFormMixin, Form):
    """Who of the unit answers for an assignment: one of those who hold a working role there."""

    responsible = forms.ModelChoiceField(
        label=_("Người phụ trách"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Không nêu tên, cả đơn vị cùng làm"),
    )

    def __init__(self, *args, assignment, people, **kwargs):
        initial = {
            "responsible": assignment.responsible_id,
            "lock_version": assignment.lock_version,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["responsible"].queryset = people


class ReturnForm(VersionedFormMixin, Form):
    """Why work is given back to the unit."""

    note = forms.CharField(
        label=_("Lý do trả lại"),
        max_length=NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Đơn vị đọc được lời này và nhận thông báo ngay."),
    )

    def __init__(self, *args, assignment, **kwargs):
        super().__init__(*args, initial={"lock_version": assignment.lock_version}, **kwargs)

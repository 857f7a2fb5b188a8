"""Moderation of one consultation for those who run it: how much waits, and until when."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import rules
from feedback.actions import moderating
from feedback.models import Consultation
from feedback.moderation import workload
from portal.common import clock
from portal.common.errors import Refused
from portal.common.forms import Form
from portal.common.scoped import fetch


class DaysForm(Form):
    """Within how many working days each opinion is decided on."""

    days = forms.IntegerField(
        label=gettext_lazy("Quyết định trong (ngày làm việc)"),
        min_value=1,
        max_value=moderating.MOST_DAYS,
        help_text=gettext_lazy("Áp dụng cho ý kiến đến từ bây giờ; được công bố cùng số liệu."),
    )


@login_required
def moderation_desk(request, pk):
    """Numbers of the queue and the time limit; never a word of an opinion."""
    found = fetch(
        Consultation.objects.select_related("agency", "opens", "closes"),
        user=request.user,
        see=rules.may_manage,
        pk=pk,
    )
    form = DaysForm(request.POST or None, initial={"days": found.moderation_days})
    if request.method == "POST" and form.is_valid():
        try:
            moderating.set_moderation_days(
                actor=request.user, consultation=found, days=form.cleaned_data["days"]
            )
        except Refused as refused:
            form.add_error("days", refused.message)
        else:
            messages.success(request, _("Đã lưu thời hạn kiểm duyệt."))
            return redirect("feedback:moderation_desk", pk=pk)
    context = {
        "consultation": found,
        "form": form,
        "load": workload(found, clock.today()),
    }
    return render(request, "feedback/moderation_desk.html", context)

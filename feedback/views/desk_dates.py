"""Other days for an announced consultation, and calling it off."""

import datetime as dt

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback import actions, notify, rules
from feedback.actions.dates import ANNOUNCED, check_days
from feedback.forms import DatesForm, ReasonForm
from feedback.models import ConsultationChange
from feedback.views._desk import GET_OR_POST, desk_page, managed, moment_choices, posted, sent
from portal.common import clock
from portal.common.errors import Refused, StaleVersion

#: Days offered by a button for extending and for reopening.
OFFERED = (7, 15, 30)


@desk_page
@require_http_methods(GET_OR_POST)
def dates(request, pk):
    """Extend, end early, reopen or postpone: the effect is shown first, then it is saved."""
    found = managed(request.user, pk)
    now = clock.now()
    phase = rules.phase_of(found, now)
    if phase not in ANNOUNCED:
        messages.info(request, _("Chỉ đổi được thời gian của đợt đã công bố."))
        return redirect("feedback:manage", pk=pk)
    opened = phase in {"open", "closed"}
    form = DatesForm(
        posted(request),
        consultation=found,
        choices=moment_choices(request, found.opens, found.closes),
        opened=opened,
        closes_on=_wanted(request),
    )
    effect = None
    if sent(request, form) and form.is_valid():
        try:
            effect = _effect(found, form, phase, now)
            if "xac_nhan" in request.POST:
                actions.change_dates(
                    actor=request.user, consultation=found, **form.action_arguments()
                )
                messages.success(request, _("Đã đổi thời gian, công bố lý do và báo mọi người."))
                return redirect("feedback:manage", pk=pk)
        except StaleVersion as stale:
            effect = None
            form.mark_stale_with_moments(stale.current, {})
        except Refused as refused:
            effect = None
            form.blame(refused.message)
    context = {
        "form": form,
        "consultation": found,
        "phase": phase,
        "opened": opened,
        "effect": effect,
        "offers": _offers(found, phase, clock.today(now)),
    }
    return render(request, "feedback/dates.html", context)


def _effect(consultation, form, phase, now):
    """What the form would do, for who confirms it. Raises Refused where it cannot be."""
    before = (consultation.opens.resolved_on, consultation.closes.resolved_on)
    opens = form.day("opens") if "opens" in form.moments else before[0]
    after = (opens, form.day("closes"))
    check_days(phase, before, after, clock.today(now))
    kind = rules.kind_of_move(
        opens=(before[0], after[0]), closes=(before[1], after[1]), today=clock.today(now)
    )
    change = ConsultationChange(
        kind=kind,
        reason=form.cleaned_data["reason"],
        old_opens=before[0],
        new_opens=after[0],
        old_closes=before[1],
        new_closes=after[1],
        made_at=now,
    )
    return {
        "change": change,
        "title": notify.change_title(change, consultation),
        "people": notify.people_told(consultation) if before != after else 0,
    }


def _wanted(request):
    """The last day that a link offers (`?den=2025-09-15`), or None."""
    try:
        return parse_date(request.GET.get("den", ""))
    except ValueError:
        return None


def _offers(consultation, phase, today):
    """(words, ISO day) of what is asked for most."""
    closes = consultation.closes.resolved_on
    if phase == "closed":
        words = _("Mở lại %d ngày")
        return [(words % n, (today + dt.timedelta(days=n)).isoformat()) for n in OFFERED]
    offers = []
    if closes is not None:
        words = _("Gia hạn %d ngày")
        offers = [(words % n, (closes + dt.timedelta(days=n)).isoformat()) for n in OFFERED]
    if phase == "open" and closes != today:
        offers.append((_("Kết thúc hết hôm nay"), today.isoformat()))
    return offers


@desk_page
@require_http_methods(GET_OR_POST)
def withdraw(request, pk):
    """Withdraw it, with a public reason; asked on a page of its own."""
    found = managed(request.user, pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_consultation(
                actor=request.user, consultation=found, reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã hủy đợt lấy ý kiến."))
            return redirect("feedback:manage", pk=pk)
    announced = found.announced_at is not None
    effects = [_("Không nhận thêm ý kiến; ý kiến đã gửi vẫn được giữ, đọc và trả lời.")]
    if announced:
        effects.append(_("Lý do hiện trên trang công khai của đợt lấy ý kiến."))
        people = notify.people_told(found)
        effects.append(_("Báo cho %d người thuộc diện được góp ý và phụ trách.") % people)
    context = {"consultation": found, "form": form, "effects": effects}
    return render(request, "feedback/withdraw.html", context)

"""The side of staff who prepare and run consultations."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feedback import actions, queries, rules
from feedback.forms import ConsultationForm, DatesForm, ReasonForm
from feedback.models import Consultation
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate
from portal.common.scoped import fetch

CONSULTATIONS = Consultation.objects.select_related("agency", "opens", "closes", "reading_level")


@login_required
def desk(request):
    """The consultations of the agencies where this person is staff."""
    _staff_only(request.user)
    page = paginate(request, queries.working_consultations(request.user), per_page=20)
    now = clock.now()
    rows = [{"consultation": c, "phase": rules.phase_of(c, now)} for c in page]
    return render(request, "feedback/desk.html", {"page": page, "rows": rows})


@login_required
def create(request):
    """A new consultation."""
    _staff_only(request.user)
    form = ConsultationForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_consultation(actor=request.user, **form.action_arguments())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lưu. Xem lại rồi công bố."))
            return redirect("feedback:manage", pk=made.pk)
    return render(request, "feedback/edit.html", {"form": form, "consultation": None})


@login_required
def manage(request, pk):
    """One consultation: its terms, numbers and what may be done."""
    found = _consultation(request.user, pk)
    now = clock.now()
    return render(
        request,
        "feedback/manage.html",
        {
            "consultation": found,
            "phase": rules.phase_of(found, now),
            "rows": found.consultation_editions.select_related("edition__document"),
            "groups": found.groups.all(),
            "total": queries.totals([found.pk], day=clock.today(now)).get(found.pk, 0),
            "readers": found.nodes.filter(reads=True).count(),
            "nodes": found.nodes.count(),
            "changes": queries.date_changes(found),
            "reason_form": ReasonForm(),
        },
    )


@login_required
def edit(request, pk):
    """Edit a consultation that is being prepared."""
    found = _consultation(request.user, pk)
    if found.state != Consultation.State.EDITING:
        messages.info(request, _("Đợt lấy ý kiến đã công bố nên không sửa điều kiện được nữa."))
        return redirect("feedback:manage", pk=pk)
    form = ConsultationForm(request.POST or None, user=request.user, consultation=found)
    if request.method == "POST" and form.is_valid():
        arguments = form.action_arguments()
        arguments.pop("agency")
        try:
            actions.edit_consultation(
                actor=request.user,
                consultation=found,
                expected_version=form.expected_version,
                **arguments,
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("feedback:manage", pk=pk)
    return render(request, "feedback/edit.html", {"form": form, "consultation": found})


@login_required
@require_POST
def announce(request, pk):
    """Announce it; from then on the terms stand."""
    found = _consultation(request.user, pk)
    _tell(request, _("Đã công bố."), actions.announce, consultation=found)
    return redirect("feedback:manage", pk=pk)


@login_required
def dates(request, pk):
    """Extend, shorten or postpone, with a public reason."""
    found = _consultation(request.user, pk)
    form = DatesForm(request.POST or None, consultation=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_dates(actor=request.user, consultation=found, **form.action_arguments())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã đổi thời gian và công bố lý do."))
            return redirect("feedback:manage", pk=pk)
    return render(request, "feedback/dates.html", {"form": form, "consultation": found})


@login_required
@require_POST
def withdraw(request, pk):
    """Withdraw it, with a public reason."""
    found = _consultation(request.user, pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    _tell(request, _("Đã hủy."), actions.withdraw_consultation, consultation=found, reason=reason)
    return redirect("feedback:manage", pk=pk)


def _tell(request, done, action, **arguments):
    try:
        action(actor=request.user, **arguments)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, done)


def _staff_only(user):
    if not grants_of(user).agency_ids(rules.MANAGING_ROLES):
        raise PermissionDenied


def _consultation(user, pk):
    return fetch(CONSULTATIONS, user=user, see=rules.may_manage, pk=pk)

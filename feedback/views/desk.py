"""The side of staff who prepare and run consultations: the list, one of them, its form."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.queries.choices import day_note, resolved_day
from feedback import actions, queries, readiness, rules
from feedback.forms import MOMENTS, ConsultationForm, MomentForm, ReasonForm
from feedback.forms.consultations import stored_values
from feedback.models import Consultation
from feedback.views._desk import (
    GET_OR_POST,
    desk_page,
    managed,
    moment_choices,
    posted,
    sent,
    staff_only,
    tell,
)
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate


@desk_page
@require_safe
def desk(request):
    """The consultations of the agencies where this person is staff."""
    staff_only(request.user)
    page = paginate(request, queries.working_consultations(request.user), per_page=20)
    now = clock.now()
    rows = [{"consultation": c, "phase": rules.phase_of(c, now)} for c in page]
    return render(request, "feedback/desk.html", {"page": page, "rows": rows})


@desk_page
@require_http_methods(GET_OR_POST)
def create(request):
    """A new consultation."""
    staff_only(request.user)
    form = ConsultationForm(posted(request), user=request.user, choices=moment_choices(request))
    if sent(request, form) and form.is_valid():
        try:
            made = actions.create_consultation(actor=request.user, **form.action_arguments())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return _saved(request, made, _("Đã lưu. Xem lại rồi công bố."))
    return render(request, "feedback/edit.html", {"form": form, "consultation": None})


def _saved(request, consultation, words):
    """On to the overview, or to choosing units where that is what is missing."""
    messages.success(request, words)
    units = consultation.audience == Consultation.Audience.UNITS
    if units and not consultation.audience_units.exists():
        return redirect("feedback:audience_units", pk=consultation.pk)
    return redirect("feedback:manage", pk=consultation.pk)


@desk_page
@require_safe
def manage(request, pk):
    """One consultation: what is missing, its terms, its numbers and what may be done."""
    found = managed(request.user, pk)
    now = clock.now()
    editing = found.state == Consultation.State.EDITING
    findings = readiness.findings(found, now) if editing else []
    return render(
        request,
        "feedback/manage.html",
        {
            "consultation": found,
            "phase": rules.phase_of(found, now),
            "editing": editing,
            "findings": findings,
            "ready": editing and not any(f.blocking for f in findings),
            "rows": queries.editions_with_questions(found),
            "groups": found.groups.all(),
            "units": queries.number_of_units(found),
            "channels": queries.channel_names(found),
            "total": queries.totals([found.pk], day=clock.today(now)).get(found.pk, 0),
            "ladder": queries.ladder_numbers(found),
            "changes": queries.date_changes(found),
            "reason_form": ReasonForm(),
        },
    )


@desk_page
@require_http_methods(GET_OR_POST)
def edit(request, pk):
    """Edit a consultation that is being prepared."""
    found = managed(request.user, pk)
    if found.state != Consultation.State.EDITING:
        messages.info(request, _("Đợt lấy ý kiến đã công bố nên không sửa điều kiện được nữa."))
        return redirect("feedback:manage", pk=pk)
    form = ConsultationForm(
        posted(request),
        user=request.user,
        choices=moment_choices(request, found.opens, found.closes),
        consultation=found,
    )
    if sent(request, form) and form.is_valid():
        arguments = form.action_arguments()
        arguments.pop("agency")
        try:
            saved = actions.edit_consultation(
                actor=request.user,
                consultation=found,
                expected_version=form.expected_version,
                **arguments,
            )
        except StaleVersion as stale:
            form.mark_stale_with_moments(stale.current, stored_values(stale.current))
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return _saved(request, saved, _("Đã lưu."))
    return render(request, "feedback/edit.html", {"form": form, "consultation": found})


@desk_page
@require_POST
def announce(request, pk):
    """Announce it; from then on the terms stand."""
    found = managed(request.user, pk)
    tell(request, _("Đã công bố."), actions.announce, consultation=found)
    return redirect("feedback:manage", pk=pk)


# --- Moments being chosen -------------------------------------------------------------------


@desk_page
@require_safe
def moment(request):
    """Fragment: the day that the opening or closing comes to as it is being chosen."""
    form = _moment_form(request)
    day, said = None, ""
    if form.is_valid():
        try:
            day = resolved_day(form.spec(), form.side)
        except Refused as refused:
            said = refused.message
    weekday, free = day_note(day)
    context = {"day": day, "said": said, "weekday": weekday, "free": free}
    return render(request, "campaigns/desk/_resolved.html", context)


@desk_page
@require_safe
def moment_events(request):
    """Fragment: the events that fit the words typed."""
    form = _moment_form(request)
    form.forget_errors()
    return render(request, "campaigns/desk/_event_choice.html", {"b": form})


def _moment_form(request):
    staff_only(request.user)
    prefix = request.GET.get("moc", "")
    if prefix not in MOMENTS:
        raise Http404
    choices = moment_choices(request, prefixes=(prefix,))
    return MomentForm(request.GET, prefix=prefix, choices=choices[prefix])

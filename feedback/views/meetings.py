"""Meetings of a unit, entered by its secretary on a phone; and their numbers for those above."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.actions import meetings as actions
from feedback.forms.meetings import (
    CorrectionForm,
    MeetingForm,
    MeetingOpinionForm,
    WhyForm,
    place_of,
)
from feedback.models import LadderNode, Meeting
from feedback.places import Places
from feedback.queries import meetings as queries
from feedback.rules import entering, phase_of
from feedback.rules import meetings as rules
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused, StaleVersion

GET_OR_POST = ["GET", "HEAD", "POST"]
S, Outcome = Meeting.State, Meeting.Outcome


@never_cache
@login_required
@require_safe
def units(request):
    """What the units of this person have to enter, and what waits for them as a clerk."""
    grants = grants_of(request.user)
    if not grants.agency_ids(rules.OWN_ROLES | entering.CLERK_ROLES):
        raise PermissionDenied
    now = clock.now()
    rows = queries.units_of(grants, now)
    return render(
        request,
        "feedback/meetings/units.html",
        {
            "rows": [
                {
                    "unit": row,
                    "phase": phase_of(row.consultation, now),
                    "below": grants.has(entering.CLERK_ROLES, row.node.handled_by_id)
                    and not row.node.handled_by.is_cell,
                }
                for row in rows
            ],
            "clerk": bool(grants.agency_ids(entering.CLERK_ROLES)),
            "minutes": queries.minutes_to_key(grants).count(),
            "grace": rules.GRACE_DAYS,
        },
    )


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def new(request, consultation, node):
    """A new meeting: day, numbers, and one of three ways to go on."""
    node = _node(consultation, node)
    part = rules.part_of(request.user, node)
    if not part or not rules.offered(node.consultation):
        raise Http404
    if not part.enters:
        raise PermissionDenied
    now = clock.now()
    today = clock.today(now)
    sent = request.method == "POST"
    form = MeetingForm(*((request.POST,) if sent else ()), today=today)
    if sent and form.is_valid():
        try:
            row, again = actions.enter_meeting(
                actor=request.user,
                node=node,
                outcome=form.cleaned_data["outcome"],
                submission_key=form.cleaned_data["submission_key"],
                **form.numbers(),
            )
        except Refused as refused:
            form.refused(refused)
        else:
            if not again:
                warn_of_numbers(request, row)
            return redirect(next_page(row))
    takes = rules.takes(node.consultation, now)
    context = {
        "node": node,
        "part": part,
        "form": form,
        "takes": takes,
        "phase": phase_of(node.consultation, now),
        "days": rules.days_of(node.consultation, today) if takes else None,
        "grace": rules.GRACE_DAYS,
        "members": node.members,
    }
    return render(request, "feedback/meetings/new.html", context, status=_status(form))


@never_cache
@login_required
@require_safe
def meeting(request, public_id):
    """A meeting: its receipt once it is sent, else what is to be done next."""
    row, part = found(request.user, public_id)
    if row.state == S.ENTERING and part.enters:
        return redirect(next_page(row))
    words = rules.sees_words(row, part)
    return render(
        request,
        "feedback/meetings/meeting.html",
        {
            "meeting": row,
            "part": part,
            "enters": part.own or (part.stands_in and row.on_behalf),
            "words": words,
            "opinions": queries.rows_of(row) if words else [],
            "photos": queries.photos_of(row) if words else [],
            "confirms": rules.confirms(request.user, row, part),
            "takes": rules.takes(row.consultation, clock.now()),
            "last_day": rules.last_day(row.consultation),
            "claimed": actions.claimed(row, clock.now()),
            "keep_days": rules.KEEP_PHOTOS_DAYS,
        },
    )


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def opinions(request, public_id):
    """The opinions of a meeting, one after the other, kept as they are entered."""
    row, part = found(request.user, public_id)
    if not part.enters and row.state == S.ENTERING:
        raise Http404
    if not rules.writes_rows(request.user, row, part):
        return redirect(next_page(row))
    if "outcome" in request.POST:
        return go_another_way(request, row)
    sends = request.POST.get("do") == "send"
    if sends and not typed_something(request.POST):
        return send(request, public_id)
    form, saved = add_opinion(request, row)
    if saved:
        return (
            send(request, public_id) if sends else redirect("feedback:meeting_opinions", public_id)
        )
    context = {"meeting": row, "form": form, "opinions": listed(row)}
    return render(request, "feedback/meetings/opinions.html", context, status=_status(form))


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def opinion(request, public_id, n):
    """One opinion of a meeting, to change it."""
    row, part = found(request.user, public_id)
    if not rules.writes_rows(request.user, row, part):
        raise Http404
    entry = get_object_or_404(
        row.batch.rows.filter(dropped=False).select_related("block", "edition__document"), n=n
    )
    places = Places(row.consultation)
    sent = request.method == "POST"
    form = MeetingOpinionForm(*((request.POST,) if sent else ()), places=places, row=entry)
    look = _looks_only(request)
    if sent and form.is_valid() and not look:
        try:
            actions.change_opinion(
                actor=request.user,
                meeting=row,
                n=n,
                expected_version=form.cleaned_data["lock_version"],
                places=places,
                **form.fields_of_row(),
            )
        except StaleVersion as stale:
            form.add_error(None, stale.message)
            form.data = form.data | {"lock_version": str(stale.current.lock_version)}
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lưu ý kiến %d.") % n)
            return redirect(_typing_page(row), public_id)
    context = {
        "meeting": row,
        "form": form,
        "entry": entry,
        "looking": look,
        "back": _typing_page(row),
    }
    return render(request, "feedback/meetings/opinion.html", context, status=_status(form))


@never_cache
@login_required
@require_POST
def drop(request, public_id, n):
    """Take an opinion out."""
    row, part = found(request.user, public_id)
    try:
        actions.drop_opinion(actor=request.user, meeting=row, n=n)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã xóa ý kiến."))
    return redirect(_typing_page(row) if rules.writes_rows(request.user, row, part)
                    else "feedback:meeting", public_id)  # fmt: skip


@never_cache
@login_required
@require_POST
def unname(request, public_id, n):
    """Take the name of who spoke off the beginning of an opinion."""
    row, part = found(request.user, public_id)
    if not rules.writes_rows(request.user, row, part):
        raise Http404
    entry = get_object_or_404(row.batch.rows.filter(dropped=False), n=n)
    try:
        actions.change_opinion(
            actor=request.user,
            meeting=row,
            n=n,
            expected_version=entry.lock_version,
            text=rules.without_speaker(entry.text),
        )
    except Refused as refused:
        messages.error(request, refused.message)
    except StaleVersion as stale:
        messages.error(request, stale.message)
    else:
        messages.success(request, _("Đã bỏ tên người phát biểu ở ý kiến %d.") % n)
    return redirect(_typing_page(row), public_id)


@never_cache
@login_required
@require_safe
def passage(request, public_id):
    """The passage that was typed, as a fragment under the field."""
    row, part = found(request.user, public_id)
    if not part:
        raise Http404
    places = Places(row.consultation)
    asked = request.GET.get("edition") or (places.only_edition and str(places.only_edition.pk))
    edition = next((e for e in places.editions if str(e.pk) == asked), None)
    context = {"passages": None}
    if edition is not None:
        typed = request.GET.get("place", "")[:200]
        context["passages"] = queries.passages(places, edition, typed)
    return render(request, "feedback/meetings/_passages.html", context)


@never_cache
@login_required
@require_POST
def send(request, public_id):
    """Send a meeting with its opinions."""
    row, part = found(request.user, public_id)
    if not part.enters:
        raise PermissionDenied
    try:
        actions.send(actor=request.user, meeting=row)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("feedback:meeting_opinions", public_id)
    return redirect("feedback:meeting", public_id)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def edit(request, public_id):
    """Correct day and numbers."""
    row, _part = _mine(request.user, public_id)
    sent = request.method == "POST"
    form = CorrectionForm(*((request.POST,) if sent else ()), meeting=row)
    if sent and form.is_valid():
        try:
            row = actions.correct_numbers(
                actor=request.user,
                meeting=row,
                expected_version=form.expected_version,
                **form.numbers(),
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.refused(refused)
        else:
            messages.success(request, _("Đã sửa."))
            warn_of_numbers(request, row)
            return redirect("feedback:meeting", public_id)
    context = {"meeting": row, "form": form}
    return render(request, "feedback/meetings/edit.html", context, status=_status(form))


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def reopen(request, public_id):
    """Take a sent meeting back to correct its opinions."""
    return _with_reason(
        request,
        public_id,
        action=actions.reopen,
        done=_("Đã mở lại để sửa. Hội nghị chỉ được tính khi gửi lại."),
        template="feedback/meetings/reopen.html",
    )


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def undo(request, public_id):
    """Undo a meeting."""
    return _with_reason(
        request,
        public_id,
        action=actions.undo,
        done=_("Đã hủy hội nghị; các ý kiến của hội nghị không còn được tính."),
        template="feedback/meetings/undo.html",
    )


def _with_reason(request, public_id, *, action, done, template):
    row, _part = _mine(request.user, public_id)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            action(actor=request.user, meeting=row, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, done)
            return redirect("feedback:meeting", public_id)
    return render(request, template, {"meeting": row, "form": form}, status=_status(form))


# --- Shared with minutes --------------------------------------------------------------------


def found(user, public_id):
    """(Meeting, Part of `user`); for outsiders it does not exist."""
    row = get_object_or_404(queries.MEETINGS, public_id=public_id)
    part = rules.part_of(user, row.node)
    if not part:
        raise Http404
    return row, part


def next_page(row):
    """Where whoever enters a meeting goes on with it."""
    name = "feedback:meeting"
    if row.state == S.ENTERING:
        name = (
            "feedback:meeting_photos"
            if row.outcome == Outcome.MINUTES
            else "feedback:meeting_opinions"
        )
    return _path(name, row)


def go_another_way(request, row):
    """Another of the three ways than the one begun: where it leads."""
    try:
        row = actions.choose_outcome(
            actor=request.user, meeting=row, outcome=request.POST["outcome"]
        )
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(next_page(row))


_TYPED = ("place", "stance", "text", "reason", "proposed")


def typed_something(data):
    """Whether the form of an opinion holds one: it is kept before the meeting goes."""
    return any(data.get(name, "").strip() for name in _TYPED)


def add_opinion(request, row):
    """(the form of a new opinion, whether one was saved from it)."""
    places = Places(row.consultation)
    last = row.batch.rows.order_by("-n").values_list("n", flat=True).first() or 0
    sent = request.method == "POST"
    form = MeetingOpinionForm(*((request.POST,) if sent else ()), places=places, next_n=last + 1)
    if not sent or not form.is_valid() or _looks_only(request):
        return form, False
    try:
        entry = actions.put_opinion(
            actor=request.user,
            meeting=row,
            n=form.cleaned_data["n"],
            places=places,
            **form.fields_of_row(),
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return form, False
    messages.success(request, _("Đã lưu ý kiến %d.") % entry.n)
    return form, True


def listed(row):
    """The opinions of a meeting with a hint where one names who spoke."""
    return [
        {"row": entry, "named": rules.names_a_speaker(entry.text), "place": place_of(entry)}
        for entry in queries.rows_of(row)
    ]


def warn_of_numbers(request, row):
    """Say, and no more, that more people were there than the unit has members."""
    members = row.node.members
    if members and row.present > members:
        messages.warning(
            request,
            ngettext(
                "Số người dự (%(present)d) nhiều hơn số đảng viên của đơn vị (%(members)d). Nếu "
                "nhầm, hãy sửa; nếu có khách mời thì không cần làm gì.",
                "Số người dự (%(present)d) nhiều hơn số đảng viên của đơn vị (%(members)d). Nếu "
                "nhầm, hãy sửa; nếu có khách mời thì không cần làm gì.",
                row.present,
            )
            % {"present": row.present, "members": members},
        )


def _looks_only(request):
    """The button beside the place only looks it up: without scripts there is no other way."""
    return request.POST.get("do") == "look"


def _typing_page(row):
    return "feedback:minutes_key" if row.state == S.KEYING else "feedback:meeting_opinions"


def _mine(user, public_id):
    row, part = found(user, public_id)
    if not (part.own or (part.stands_in and row.on_behalf)):
        raise PermissionDenied
    if row.state == S.UNDONE:
        raise Http404
    return row, part


def _node(consultation, node):
    return get_object_or_404(
        LadderNode.objects.select_related(
            "consultation__opens", "consultation__closes", "consultation__agency"
        ),
        pk=node,
        consultation=consultation,
    )


def _path(name, row):
    return reverse(name, args=[row.public_id])


def _status(form):
    return 422 if form.is_bound and form.errors else 200

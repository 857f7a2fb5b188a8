"""The queue and the page of one case; both are made for a thumb and for a keyboard."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.common.errors import Refused
from portal.common.paging import paginate, tabs
from portal.common.scoped import fetch
from portal.moderation import actions, queries, registry, rules
from portal.moderation.forms import ApproveForm, HideForm, QueueFilter
from portal.moderation.models import Case

STATE_PARAM = "trang_thai"
PER_PAGE = 20
#: Parameters of the list that stay while one case after the other is decided.
KEPT = ("co_quan", "loai", STATE_PARAM)
State = Case.State


def _for_moderators(view):
    def checked(request, *args, **kwargs):
        if not rules.moderates_somewhere(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(login_required(checked))


@_for_moderators
@require_safe
def queue(request):
    """Chờ kiểm duyệt: what waits for me, the oldest first; decided ones by state, newest first."""
    found = QueueFilter(
        request.GET, queryset=queries.cases(request.user), cases=queries.cases(request.user)
    )
    state = request.GET.get(STATE_PARAM, "")
    if state not in State.values:
        state = ""
    counts = queries.state_counts(found.qs)
    waiting = _waiting(request, found)
    decided = found.qs.filter(state=state).order_by("-decided_at", "-submitted_at", "id")
    page = paginate(request, decided if state else waiting, PER_PAGE)
    context = {
        "page": page,
        "lines": queries.lines(page),
        "filter": found,
        "filtered": any(request.GET.get(name) for name in found.filters),
        "state": state,
        "state_param": STATE_PARAM,
        "tabs": _tabs(request, counts, waiting.count(), state),
        "kept": _kept(request),
        "open": not state,
    }
    return render(request, "moderation/queue.html", context)


def _waiting(request, found):
    """What waits for this person, under the filter of the list."""
    rows = queries.waiting_for(request.user)
    form = found.form
    if form.is_valid():
        agency, kind = form.cleaned_data.get("co_quan"), form.cleaned_data.get("loai")
        rows = rows.filter(agency=agency) if agency else rows
        rows = rows.filter(kind=kind) if kind else rows
    return rows


def _tabs(request, counts, waiting, chosen):
    choices = [("", _("Chờ tôi quyết định"), waiting)]
    for state in (State.APPEALED, State.APPROVED, State.HIDDEN):
        choices.append((state.value, state.label, counts.get(state.value, 0)))
    return tabs(request, STATE_PARAM, choices, chosen)


def _kept(request):
    """The parameters of the list as a query string with "?", or ""."""
    query = request.GET.copy()
    for name in list(query):
        if name not in KEPT or not query[name]:
            del query[name]
    return f"?{query.urlencode()}" if query else ""


def _case(request, pk):
    return fetch(
        queries.with_history(Case.objects.all()), user=request.user, see=rules.may_see, pk=pk
    )


@_for_moderators
@require_safe
def case(request, pk):
    """One case: the words, what they answer, what was decided, the two buttons."""
    return _render_case(request, _case(request, pk))


def _render_case(request, found, *, hide_form=None, status=200):
    shown = queries.lines([found])
    version = {"lock_version": found.lock_version}
    may_decide = rules.deciding_grant(request.user, found) is not None
    decisions = queries.with_labels(found.decisions.all())
    context = {
        "case": found,
        "line": shown[0] if shown else None,
        "handler": registry.kinds[found.kind],
        "decisions": decisions,
        "appeal": queries.appeal_of(found),
        "approve_form": ApproveForm(initial=version, auto_id=False),
        "hide_form": hide_form or HideForm(initial=version),
        "reopen": hide_form is not None,
        "may_decide": may_decide and bool(shown),
        "may_approve": rules.LIFECYCLE.allows("approve", found.state),
        "may_hide": rules.LIFECYCLE.allows("hide", found.state),
        "kept": _kept(request),
    }
    return render(request, "moderation/case.html", context, status=status)


@_for_moderators
@require_POST
def approve(request, pk):
    """The left thumb button: show it."""
    found = _case(request, pk)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return _render_case(request, found)
    return _decide(request, found, rules.APPROVED, form)


@_for_moderators
@require_POST
def hide(request, pk):
    """The right one: do not, for a reason."""
    found = _case(request, pk)
    form = HideForm(request.POST)
    if not form.is_valid():
        return _render_case(request, found, hide_form=form)
    return _decide(request, found, rules.HIDDEN, form)


def _decide(request, found, outcome, form):
    if rules.deciding_grant(request.user, found) is None:
        raise PermissionDenied
    was_open = found.is_open
    try:
        actions.decide(
            actor=request.user,
            case_id=found.pk,
            expected_version=form.cleaned_data["lock_version"],
            outcome=outcome,
            reasons=form.cleaned_data.get("reasons", ()),
            note=form.cleaned_data.get("note", ""),
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(_here(request, found))
    handler = registry.kinds[found.kind]
    label = handler.approve_label if outcome == rules.APPROVED else handler.hide_label
    messages.success(request, _("Đã quyết định: %(outcome)s.") % {"outcome": label})
    return redirect(_next(request) if was_open else _here(request, found))


def _here(request, found):
    return reverse("moderation:case", args=[found.pk]) + _kept(request)


def _next(request):
    """The next case that waits, under the same filter; the list when there is none."""
    found = QueueFilter(
        request.GET, queryset=queries.cases(request.user), cases=queries.cases(request.user)
    )
    following = _waiting(request, found).values_list("pk", flat=True).first()
    if following is None:
        return reverse("moderation:queue") + _kept(request)
    return reverse("moderation:case", args=[following]) + _kept(request)


@_for_moderators
@require_POST
def approve_many(request):
    """Approve what is ticked, or the one whose own button was pressed (`only`)."""
    back = reverse("moderation:queue") + _kept(request)
    chosen = request.POST.getlist("only") or request.POST.getlist("chosen")
    versions = _versions(chosen)
    if not versions:
        messages.error(request, _("Chưa chọn nội dung nào."))
        return redirect(back)
    visible = set(queries.cases(request.user).filter(pk__in=versions).values_list("pk", flat=True))
    try:
        done, refusals = actions.approve_many(
            actor=request.user, versions={pk: v for pk, v in versions.items() if pk in visible}
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(back)
    if done:
        messages.success(
            request, ngettext("Đã duyệt %d nội dung.", "Đã duyệt %d nội dung.", done) % done
        )
    for sentence in dict.fromkeys(refusals):
        messages.warning(request, sentence)
    return redirect(back)


def _versions(chosen):
    """{case id: lock_version} of values "uuid:version"; what is no such value is left out."""
    out = {}
    for value in chosen:
        pk, _colon, version = value.partition(":")
        try:
            out[uuid.UUID(pk)] = int(version)
        except ValueError:
            continue
    return out

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

from portal.common import clock
from portal.common.errors import Refused
from portal.common.paging import paginate, tabs
from portal.common.scoped import fetch
from portal.moderation import actions, queries, registry, rules
from portal.moderation.forms import ApproveForm, HideForm, QueueFilter, VersionForm
from portal.moderation.models import Case

STATE_PARAM = "trang_thai"
PER_PAGE = 20
#: The cases whose words are those of this one.
LIKE_PARAM = "giong"
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
    """Chờ kiểm duyệt: what waits for me, what is due first; decided ones by state, newest first."""
    now = clock.now()
    found = QueueFilter(
        request.GET, queryset=queries.cases(request.user), cases=queries.cases(request.user)
    )
    state = request.GET.get(STATE_PARAM, "")
    if state not in State.values:
        state = ""
    counts = queries.state_counts(found.qs)
    waiting = _waiting(request, found)
    like = _like(request) if not state else None
    rows = found.qs.filter(state=state).order_by("-decided_at", "-submitted_at", "id")
    if not state:
        rows = waiting
    if like is not None:
        rows = rows.filter(kind=like.kind, likeness=like.likeness, agency=like.agency_id)
    page = paginate(request, rows, PER_PAGE)
    lines = queries.lines(page)
    context = {
        "page": page,
        "lines": lines,
        "like": like,
        "like_handler": like and registry.kinds[like.kind],
        "spam_label": next((li.handler.spam_label for li in lines if li.handler.spam_label), ""),
        "overdue": queries.count_overdue(waiting, clock.today(now)),
        "today": clock.today(now),
        "now": now,
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


def _like(request):
    """The Case that ?giong= names, whose words are those of others; None without."""
    try:
        pk = uuid.UUID(request.GET.get(LIKE_PARAM, ""))
    except ValueError:
        return None
    return queries.cases(request.user).exclude(likeness="").filter(pk=pk).first()


def _tabs(request, counts, waiting, chosen):
    choices = [("", _("Chờ tôi quyết định"), waiting)]
    for state in (State.APPEALED, State.PROPOSED, State.APPROVED, State.HIDDEN, State.SPAM):
        rare = state in (State.PROPOSED, State.SPAM)
        if rare and not counts.get(state.value) and chosen != state:
            continue
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
    """One case: the words, what they answer, what was decided, the two buttons.

    Opening it holds it for some minutes, so that a colleague opens another one. That is all a GET
    does here; it runs out by itself.
    """
    found = _case(request, pk)
    if found.is_open and rules.deciding_grant(request.user, found) is not None:
        if actions.claim(actor=request.user, case=found):
            found.claimed_by = request.user
        else:
            found.refresh_from_db(fields=["claimed_by", "claimed_until"])
    return _render_case(request, found)


def _render_case(request, found, *, hide_form=None, status=200):
    shown = queries.lines([found])
    proposal = found.open_proposal()
    version = {"lock_version": found.lock_version}
    proposed = {"reasons": proposal.reasons, "cited": proposal.cited} if proposal else {}
    may_decide = rules.deciding_grant(request.user, found) is not None
    held = found.holder(clock.now()) not in (None, request.user.pk)
    decisions = queries.with_labels(found.decisions.all())
    context = {
        "case": found,
        "line": shown[0] if shown else None,
        "handler": registry.kinds[found.kind],
        "decisions": decisions,
        "appeal": queries.appeal_of(found),
        "approve_form": ApproveForm(initial=version, auto_id=False),
        "hide_form": hide_form or HideForm(kind=found.kind, initial=version | proposed),
        "proposal": proposal,
        "own_proposal": proposal and request.user.pk in (proposal.by_id, proposal.on_behalf_of_id),
        "proposal_labels": queries.with_labels([proposal])[0][1] if proposal else [],
        "reopen": hide_form is not None or (proposal is not None and may_decide),
        "held": held,
        "today": clock.today(),
        "may_decide": may_decide and bool(shown) and not held,
        "may_spam": bool(registry.kinds[found.kind].spam_label)
        and rules.LIFECYCLE.allows("spam", found.state),
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
    form = HideForm(request.POST, kind=found.kind)
    if not form.is_valid():
        return _render_case(request, found, hide_form=form)
    if form.needs_two and found.state in (State.PENDING, State.APPROVED):
        return _propose(request, found, form)
    return _decide(request, found, rules.HIDDEN, form)


@_for_moderators
@require_POST
def spam(request, pk):
    """Neither shown nor counted; the sender may ask for a second look at that, too."""
    found = _case(request, pk)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return _render_case(request, found)
    return _decide(request, found, rules.SPAM, form)


@_for_moderators
@require_POST
def take_back(request, pk):
    """Who proposed what needs two people thinks better of it."""
    found = _case(request, pk)
    try:
        actions.take_back_proposal(actor=request.user, case_id=found.pk)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã rút đề nghị. Nội dung trở lại hàng chờ."))
    return redirect(_here(request, found))


@_for_moderators
@require_POST
def give_back(request, pk):
    """Leave it to somebody else."""
    found = _case(request, pk)
    actions.release(actor=request.user, case=found)
    return redirect(reverse("moderation:queue") + _kept(request))


def _propose(request, found, form):
    if rules.deciding_grant(request.user, found) is None:
        raise PermissionDenied
    try:
        actions.propose(
            actor=request.user,
            case_id=found.pk,
            expected_version=form.cleaned_data["lock_version"],
            reasons=form.cleaned_data["reasons"],
            cited=form.cleaned_data["cited"],
            note=form.cleaned_data["note"],
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(_here(request, found))
    messages.success(
        request, _("Đã đề nghị. Một người khác quyết định; chưa có gì thay đổi với nội dung này.")
    )
    return redirect(_next(request))


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
            cited=form.cleaned_data.get("cited", ""),
            note=form.cleaned_data.get("note", ""),
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(_here(request, found))
    label = registry.kinds[found.kind].outcome_label(outcome)
    messages.success(request, _("Đã quyết định: %(outcome)s.") % {"outcome": label})
    return redirect(_next(request) if was_open else _here(request, found))


def _here(request, found):
    return reverse("moderation:case", args=[found.pk]) + _kept(request)


def _next(request):
    """The next case that waits and nobody has open, under the same filter; else the list."""
    found = QueueFilter(
        request.GET, queryset=queries.cases(request.user), cases=queries.cases(request.user)
    )
    free = queries.not_held(_waiting(request, found), request.user, clock.now())
    following = free.values_list("pk", flat=True).first()
    if following is None:
        return reverse("moderation:queue") + _kept(request)
    return reverse("moderation:case", args=[following]) + _kept(request)


#: What the buttons of the list may ask for; hiding has its reason case by case.
FOR_MANY = (rules.APPROVED, rules.SPAM)


@_for_moderators
@require_POST
def decide_many(request):
    """Decide what is ticked alike, or the one whose own button was pressed (`only`: approved)."""
    back = reverse("moderation:queue") + _kept(request)
    alone = request.POST.getlist("only")
    outcome = rules.APPROVED if alone else request.POST.get("outcome", rules.APPROVED)
    versions = _versions(alone or request.POST.getlist("chosen"))
    if not versions or outcome not in FOR_MANY:
        messages.error(request, _("Chưa chọn nội dung nào."))
        return redirect(back)
    visible = dict(queries.cases(request.user).filter(pk__in=versions).values_list("pk", "kind"))
    if outcome == rules.SPAM:
        visible = {pk: kind for pk, kind in visible.items() if registry.kinds[kind].spam_label}
    try:
        done, refusals = actions.decide_many(
            actor=request.user,
            versions={pk: v for pk, v in versions.items() if pk in visible},
            outcome=outcome,
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(back)
    _say_how_many(request, outcome, done)
    for sentence in dict.fromkeys(refusals):
        messages.warning(request, sentence)
    return redirect(back)


@_for_moderators
@require_POST
def decide_alike(request, pk):
    """One decision for everything that waits with the same words."""
    found = _case(request, pk)
    outcome = request.POST.get("outcome")
    known = outcome == rules.SPAM and registry.kinds[found.kind].spam_label
    if not found.likeness or not (known or outcome == rules.APPROVED):
        raise PermissionDenied
    try:
        done = actions.decide_alike(actor=request.user, like=found, outcome=outcome)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        _say_how_many(request, outcome, done)
    return redirect(reverse("moderation:queue") + _kept(request))


def _say_how_many(request, outcome, done):
    if not done:
        messages.warning(request, _("Không có nội dung nào được quyết định."))
    elif outcome == rules.SPAM:
        words = ngettext("Đã đưa %d nội dung vào thư rác.", "Đã đưa %d nội dung vào thư rác.", done)
        messages.success(request, words % done)
    else:
        words = ngettext("Đã duyệt %d nội dung.", "Đã duyệt %d nội dung.", done)
        messages.success(request, words % done)


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

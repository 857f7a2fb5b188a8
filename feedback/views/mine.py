"""Ý kiến của tôi: own opinions, found again by a keyed token."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from feedback import actions, passages, queries, rules
from feedback.forms import RevisionForm
from portal.common import clock, keeping
from portal.common.errors import Refused, StaleVersion


@never_cache
@login_required
def mine(request):
    """The person's own opinions, found again by a keyed token."""
    groups = queries.my_opinions(request.user, clock.now())
    passages.attach_standing([o for group in groups for o in group.opinions], request.user)
    return render(request, "feedback/mine.html", {"groups": groups})


@keeping.keeps_typed
@never_cache
@login_required
def mine_one(request, public_id):
    """One own opinion: its words, their history, and the form while it is open."""
    opinion = queries.my_opinion(request.user, public_id)
    if opinion is None:
        raise Http404
    passages.attach_standing([opinion], request.user)
    now = clock.now()
    editable = rules.is_open(opinion.consultation, now) and opinion.state == "received"
    form = RevisionForm(request.POST or None, opinion=opinion)
    if request.method == "POST" and editable and form.is_valid():
        try:
            actions.revise_opinion(
                author=request.user,
                opinion=opinion,
                expected_version=form.expected_version,
                now=now,
                **form.words(),
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lưu. Mã tiếp nhận không đổi."))
            return redirect("feedback:mine_one", public_id=public_id)
    return render(
        request,
        "feedback/mine_one.html",
        {
            "opinion": opinion,
            "phase": rules.phase_of(opinion.consultation, now),
            "form": form if editable else None,
            "typed": [] if editable else form.typed(),
            "versions": _versions(opinion),
            "looks": opinion.looks.select_related("reader").order_by("-id"),
        },
        status=422 if request.method == "POST" else 200,
    )


def _versions(opinion):
    """[(what stood before, what replaced it)], newest first; 1 query."""
    before = list(opinion.revisions.order_by("n"))
    return list(zip(before, [*before[1:], opinion], strict=False))[::-1]


@never_cache
@login_required
@require_POST
def mine_withdraw(request, public_id):
    """Withdraw an own opinion."""
    opinion = queries.my_opinion(request.user, public_id)
    if opinion is None:
        raise Http404
    try:
        actions.withdraw_opinion(author=request.user, opinion=opinion)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã rút ý kiến. Ý kiến này không còn được tính."))
    return redirect("feedback:mine")

"""Ý kiến của tôi: own opinions, found again by a keyed token."""

from itertools import groupby
from operator import attrgetter

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from feedback import actions, passages, queries, rules
from feedback.forms import ReplyForm, RevisionForm
from portal.common import clock, keeping
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate

PER_PAGE = 20
#: The button that shows what would be saved, where there is no script.
LOOK = "xem"


@never_cache
@login_required
def mine(request):
    """The person's own opinions, found again by a keyed token, in pages.

    A fixed number of queries, whatever the number of consultations and opinions.
    """
    now = clock.now()
    _consultations, lookups = queries.own_tokens(request.user)
    waiting = queries.own_opinions(lookups, asked=True).count()
    asked = request.GET.get("loc") == "can-lam-ro"
    page = paginate(request, queries.own_opinions(lookups, asked=asked), per_page=PER_PAGE)
    by_id = {c.pk: c for c in lookups.values()}
    for opinion in page:
        opinion.consultation = by_id[opinion.consultation_id]
    queries.attach_following(page.items)
    passages.attach_standing(page.items, request.user)
    first = page.number == 1 and not asked
    return render(
        request,
        "feedback/mine.html",
        {
            "groups": _groups(page, now),
            "page": page,
            "waiting": waiting,
            "asked": asked,
            "drafts": queries.my_drafts(lookups, now) if first else [],
        },
    )


def _groups(page, now):
    """The opinions of a page by consultation, in their order."""
    return [
        {"consultation": c, "phase": rules.phase_of(c, now), "opinions": list(opinions)}
        for c, opinions in groupby(page, key=attrgetter("consultation"))
    ]


@never_cache
@login_required
@require_POST
def mine_draft_discard(request, pk):
    """Throw an own draft away."""
    row = queries.my_draft_by_id(request.user, pk)
    if row is None:
        raise Http404
    actions.discard_draft(author=request.user, consultation=row.consultation, place=row.place)
    messages.success(request, _("Đã xóa bản nháp."))
    return redirect("feedback:mine")


@keeping.keeps_typed
@never_cache
@login_required
def mine_one(request, public_id, reply_form=None):
    """One own opinion: its words, their history, and the form while it is open."""
    opinion = queries.my_opinion(request.user, public_id)
    if opinion is None:
        raise Http404
    passages.attach_standing([opinion], request.user)
    queries.attach_following([opinion])
    now = clock.now()
    editable = rules.is_open(opinion.consultation, now) and opinion.state == "received"
    sent = request.POST if request.method == "POST" and reply_form is None else None
    form = RevisionForm(sent, opinion=opinion)
    preview = None
    if sent is not None and editable and LOOK in sent:
        preview = form.words() if form.is_valid() else None
    elif sent is not None and editable and form.is_valid():
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
            "preview": preview,
            "typed": [] if editable or reply_form else form.typed(),
            "versions": _versions(opinion),
            "said": queries.messages_of(opinion.pk),
            "reply_form": reply_form or ReplyForm(),
            "looks": opinion.looks.select_related("reader").order_by("-id"),
        },
        status=422 if request.method == "POST" and not preview else 200,
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


@never_cache
@login_required
@require_POST
def mine_reply(request, public_id):
    """Reply to a question about an own opinion."""
    opinion = queries.my_opinion(request.user, public_id)
    if opinion is None:
        raise Http404
    form = ReplyForm(request.POST)
    if form.is_valid():
        try:
            actions.reply_as_author(
                author=request.user, opinion=opinion, text=form.cleaned_data["text"]
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã gửi trả lời đến người tổng hợp."))
            return redirect("feedback:mine_one", public_id=public_id)
    page = mine_one(request, public_id, reply_form=form)
    page.status_code = 422
    return page

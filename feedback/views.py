"""The side of those who write: consultations, the form, "Ý kiến của tôi", receipts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from documents.models import Edition
from documents.queries import readable_documents, readable_ids
from documents.rules import may_read_edition
from feedback import actions, ladder, passages, queries, rules
from feedback.forms import OpinionForm, ReceiptForm, RevisionForm
from feedback.models import Consultation, Opinion
from portal.agencies.rules import grants_of
from portal.common import clock, pagecache
from portal.common.errors import Refused, StaleVersion
from portal.common.limits import limited
from portal.common.paging import paginate
from portal.common.text import one_line


@pagecache.public_page(trang=pagecache.page_number)
def consultation_list(request):
    """All announced consultations: open, upcoming, closed."""
    now = clock.now()
    page = paginate(request, queries.announced_in_order(now), per_page=20)
    totals = queries.totals([c.pk for c in page], day=clock.today(now))
    readable = readable_ids(
        request.user,
        [row.edition.document for c in page for row in c.consultation_editions.all()],
    )
    rows = [
        {
            "consultation": c,
            "phase": rules.phase_of(c, now),
            "total": queries.public_count(totals.get(c.pk, 0)),
            "editions": [
                row.edition
                for row in c.consultation_editions.all()
                if row.edition.document_id in readable
            ],
        }
        for c in page
    ]
    return render(request, "feedback/list.html", {"page": page, "rows": rows})


@pagecache.public_page()
def consultation(request, pk, slug):
    """One consultation: what, who, until when, who reads."""
    found = get_object_or_404(
        Consultation.objects.select_related("agency", "opens", "closes", "reading_level"), pk=pk
    )
    if not rules.may_see(request.user, found):
        raise Http404
    if slug != found.slug:
        return redirect("feedback:consultation", pk=pk, slug=found.slug, permanent=True)
    now = clock.now()
    total = queries.totals([found.pk], day=clock.today(now)).get(found.pk, 0)
    return render(
        request,
        "feedback/consultation.html",
        {
            "consultation": found,
            "phase": rules.phase_of(found, now),
            "rows": found.consultation_editions.filter(
                edition__document__in=readable_documents(request.user)
            ).select_related("edition__document"),
            "groups": found.groups.all(),
            "total": queries.public_count(total),
            "changes": queries.date_changes(found),
        },
    )


@never_cache
@login_required
@limited("opinion", per_person=120, minutes=60)
def say(request, pk, edition):
    """The form for one opinion, on a page of its own; it works without JavaScript."""
    found = get_object_or_404(queries.announced().select_related("reading_level"), pk=pk)
    edition = get_object_or_404(
        Edition.objects.select_related("document__agency"),
        pk=edition,
        consultation_editions__consultation=found,
    )
    if not may_read_edition(request.user, edition):
        raise Http404
    block = _block(request, edition)
    now = clock.now()
    quote = _quote(request, block)
    form = OpinionForm(request.POST or None, consultation=found, block=block, quote=quote)
    if request.method == "POST" and form.is_valid():
        try:
            receipt = actions.submit_opinion(
                author=request.user,
                consultation=found,
                edition=edition,
                block=block,
                now=now,
                **form.action_arguments(),
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return render(
                request,
                "feedback/sent.html",
                {
                    "consultation": found,
                    "edition": edition,
                    "passage": block,
                    "receipt": receipt,
                    "anonymous": form.cleaned_data["naming"] == Opinion.Naming.ANONYMOUS,
                },
            )
    return render(
        request,
        "feedback/say.html",
        {
            "consultation": found,
            "edition": edition,
            "passage": block,
            "quote": quote,
            "form": form,
            "phase": rules.phase_of(found, now),
            "readers": _readers(request.user, found, now),
            "may_write": rules.may_write(request.user, found),
        },
        status=422 if form.errors and form.is_bound else 200,
    )


def _quote(request, block):
    """Words chosen inside the passage (`?trich=`, or the form's own field); "" for all of it."""
    if block is None:
        return ""
    words = one_line(request.POST.get("quote") or request.GET.get("trich", ""))
    return words if words and words in one_line(block.plain) else ""


@never_cache
@login_required
def mine(request):
    """The person's own opinions, found again by a keyed token."""
    groups = queries.my_opinions(request.user, clock.now())
    passages.attach_standing([o for group in groups for o in group.opinions], request.user)
    return render(request, "feedback/mine.html", {"groups": groups})


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
    form = RevisionForm(request.POST or None, opinion=opinion) if editable else None
    if request.method == "POST" and form is None:
        messages.error(request, _("Đợt lấy ý kiến đã kết thúc nên không sửa được nữa."))
    elif request.method == "POST" and form.is_valid():
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
            "form": form,
            "revisions": opinion.revisions.order_by("-n"),
            "looks": opinion.looks.select_related("reader").order_by("-id"),
        },
    )


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
@limited("receipt", per_address=30, minutes=10)
def receipt(request):
    """The state of an opinion by its receipt: never its text, its stance or its place."""
    form = ReceiptForm(request.POST or None)
    opinion, status = None, 200
    if request.method == "POST" and form.is_valid():
        opinion = queries.by_receipt(form.cleaned_data["code"])
        if opinion is None:
            form.add_error("code", _("Không có ý kiến nào mang mã này. Hãy xem lại từng ký tự."))
            status = 404
    return render(
        request,
        "feedback/receipt.html",
        {
            "form": form,
            "opinion": opinion,
            "phase": opinion and rules.phase_of(opinion.consultation, clock.now()),
        },
        status=status,
    )


def _block(request, edition):
    """The block that ?doan= names, or None for the whole document."""
    wanted = request.GET.get("doan", "")
    if not wanted:
        return None
    if not wanted.isdecimal() or len(wanted) > 6:
        raise Http404
    return get_object_or_404(edition.blocks, pos=int(wanted))


def _readers(user, consultation, now):
    """Who will read, by either route: {"unit": node, "direct": node}; None while not open."""
    if not rules.is_open(consultation, now):
        return None
    if not consultation.ladder_copied_at:
        actions.open_due(now=now)
    entry = ladder.entry_node_for(consultation, grants_of(user))
    return {"unit": entry.reader, "direct": entry.reader_above}

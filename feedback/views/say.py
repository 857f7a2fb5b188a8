"""The form of one opinion."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from documents.models import Edition
from documents.rules import may_read_edition
from feedback import actions, ladder, queries, rules
from feedback.forms import OpinionForm
from feedback.models import Opinion
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused
from portal.common.limits import limited
from portal.common.text import one_line


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

"""The side of rapporteurs. No page here shows a person beside an opinion, but `look`."""

from copy import copy

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from feedback import actions, passages, queries, rules
from feedback.forms import LookForm, LookSureForm
from feedback.models import LadderNode
from portal.common import clock
from portal.common.errors import Refused
from portal.common.limits import limited
from portal.common.paging import PLACES, keyset, paginate


@never_cache
@login_required
def reading(request):
    """The ladder nodes whose opinions this rapporteur reads."""
    if not rules.reading_agency_ids(request.user):
        raise PermissionDenied
    page = paginate(request, queries.reading_nodes(request.user), per_page=20)
    now = clock.now()
    rows = [{"node": node, "phase": rules.phase_of(node.consultation, now)} for node in page]
    return render(request, "feedback/reading.html", {"page": page, "rows": rows})


@never_cache
@login_required
def reading_node(request, pk):
    """The words of the opinions read at one node; the person is nowhere on the page."""
    node = _node(request.user, pk)
    by_passage = passages.sorted_at(node)
    chosen = by_passage.heap_of(request.GET.get("doan"))
    rest = request.GET.get("loc") if chosen is None else None
    rest = rest if rest in _RESTS else None
    page = keyset(
        request, _chosen(node, by_passage, chosen, rest), ("-received_on", "-id"), per_page=20
    )
    by_passage.attach_standing(page.items, request.user)
    heaps = _heaps(request, by_passage, chosen)
    return render(
        request,
        "feedback/reading_node.html",
        {
            "node": node,
            "phase": rules.phase_of(node.consultation, clock.now()),
            "by_passage": by_passage,
            "heaps": heaps,
            "chosen": chosen,
            "rest": rest,
            "page": page,
            "below": queries.counts_below(node, day=clock.today()),
            "look_form": LookForm(),
            "threads": queries.thread_states([o.pk for o in page.items]),
        },
    )


#: What ?loc= may ask for beside a passage: opinions on passages that are gone, that nobody has
#: decided on yet, on a whole document.
_RESTS = ("da-bo", "doi-chieu", "chung")


#: So many passages stand in the list beside the opinions; a draft may have thousands.
PASSAGES = 40


def _heaps(request, by_passage, chosen):
    """The page of the list of passages that is asked for (`?phan=`), or the one with the chosen."""
    asked = request
    if chosen is not None and "phan" not in request.GET:
        asked = copy(request)
        asked.GET = request.GET.copy()
        asked.GET["phan"] = str(by_passage.heaps.index(chosen) // PASSAGES + 1)
    heaps = paginate(asked, by_passage.heaps, PASSAGES, "phan", keep={"doan", "loc", *PLACES})
    by_passage.load_passages([*heaps, *([chosen] if chosen else [])])
    return heaps


def _chosen(node, by_passage, chosen, rest):
    if chosen is not None:
        return queries.opinions_at(node, blocks=chosen.blocks)
    if rest == "da-bo":
        return queries.opinions_at(node, blocks=by_passage.gone[0])
    if rest == "doi-chieu":
        return queries.opinions_at(node, blocks=by_passage.unclear[0])
    return queries.opinions_at(node, general=rest == "chung")


@never_cache
@sensitive_post_parameters("password")
@login_required
@limited("look", per_person=30, minutes=60)
@require_POST
def look(request, pk, public_id):
    """Show a name its author chose to show, in two steps: a reason, then the reader's password.

    The look is kept; the author and the administrator of the unit see it.
    """
    node = _node(request.user, pk)
    opinion = get_object_or_404(
        node.read_here.select_related("reading_node", "consultation"), public_id=public_id
    )
    second = "password" in request.POST
    form = LookSureForm(request.POST, reader=request.user) if second else LookForm(request.POST)
    name = sure_form = None
    try:
        actions.check_look(reader=request.user, opinion=opinion)
        if not form.is_valid():
            sure_form = form if second else None
        elif second:
            name = actions.look_at_identity(
                reader=request.user, opinion=opinion, reason=form.cleaned_data["reason"]
            )
        else:
            sure_form = LookSureForm(reader=request.user, initial=form.cleaned_data)
    except Refused as refused:
        form.add_error(None, refused.message)
        sure_form = None
    context = {"node": node, "opinion": opinion, "form": form, "sure_form": sure_form, "name": name}
    # a reason that was left out or is too long is asked for again, right here
    context["again"] = not second and "reason" in form.errors and not form.non_field_errors()
    return render(request, "feedback/look.html", context, status=422 if form.errors else 200)


def _node(user, pk):
    """The node if `user` reads there; to everybody else, administrators too, it is not there."""
    node = get_object_or_404(
        LadderNode.objects.select_related(
            "consultation__opens", "consultation__closes", "consultation__agency"
        ),
        pk=pk,
    )
    if not rules.may_read_node(user, node):
        raise Http404
    return node

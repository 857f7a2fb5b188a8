"""The rapporteur asks back: one exchange on its own page, and the lists of a node."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from feedback import actions, passages, queries, rules
from feedback.forms import QuestionForm
from feedback.models import ClarificationThread, LadderNode
from portal.common import clock
from portal.common.errors import Refused
from portal.common.paging import paginate

State = ClarificationThread.State
#: ?loc= of the list -> state
_LISTS = {"tra-loi-moi": State.REPLIED, "dang-cho": State.WAITING, "da-ro": State.SETTLED}


@never_cache
@login_required
def thread_list(request, pk):
    """The exchanges of a node: new replies, waiting, settled."""
    node = node_of(request.user, pk)
    chosen = request.GET.get("loc", "tra-loi-moi")
    if chosen not in _LISTS:
        raise Http404
    page = paginate(request, queries.threads_at(node, _LISTS[chosen]), per_page=20)
    counts = queries.thread_counts(node)
    tabs = [
        {
            "label": state.label,
            "url": f"?loc={name}",
            "current": name == chosen,
            "count": counts.get(state, 0),
        }
        for name, state in _LISTS.items()
    ]
    return render(
        request,
        "feedback/threads.html",
        {"node": node, "page": page, "tabs": tabs, "chosen": chosen},
    )


@never_cache
@login_required
def thread(request, pk, public_id):
    """The exchange about one opinion; the person is nowhere on it."""
    node, opinion = _opinion(request.user, pk, public_id)
    form = QuestionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.ask_author(
                    actor=request.user, opinion=opinion, text=form.cleaned_data["text"]
                )
            except Refused as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(request, _("Đã gửi câu hỏi. Người góp ý thấy qua mã tiếp nhận."))
                return redirect("feedback:thread", pk=pk, public_id=public_id)
    said = list(queries.messages_of(opinion.pk))
    passages.attach_standing([opinion], request.user)
    found = ClarificationThread.objects.filter(opinion=opinion).first()
    return render(
        request,
        "feedback/thread.html",
        {
            "node": node,
            "opinion": opinion,
            "said": said,
            "thread": found,
            "open": rules.may_talk(opinion),
            "my_turn": not said or said[-1].side != "reader",
            "form": form,
            "phase": rules.phase_of(node.consultation, clock.now()),
        },
        status=status,
    )


@never_cache
@login_required
@require_POST
def thread_settle(request, pk, public_id):
    """The reply says enough: the exchange leaves the list of new replies."""
    _node, opinion = _opinion(request.user, pk, public_id)
    try:
        actions.settle_thread(actor=request.user, opinion=opinion)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("feedback:thread", pk=pk, public_id=public_id)
    messages.success(request, _("Đã ghi là đã rõ."))
    return redirect(reverse("feedback:threads", args=[pk]))


def _opinion(user, pk, public_id):
    node = node_of(user, pk)
    opinion = get_object_or_404(
        node.read_here.select_related(
            "consultation", "reading_node", "block", "edition__document", "question"
        ),
        public_id=public_id,
    )
    return node, opinion


def node_of(user, pk):
    """The node if `user` reads there; to everybody else, administrators too, it is not there."""
    node = get_object_or_404(
        LadderNode.objects.select_related("consultation__opens", "consultation__closes"), pk=pk
    )
    if not rules.may_read_node(user, node):
        raise Http404
    return node

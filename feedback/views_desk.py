"""The side of staff and rapporteurs. No page here shows a person beside an opinion, but `look`."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from feedback import actions, passages, queries, rules
from feedback.forms import ConsultationForm, DatesForm, LookForm, ReasonForm
from feedback.models import Consultation, LadderNode
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate
from portal.common.scoped import fetch

CONSULTATIONS = Consultation.objects.select_related("agency", "opens", "closes", "reading_level")


@login_required
def desk(request):
    """The consultations of the agencies where this person is staff."""
    _staff_only(request.user)
    page = paginate(request, queries.working_consultations(request.user), per_page=20)
    now = clock.now()
    rows = [{"consultation": c, "phase": rules.phase_of(c, now)} for c in page]
    return render(request, "feedback/desk.html", {"page": page, "rows": rows})


@login_required
def create(request):
    """A new consultation."""
    _staff_only(request.user)
    form = ConsultationForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_consultation(actor=request.user, **form.action_arguments())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lưu. Xem lại rồi công bố."))
            return redirect("feedback:manage", pk=made.pk)
    return render(request, "feedback/edit.html", {"form": form, "consultation": None})


@login_required
def manage(request, pk):
    """One consultation: its terms, numbers and what may be done."""
    found = _consultation(request.user, pk)
    now = clock.now()
    return render(
        request,
        "feedback/manage.html",
        {
            "consultation": found,
            "phase": rules.phase_of(found, now),
            "rows": found.consultation_editions.select_related("edition__document"),
            "groups": found.groups.all(),
            "total": queries.totals([found.pk], day=clock.today(now)).get(found.pk, 0),
            "readers": found.nodes.filter(reads=True).count(),
            "nodes": found.nodes.count(),
            "changes": queries.date_changes(found),
            "reason_form": ReasonForm(),
        },
    )


@login_required
def edit(request, pk):
    """Edit a consultation that is being prepared."""
    found = _consultation(request.user, pk)
    if found.state != Consultation.State.EDITING:
        messages.info(request, _("Đợt lấy ý kiến đã công bố nên không sửa điều kiện được nữa."))
        return redirect("feedback:manage", pk=pk)
    form = ConsultationForm(request.POST or None, user=request.user, consultation=found)
    if request.method == "POST" and form.is_valid():
        arguments = form.action_arguments()
        arguments.pop("agency")
        try:
            actions.edit_consultation(
                actor=request.user,
                consultation=found,
                expected_version=form.expected_version,
                **arguments,
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("feedback:manage", pk=pk)
    return render(request, "feedback/edit.html", {"form": form, "consultation": found})


@login_required
@require_POST
def announce(request, pk):
    """Announce it; from then on the terms stand."""
    found = _consultation(request.user, pk)
    _tell(request, _("Đã công bố."), actions.announce, consultation=found)
    return redirect("feedback:manage", pk=pk)


@login_required
def dates(request, pk):
    """Extend, shorten or postpone, with a public reason."""
    found = _consultation(request.user, pk)
    form = DatesForm(request.POST or None, consultation=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_dates(actor=request.user, consultation=found, **form.action_arguments())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã đổi thời gian và công bố lý do."))
            return redirect("feedback:manage", pk=pk)
    return render(request, "feedback/dates.html", {"form": form, "consultation": found})


@login_required
@require_POST
def withdraw(request, pk):
    """Withdraw it, with a public reason."""
    found = _consultation(request.user, pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    _tell(request, _("Đã hủy."), actions.withdraw_consultation, consultation=found, reason=reason)
    return redirect("feedback:manage", pk=pk)


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
    page = paginate(request, _chosen(node, by_passage, chosen, rest), per_page=20)
    by_passage.attach_standing(page.items, request.user)
    return render(
        request,
        "feedback/reading_node.html",
        {
            "node": node,
            "phase": rules.phase_of(node.consultation, clock.now()),
            "numbers": queries.numbers_at(node),
            "by_passage": by_passage,
            "chosen": chosen,
            "rest": rest if rest in _RESTS else None,
            "page": page,
            "below": queries.counts_below(node),
            "look_form": LookForm(),
        },
    )


#: What ?loc= may ask for beside a passage: opinions on passages that are gone, that nobody has
#: decided on yet, on a whole document.
_RESTS = ("da-bo", "doi-chieu", "chung")


def _chosen(node, by_passage, chosen, rest):
    if chosen is not None:
        return queries.opinions_at(node, blocks=chosen.blocks)
    if rest == "da-bo":
        return queries.opinions_at(node, blocks=by_passage.gone[0])
    if rest == "doi-chieu":
        return queries.opinions_at(node, blocks=by_passage.unclear[0])
    return queries.opinions_at(node, general=rest == "chung")


@never_cache
@login_required
@require_POST
def look(request, pk, public_id):
    """Show a name its author chose to show; the look is kept and the author sees it."""
    node = _node(request.user, pk)
    opinion = get_object_or_404(
        node.read_here.select_related("reading_node", "consultation"), public_id=public_id
    )
    form = LookForm(request.POST)
    name = None
    if form.is_valid():
        try:
            name = actions.look_at_identity(
                reader=request.user, opinion=opinion, reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.add_error(None, refused.message)
    return render(
        request,
        "feedback/look.html",
        {"node": node, "opinion": opinion, "form": form, "name": name},
        status=200 if name else 422,
    )


def _tell(request, done, action, **arguments):
    try:
        action(actor=request.user, **arguments)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, done)


def _staff_only(user):
    if not grants_of(user).agency_ids(rules.MANAGING_ROLES):
        raise PermissionDenied


def _consultation(user, pk):
    return fetch(CONSULTATIONS, user=user, see=rules.may_manage, pk=pk)


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

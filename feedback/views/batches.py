"""Letters, paper forms and lists of units: what is being entered, checked, accepted, undone."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from feedback import entry_jobs
from feedback.actions import batch_undo, entries, entry_files
from feedback.forms.entries import BatchForm, NewPaperForm, SendBackForm, UndoForm
from feedback.models import Consultation, EntryBatch, LadderNode
from feedback.queries import entries as queries
from feedback.rules import entering, is_open
from feedback.views._batch import TABS, back, batch_for, frames_scans, show
from portal.common import clock, jobs
from portal.common.errors import Refused
from portal.common.paging import paginate, tabs

K, S = EntryBatch.Kind, EntryBatch.State
#: So many rows are accepted in the request itself; more go to a worker.
AT_ONCE = 1500


@never_cache
@login_required
@require_safe
def batches(request):
    """The batches of my unit and those below, by state; and where to begin a new one."""
    reach = _reach(request.user)
    found = queries.batches_seen(reach)
    state = request.GET.get("trang-thai", "")
    chosen = state if state in S.values else ""
    consultation = _number(request.GET.get("dot", ""))
    if consultation:
        found = found.filter(consultation_id=consultation)
    counts = queries.counts_by_state(found)
    page = paginate(request, found.filter(state=chosen) if chosen else found, per_page=20)
    now = clock.now()
    every = list(queries.entering_consultations(reach))
    return render(
        request,
        "feedback/entries/batches.html",
        {
            "page": page,
            "filtered": bool(chosen or consultation),
            "tabs": tabs(
                request,
                "trang-thai",
                [("", _("Tất cả"), sum(counts.values()))]
                + [(value, label, counts.get(value, 0)) for value, label in S.choices],
                chosen,
            ),
            "consultations": every,
            "consultation": consultation,
            "open": sorted(
                (c for c in every if entering.takes_entries(c, now)),
                key=lambda c: not is_open(c, now),
            ),
        },
    )


@never_cache
@login_required
@require_safe
def units(request, pk):
    """The units for which I enter in one consultation, with their forms to hand out."""
    reach = [one for one in queries.reach_of(request.user) if one.consultation_id == pk]
    if not reach:
        raise Http404
    consultation = get_object_or_404(
        queries.entering_consultations(reach).select_related("agency", "opens", "closes"), pk=pk
    )
    words = request.GET.get("tim", "")[:100]
    page = paginate(request, queries.units(reach, consultation, words), per_page=30)
    base = min(node.depth for node in page) if page else 0
    return render(
        request,
        "feedback/entries/units.html",
        {
            "consultation": consultation,
            "page": page,
            "rows": [(node, min(node.depth - base, 4)) for node in page],
            "words": words,
            "takes": entering.takes_entries(consultation, clock.now()),
        },
    )


@never_cache
@login_required
def batch_new(request, node):
    """A new batch of letters or paper forms for one unit."""
    node, consultation = node_for(request.user, node)
    form = NewPaperForm(
        request.POST or None,
        request.FILES or None,
        consultation=consultation,
        kind=K.PAPER,
        initial={"key": uuid.uuid4(), "received_on": clock.today()},
    )
    refusal = refusal_of(consultation)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            batch = entries.start(
                actor=request.user,
                consultation=consultation,
                node=node,
                kind=K.PAPER,
                channel=data["channel"],
                received_on=data["received_on"],
                note=data["note"],
                public_id=data["key"],
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            keep_scans(request, batch, data["files"])
            return redirect(back(batch, "nhap"))
    return render(
        request,
        "feedback/entries/new.html",
        {"form": form, "node": node, "consultation": consultation, "refusal": refusal},
        status=422 if form.is_bound and form.errors else 200,
    )


@never_cache
@login_required
@require_safe
@frames_scans
def batch(request, public_id):
    """One batch: typed in, checked beside its scans, or looked at."""
    return show(request, batch_for(request.user, public_id))


@never_cache
@login_required
def describe(request, public_id):
    """Channel, day and note of a batch that is being entered."""
    found = batch_for(request.user, public_id)
    if not entering.may_type(request.user, found):
        raise PermissionDenied
    form = BatchForm(
        request.POST or None,
        consultation=found.consultation,
        kind=found.kind,
        initial={
            "channel": found.channel,
            "received_on": found.received_on,
            "note": found.note,
        },
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            entries.describe(
                actor=request.user,
                batch=found,
                channel=data["channel"],
                received_on=data["received_on"],
                note=data["note"],
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect(back(found))
    return render(
        request,
        "feedback/entries/describe.html",
        {"form": form, "batch": found},
        status=422 if form.is_bound and form.errors else 200,
    )


@never_cache
@login_required
@require_POST
def batch_do(request, public_id):
    """Hand over, accept, send back, put aside, restore, undo by two: what `viec` says."""
    found = batch_for(request.user, public_id)
    verb = _VERBS.get(request.POST.get("viec", ""))
    if verb is None:
        raise Http404
    try:
        return verb(request, found)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(back(found))


def _submit(request, found):
    entries.submit(actor=request.user, batch=found)
    messages.success(request, _("Đã gửi kiểm tra. Tiếp nhận xong thì ý kiến được tính."))
    return redirect("feedback:batches")


def _accept(request, found):
    if not entering.may_check(request.user, found):
        entering.require_checker(request.user, found)
    version = _number(request.POST.get("lock_version", ""))
    if queries.row_counts(found)["stays"] > AT_ONCE:
        job = entry_jobs.start_accept(
            actor=request.user, batch=found, version=version, back_url=back(found)
        )
        return redirect(jobs.address(job))
    done = entries.accept(actor=request.user, batch=found, expected_version=version)
    messages.success(request, _("Đã tiếp nhận %d ý kiến.") % done.opinions_made)
    return redirect(back(found))


def _send_back(request, found):
    form = SendBackForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    entries.send_back(actor=request.user, batch=found, reason=reason)
    messages.success(request, _("Đã trả lại người nhập."))
    return redirect("feedback:batches")


def _discard(request, found):
    entries.discard(actor=request.user, batch=found)
    messages.success(request, _("Đã bỏ lô; có thể khôi phục ở mục “Đã bỏ”."))
    return redirect("feedback:batches")


def _restore(request, found):
    entries.restore(actor=request.user, batch=found)
    messages.success(request, _("Đã khôi phục."))
    return redirect(back(found))


def _ask_undo(request, found):
    form = UndoForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    batch_undo.ask(actor=request.user, batch=found, reason=reason)
    messages.success(
        request, _("Đã ghi đề nghị hủy lô. Lô vẫn được tính cho đến khi người thứ hai xác nhận.")
    )
    return redirect(back(found))


def _undo(request, found):
    version = _number(request.POST.get("lock_version", ""))
    done = batch_undo.confirm(actor=request.user, batch=found, expected_version=version)
    messages.success(request, _("Đã hủy lô; %d ý kiến không còn được tính.") % done.opinions_made)
    return redirect(back(found))


def _keep(request, found):
    batch_undo.keep(actor=request.user, batch=found)
    messages.success(request, _("Lô được giữ nguyên."))
    return redirect(back(found))


def _drop_repeats(request, found):
    count = entries.drop_repeats(actor=request.user, batch=found)
    messages.success(request, _("Đã bỏ %d dòng trùng.") % count)
    return redirect(back(found, "cac-dong"))


_VERBS = {
    "bo-trung": _drop_repeats,
    "gui": _submit,
    "tiep-nhan": _accept,
    "tra-lai": _send_back,
    "bo": _discard,
    "khoi-phuc": _restore,
    "de-nghi-huy": _ask_undo,
    "huy": _undo,
    "giu-lo": _keep,
}


def node_for(user, pk):
    """(ladder node, its consultation) if `user` enters for it; Http404 for everybody else."""
    node = get_object_or_404(LadderNode.objects.select_related("handled_by"), pk=pk)
    if entering.place_for(user, node.pk) is None:
        raise Http404
    consultation = Consultation.objects.select_related("agency", "opens", "closes").get(
        pk=node.consultation_id
    )
    return node, consultation


def keep_scans(request, found, files):
    """Keep what was sent; a file that is refused is named by its place, the others stay."""
    kept, refused_files = 0, []
    for n, file in enumerate(files, start=1):
        try:
            entry_files.add_scan(actor=request.user, batch=found, file=file)
        except Refused as refused:
            refused_files.append(_("Tệp thứ %(n)d: %(why)s") % {"n": n, "why": refused.message})
        else:
            kept += 1
    if kept:
        messages.success(request, _("Đã giữ %d tệp quét.") % kept)
    for words in refused_files:
        messages.error(request, words)


def refusal_of(consultation):
    """Why nothing may be entered now; "" where it may."""
    try:
        entering.check_takes_entries(consultation, clock.now())
    except Refused as refused:
        return refused.message
    return ""


def _reach(user):
    reach = queries.reach_of(user)
    if not reach and not entering.works_with_entries(user):
        raise PermissionDenied
    return reach


def _number(text):
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


__all__ = ["TABS", "batch", "batch_do", "batch_new", "batches", "describe", "units"]

"""Answers: written and approved inside, published on a page of their own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from campaigns.forms.amendments import PaperApprovalForm
from documents.models import Edition
from documents.queries import readable_documents
from feedback import actions, queries, rules
from feedback.actions.answers import may_decide, may_take_back, needs_paper
from feedback.forms import AnswerForm, DecideForm, PublicReasonForm
from feedback.models import Answer, AnswerRelease, Consultation
from portal.common import clock, pagecache
from portal.common.display import number_vi
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate
from portal.common.scoped import fetch
from portal.official.forms import FILE_REFUSALS

State = AnswerRelease.State
CONSULTATIONS = Consultation.objects.select_related("agency", "opens", "closes")
_OUTCOMES = {
    "tiep-thu": Answer.Outcome.ACCEPTED,
    "mot-phan": Answer.Outcome.PARTLY,
    "giai-trinh": Answer.Outcome.EXPLAINED,
}


@pagecache.public_page(trang=pagecache.page_number, loc=pagecache.choice(*_OUTCOMES))
@require_safe
def answers(request, pk, slug):
    """The published answers of a consultation, by passage in reading order."""
    found = get_object_or_404(CONSULTATIONS, pk=pk)
    if not rules.may_see(request.user, found):
        raise Http404
    if slug != found.slug:
        return redirect("feedback:answers", pk=pk, slug=found.slug, permanent=True)
    rows = queries.published_answers(found, readable_documents(request.user))
    by_outcome = queries.outcome_counts(rows)
    chosen = request.GET.get("loc", "")
    if chosen in _OUTCOMES:
        rows = rows.filter(outcome=_OUTCOMES[chosen])
    page = paginate(request, rows, per_page=30)
    now = clock.now()
    counts = {}
    for edition in {answer.edition for answer in page}:
        counts |= queries.counts_by_block(edition, day=clock.today(now))
    return render(
        request,
        "feedback/answers.html",
        {
            "consultation": found,
            "phase": rules.phase_of(found, now),
            "page": page,
            "counts": {block: number_vi(n) for block, n in counts.items()},
            "tabs": _outcome_tabs(by_outcome, chosen),
            "release": queries.release_of(found),
        },
    )


def _outcome_tabs(by_outcome, chosen):
    everything = {
        "label": _("Tất cả"),
        "url": "?",
        "current": chosen not in _OUTCOMES,
        "count": sum(by_outcome.values()),
    }
    return [everything] + [
        {
            "label": outcome.label,
            "url": f"?loc={name}",
            "current": chosen == name,
            "count": by_outcome.get(outcome, 0),
        }
        for name, outcome in _OUTCOMES.items()
    ]


@never_cache
@login_required
def desk(request, pk):
    """What there is to answer, with what is written so far."""
    found = _consultation(request.user, pk)
    places = queries.answer_places(found)
    missing = [place for place in places if place.answer is None]
    chosen = request.GET.get("loc", "")
    shown = {
        "chua": missing,
        "da": [place for place in places if place.answer is not None],
    }.get(chosen, places)
    release = queries.release_of(found)
    locked = release is not None and release.state in (State.SUBMITTED, State.PUBLISHED)
    return render(
        request,
        "feedback/answer_desk.html",
        {
            "consultation": found,
            "phase": rules.phase_of(found, clock.now()),
            "page": paginate(request, shown, per_page=40),
            "total": len(places),
            "missing": len(missing),
            "release": release,
            "may_write": rules.may_answer(request.user, found) and not locked,
            "may_decide": release is not None
            and release.state == State.SUBMITTED
            and may_decide(request.user, release),
            "on_paper": release is not None and needs_paper(request.user, release),
            "may_take_back": release is not None
            and release.state == State.PUBLISHED
            and may_take_back(request.user, release),
            "tabs": [
                {"label": label, "url": f"?loc={name}", "current": chosen == name, "count": n}
                for name, label, n in (
                    ("", _("Tất cả"), len(places)),
                    ("chua", _("Chưa trả lời"), len(missing)),
                    ("da", _("Đã viết"), len(places) - len(missing)),
                )
            ],
        },
    )


@never_cache
@login_required
def edit(request, pk, edition):
    """Write the answer about one passage (`?doan=`), or about the whole edition."""
    found = _writer(request.user, pk)
    edition = get_object_or_404(
        Edition.objects.select_related("document"),
        pk=edition,
        consultation_editions__consultation=found,
    )
    block = _block(request, edition)
    answer = Answer.objects.filter(consultation=found, edition=edition, block=block).first()
    form = AnswerForm(request.POST or None, answer=answer)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.save_answer(
                actor=request.user,
                consultation=found,
                edition=edition,
                block=block,
                outcome=data["outcome"],
                text=data["text"],
                changed=data["changed"],
                expected_version=form.expected_version,
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lưu. Câu trả lời chưa công bố."))
            return redirect("feedback:answer_desk", pk=pk)
    return render(
        request,
        "feedback/answer_edit.html",
        {
            "consultation": found,
            "edition": edition,
            "passage": block,
            "answer": answer,
            "form": form,
            "reader": found.nodes.filter(parent=None, handled_by_id=found.agency_id).first()
            if found.agency_id in rules.reading_agency_ids(request.user)
            else None,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@never_cache
@login_required
@require_POST
def delete(request, pk, answer):
    """Take back a drafted answer."""
    found = _writer(request.user, pk)
    row = get_object_or_404(found.answers.all(), pk=answer)
    version = request.POST.get("lock_version", "")
    try:
        actions.delete_answer(
            actor=request.user,
            answer=row,
            expected_version=int(version) if version.isdecimal() and len(version) < 9 else -1,
        )
    except (Refused, StaleVersion) as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã xóa câu trả lời đang soạn."))
    return redirect("feedback:answer_desk", pk=pk)


@never_cache
@login_required
def submit(request, pk):
    """Ask for all answers to be published: says what it means, then does it."""
    found = _writer(request.user, pk)
    if request.method == "POST":
        try:
            release = actions.submit_answers(actor=request.user, consultation=found)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            done = _("Đã trình. Người duyệt nhận được thông báo.")
            if needs_paper(request.user, release):
                done = _(
                    "Đã trình. Cơ quan không có người duyệt khác trên cổng: in ra, trình ký rồi "
                    "ghi phê duyệt trên giấy."
                )
            messages.success(request, done)
        return redirect("feedback:answer_desk", pk=pk)
    places = queries.answer_places(found)
    missing = sum(place.answer is None for place in places)
    effects = [
        _("%d câu trả lời được trình công bố cùng một lúc.") % (len(places) - missing),
        _("Trong lúc chờ duyệt không ai sửa được câu trả lời."),
    ]
    if missing:
        effects.append(_("Còn %d chỗ có ý kiến mà chưa trả lời.") % missing)
    return render(
        request,
        "feedback/answer_confirm.html",
        {
            "consultation": found,
            "title": _("Trình công bố trả lời?"),
            "effects": effects,
            "button": _("Trình công bố"),
        },
    )


@never_cache
@login_required
def decide(request, pk):
    """The second person publishes all answers, or returns them with a reason."""
    found = _consultation(request.user, pk)
    release = queries.release_of(found)
    if release is None or release.state != State.SUBMITTED:
        messages.info(request, _("Không có lần trình nào đang chờ duyệt."))
        return redirect("feedback:answer_desk", pk=pk)
    on_paper = needs_paper(request.user, release)
    if not on_paper and not may_decide(request.user, release):
        raise PermissionDenied
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("do") == "return":
                actions.return_answers(
                    actor=request.user, release=release, reason=form.cleaned_data["reason"]
                )
                done = _("Đã trả lại để sửa.")
            else:
                actions.publish_answers(actor=request.user, release=release)
                done = _("Đã công bố trả lời; tin cho người góp ý đi sáng mai.")
        except Refused as refused:
            form.add_error("reason" if refused.code == "no_reason" else None, refused.message)
        else:
            messages.success(request, done)
            return redirect("feedback:answer_desk", pk=pk)
    places = queries.answer_places(found)
    answered = [place for place in places if place.answer is not None]
    return render(
        request,
        "feedback/answer_decide.html",
        {
            "consultation": found,
            "release": release,
            "form": form,
            # what is signed on paper is printed as one
            "page": paginate(request, answered, per_page=5000 if on_paper else 40),
            "missing": len(places) - len(answered),
            "on_paper": on_paper,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@never_cache
@login_required
def paper(request, pk):
    """Record what the signed paper says, with its scan; all answers are published by it."""
    found = _consultation(request.user, pk)
    release = queries.release_of(found)
    waits = release is not None and release.state == State.SUBMITTED
    if not waits or (request.method != "POST" and not needs_paper(request.user, release)):
        messages.error(
            request,
            _(
                "Chỉ ghi phê duyệt trên giấy cho trả lời đang chờ duyệt mà cơ quan không có người "
                "duyệt khác."
            ),
        )
        return redirect("feedback:answer_desk", pk=pk)
    form = PaperApprovalForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish_answers_on_paper(
                actor=request.user, release=release, **form.cleaned_data
            )
        except Refused as refused:
            form.add_error("scan" if refused.code in FILE_REFUSALS else None, refused.message)
        else:
            messages.success(
                request, _("Đã ghi phê duyệt và công bố; tin cho người góp ý đi sáng mai.")
            )
            return redirect("feedback:answer_desk", pk=pk)
    return render(
        request,
        "feedback/answer_paper.html",
        {"consultation": found, "release": release, "form": form},
        status=422 if form.is_bound and form.errors else 200,
    )


@never_cache
@login_required
def take_back(request, pk):
    """Take published answers back to correct them, with a public reason."""
    found = _consultation(request.user, pk)
    release = queries.release_of(found)
    if release is None or release.state != State.PUBLISHED:
        messages.info(request, _("Trả lời của đợt này chưa công bố."))
        return redirect("feedback:answer_desk", pk=pk)
    if not may_take_back(request.user, release):
        raise PermissionDenied
    form = PublicReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_back_answers(
                actor=request.user, consultation=found, reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã thu hồi; trang công khai nêu lý do."))
            return redirect("feedback:answer_desk", pk=pk)
    return render(
        request,
        "feedback/answer_confirm.html",
        {
            "consultation": found,
            "title": _("Thu hồi trả lời đã công bố?"),
            "effects": [
                _("Trang công khai không còn hiện câu trả lời, chỉ hiện lý do thu hồi."),
                _("Sau khi sửa phải trình và duyệt lại."),
            ],
            "button": _("Thu hồi"),
            "danger": True,
            "form": form,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _block(request, edition):
    """The block that ?doan= names, or None for the whole document."""
    wanted = request.GET.get("doan", "")
    if not wanted:
        return None
    if not (wanted.isascii() and wanted.isdecimal()) or len(wanted) > 6:
        raise Http404
    return get_object_or_404(edition.blocks, pos=int(wanted))


def _consultation(user, pk):
    return fetch(CONSULTATIONS, user=user, see=rules.may_see_answers, pk=pk)


def _writer(user, pk):
    return fetch(CONSULTATIONS, user=user, see=rules.may_see_answers, may=rules.may_answer, pk=pk)

"""Evidence of an assignment: added by kind, picked, corrected, taken back; its files."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import actions, registry
from campaigns.forms.evidence import FORMS, FileForm, PhotosForm
from campaigns.models import Evidence, EvidenceFile
from campaigns.rules import access
from campaigns.rules.evidence import WAYS
from campaigns.views._desk import signed_in
from campaigns.views.assignment import GET_OR_POST, fetched
from portal.common.errors import Refused, StaleVersion
from portal.common.text import one_line
from portal.common.uploads import serve
from portal.common.uploads.models import Upload


@signed_in
@require_http_methods(GET_OR_POST)
def add(request, pk, kind):
    """A short form for one kind of evidence, or a search among what the portal has."""
    way = WAYS.get(kind)
    if way is None:
        raise Http404
    view, _evidence = fetched(request, pk, may=access.may_work_on)
    if way.picked:
        return _pick(request, view, way)
    form_class = FORMS[way.kind]
    sent = request.method == "POST"
    scope = {}
    if issubclass(form_class, FileForm | PhotosForm):
        scope = {"scope": f"{request.user.pk}:{pk}"}
    form = form_class(*((request.POST, request.FILES) if sent else ()), **scope)
    problems = []
    if sent:
        uploads, problems = _uploads(request, view.assignment, form)
        if form.is_valid() and (made := _add(request, view.assignment, form, uploads)):
            return _added(request, made, problems)
        if scope:
            form.keep(uploads)
    context = {"view": view, "way": way, "form": form, "problems": problems}
    return render(request, "campaigns/work/add.html", context)


def _uploads(request, assignment, form):
    """(Uploads that arrived whole now or with an earlier sending, [(name, why not)])."""
    if not isinstance(form, FileForm | PhotosForm):
        return [], []
    kind = Upload.Kind.PHOTO if isinstance(form, PhotosForm) else Upload.Kind.FILE
    kept = actions.kept_uploads(
        actor=request.user, assignment=assignment, ids=form.kept_ids, kind=kind
    )
    files = request.FILES.getlist(form.file_field)
    try:
        if kind == Upload.Kind.PHOTO:
            new, problems = actions.keep_photos(
                actor=request.user, assignment=assignment, files=files, kept=len(kept)
            )
            return kept + new, problems
        for file in files[:1]:
            kept = [actions.keep_file(actor=request.user, assignment=assignment, file=file)]
    except Refused as refused:
        return kept, [(", ".join(file.name for file in files[:3]), refused.message)]
    return kept, []


def _add(request, assignment, form, uploads):
    """The Evidence, or None with the reason in the form."""
    try:
        return actions.add_evidence(
            actor=request.user,
            assignment=assignment,
            kind=form.kind,
            key=form.cleaned_data["key"],
            uploads=uploads,
            **form.values(),
        )
    except Refused as refused:
        if refused.code == "no_files":
            form.add_error(form.file_field, _("Chọn ít nhất một tệp."))
        else:
            form.refused(refused)


def _added(request, evidence, problems):
    for name, why in problems:
        messages.warning(
            request, _("“%(name)s” chưa được nhận: %(why)s") % {"name": name, "why": why}
        )
    if evidence.kind != Evidence.Kind.PHOTOS:
        messages.success(request, _("Đã thêm minh chứng."))
        return redirect("campaigns:assignment", evidence.assignment_id)
    n = evidence.files.count()
    said = ngettext("Đã nhận %d ảnh.", "Đã nhận %d ảnh.", n) % n
    messages.success(request, said + " " + _("Mời đồng chí ghi chú thích từng ảnh."))
    return redirect("campaigns:edit_evidence", evidence.assignment_id, evidence.pk)


def _pick(request, view, way):
    sources = {name: s for name, s in registry.evidence_sources if s.kind == way.kind}
    if not sources:
        raise Http404
    if request.method == "POST":
        name, _colon, source_id = request.POST.get("muc", "").partition(":")
        try:
            if name not in sources:
                raise Refused(_("Hãy chọn một mục."), code="missing")
            actions.pick_evidence(
                actor=request.user,
                assignment=view.assignment,
                source_kind=name,
                source_id=source_id,
            )
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("Đã thêm minh chứng."))
            return redirect("campaigns:assignment", view.assignment.pk)
    words = one_line(request.GET.get("tim", ""))[:80]
    have = set(
        view.assignment.evidence.filter(retracted_at=None).values_list("source_kind", "source_id")
    )
    found = [
        {"key": f"{name}:{row.id}", "row": row, "have": (name, row.id) in have}
        for name, source in sources.items()
        for row in source.search(view.agency, words)
    ]
    context = {"view": view, "way": way, "found": found, "words": words, "most": registry.MOST}
    return render(request, "campaigns/work/pick.html", context)


def _own(view, pk):
    rows = Evidence.objects.prefetch_related("files__upload").select_related("indicator")
    found = get_object_or_404(rows, assignment=view.assignment.pk, pk=pk)
    found.assignment = view.assignment
    return found


@signed_in
@require_http_methods(GET_OR_POST)
def edit(request, pk, evidence):
    """Correct evidence that was entered by hand; of photos also their captions."""
    view, _rows = fetched(request, pk, may=access.may_work_on)
    row = _own(view, evidence)
    if row.source_kind != actions.MANUAL or row.retracted_at is not None:
        raise PermissionDenied
    sent = request.method == "POST"
    form = FORMS[row.kind](*((request.POST,) if sent else ()), evidence=row)
    if sent and form.is_valid():
        try:
            actions.edit_evidence(
                actor=request.user,
                evidence=row,
                lock_version=form.expected_version,
                **form.values(),
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.refused(refused)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("campaigns:assignment", pk)
    context = {"view": view, "evidence": row, "form": form}
    return render(request, "campaigns/work/edit.html", context)


@signed_in
@require_POST
def retract(request, pk, evidence):
    """Take back evidence that was entered or picked by hand."""
    view, _rows = fetched(request, pk, may=access.may_work_on)
    try:
        actions.retract_manual_evidence(actor=request.user, evidence=_own(view, evidence))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã gỡ minh chứng."))
    return redirect("campaigns:assignment", pk)


def _file(view, evidence, file):
    rows = EvidenceFile.objects.select_related("evidence", "upload")
    found = get_object_or_404(
        rows, pk=file, evidence=evidence, evidence__assignment=view.assignment
    )
    found.evidence.assignment = view.assignment
    return found


@login_required
@require_safe
def file(request, pk, evidence, file):
    """A photo in full, or a document; for those who may see the assignment."""
    view, _rows = fetched(request, pk)
    upload = _file(view, evidence, file).upload
    if upload.kind == Upload.Kind.PHOTO:
        return serve.photo_response(request, upload)
    return serve.file_response(upload, inline=True)


@login_required
@require_safe
def thumbnail(request, pk, evidence, file):
    """A photo, small."""
    view, _rows = fetched(request, pk)
    upload = _file(view, evidence, file).upload
    if upload.kind != Upload.Kind.PHOTO:
        raise Http404
    return serve.photo_response(request, upload, small=True)


@signed_in
@require_POST
def remove_photo(request, pk, evidence, file):
    """Take one photo out for good."""
    view, _rows = fetched(request, pk, may=access.may_work_on)
    found = _file(view, evidence, file)
    try:
        actions.remove_photo(actor=request.user, file=found)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã xóa ảnh."))
    return redirect("campaigns:edit_evidence", pk, evidence)

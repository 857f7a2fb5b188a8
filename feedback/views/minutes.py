"""Minutes of meetings: photos and scans, keying them in beside these, the unit's word on it."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.actions import meetings as meeting_actions
from feedback.actions import minutes as actions
from feedback.forms.meetings import PhotosForm, ReturnForm
from feedback.models import Meeting
from feedback.queries import meetings as queries
from feedback.rules import entering
from feedback.rules import meetings as rules
from feedback.views._batch import frames_scans
from feedback.views.meetings import (
    GET_OR_POST,
    add_opinion,
    found,
    go_another_way,
    listed,
    next_page,
    typed_something,
)
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate
from portal.common.uploads import serve
from portal.common.uploads.models import Upload

S, Outcome = Meeting.State, Meeting.Outcome


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def photos(request, public_id):
    """Photos of the minutes, added and taken out until they are handed in."""
    row, part = found(request.user, public_id)
    if not (part.own or part.stands_in):
        raise PermissionDenied
    if row.state != S.ENTERING or row.outcome != Outcome.MINUTES:
        return redirect(next_page(row))
    if "outcome" in request.POST:
        return go_another_way(request, row)
    form, problems = PhotosForm(), []
    if request.method == "POST":
        files = request.FILES.getlist("photos")
        kept, problems = actions.keep_photos(actor=request.user, meeting=row, files=files)
        if kept and not problems and request.POST.get("do") != "send":
            said = ngettext("Đã nhận %d tệp.", "Đã nhận %d tệp.", kept) % kept
            messages.success(request, said)
            return redirect("feedback:meeting_photos", public_id)
        if not files and request.POST.get("do") != "send":
            problems = [("", _("Chưa chọn ảnh hay tệp PDF nào."))]
        if not problems and request.POST.get("do") == "send":
            try:
                meeting_actions.hand_in(actor=request.user, meeting=row)
            except Refused as refused:
                problems = [("", refused.message)]
            else:
                return redirect("feedback:meeting", public_id)
    context = {
        "meeting": row,
        "form": form,
        "problems": problems,
        "photos": queries.photos_of(row),
        "most": rules.MOST_PHOTOS,
        "keep_days": rules.KEEP_PHOTOS_DAYS,
    }
    return render(
        request, "feedback/meetings/photos.html", context, status=422 if problems else 200
    )


@login_required
@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF], "object-src": [SELF], "style-src": ["'unsafe-inline'"]})
def photo(request, public_id, file):
    """A photo of minutes, for the unit and the clerks above; `nho` is small. A PDF is shown by
    the browser beside the form."""
    row, part = found(request.user, public_id)
    if not rules.sees_words(row, part):
        raise Http404
    kept = _file(row, file)
    if kept.upload.kind != Upload.Kind.PHOTO:
        return serve.file_response(kept.upload, inline=True)
    return serve.photo_response(request, kept.upload, small="nho" in request.GET)


@never_cache
@login_required
@require_POST
def remove_photo(request, public_id, file):
    """Take a photo or a scan out."""
    row, _part = found(request.user, public_id)
    kept = _file(row, file)
    kept.batch = row.batch
    try:
        actions.remove_photo(actor=request.user, file=kept)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã xóa tệp."))
    return redirect("feedback:meeting_photos", public_id)


@never_cache
@login_required
@require_POST
def take_back(request, public_id):
    """Take minutes back that nobody began to key in."""
    row, part = found(request.user, public_id)
    if not (part.own or part.stands_in):
        raise PermissionDenied
    try:
        meeting_actions.take_back(actor=request.user, meeting=row)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("feedback:meeting", public_id)
    return redirect("feedback:meeting_photos", public_id)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
@frames_scans
def confirm(request, public_id):
    """The unit looks at what was keyed in beside its photos: right, or back with a note."""
    row, part = found(request.user, public_id)
    if row.state == S.SENT:
        return redirect("feedback:meeting", public_id)
    if not rules.confirms(request.user, row, part):
        if row.state != S.CONFIRMING:
            return redirect("feedback:meeting", public_id)
        raise PermissionDenied
    form = ReturnForm(request.POST if request.POST.get("do") == "return" else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        version = request.POST.get("lock_version", "")
        given = {
            "actor": request.user,
            "meeting": row,
            "expected_version": int(version) if version.isascii() and version.isdigit() else -1,
        }
        try:
            if form.is_bound:
                actions.give_back(**given, note=form.cleaned_data["note"])
                messages.success(request, _("Đã trả lại cho người nhập."))
            else:
                actions.confirm(**given)
        except (Refused, StaleVersion) as refused:
            messages.error(request, refused.message)
            return redirect("feedback:meeting_confirm", public_id)
        return redirect("feedback:meeting", public_id)
    context = {
        "meeting": row,
        "form": form,
        "opinions": queries.rows_of(row),
        "photos": queries.photos_of(row),
        "keep_days": rules.KEEP_PHOTOS_DAYS,
    }
    return render(
        request, "feedback/meetings/confirm.html", context, status=422 if form.errors else 200
    )


# --- The clerk's side -----------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def queue(request):
    """Minutes that wait for a clerk, oldest first."""
    grants = grants_of(request.user)
    if not grants.agency_ids(entering.CLERK_ROLES):
        raise PermissionDenied
    page = paginate(request, queries.minutes_to_key(grants), per_page=20)
    now = clock.now()
    rows = [{"meeting": row, "claimed": meeting_actions.claimed(row, now)} for row in page]
    context = {"page": page, "rows": rows}
    return render(request, "feedback/meetings/queue.html", context)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
@frames_scans
def key(request, public_id):
    """Key minutes in, beside their photos."""
    row, part = _clerks(request.user, public_id)
    if row.state != S.KEYING:
        return redirect("feedback:meeting", public_id)
    holds = rules.writes_rows(request.user, row, part)
    form = None
    if holds:
        ends = request.POST.get("do") == "finish"
        if ends and not typed_something(request.POST):
            return finish(request, public_id)
        form, saved = add_opinion(request, row)
        if saved:
            return (
                finish(request, public_id) if ends else redirect("feedback:minutes_key", public_id)
            )
    elif request.method == "POST":
        messages.error(request, _("Biên bản này không còn do đồng chí giữ. Hãy nhận lại."))
        return redirect("feedback:minutes_key", public_id)
    now = clock.now()
    context = {
        "meeting": row,
        "form": form,
        "holds": holds,
        "claimed": meeting_actions.claimed(row, now) and not holds,
        "opinions": listed(row),
        "photos": queries.photos_of(row),
        "minutes": rules.CLAIM_MINUTES,
    }
    bad = form is not None and form.is_bound and form.errors
    return render(request, "feedback/meetings/key.html", context, status=422 if bad else 200)


@never_cache
@login_required
@require_POST
def claim(request, public_id):
    """Take minutes to key them in."""
    return _step(request, public_id, actions.claim, then="feedback:minutes_key")


@never_cache
@login_required
@require_POST
def release(request, public_id):
    """Give minutes back to the queue."""
    row, _part = _clerks(request.user, public_id)
    actions.release(actor=request.user, meeting=row)
    messages.success(request, _("Đã trả biên bản về hàng chờ; phần đã nhập vẫn còn."))
    return redirect("feedback:minutes")


@never_cache
@login_required
@require_POST
def finish(request, public_id):
    """The minutes are keyed in."""
    row, _part = _clerks(request.user, public_id)
    try:
        actions.finish(actor=request.user, meeting=row)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("feedback:minutes_key", public_id)
    messages.success(
        request, _("Đã gửi %s xác nhận. Ý kiến được tính khi đơn vị xác nhận.") % row.node.name
    )
    return redirect("feedback:minutes")


def _step(request, public_id, action, *, then):
    row, _part = _clerks(request.user, public_id)
    try:
        action(actor=request.user, meeting=row)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(then, public_id)


def _clerks(user, public_id):
    row, part = found(user, public_id)
    if not part.clerk:
        raise PermissionDenied
    return row, part


def _file(row, file):
    if row.batch is None:
        raise Http404
    return get_object_or_404(
        row.batch.files.select_related("upload"),
        public_id=file,
        deleted_at=None,
        upload__isnull=False,
    )

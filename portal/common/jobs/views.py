"""My jobs: how far each is, its file, and what to do when it failed. Nobody else's exist."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.common.errors import Refused
from portal.common.models import Job
from portal.common.paging import paginate
from portal.common.uploads.serve import seal

from . import actions, queries
from .registry import kinds


def _mine(request, public_id):
    return get_object_or_404(Job.objects.filter(actor=request.user), public_id=public_id)


@login_required
@never_cache
@require_safe
def mine(request):
    """What I asked for in the last days."""
    page = paginate(request, queries.mine(request.user), per_page=20)
    views = [queries.view_of(job) for job in page]
    context = {"page": page, "views": views, "days": queries.SHOWN_DAYS}
    return render(request, "jobs/mine.html", context)


@login_required
@never_cache
@require_safe
def job(request, public_id):
    """One job with its bar; the page asks for the fragment below until it is done."""
    view = queries.view_of(_mine(request, public_id))
    return render(request, "jobs/job.html", {"view": view, "job": view.job})


@never_cache
@require_safe
def state(request, public_id):
    """The moving part of the page above.

    A page whose person was signed out meanwhile stops asking (286): a sign-in page in its place
    would only confuse.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=286, headers={"HX-Reswap": "none"})
    view = queries.view_of(_mine(request, public_id))
    return render(request, "jobs/_state.html", {"view": view, "job": view.job})


@login_required
@never_cache
@require_safe
def download(request, public_id):
    """The file, for whoever asked for it and still may have it."""
    row = _mine(request, public_id)
    if not queries.view_of(row).downloadable:
        raise Http404
    entry = kinds.get(row.kind)
    if entry is None or not entry.may(request.user, row.params):
        raise PermissionDenied
    try:
        opened = row.file.open()
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        opened, as_attachment=True, filename=row.file_name, content_type=row.content_type
    )
    return seal(response)


@login_required
@require_POST
def retry(request, public_id):
    """Once more."""
    row = _mine(request, public_id)
    try:
        again = actions.retry(actor=request.user, job=row)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("jobs:job", public_id)
    return redirect("jobs:job", again.public_id)

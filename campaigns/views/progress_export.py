"""Excel files of the progress: asked for here, made by a worker."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns import progress_files
from campaigns.views._desk import signed_in
from campaigns.views.progress import sight
from portal.common import jobs
from portal.common.errors import Refused

_KINDS = {"phan-cong": progress_files.LIST, "bang": progress_files.HEAT}
_PAGES = {"phan-cong": "campaigns:progress_list", "bang": "campaigns:progress"}


@signed_in
@require_POST
def export(request, pk):
    """Start the file `tep` (phan-cong, bang) with the day and the filters of the page."""
    seen = sight(request, pk, request.POST)
    which = request.POST.get("tep", "")
    if which not in _KINDS:
        which = "phan-cong"
    filters = {name: request.POST.get(name, "")[:200] for name in progress_files.FILTERS}
    back = reverse(_PAGES[which], args=[pk])
    try:
        job = progress_files.start(
            actor=request.user,
            plan=seen.plan,
            kind=_KINDS[which],
            at=seen.at,
            filters=filters,
            back_url=back + seen.only,
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(back)
    return redirect(jobs.address(job))

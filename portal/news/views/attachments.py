"""Attachments of articles: for readers once the article is, for the desk before."""

from django.http import Http404
from django.views.decorators.http import require_safe

from portal.common import clock
from portal.common.uploads.serve import download_response, file_response
from portal.news import queries, rules


@require_safe
def download(request, pk, upload):
    """An attachment of the article `pk`; the address stays the same through corrections.

    Readers get what goes with the text they see, the desk what goes with any text of the article;
    everybody else, and every other file, gets 404.
    """
    found = queries.public_attachment(pk, upload, clock.now())
    if found is not None:
        return download_response(request, found.upload)
    found = queries.attachment(pk, upload)
    if (
        found is None
        or not request.user.is_authenticated
        or not rules.may_see(request.user, found.revision.article)
    ):
        raise Http404
    return file_response(found.upload)

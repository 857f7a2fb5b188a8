"""Editions as files to take along."""

from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from documents.downloads import kept
from documents.models import Document, Edition
from documents.views._fetch import published_edition, withdrawn
from portal.common.addresses import absolute
from portal.common.limits import limited
from portal.common.uploads import ranges
from portal.common.uploads.serve import seal
from portal.official.docx import CONTENT_TYPE

_TYPES = {"docx": CONTENT_TYPE, "pdf": "application/pdf"}


@require_safe
@limited("documents.download", per_person=120, per_address=600, methods=("GET",))
def download(request, pk, slug, n, ending):
    """The text of an edition as Word or PDF."""
    edition = published_edition(request.user, pk, n)
    if edition.state == Edition.State.WITHDRAWN:
        return withdrawn(request, edition)
    document = edition.document
    read_at = reverse("documents:edition", args=[pk, document.slug, n])
    file, tag = kept.open_file(edition, ending, address=absolute(read_at))
    answer = ranges.response(
        request,
        file,
        as_attachment=True,
        filename=f"{document.slug[:80]}-lan-{n}.{ending}",
        content_type=_TYPES[ending],
    )
    if document.circulation != Document.Circulation.PUBLIC:
        answer["Cache-Control"] = "private, no-store"
        return seal(answer)
    answer["Cache-Control"] = "no-cache"
    answer["ETag"] = quote_etag(tag)
    return get_conditional_response(request, etag=answer["ETag"], response=seal(answer))

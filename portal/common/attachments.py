"""Files made while the reader waits, sent to be kept."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def attachment(content, name, content_type):
    """An answer that is saved under `name`, never shown inside a page or taken for another type.

    Stored files: `portal.common.uploads.serve`. Who may have it, and whether caches may, is for
    the view to say.
    """
    headers = {
        "Content-Disposition": content_disposition_header(True, name),
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)

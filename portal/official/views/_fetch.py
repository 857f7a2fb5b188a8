"""The way from an address to a document and to a file."""

from django.http import Http404
from django.utils.http import content_disposition_header

from portal.common.uploads.serve import file_response

from ..queries import visible_to


def documents(user):
    """Documents `user` may see, ready for a page."""
    return visible_to(user).select_related("issuer", "type")


def pdf(upload, name):
    """The stored PDF as a download under `name`, byte for byte."""
    try:
        response = file_response(upload)
    except FileNotFoundError as error:
        raise Http404 from error
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response

"""Addresses of earlier systems."""

from django.http import HttpResponsePermanentRedirect

from portal.common import clock
from portal.news.models.old_addresses import PATH_LENGTH
from portal.news.queries.old_addresses import target_of

#: Where people work there is nothing of an earlier system.
_NEVER = ("/lam-viec/", "/quan-tri/", "/tai-khoan/", "/static/", "/media/")


class OldAddressMiddleware:
    """What nothing answers may be an address of an earlier system: then it leads on (301).

    Asked only after a 404, so no page that exists costs a query more.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        address = request.get_full_path()
        if len(address) > PATH_LENGTH or address.startswith(_NEVER) or "%00" in address:
            return response
        target = target_of(address, clock.now())
        if target is None or target == request.path:
            return response
        return HttpResponsePermanentRedirect(target)

import os

import django
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


class Handler(WSGIHandler):
    """Django's, which looks an address up once: the request log needs to know it before."""

    def resolve_request(self, request):
        match = getattr(request, "route_match", None)
        if match is None or hasattr(request, "urlconf"):
            return super().resolve_request(request)
        request.resolver_match = match
        return match


django.setup(set_prefix=False)
application = Handler()

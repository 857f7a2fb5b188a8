"""What every figure stands beside: a Django view that does nothing, and one that inserts one row.

`application` is a second web server with the portal's settings, started with the same gunicorn
configuration over the same database. Of the middleware only the portal's own for every request is
left: the request log and the reader's address.
"""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpResponse
from django.urls import path

TABLE = "CREATE TABLE IF NOT EXISTS bench_insert (id bigserial PRIMARY KEY, words text NOT NULL)"
LEFT = (
    "portal.common.middleware.RequestLogMiddleware",
    "portal.common.middleware.ClientAddressMiddleware",
)


def _ok():
    # What CommonMiddleware would say; without it the answer goes out in chunks.
    return HttpResponse("ok", headers={"Content-Length": "2"})


def bare(request):
    return _ok()


def insert(request):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_insert (words) VALUES (%s)", [request.POST["words"]])
    return _ok()


urlpatterns = [path("bare", bare), path("insert", insert)]


def make_application():
    """The handler; the apps are set up first, because some insist on their middleware."""
    django.setup()
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name in LEFT]
    return WSGIHandler()

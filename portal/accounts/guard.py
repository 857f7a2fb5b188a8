"""Against guessing of passwords: five wrong ones lock one name at one address for a while.

The lock is on name and address together, so that nobody locks another person out from elsewhere;
a browser the person has used before counts on its own (`devices`). Many wrong ones from one
address slow that address down for the rest of the minute, known browsers excepted.
"""

import datetime as dt
import math
import time

from axes.models import AccessAttempt
from django.conf import settings
from django.core.cache import cache
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.accounts import devices, queries, rules
from portal.common import clock


def client_ip(request):
    """The address of the caller; ClientAddressMiddleware has looked behind our own proxies."""
    return request.META.get("REMOTE_ADDR", "")


def lock_name(request, credentials=None):
    """The name under which axes counts: the person, however the name was typed, and the browser.

    A person is named by a random id; what was typed is kept only where nobody has that name.
    """
    login = (credentials or {}).get("username")
    if login is None and request is not None:
        login = request.POST.get("login", "")
    kept = request.__dict__.setdefault("_lock_names", {})
    if login not in kept:
        user = queries.by_login(login) if login else None
        if user is None:
            kept[login] = rules.normalise_username(login or "")[:100]
        else:
            known = ":known" if devices.is_known(request, user) else ""
            kept[login] = user.public_id.hex + known
    return kept[login]


def locked_out(request, *args):
    """The answer of a locked name: what happened, how long it lasts, what else helps."""
    credentials = args[-1] if args else None
    last = (
        AccessAttempt.objects.filter(
            username=lock_name(request, credentials), ip_address=client_ip(request)
        )
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    until = (last or clock.now()) + settings.AXES_COOLOFF_TIME
    seconds = max(1, math.ceil((until - clock.now()) / dt.timedelta(seconds=1)))
    response = render(
        request,
        "accounts/locked.html",
        {"minutes": math.ceil(seconds / 60), "until": clock.local(until)},
        status=429,
    )
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


def address_wait(request):
    """Seconds that this address has to wait before the next try; 0 when it may go on."""
    if (cache.get(_address_key(request)) or 0) < settings.SIGN_IN_FAILURES_PER_MINUTE:
        return 0
    return 60 - int(time.time()) % 60


def count_failure(request):
    cache.count_one(_address_key(request), 60)


def wait_message(seconds):
    return _(
        "Có quá nhiều lần đăng nhập sai từ mạng này. Xin chờ %(seconds)d giây rồi thử lại."
    ) % {"seconds": seconds}


def _address_key(request):
    return f"sign-in-failures:{client_ip(request)}:{int(time.time()) // 60}"

"""Browsers in which a person has signed in before, kept in a signed cookie of theirs.

Wrong passwords typed by somebody else, even from the same office behind one address, are counted
apart from those typed in a known browser: so nobody can lock another person out of the browser
they always use.
"""

from django.conf import settings
from django.core import signing

COOKIE = "trinh_duyet_quen"
PATH = "/tai-khoan/"
SALT = "portal.accounts.devices"
MOST = 8  # people sharing one office computer
AGE = 400 * 24 * 3600


def _known(request):
    try:
        value = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return []
    return value if isinstance(value, list) else []


def is_known(request, user):
    """Whether `user` has signed in with this browser before."""
    return user.public_id.hex in _known(request)


def remember(request, response, user):
    """Note on `response` that `user` signs in with this browser."""
    own = user.public_id.hex
    known = [own, *(other for other in _known(request) if other != own)][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps(known, salt=SALT, compress=True),
        max_age=AGE,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )

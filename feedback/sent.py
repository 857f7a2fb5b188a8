"""From the form to the page with the receipt, without keeping the receipt anywhere.

Sending answers with an address of its own (a reload sends nothing again, and receiving an opinion
renders no page). What that page shows travels in a cookie of that address alone, sealed under the
consultation's key, for minutes, and for the person who sent it.
"""

import base64
import secrets
from dataclasses import asdict, dataclass

from django.conf import settings
from django.urls import reverse

from feedback import keys
from portal.common import clock

#: So long the page may be opened again, in the browser that sent the form.
SECONDS = 600
COOKIE = "bien-nhan"


@dataclass(frozen=True)
class Sent:
    """What the page after sending says: as `actions.Receipt`, the route, and where it was about
    (`doan`, `cau`: what stands in the address of the form, None where nothing does); whether a
    guest left an address, and whether too many mails went for one to go now."""

    code: str
    repeated: bool
    naming: str
    route: str
    doan: int | None = None
    cau: int | None = None
    left_address: bool = False
    mail_limited: bool = False


def keep(response, *, address, consultation, author, sent):
    """Put `sent` (Sent) into the cookie of the page at `address` (from `address_of`)."""
    fields = asdict(sent) | {"until": clock.now().timestamp() + SECONDS}
    key = keys.of(consultation)
    sealed = key.seal_sent(_bound(address, author), fields)
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(sealed).decode(),
        max_age=SECONDS,
        path=address,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def address_of(consultation, edition):
    """An address for the page after sending that was never given before."""
    token = secrets.token_urlsafe(12)
    return reverse("feedback:sent", args=[consultation.pk, edition.pk, token])


def kept(request, *, consultation):
    """The Sent of this address and this person, or None: too late, elsewhere, somebody else."""
    try:
        sealed = base64.urlsafe_b64decode(request.COOKIES.get(COOKIE, ""))
        key = keys.of(consultation)
        fields = key.open_sent(_bound(request.path, request.user), sealed)
    except (keys.KeyUnavailable, ValueError):  # also what base64 and UTF-8 refuse
        return None
    return Sent(**fields) if clock.now().timestamp() < fields.pop("until") else None


def _bound(address, author):
    """On a shared computer the next person finds nothing, whoever they are."""
    who = author.public_id.hex if author.is_authenticated else ""
    return f"{address} {who}".encode()

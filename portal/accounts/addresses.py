"""A new mail address counts when somebody opened the link that was sent there.

The link is a signed value, good for two days and only while the account still has the address, the
password and the keys it had: nothing is stored until it is confirmed.
"""

import datetime as dt

from django.core import signing
from django.utils.crypto import constant_time_compare

from portal.accounts.models import User

SALT = "portal.accounts.address"
GOOD_FOR = dt.timedelta(days=2)


def sealed(user, email):
    """The value of the link that makes `email` the address of `user`."""
    return signing.dumps([user.pk, email, _state(user)], salt=SALT, compress=True)


def opened(value):
    """(user, email) of a link that is still good, or None."""
    try:
        pk, email, state = signing.loads(value, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or not constant_time_compare(state, _state(user)):
        return None
    return user, email


def _state(user):
    """Changes with the address, the password and the keys of the account."""
    parts = f"{user.email}\0{user.password}\0{user.public_id.hex}"
    return signing.Signer(salt=SALT).signature(parts)

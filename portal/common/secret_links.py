"""Secrets that are an address: told once, kept only as a digest."""

import hashlib
import re
import secrets

#: 192 bits, 32 letters: nobody guesses it, so a plain digest is enough to know it again.
_BYTES = 24
_SECRET = re.compile(r"[A-Za-z0-9_-]{32}")


def new_secret():
    """(secret, digest): the one to tell, the other to keep."""
    secret = secrets.token_urlsafe(_BYTES)
    return secret, digest_of(secret)


def is_secret(text):
    """Whether `text` could be one at all; what could not needs no query."""
    return _SECRET.fullmatch(text) is not None


def digest_of(secret):
    return hashlib.sha256(secret.encode()).hexdigest()

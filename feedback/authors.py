"""Who writes an opinion: somebody with an account, or a guest. Neither reaches the database.

What the two have in common is asked here, so that nothing else needs to know which one it is.
"""

import unicodedata
from dataclasses import dataclass

from feedback.models import Opinion
from portal.common.text import one_line


@dataclass(frozen=True)
class Guest:
    """Somebody who writes without an account; both fields are optional.

    The e-mail address is what a guest is found by again. It is typed and, until its owner confirms
    it, proves nothing.
    """

    name: str = ""
    email: str = ""

    is_authenticated = False
    is_active = False
    pk = None

    def __post_init__(self):
        object.__setattr__(self, "name", one_line(self.name))
        object.__setattr__(self, "email", normalise_email(self.email))


def normalise_email(email):
    """The one spelling of an address that a token is made of: NFKC, lower case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", email).split()).lower()


def token_bytes(author):
    """The bytes that stand for `author` inside an HMAC; None for a guest without an address."""
    if author.is_authenticated:
        return author.public_id.bytes
    return b"guest:" + author.email.encode() if author.email else None


def name_of(author):
    """The name that is sealed when the author chooses to be named; "" where there is none."""
    return author.full_name if author.is_authenticated else author.name


def origin_of(author):
    """Opinion.Origin of what `author` writes."""
    return Opinion.Origin.ACCOUNT if author.is_authenticated else Opinion.Origin.GUEST


def naming_of(author, chosen):
    """Opinion.Naming that can be kept: a guest without an address who is not named is anonymous,
    for nothing would be left by which to find the opinion again."""
    if chosen == Opinion.Naming.UNNAMED and token_bytes(author) is None:
        return Opinion.Naming.ANONYMOUS
    return chosen

"""Finding accounts."""

import hashlib

from django.db.models import Q
from django.utils import timezone

from portal.accounts import rules
from portal.accounts.models import SignInSlip, User


def by_login(login):
    """The User of a user name or a phone number as typed, or None."""
    username = rules.normalise_username(login)
    phone = rules.normalise_phone(login)
    match = Q(username__lower=username)
    if phone:
        match |= Q(phone=phone)
    return User.objects.filter(match).order_by("-is_active", "id").first()


def slip_hash(secret):
    return hashlib.sha256(rules.normalise_slip(secret).encode()).hexdigest()


def good_slip(secret, *, at=None):
    """The SignInSlip that this secret opens right now, or None."""
    at = at or timezone.now()
    return (
        SignInSlip.objects.filter(
            token_hash=slip_hash(secret),
            used_at=None,
            revoked_at=None,
            expires_at__gt=at,
            user__is_active=True,
        )
        .select_related("user")
        .first()
    )

"""Verbs about accounts. None of them deletes the row: an account is closed or made nameless."""

import secrets
import uuid

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import queries, rules
from portal.accounts.models import SignInSlip, User
from portal.accounts.registries import PERSONAL_DATA
from portal.common import audit, clock, text
from portal.common.errors import Refused

_FIELDS = ("full_name", "phone", "email")


@transaction.atomic
def create_account(
    *,
    actor,
    full_name,
    username="",
    phone="",
    email="",
    password=None,
    must_change_password=True,
    is_superuser=False,
    agency=None,
):
    """Open an account. Without a password the person comes in by a slip only.

    Args:
        username: made from the name, and made unique, when not given.
        agency: the agency (or its id) in whose affairs it happens, for the audit log.

    Raises:
        Refused: for a taken or malformed user name or phone number.
    """
    full_name = text.one_line(full_name)
    if not full_name:
        raise Refused(_("Chưa có họ và tên."), code="full_name")
    username = _checked_username(username, full_name)
    user = User(
        username=username,
        full_name=full_name,
        sort_key=text.person_sort_key(full_name),
        phone=_checked_phone(phone),
        email=text.one_line(email).lower(),
        must_change_password=must_change_password,
        is_superuser=is_superuser,
        is_staff=is_superuser,
    )
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save(force_insert=True)
    audit.record(actor=actor, verb="create_account", obj=user, agency=agency)
    return user


@transaction.atomic
def edit_account(*, actor, user, full_name, phone="", email="", agency=None):
    """Change name, phone number and mail address.

    A mail address given by somebody else than the person ends the way to what the person's keys
    open (see `_new_keys`): a link to a new password goes there.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    before = audit.snapshot(user, _FIELDS)
    user.full_name = text.one_line(full_name)
    user.sort_key = text.person_sort_key(user.full_name)
    user.phone = _checked_phone(phone, user)
    user.email = text.one_line(email).lower()
    changes = audit.diff(before, audit.snapshot(user, _FIELDS))
    if not changes:
        return user
    user.save(update_fields=[*_FIELDS, "sort_key"])
    if "email" in changes and (actor is None or actor.pk != user.pk):
        _new_keys(user)
    if "email" in changes:
        # A link to reset the password must never go to an address that was taken away.
        EmailAddress.objects.filter(user=user).delete()
    # That something changed is what the log needs, not the numbers themselves.
    hidden = {field: ["…", "…"] for field in changes if field != "full_name"}
    audit.record(
        actor=actor, verb="edit_account", obj=user, agency=agency, changes={**changes, **hidden}
    )
    return user


@transaction.atomic
def set_password(*, actor, user, password):
    """Set a password the person chose; the order to change it is carried out.

    Raises:
        Refused: with what the password rules say.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), code="password") from error
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record(actor=actor, verb="set_password", obj=user)


@transaction.atomic
def issue_slips(*, actor, users, agency=None):
    """A new one-time slip for each of `users`; their older ones end.

    Returns:
        [(user, secret)] in the order given. The secrets exist nowhere else: print them now.
    """
    now = clock.now()
    users = [user for user in users if user.is_active]
    SignInSlip.objects.filter(user__in=users, used_at=None, revoked_at=None).update(revoked_at=now)
    issued = [(user, _new_secret()) for user in users]
    SignInSlip.objects.bulk_create(
        SignInSlip(
            user=user,
            token_hash=queries.slip_hash(secret),
            issued_by=actor,
            expires_at=rules.slip_expiry(clock.today(now)),
        )
        for user, secret in issued
    )
    for user in users:
        audit.record(actor=actor, verb="issue_slip", obj=user, agency=agency)
    return issued


@transaction.atomic
def redeem_slip(*, secret):
    """Use up the slip of this secret; the person must then choose a password.

    Two at once: one wins, the other is refused. Whoever printed the slip could use it as well, so
    it opens the account but not what the person's keys open (see `_new_keys`).

    Raises:
        Refused: used, expired, revoked or unknown, all in the same words.
    """
    slip = queries.good_slip(secret)
    taken = slip and SignInSlip.objects.filter(
        pk=slip.pk, used_at=None, revoked_at=None, expires_at__gt=clock.now()
    ).update(used_at=clock.now())
    if not taken:
        raise Refused(_("Phiếu này không dùng được nữa."), code="slip")
    user = slip.user
    user.must_change_password = True
    user.save(update_fields=["must_change_password"])
    _new_keys(user)
    audit.record(actor=user, verb="redeem_slip", obj=user)
    return user


@transaction.atomic
def deactivate(*, actor, user, agency=None):
    """Close an account: nobody signs in with it, everything it wrote stays."""
    if actor is not None and actor.pk == user.pk:
        raise Refused(_("Không thể tự ngừng tài khoản của mình."), code="self")
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        return
    user.is_active = False
    user.save(update_fields=["is_active"])
    SignInSlip.objects.filter(user=user, used_at=None, revoked_at=None).update(
        revoked_at=clock.now()
    )
    audit.record(
        actor=actor,
        verb="deactivate_account",
        obj=user,
        agency=agency,
        changes={"is_active": [True, False]},
    )


ERASED_NAME = "Tài khoản đã xóa"
_ERASED_USERNAME = "da-xoa-"


@transaction.atomic
def erase_account(*, actor, user):
    """Erase an account for good: its name, contact and sign-ins, and what apps tie to the person.

    The row stays, nameless and closed, because records of offices point at it. Idempotent, so that
    it can be done again after a restore (`actor` None).

    Raises:
        Refused: somebody else's account; an account that still works for an office
            (`PersonalData.check_erase`); the last administrator.
    """
    if actor is not None and actor.pk != user.pk:
        raise Refused(_("Chỉ chủ tài khoản được xóa tài khoản."), code="not_own")
    user = User.objects.select_for_update().get(pk=user.pk)
    if actor is not None:
        for _name, part in PERSONAL_DATA:
            part.check_erase(user)
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and user.is_active and not others.exists():
        raise Refused(_("Cổng phải còn ít nhất một quản trị viên."), code="last_admin")
    # the row first, so that nothing written below shows the name; `user` still knows what it was
    User.objects.filter(pk=user.pk).update(
        full_name=ERASED_NAME,
        sort_key=text.person_sort_key(ERASED_NAME),
        username=f"{_ERASED_USERNAME}{secrets.token_hex(6)}",
        phone=None,
        email="",
        password=make_password(None),
        is_active=False,
        is_staff=False,
        is_superuser=False,
    )
    for _name, part in PERSONAL_DATA:
        part.erase(user)
    User.objects.filter(pk=user.pk).update(public_id=uuid.uuid4(), last_login=None)
    erased = User.objects.get(pk=user.pk)
    audit.record(actor=None, verb="erase_account", obj=erased)
    return erased


def is_erased(user):
    """Whether nothing of the person is left in the row: `erase_account` was there."""
    return (
        user.username.startswith(_ERASED_USERNAME)
        and user.full_name == ERASED_NAME
        and not (user.is_active or user.email or user.phone or user.has_usable_password())
    )


@transaction.atomic
def reactivate(*, actor, user, agency=None):
    """Open a closed account again."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        return
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(
        actor=actor,
        verb="reactivate_account",
        obj=user,
        agency=agency,
        changes={"is_active": [False, True]},
    )


# --- helpers --------------------------------------------------------------------------------


def _new_keys(user):
    """Cut an account that was in use off from everything found by a key of its `public_id`.

    Opinions are found again by such a key. Who administers accounts can enter one; without this
    they would read there what its owner wrote about a draft (DESIGN section 5). The owner keeps
    the receipts.
    """
    if user.last_login is not None:
        user.public_id = uuid.uuid4()
        user.save(update_fields=["public_id"])


def _new_secret():
    return "".join(secrets.choice(rules.SLIP_ALPHABET) for _i in range(rules.SLIP_LENGTH))


def _checked_username(username, full_name):
    if username:
        username = rules.normalise_username(username)
        if not rules.USERNAME.match(username):
            raise Refused(
                _("Tên đăng nhập “%(name)s” không hợp lệ.") % {"name": username}, code="username"
            )
        if User.objects.filter(username__lower=username).exists():
            raise Refused(
                _("Tên đăng nhập “%(name)s” đã có người dùng.") % {"name": username},
                code="username_taken",
            )
        return username
    base = rules.username_from(full_name)
    taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
    number, found = 1, base
    while found in taken or len(found) < 3:
        number += 1
        found = f"{base}{number}"
    return found


def _checked_phone(phone, user=None):
    if not phone:
        return None
    number = rules.normalise_phone(phone)
    if not number:
        raise Refused(_("Số điện thoại “%(phone)s” không hợp lệ.") % {"phone": phone}, code="phone")
    same = User.objects.filter(phone=number)
    if user is not None:
        same = same.exclude(pk=user.pk)
    if same.exists():
        raise Refused(_("Số điện thoại này đã gắn với một tài khoản khác."), code="phone_taken")
    return number

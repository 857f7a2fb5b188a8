"""The ledger of erasures as a file that outlives backups, and its replay after a restore.

One JSON object a line: {"kind", "subject", "on"} (`Erasure`). Sorted by kind and subject, so that
the order of lines says nothing of the order of erasing. Lines are only ever added to.
"""

import datetime as dt
import json
import os
import uuid

from django.db import transaction
from django.db.models import Exists, OuterRef

from feedback import attachments, keys
from feedback.actions.privacy import destroy_key
from feedback.models import (
    Consultation,
    Erasure,
    GuestContact,
    Identity,
    OpinionAttachment,
    OpinionDraft,
)
from portal.accounts.actions import erase_account, is_erased
from portal.accounts.models import User
from portal.common.errors import Refused

Kind = Erasure.Kind


def read(path):
    """{(kind, subject): date} of a ledger file; empty where there is none.

    Raises:
        ValueError: a line that is not of a ledger, with its number.
    """
    found = {}
    if not path.exists():
        return found
    for number, line in enumerate(path.read_text().splitlines(), 1):
        try:
            row = json.loads(line)
            key = Kind(row["kind"]).value, str(row["subject"])
            on = dt.date.fromisoformat(row["on"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}: line {number} is not of a ledger of erasures") from error
        found[key] = max(on, found.get(key, on))
    return found


def of_database():
    """{(kind, subject): date} of the database."""
    rows = Erasure.objects.values_list("kind", "subject", "on")
    return {(kind, subject): on for kind, subject, on in rows}


def write(path):
    """Add the ledger of the database to the file; whole or not at all. Returns how many lines."""
    lines = read(path)
    for key, on in of_database().items():
        lines[key] = max(on, lines.get(key, on))
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        for (kind, subject), on in sorted(lines.items()):
            row = {"kind": kind, "subject": subject, "on": on.isoformat()}
            file.write(json.dumps(row) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    return len(lines)


def replay(lines):
    """Erase again what the ledger says, in a database that may know nothing of it.

    Idempotent; each line by itself, so that one that cannot be done does not keep the others.
    Returns {kind: how many lines were there}. What was written after the day of an erasure stays.
    """
    done = dict.fromkeys(Kind.values, 0)
    for (kind, subject), on in sorted(lines.items()):
        try:
            with transaction.atomic():
                _REPLAY[kind](subject, on)
                row, new = Erasure.objects.get_or_create(
                    kind=kind, subject=subject, defaults={"on": on}
                )
                if not new and row.on < on:
                    Erasure.objects.filter(pk=row.pk).update(on=on)
        except Refused:  # the last administrator of that day; among the `leftovers`
            continue
        done[kind] += 1
    return done


def _identity(subject, on):
    Identity.objects.filter(pk=int(subject)).delete()


def _token(subject, on):
    consultation, lookup = _token_of(subject)
    Identity.objects.filter(
        lookup=lookup, opinion__consultation=consultation, opinion__received_on__lte=on
    ).delete()
    OpinionDraft.objects.filter(consultation=consultation, lookup=lookup, saved_on__lte=on).delete()
    _contact(subject, on)


def _contact(subject, on):
    consultation, lookup = _token_of(subject)
    GuestContact.objects.filter(consultation=consultation, lookup=lookup, asked_on__lte=on).delete()


def _key(subject, on):
    for consultation in Consultation.objects.filter(key_id=subject):
        destroy_key(consultation=consultation)
    keys.destroy(subject)


def _account(subject, on):
    user = User.objects.filter(pk=int(subject)).first()
    # also one that was closed, or never had a password, and still has its name
    if user is not None and not is_erased(user):
        erase_account(actor=None, user=user)


def _file(subject, on):
    attachments.forget_again(uuid.UUID(hex=subject))


_REPLAY = {
    Kind.IDENTITY: _identity,
    Kind.TOKEN: _token,
    Kind.CONTACT: _contact,
    Kind.KEY: _key,
    Kind.ACCOUNT: _account,
    Kind.FILE: _file,
}


def _token_of(subject):
    _word, consultation, lookup = subject.split(":")
    return int(consultation), bytes.fromhex(lookup)


def accounts_not_looked_for(lines):
    """In how many consultations identities of erased accounts could not be looked for, because
    there are some and their key cannot be opened here. 0 where no account was erased."""
    if not any(kind == Kind.ACCOUNT for kind, _subject in lines):
        return 0
    count = 0
    rows = Consultation.objects.exclude(key_id="").filter(key_destroyed_at=None)
    for consultation in rows.filter(Exists(Identity.objects.filter(key_id=OuterRef("key_id")))):
        try:
            keys.ConsultationKey(consultation.key_id)
        except keys.KeyUnavailable:
            count += 1
    return count


def leftovers(lines):
    """Lines whose deed is not done in this database: none after a replay. For the restore."""
    left = []
    for (kind, subject), on in sorted(lines.items()):
        if kind == Kind.IDENTITY:
            there = Identity.objects.filter(pk=int(subject)).exists()
        elif kind == Kind.KEY:
            there = (
                keys.exists(subject)
                or Consultation.objects.filter(key_id=subject, key_destroyed_at=None).exists()
            )
        elif kind == Kind.ACCOUNT:
            user = User.objects.filter(pk=int(subject)).first()
            there = user is not None and not is_erased(user)
        elif kind == Kind.FILE:
            there = OpinionAttachment.objects.filter(public_id=uuid.UUID(hex=subject)).exists()
        else:
            consultation, lookup = _token_of(subject)
            contact = GuestContact.objects.filter(
                consultation=consultation, lookup=lookup, asked_on__lte=on
            )
            identity = Identity.objects.filter(
                lookup=lookup, opinion__consultation=consultation, opinion__received_on__lte=on
            )
            there = contact.exists() or (kind == Kind.TOKEN and identity.exists())
        if there:
            left.append((kind, subject))
    return left

"""Keys of consultations: outside the database and outside its backup.

Every consultation has one random key in a file of its own under IDENTITY_KEY_DIR, wrapped by
IDENTITY_MASTER_KEY, so that neither the database, nor the directory, nor the environment alone
opens an identity, and so that destroying one file ends one consultation's identities for good.

Its purposes are derived from it and never mixed: the lookup of a person, telling that one person
sends the same words again, the sealing of a name, of a draft, of links in mails, of the page after
sending, the making of receipts.
Source: DESIGN section 5.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import secrets
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from feedback.authors import token_bytes

RECEIPT_BITS = 100
# Crockford's letters: no I, L, O, U, so that a code survives handwriting and telephone
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_KEY_ID = re.compile(r"[0-9a-f]{32}")


class KeyUnavailable(Exception):
    """The key of a consultation is missing, destroyed or cannot be unwrapped."""


def create():
    """Make a key and return its id. The file is on disk (fsync) before this returns."""
    key_id = secrets.token_hex(16)
    nonce = secrets.token_bytes(12)
    wrapped = nonce + _master().encrypt(nonce, secrets.token_bytes(32), key_id.encode())
    directory = settings.IDENTITY_KEY_DIR
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(_path(key_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(wrapped)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return key_id


def destroy(key_id):
    """Destroy a key: no identity under it can ever be found or read again. Idempotent."""
    _path(key_id).unlink(missing_ok=True)


def exists(key_id):
    """Whether the file of a key is there."""
    return _path(key_id).exists()


class ConsultationKey:
    """The opened key of one consultation.

    Raises:
        KeyUnavailable: by the constructor, when there is no such key any more.
    """

    def __init__(self, key_id):
        self.key_id = key_id
        try:
            wrapped = _path(key_id).read_bytes()
            raw = _master().decrypt(wrapped[:12], wrapped[12:], key_id.encode())
        except (OSError, InvalidTag, ValueError) as error:
            raise KeyUnavailable(key_id) from error
        self._raw = raw

    _lookup = cached_property(lambda self: _derive(self._raw, b"lookup"))
    _once = cached_property(lambda self: _derive(self._raw, b"once"))
    _identity = cached_property(lambda self: AESGCM(_derive(self._raw, b"identity")))
    _draft = cached_property(lambda self: AESGCM(_derive(self._raw, b"draft")))
    _link = cached_property(lambda self: AESGCM(_derive(self._raw, b"link")))
    _receipt = cached_property(lambda self: _derive(self._raw, b"receipt"))
    _group = cached_property(lambda self: _derive(self._raw, b"group"))
    _sent = cached_property(lambda self: AESGCM(_derive(self._raw, b"sent")))

    def lookup(self, author):
        """32 bytes that stand for `author` (User or Guest) in this consultation and in no other.

        A guest without an address gets random bytes: they stand for nobody twice.
        """
        token = token_bytes(author)
        return secrets.token_bytes(32) if token is None else _mac(self._lookup, token)

    def once(self, author, words):
        """32 bytes that are the same only for the same person and the same `words` (bytes)."""
        return _mac(self._once, self.lookup(author) + words)

    def group(self, lookup):
        """A number of 256 bits by which authors are told in groups: without the key no token leads
        to the others of its group."""
        return int.from_bytes(_mac(self._group, bytes(lookup)), "big")

    def seal_draft(self, lookup, place, fields):
        """Ciphertext of what somebody is typing, a dict of text, bound to person and place."""
        nonce = secrets.token_bytes(12)
        text = json.dumps(fields, ensure_ascii=False).encode()
        # the size of what is typed tells nothing finer than this
        text = text.ljust(-(-len(text) // 256) * 256)
        return nonce + self._draft.encrypt(nonce, text, lookup + place.encode())

    def open_draft(self, lookup, place, ciphertext):
        """What `seal_draft` was given.

        Raises:
            KeyUnavailable: sealed for another person, place or key, or changed.
        """
        ciphertext = bytes(ciphertext)
        try:
            text = self._draft.decrypt(ciphertext[:12], ciphertext[12:], lookup + place.encode())
        except InvalidTag as error:
            raise KeyUnavailable(self.key_id) from error
        return json.loads(text)

    def seal_link(self, lookup):
        """Ciphertext of a keyed token for a link in a mail: mailboxes keep links, and the token
        itself, beside the database, would lead to what was written."""
        nonce = secrets.token_bytes(12)
        return nonce + self._link.encrypt(nonce, bytes(lookup), None)

    def open_link(self, ciphertext):
        """The keyed token that `seal_link` was given.

        Raises:
            KeyUnavailable: sealed under another key, or changed.
        """
        try:
            return self._link.decrypt(ciphertext[:12], ciphertext[12:], None)
        except (InvalidTag, ValueError) as error:
            raise KeyUnavailable(self.key_id) from error

    def seal(self, opinion_id, name):
        """Ciphertext of a name, bound to the opinion's id."""
        nonce = secrets.token_bytes(12)
        text = json.dumps({"name": name}, ensure_ascii=False).encode()
        return nonce + self._identity.encrypt(nonce, text.ljust(256), str(opinion_id).encode())

    def open(self, opinion_id, ciphertext):
        """The name that `seal` was given.

        Raises:
            KeyUnavailable: the ciphertext belongs to another opinion or key, or was changed.
        """
        ciphertext = bytes(ciphertext)
        try:
            text = self._identity.decrypt(
                ciphertext[:12], ciphertext[12:], str(opinion_id).encode()
            )
        except InvalidTag as error:
            raise KeyUnavailable(self.key_id) from error
        return json.loads(text)["name"]

    def seal_sent(self, bound, fields):
        """Ciphertext of what is shown once after sending, a dict, bound to the bytes `bound`."""
        nonce = secrets.token_bytes(12)
        text = json.dumps(fields, ensure_ascii=False).encode()
        return nonce + self._sent.encrypt(nonce, text.ljust(256), bound)

    def open_sent(self, bound, ciphertext):
        """What `seal_sent` was given.

        Raises:
            KeyUnavailable: bound to something else, sealed under another key, or changed.
        """
        try:
            text = self._sent.decrypt(ciphertext[:12], ciphertext[12:], bound)
        except (InvalidTag, ValueError) as error:
            raise KeyUnavailable(self.key_id) from error
        return json.loads(text)

    def receipt(self, submission_key):
        """The receipt code of a submission, "XXXXX-XXXXX-XXXXX-XXXXX" (100 bits).

        It is computed, not stored, so that sending the same form twice shows the same code.
        """
        number = int.from_bytes(_mac(self._receipt, submission_key.encode())[:13], "big")
        number >>= 104 - RECEIPT_BITS
        letters = []
        for _ in range(RECEIPT_BITS // 5):
            number, digit = divmod(number, 32)
            letters.append(_ALPHABET[digit])
        code = "".join(letters)
        return "-".join(code[i : i + 5] for i in range(0, len(code), 5))


def of(consultation):
    """The ConsultationKey of a Consultation, opened once for each object.

    Raises:
        KeyUnavailable: as the constructor.
    """
    if "_opened_key" not in consultation.__dict__:
        consultation.__dict__["_opened_key"] = ConsultationKey(consultation.key_id)
    return consultation.__dict__["_opened_key"]


def normalise_receipt(typed):
    """The canonical letters of a typed receipt code, or '' if it cannot be one."""
    letters = re.sub(r"[\s\-–—.]", "", typed).upper()
    letters = letters.translate(str.maketrans("ILO", "110"))
    if len(letters) != RECEIPT_BITS // 5 or set(letters) - set(_ALPHABET):
        return ""
    return letters


def receipt_hmac(code):
    """What is stored of a receipt code: HMAC-SHA256 under a key derived from the master key.

    The code alone must find the opinion, whatever consultation it belongs to; therefore the key is
    the portal's and not a consultation's.
    """
    return _mac(_derive(_master_bytes(), b"receipts"), normalise_receipt(code).encode())


def seal_file(public_id, data):
    """Ciphertext of an attachment for a backup, bound to its id: a backup alone opens none."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(_derive(_master_bytes(), b"files")).encrypt(nonce, data, public_id.bytes)


def open_file(public_id, ciphertext):
    """What `seal_file` was given.

    Raises:
        KeyUnavailable: sealed under another master key or for another file, or changed.
    """
    cipher = AESGCM(_derive(_master_bytes(), b"files"))
    try:
        return cipher.decrypt(ciphertext[:12], ciphertext[12:], public_id.bytes)
    except (InvalidTag, ValueError) as error:
        raise KeyUnavailable(str(public_id)) from error


def check_master_key(value):
    """The 32 bytes of IDENTITY_MASTER_KEY. Raises ImproperlyConfigured with a sentence."""
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise ImproperlyConfigured("IDENTITY_MASTER_KEY must be 32 bytes in base64.")
    return raw


def _path(key_id):
    if not _KEY_ID.fullmatch(key_id):
        raise KeyUnavailable(key_id)
    return settings.IDENTITY_KEY_DIR / f"{key_id}.key"


def _master_bytes():
    return check_master_key(settings.IDENTITY_MASTER_KEY)


def _master():
    return AESGCM(_master_bytes())


def _mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def _derive(key, purpose):
    return _mac(key, b"cong-dai-hoi/" + purpose)

"""Sealing small texts that the database must not tell by itself, such as an address to answer to.

The key is derived from IDENTITY_MASTER_KEY, which stands outside the database and its backup, once
per purpose, so that nothing sealed for one use opens under another.
"""

import base64
import datetime as dt
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


class Unreadable(Exception):
    """What was sealed cannot be opened: another key, another place, or changed bytes."""


def seal(purpose, place, text):
    """Ciphertext of `text`, bound to `place` (the id of the row it stands in)."""
    nonce = secrets.token_bytes(12)
    return nonce + _cipher(purpose).encrypt(nonce, text.encode(), str(place).encode())


def unseal(purpose, place, ciphertext):
    """The text that was sealed for this purpose and place. Raises Unreadable."""
    ciphertext = bytes(ciphertext)
    try:
        opened = _cipher(purpose).decrypt(ciphertext[:12], ciphertext[12:], str(place).encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(purpose) from error
    return opened.decode()


def seal_place(purpose, day, number):
    """A day and a number of up to 63 bits as 32 hexadecimal digits, always the same ones, for an
    address in a public page: they tell neither, and no other of the same purpose can be made."""
    block = day.toordinal().to_bytes(4) + bytes(4) + number.to_bytes(8)
    return _permuted(purpose).encryptor().update(block).hex()


def open_place(purpose, digits):
    """(day, number) that `seal_place` was given, or None for anything else."""
    try:
        block = _permuted(purpose).decryptor().update(bytes.fromhex(digits))
        if len(block) != 16 or len(digits) != 32 or any(block[4:8]):
            return None
        return dt.date.fromordinal(int.from_bytes(block[:4])), int.from_bytes(block[8:])
    except (ValueError, OverflowError):
        return None


def token(purpose, key):
    """A code of 128 bits computed from `key`: the same for the same key, guessed by nobody.

    Lower-case letters and digits, for an address that only its owner knows.
    """
    raw = _derived(purpose, key.encode())[:16]
    return base64.b32encode(raw).decode().rstrip("=").lower()


def token_digest(code):
    """What is stored of a token, 32 bytes, so that the stored row does not open its page."""
    return hashlib.sha256(code.encode()).digest()


def _cipher(purpose):
    return AESGCM(_derived(purpose, b"seal"))


def _permuted(purpose):
    # one block, never two: a permutation of all blocks, which is what is wanted here
    return Cipher(algorithms.AES(_derived(purpose, b"place")), modes.ECB())  # noqa: S305


def _derived(purpose, message):
    master = base64.b64decode(settings.IDENTITY_MASTER_KEY, validate=True)
    key = hmac.new(master, f"cong-dai-hoi/{purpose}".encode(), hashlib.sha256).digest()
    return hmac.new(key, message, hashlib.sha256).digest()

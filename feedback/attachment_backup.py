"""Files of opinions in the backup: one archive beside each dump, every file sealed by itself.

The archive is a tar whose members are named by the random ids of the files; they open with the
master key alone, which lies in no backup. What was deleted is not brought back: a restore puts back
only what rows of the restored database still ask for, after the ledger was replayed.
"""

import io
import os
import tarfile
import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from feedback import keys
from feedback.attachments import FOLDER, forget_hour
from feedback.models import OpinionAttachment

_AT_ONCE = 500


def archive_of(dump):
    """The path of the archive that belongs to a dump."""
    return dump.with_suffix(".tep.tar")


def write(path):
    """Write all files of opinions to `path`, whole or not at all. Returns (files, missing ones)."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    kept = missing = 0
    try:
        with os.fdopen(handle, "wb") as out, tarfile.open(fileobj=out, mode="w") as tar:
            rows = OpinionAttachment.objects.exclude(opinion=None).order_by("public_id")
            for row in rows.iterator(chunk_size=_AT_ONCE):
                data = _read(row.path)
                if data is None:
                    missing += 1
                    continue
                sealed = keys.seal_file(row.public_id, data)
                member = tarfile.TarInfo(row.public_id.hex)  # its time stays 0
                member.size, member.mode = len(sealed), 0o600
                tar.addfile(member, io.BytesIO(sealed))
                kept += 1
        fresh.rename(path)
    finally:
        fresh.unlink(missing_ok=True)
    return kept, missing


def restore(path):
    """Put back the files that rows ask for and the storage does not have; drop those no row knows.

    Returns (put back, still missing). A member that does not open is missing.
    """
    wanted = {}
    for row in OpinionAttachment.objects.iterator(chunk_size=_AT_ONCE):
        if not default_storage.exists(row.path):
            wanted[row.public_id] = row
    back = 0
    if wanted and path.exists():
        with tarfile.open(path) as tar:
            for member in tar:
                back += _put_back(tar, member, wanted)
    _drop_strays()
    return back, len(wanted)


def _put_back(tar, member, wanted):
    try:
        public_id = uuid.UUID(hex=member.name)
    except ValueError:
        return 0
    row = wanted.get(public_id)
    if row is None or not member.isfile():
        return 0
    try:
        data = keys.open_file(public_id, tar.extractfile(member).read())
    except keys.KeyUnavailable:
        return 0
    default_storage.save(row.path, ContentFile(data))
    forget_hour(row.path, row.uploaded_on)
    del wanted[public_id]
    return 1


def _drop_strays():
    """Files without a row: of opinions that the restored database does not know, or that were
    erased again."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    for start in range(0, len(names), _AT_ONCE):
        paths = {f"{FOLDER}/{name}" for name in names[start : start + _AT_ONCE]}
        known = OpinionAttachment.objects.filter(path__in=paths).values_list("path", flat=True)
        for path in paths - set(known):
            default_storage.delete(path)


def _read(path):
    try:
        with default_storage.open(path) as file:
            return file.read()
    except FileNotFoundError:
        return None

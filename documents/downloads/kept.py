"""Files of editions are made once, by the first who asks, and kept in the storage.

The text of an edition never changes; where what stands around it does (title, symbol, circulation),
the file is made anew under another name. What is kept may be deleted at any time.
"""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from documents.downloads import pdf, word
from documents.downloads.sheet import describe, piece
from portal.common.locks import advisory_lock

MAKERS = {"docx": word.make, "pdf": pdf.make}


def open_file(edition, ending, *, address):
    """(open file, its tag) of a published edition; `ending` is a key of MAKERS.

    Args:
        edition: with `document`, its agency, and `official`.
        address: where the text is read, printed in the file.
    """
    sheet = describe(edition, address=address)
    tag = f"{edition.digest[:16]}-{sheet.fingerprint()}"
    name = f"van-kien/{edition.pk}/{tag}.{ending}"
    try:
        return default_storage.open(name), tag
    except FileNotFoundError:
        _make(edition, sheet, name, ending)
    return default_storage.open(name), tag


@transaction.atomic
def _make(edition, sheet, name, ending):
    # One at a time over all editions: each needs memory, and ten readers want the same file.
    advisory_lock("documents.downloads")
    if default_storage.exists(name):
        return
    pieces = [piece(block) for block in edition.blocks.order_by("pos").iterator(chunk_size=1000)]
    data = MAKERS[ending](sheet, pieces)
    folder = name.rpartition("/")[0]
    before = [f"{folder}/{old}" for old in _files(folder) if old.endswith(f".{ending}")]
    default_storage.save(name, ContentFile(data))
    for old in before:
        default_storage.delete(old)


def _files(folder):
    try:
        return default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return []

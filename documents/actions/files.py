"""Files of the original beside the text of an edition."""

import re
import zipfile
import zlib

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from documents.actions._common import lock, record, refuse_marking
from documents.actions._live import store
from documents.models import Edition, EditionFile
from documents.rules import EDITING_ROLES
from portal.agencies.rules import require
from portal.common.errors import Refused
from portal.common.text import clean, one_line
from portal.common.uploads import actions as uploads

MAX_FILES = 10
#: Of the parts of a Word or Excel file so much is read for a marking, whatever they say they hold.
_MOST_READ = 40_000_000
_PARTS = re.compile(r"word/(document|header\d*|footer\d*)\.xml|xl/sharedStrings\.xml")


@transaction.atomic
def add_file(*, actor, edition, file, title="", role=EditionFile.Role.ORIGINAL):
    """Keep a PDF, Word or Excel file beside an edition being written, byte for byte.

    Raises:
        Refused: "no_right", "not_editing", "too_many"; "same_file"; a secrecy marking in name,
            title or the text of a Word or Excel file; as `uploads.store_file`.
    """
    edition, acting = _being_written(actor, edition)
    if edition.files.count() >= MAX_FILES:
        raise Refused(_("Mỗi lần dự thảo kèm tối đa %d tệp.") % MAX_FILES, code="too_many")
    name = one_line(getattr(file, "name", "") or "")
    title = one_line(clean(title)) or name.rpartition(".")[0] or name
    refuse_marking(title, name, name.rpartition(".")[0].replace("_", " "))
    _refuse_marked_text(file)
    upload = uploads.store_file(file, actor=actor, agency=edition.document.agency_id)
    if edition.files.filter(upload__sha256=upload.sha256).exists():
        raise Refused(_("Tệp này đã được kèm."), code="same_file")
    last = edition.files.aggregate(last=Max("position"))["last"]
    found = EditionFile.objects.create(
        edition=edition,
        upload=upload,
        title=title[:200],
        role=role,
        position=0 if last is None else last + 1,
        added_by=actor,
    )
    edition.attached += 1
    store(edition, "attached")
    changes = {"file": [None, f"{found.title} ({upload.sha256})"]}
    record(acting, "add_edition_file", edition, edition.document, changes)
    return found


@transaction.atomic
def remove_file(*, actor, file):
    """Take a file away from an edition being written; the stored bytes stay with their audit row.

    Raises:
        Refused: "no_right", "not_editing".
    """
    edition, acting = _being_written(actor, file.edition)
    changes = {"file": [f"{file.title} ({file.upload.sha256})", None]}
    deleted, _rows = EditionFile.objects.filter(pk=file.pk).delete()
    if deleted:
        edition.attached -= 1
        store(edition, "attached")
        record(acting, "remove_edition_file", edition, edition.document, changes)


def _being_written(actor, edition):
    edition = lock(edition)
    acting = require(actor, EDITING_ROLES, edition.document.agency)
    if edition.state != Edition.State.EDITING:
        raise Refused(
            _("Chỉ thêm, bớt tệp được khi bản đang soạn; bản đã trình thì rút lại trước."),
            code="not_editing",
        )
    return edition, acting


def _refuse_marked_text(file):
    """Refuse a Word or Excel file whose text carries a marking; what is no such file passes."""
    file.seek(0)
    left = _MOST_READ
    try:
        with zipfile.ZipFile(file) as package:
            for part in package.infolist():
                if left > 0 and _PARTS.fullmatch(part.filename):
                    with package.open(part) as stream:
                        xml = stream.read(left)
                    left -= len(xml) + 1
                    lines = re.sub(r"</(?:w:p|si)>", "\n", xml.decode("utf-8", "replace"))
                    refuse_marking(re.sub(r"<[^<>]+>", "", lines))
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError):
        pass  # `store_file` says what the file is not
    finally:
        file.seek(0)

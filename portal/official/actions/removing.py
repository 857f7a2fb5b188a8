"""Taking a document out of the register: for 30 days it can come back."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.common import audit, clock
from portal.common.errors import Refused

from ..models import DocumentLink, OfficialDocument
from ..queries.desk import kept_elsewhere, users_of
from .register import home_of

#: So long a removed document waits in "Đã xóa".
KEPT_FOR = dt.timedelta(days=30)


@transaction.atomic
def remove_document(*, actor, document):
    """Put a document into "Đã xóa"; gone already is fine. Its own links and copies stay with it.

    Raises:
        Refused: "in_use" while another document, a plan or a draft leads to it, "elsewhere" for
            one that belongs to a plan.
    """
    current = OfficialDocument.objects.select_for_update().get(pk=document.pk)
    if current.removed_at is not None:
        return current
    sentence = kept_elsewhere([current.pk]).get(current.pk)
    if sentence:
        raise Refused(sentence, code="elsewhere")
    users = users_of(current)
    if users:
        raise Refused(
            _(
                "Chưa xóa được: văn bản đang được dùng ở %s. "
                "Có thể thôi công bố để người đọc không thấy."
            )
            % ", ".join(users),
            code="in_use",
        )
    _mark(actor, current, clock.now(), "remove_document")
    return current


@transaction.atomic
def restore_document(*, actor, document):
    """Bring a document back from "Đã xóa"; not there is fine.

    Raises:
        Refused: "duplicate" when its symbol was given to another one meanwhile.
    """
    current = OfficialDocument.objects.select_for_update().get(pk=document.pk)
    if current.removed_at is None:
        return current
    try:
        with transaction.atomic():
            _mark(actor, current, None, "restore_document")
    except IntegrityError as error:
        raise Refused(
            _("Trong sổ đã có văn bản khác mang số %s; hãy sửa văn bản đó thay vì khôi phục.")
            % current.symbol,
            code="duplicate",
        ) from error
    return current


def _mark(actor, document, at, verb):
    document.removed_at = at
    document.lock_version += 1
    document.save(update_fields=["removed_at", "lock_version"])
    audit.record(actor=actor, verb=verb, obj=document, agency=home_of(document))


@transaction.atomic
def purge_removed(*, now=None):
    """Forget for good what has been in "Đã xóa" for 30 days and nothing leads to.

    Returns how many documents. The bytes of a signed copy stay with the uploads.
    """
    now = now or clock.now()
    due = OfficialDocument.objects.filter(removed_at__lt=now - KEPT_FOR).select_for_update()
    gone = [document for document in due if not users_of(document)]
    ids = [document.pk for document in gone]
    DocumentLink.objects.filter(source__in=ids).delete()
    for document in gone:
        audit.record(actor=None, verb="purge_document", obj=document, agency=home_of(document))
        document.signed_copies.all().delete()
        document.delete()
    return len(gone)

"""Drafts in the register of official documents: callbacks of `portal.official.registry`."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import Edition
from documents.queries.reading import public_documents
from portal.official.rules import belongs_to


def edition_pages(documents, user):
    """{document id: (label, address)} of the drafts that `user` may read and that go out by these
    symbols."""
    editions = Edition.objects.filter(
        official__in=documents,
        state__in=[Edition.State.PUBLISHED, Edition.State.SUPERSEDED],
        document__in=public_documents(user).order_by().values("pk"),
    ).select_related("document")
    return {
        edition.official_id: (
            _("%(title)s, dự thảo lần %(n)d") % {"title": edition.document.title, "n": edition.n},
            reverse(
                "documents:edition", args=[edition.document_id, edition.document.slug, edition.n]
            ),
        )
        for edition in editions.order_by("n")
    }


def readable_documents(rows, user):
    """Of `rows` (OfficialDocument) those `user` may know of: the symbol of a draft that nobody may
    read yet, or only inside, is for the offices it belongs to."""
    carried = Edition.objects.filter(official=OuterRef("pk"))
    read = carried.exclude(state__in=Edition.UNPUBLISHED).filter(
        document__in=public_documents(user).order_by().values("pk")
    )
    return rows.filter(~Exists(carried) | Exists(read) | belongs_to(user))

"""What a form about one edition in one consultation goes by, read again by one small statement.

Sending an opinion is done thousands of times a minute against the same few rows. Each request asks
PostgreSQL which versions of them stand and builds the objects anew only where one has changed, so
that an early closing or a withdrawn edition counts from its commit on.
"""

import copy
import time
from dataclasses import dataclass, replace
from functools import lru_cache

from django.db import connection
from django.shortcuts import get_object_or_404

from documents.models import Block, Edition
from feedback.models import Consultation

#: What no version below tells of (names of agencies and groups) is read again after so many
#: seconds.
KEPT_SECONDS = 5

#: A version of a row: who wrote it and where it lies; within one transaction the place alone moves.
#: Subqueries, because planning one join of seven tables takes longer than everything else here.
_VERSIONS = """
    SELECT
        (SELECT ce.id FROM feedback_consultationedition ce
         WHERE ce.consultation_id = c.id AND ce.edition_id = %s),
        c.xmin, c.ctid, o.xmin, o.ctid, l.xmin, l.ctid,
        (SELECT (e.xmin, e.ctid, d.xmin, d.ctid)::text
         FROM documents_edition e, documents_document d
         WHERE e.id = %s AND d.id = e.document_id),
        (SELECT n.path FROM agencies_agencynode n WHERE n.agency_id = c.agency_id)
    FROM feedback_consultation c, campaigns_boundary o, campaigns_boundary l
    WHERE c.id = %s AND o.id = c.opens_id AND l.id = c.closes_id
"""


@dataclass(frozen=True)
class Standing:
    """One edition in one consultation.

    Attributes:
        consultation: with `agency`, `opens`, `closes` and `reading_level`; its own to change.
        edition: without its `source`, with `document` and the document's agency.
        asked_id: id of the ConsultationEdition.
        groups: the RespondentGroups to choose from.
        versions: says the same as long as nothing of it has changed.
    """

    consultation: Consultation
    edition: Edition
    asked_id: int
    groups: tuple
    versions: tuple

    def block(self, pos):
        """The Block at `pos` of the edition; Http404 where there is none."""
        return _block(self.edition.pk, pos, self.versions)


def standing(consultation_id, edition_id):
    """The Standing of now, whatever the state of the consultation; None where the edition is no
    part of it. 1 query as long as nothing changes."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, [edition_id, edition_id, consultation_id])
        versions = cursor.fetchone()
    if versions is None or versions[0] is None:
        return None
    window = int(time.monotonic() / KEPT_SECONDS)
    kept = _kept(consultation_id, edition_id, versions, window)
    # opening copies the ladder and notes it on the object: not on the one that others share
    return replace(kept, consultation=copy.copy(kept.consultation))


@lru_cache(maxsize=128)
def _kept(consultation_id, edition_id, versions, window):
    consultation = Consultation.objects.select_related(
        "agency__node", "opens", "closes", "reading_level"
    ).get(pk=consultation_id)
    edition = Edition.objects.select_related("document__agency").defer("source").get(pk=edition_id)
    return Standing(
        consultation=consultation,
        edition=edition,
        asked_id=versions[0],
        groups=tuple(consultation.groups.all()),
        versions=versions,
    )


@lru_cache(maxsize=2000)
def _block(edition_id, pos, versions):
    return get_object_or_404(Block, edition_id=edition_id, pos=pos)

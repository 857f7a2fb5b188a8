"""The register as a list: found by words, narrowed, put in order; what became of each document."""

from dataclasses import dataclass, field

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, F, OuterRef, Q

from portal.common import fulltext

from ..models import DOCUMENT_WORDS, DocumentLink, OfficialDocument, SignedCopy
from ..symbols import CONG_VAN, LEGAL, PARTY, STATE
from .register import visible_to

_KIND = DocumentLink.Kind
STATE_KINDS = (STATE, CONG_VAN, LEGAL)

#: How a list may be put in order, by the word in the address.
ORDERS = {
    "moi": (F("issued_on").desc(nulls_last=True), "-pk"),
    "cu": (F("issued_on").asc(nulls_last=True), "pk"),
    "thu-tu": (
        F("issuer__protocol_no").asc(nulls_last=True),
        F("issuer__sort_key").asc(nulls_last=True),
        "issuer_name",
        F("type__order").asc(nulls_last=True),
        F("issued_on").desc(nulls_last=True),
        "number",
        "pk",
    ),
}


def find(rows, raw, *, beginning=False):
    """Those of `rows` that hold every word of `raw` in symbol or abstract, marks or not.

    "135-KH/TU", "135" and "KH/TU" all find 135-KH/TU; 5-KH/TU and 05-KH/TU are one number.

    Args:
        beginning: the last word may be the beginning of one, for a search while somebody types.
    """
    asked = fulltext.asked(raw)
    if not asked:
        return rows.none() if raw.strip() else rows
    rows = rows.alias(document_words=DOCUMENT_WORDS)
    last = asked.tokens[-1]
    for token in asked.tokens:
        found = Q()
        for words in _spellings(token.words):
            parts = [f"'{word.replace(chr(39), '')}'" for word in words]
            if beginning and token is last:
                parts[-1] += ":*"
            query = SearchQuery(" <-> ".join(parts), config="simple", search_type="raw")
            found |= Q(document_words=query)
        rows = rows.filter(found)
    return rows


def _spellings(words):
    """Numbers below ten are written with a nought before them, or without."""
    first = words[0]
    if first.isascii() and first.isdecimal() and int(first) < 10:
        return [(str(int(first)), *words[1:]), (f"{int(first):02d}", *words[1:])]
    return [words]


def of_family(rows, family):
    """Papers of the Party ("party") or of the state ("state"), by symbol, else by type."""
    kinds = (PARTY,) if family == PARTY else STATE_KINDS
    unsaid = ~Q(kind__in=(PARTY, *STATE_KINDS))
    return rows.filter(Q(kind__in=kinds) | (unsaid & Q(type__family=family)))


def of_issuer(rows, raw):
    """Those whose issuer has all the words in the name on the paper or that of today."""
    asked = fulltext.asked(raw)
    if not asked:
        return rows
    named = fulltext.words_vector("issuer_name", "issuer__name")
    return rows.alias(issuer_words=named).filter(issuer_words=asked.query)


def in_force(rows, user, *, yes=True):
    """Those that no document `user` may see replaces (`yes` False: the others)."""
    links = DocumentLink.objects.filter(
        target=OuterRef("pk"),
        kind=_KIND.REPLACES,
        source__in=visible_to(user).order_by().values("pk"),
    )
    return rows.filter(~Exists(links) if yes else Exists(links))


@dataclass
class Standing:
    """What became of a document: the documents that replace it, those that amend it."""

    replaced_by: list = field(default_factory=list)
    amended_by: list = field(default_factory=list)

    @property
    def state(self):
        """replaced, amended or in_force."""
        if self.replaced_by:
            return "replaced"
        return "amended" if self.amended_by else "in_force"


def standings(documents, user):
    """{document id: Standing} as far as `user` may see what followed, oldest first. Two queries."""
    found = {document.pk: Standing() for document in documents}
    links = list(
        DocumentLink.objects.filter(
            target__in=found, kind__in=(_KIND.REPLACES, _KIND.AMENDS)
        ).values_list("kind", "source_id", "target_id")
    )
    sources = OfficialDocument.objects.filter(pk__in={source for _kind, source, _target in links})
    rows = visible_to(user, sources).select_related("issuer", "type")
    rows = {row.pk: row for row in rows.order_by(F("issued_on").asc(nulls_last=True), "pk")}
    place = {pk: n for n, pk in enumerate(rows)}
    for kind, source, target in sorted(links, key=lambda link: place.get(link[1], -1)):
        if source in rows:
            which = (
                found[target].replaced_by if kind == _KIND.REPLACES else found[target].amended_by
            )
            which.append(rows[source])
    return found


def with_files(documents):
    """Ids of those of `documents` that have a signed copy."""
    ids = [document.pk for document in documents]
    copies = SignedCopy.objects.filter(document__in=ids)
    return set(copies.order_by().values_list("document_id", flat=True))


def years(rows):
    """The years in which documents of `rows` were issued, newest first."""
    return [day.year for day in rows.order_by().dates("issued_on", "year", order="DESC")]

"""Reading the register: by symbol, with links, as chains."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Exists, F, OuterRef, Window
from django.db.models.functions import RowNumber

from ..models import DocumentLink, DocumentType, OfficialDocument, PaperApproval
from ..registry import approved, pages, visibility
from ..rules import open_to, watched_agencies
from ..symbols import UNKNOWN, parse_symbol


class AmbiguousSymbol(LookupError):
    """A symbol stands for several documents; `candidates` are they, newest first."""

    def __init__(self, symbol, candidates):
        super().__init__(f"{symbol}: {len(candidates)} documents")
        self.symbol = symbol
        self.candidates = candidates


def matching(symbol, *, issuer=None, issued_on=None):
    """Documents whose symbol reads the same however it was spelled, newest first.

    Args:
        issuer: an Agency or its id; documents of others are left out.
        issued_on: a date; documents of another known date are left out.
    """
    found = OfficialDocument.objects.filter(
        canonical=parse_symbol(symbol).canonical, removed_at=None
    )
    found = found.exclude(canonical="")
    if issuer is not None:
        found = found.filter(issuer=issuer)
    if issued_on is not None:
        found = found.filter(issued_on=issued_on)
    return found.select_related("issuer", "type").order_by("-issued_on", "-id")


def find_by_symbol(symbol, *, issuer=None, issued_on=None):
    """The one document with this symbol, None when there is none.

    Raises:
        AmbiguousSymbol: when issuer and date, as far as given, leave several.
    """
    found = list(matching(symbol, issuer=issuer, issued_on=issued_on)[:10])
    if len(found) > 1:
        raise AmbiguousSymbol(symbol, found)
    return found[0] if found else None


def document_type(abbreviation, family):
    """The DocumentType first meant by an abbreviation in `party` or `state` papers, or None."""
    return (
        DocumentType.objects.filter(family=family, abbreviation__iexact=abbreviation)
        .order_by("order")
        .first()
    )


def type_of(symbol):
    """The DocumentType a symbol says; None where it says none.

    91/2025/QH15 carries no abbreviation; acts of the National Assembly are laws unless the editor
    says otherwise, so nothing is guessed here.
    """
    parts = parse_symbol(symbol)
    if parts.kind == UNKNOWN or not parts.type:
        return None
    return document_type(parts.type, parts.family)


def visible_to(user, queryset=None):
    """Documents `user` may know of: public or of their offices, every registered filter applied."""
    found = OfficialDocument.objects.all() if queryset is None else queryset
    found = found.filter(open_to(user), removed_at=None)
    for _name, narrow in visibility:
        found = narrow(found, user)
    return found


def page_addresses(documents, user):
    """{document id: (label, address)} of pages behind these documents, from the upper apps."""
    addresses = {}
    for _name, find in pages:
        addresses.update(find(documents, user))
    return addresses


def current_copy(document):
    """The SignedCopy in force with its Upload, or None."""
    return document.signed_copies.select_related("upload").order_by("-n").first()


def paper_approvals(user):
    """PaperApprovals that `user` may see, newest first."""
    return (
        PaperApproval.objects.filter(agency__in=watched_agencies(user).order_by().values("pk"))
        .select_related("agency", "recorded_by", "scan")
        .order_by("-recorded_at", "-id")
    )


def approved_addresses(approvals, user):
    """{(subject_kind, subject_id): address} of what was approved, as far as `user` may see it."""
    kinds = defaultdict(list)
    for approval in approvals:
        kinds[approval.subject_kind].append(approval.subject_id)
    return {
        (kind, subject_id): address
        for kind, ids in kinds.items()
        if kind in approved
        for subject_id, address in approved[kind](ids, user).items()
    }


@dataclass
class LinkGroup:
    """Links of one kind in one direction, under the words a page shows."""

    kind: str
    outgoing: bool
    documents: list = field(default_factory=list)
    more: bool = False


#: So many documents of one kind are shown on a document's page; the others have a page of theirs.
MOST_LINKS = 20


def _incoming(document, user):
    """Links of other documents to `document` that `user` may see, each pair of documents once.

    A plan that carries another one out stands on it as well: said once, as carrying it out.
    """
    twice = DocumentLink.objects.filter(
        source=OuterRef("source"), target=document, kind=DocumentLink.Kind.IMPLEMENTS
    )
    return DocumentLink.objects.filter(
        target=document, source__in=visible_to(user).order_by().values("pk")
    ).exclude(Exists(twice), kind=DocumentLink.Kind.BASIS)


def links_of(document, user):
    """LinkGroups of a document that `user` may see: outgoing first, in the order of the text.

    Of those that lead here at most `MOST_LINKS` of a kind, the oldest first (`more` says that there
    are others). Three queries, however many there are.
    """
    links = list(DocumentLink.objects.filter(source=document).values_list("kind", "target_id"))
    numbered = _incoming(document, user).annotate(
        place=Window(
            RowNumber(),
            partition_by="kind",
            order_by=[F("source__issued_on").asc(nulls_last=True), "source_id"],
        )
    )
    backlinks = list(
        numbered.filter(place__lte=MOST_LINKS + 1)
        .order_by("kind", "place")
        .values_list("kind", "source_id")
    )
    ids = {pk for _kind, pk in [*links, *backlinks]}
    seen = visible_to(user, OfficialDocument.objects.filter(pk__in=ids))
    rows = seen.select_related("issuer", "type").in_bulk()
    groups = {}
    for outgoing, pairs in ((True, links), (False, backlinks)):
        for kind in DocumentLink.Kind.values:
            found = [rows[pk] for k, pk in pairs if k == kind and pk in rows]
            if found:
                more = not outgoing and len(found) > MOST_LINKS
                shown = found[:MOST_LINKS] if more else found
                groups[(outgoing, kind)] = LinkGroup(kind, outgoing, shown, more)
    return list(groups.values())


def linked_from(document, user, kind):
    """Documents that `user` may see and that lead here by links of one kind, oldest first."""
    links = _incoming(document, user).filter(kind=kind)
    return (
        OfficialDocument.objects.filter(pk__in=links.values("source_id"))
        .select_related("issuer", "type")
        .order_by(F("issued_on").asc(nulls_last=True), "pk")
    )


# Rows are as many as there are links within reach, times the depth: the same link found by many
# ways is one row, and a circle of different kinds of links ends with the depth.
_CHAIN = """
WITH RECURSIVE chain(source_id, target_id, kind, position, link_id, depth) AS (
    SELECT source_id, target_id, kind, position, id, 1
    FROM official_documentlink WHERE source_id = %(root)s AND kind = ANY(%(kinds)s)
  UNION
    SELECT l.source_id, l.target_id, l.kind, l.position, l.id, c.depth + 1
    FROM official_documentlink l JOIN chain c ON l.source_id = c.target_id
    WHERE l.kind = ANY(%(kinds)s) AND c.depth < %(depth)s AND l.target_id <> %(root)s
)
SELECT source_id, target_id, kind FROM chain
ORDER BY depth, kind = 'implements' DESC, position, link_id LIMIT %(most)s
"""
MOST_IN_CHAIN = 200


@dataclass
class ChainNode:
    """A document in the chain of what another stands on; `children` are its own bases.

    `kind` is the link by which the one above leads here, `url` the page of the thing behind the
    document (a plan) where there is one.
    """

    document: OfficialDocument
    children: list["ChainNode"] = field(default_factory=list)
    kind: str = ""
    url: str = ""


def basis_chain(document, user, *, kinds=("basis", "implements"), depth=6):
    """What a document stands on, and what that stands on: a list of ChainNode.

    A document that several others stand on appears once, under the first. Documents the user may
    not see are left out with what hangs below them only. A fixed number of queries.
    """
    values = {
        "root": document.pk,
        "kinds": list(kinds),
        "depth": depth,
        "most": MOST_IN_CHAIN,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, values)
        edges = cursor.fetchall()
    ids = {target for _source, target, _kind in edges}
    seen = visible_to(user, OfficialDocument.objects.filter(pk__in=ids))
    rows = seen.select_related("issuer", "type").in_bulk()
    addresses = page_addresses(list(rows.values()), user)
    found = {}
    roots = []
    for source, target, kind in edges:
        if target not in rows or target in found:
            continue
        if source == document.pk:
            siblings = roots
        elif source in found:
            siblings = found[source].children
        else:
            continue
        _label, url = addresses.get(target, ("", ""))
        found[target] = ChainNode(rows[target], kind=kind, url=url)
        siblings.append(found[target])
    return roots

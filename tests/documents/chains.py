"""Chains of editions with a lineage written by hand, for tests."""

from unittest.mock import patch

from django.utils import timezone

from documents import actions
from documents.models import BlockLink, Edition
from tests.documents.factories import make_document, office


class Chain:
    """One document whose editions are lists of paragraphs.

    `add` publishes the next edition; its links to the last one are those given and no others.
    """

    def __init__(self, first, **fields):
        self.agency, self.staff, self.approver = office()
        self.document = make_document(self.staff, self.agency, html=paragraphs(first), **fields)
        self.editions = []
        self._publish({})

    @classmethod
    def of(cls, document, staff, approver):
        """The chain of a document that has editions already."""
        chain = cls.__new__(cls)
        chain.agency, chain.staff, chain.approver = document.agency, staff, approver
        chain.document = document
        chain.editions = list(document.editions.order_by("n"))
        return chain

    def add(self, texts, links=(), *, published=True):
        """The next edition; links: (old index, new index[, kind[, state]]), "same" and certain."""
        actions.start_edition(actor=self.staff, document=self.document, html=paragraphs(texts))
        return self._publish(links, published=published)

    def _publish(self, links, *, published=True):
        edition = self.document.editions.get(state=Edition.State.EDITING)
        with patch("documents.lineage.propose", return_value=[]):
            edition = actions.submit(actor=self.staff, edition=edition)
        if self.editions:
            self._link(edition, links)
        if published:
            edition = actions.publish(actor=self.approver, edition=edition, confirmed=True)
        self.editions.append(edition)
        return edition

    def _link(self, edition, links):
        old, new = self.ids(-1), list(edition.blocks.order_by("pos").values_list("pk", flat=True))
        rows = []
        for source, target, kind, state in (
            (*link, *("same", "certain")[len(link) - 2 :]) for link in links
        ):
            decided = state in {"confirmed", "rejected"}
            rows.append(
                BlockLink(
                    source_id=old[source],
                    target_id=new[target],
                    kind=kind,
                    state=state,
                    score=1.0 if state == "certain" else 0.7,
                    confirmed_by=self.staff if decided else None,
                    confirmed_at=timezone.now() if decided else None,
                )
            )
        BlockLink.objects.bulk_create(rows)

    def ids(self, at):
        """Block ids of one edition, by its place in the chain."""
        blocks = self.editions[at].blocks.order_by("pos")
        return list(blocks.values_list("pk", flat=True))


def paragraphs(texts):
    """The working text of a list of paragraphs."""
    return "".join(f"<p>{text}</p>" for text in texts)

"""The blocks of an edition that is submitted, and the lineage to the edition before it."""

from django.db import connection
from django.utils.translation import gettext as _

from documents import blocks as cutting
from documents import lineage
from documents.actions import _decisions as decisions
from documents.actions import notes
from documents.models import Block, BlockLink
from documents.queries.lineage import before
from portal.common.errors import Refused

MAX_BLOCKS = cutting.MAX_BLOCKS


def store_blocks(edition):
    """Cut the working text into rows, and propose what became of the blocks of the last edition.

    Sets `paragraphs` and `words` of the edition, unsaved. Returns the drafts.

    Raises:
        Refused: "empty", "long".
    """
    drafts = cutting.cut(edition.source)
    if not drafts:
        raise Refused(_("Văn bản chưa có nội dung."), code="empty")
    if len(drafts) > MAX_BLOCKS:
        raise Refused(
            _("Văn bản dài quá %d đoạn; hãy tách thành nhiều văn kiện.") % MAX_BLOCKS, code="long"
        )
    rows = Block.objects.bulk_create(rows_of(edition, drafts), batch_size=1000)
    edition.paragraphs = max((row.para_no or 0 for row in rows), default=0)
    edition.words = sum(len(row.plain.split()) for row in rows)
    _propose(edition, rows)
    notes.attach(edition, rows)
    return drafts


def rows_of(edition, drafts):
    """Unsaved Blocks of an edition, numbered as readers will see them."""
    rows, para_no = [], 0
    for pos, draft in enumerate(drafts, start=1):
        numbered = draft.kind == Block.Kind.PARAGRAPH
        para_no += numbered
        rows.append(
            Block(
                edition=edition,
                pos=pos,
                kind=draft.kind,
                level=draft.level,
                number=draft.number,
                para_no=para_no if numbered else None,
                align=draft.align,
                indent=draft.indent,
                html=draft.html,
                plain=draft.plain,
            )
        )
    return rows


def _propose(edition, rows):
    last = before(edition)
    if last is None:
        return
    old = list(last.blocks.order_by("pos"))
    kept = decisions.take_over(edition, old, rows)
    found = lineage.propose(old, rows, confirmed=kept.confirmed, rejected=kept.rejected)
    links = [
        BlockLink(
            source=old[link.source],
            target=rows[link.target],
            kind=link.kind,
            score=link.score,
            state=link.state,
            doubts=list(link.doubts),
        )
        for link in found
    ]
    BlockLink.objects.bulk_create(links + kept.links, batch_size=1000)
    kept.store_alone(found)


def drop_blocks(edition):
    """Take the rows of an edition away that goes back to its writers; what a person decided about
    its lineage is kept for the next time it is submitted."""
    decisions.keep(edition)
    notes.detach(edition)
    BlockLink.objects.filter(target__edition=edition).delete()
    edition.blocks.all().delete()


# A source has links to one later edition only, so its other links are of the same step.
_INHERIT = """
UPDATE documents_block b SET key = s.key
FROM documents_blocklink l JOIN documents_block s ON s.id = l.source_id
WHERE l.target_id = b.id AND b.edition_id = %(edition)s AND l.state = ANY(%(standing)s)
  AND NOT EXISTS (
    SELECT 1 FROM documents_blocklink o WHERE o.id <> l.id AND o.state = ANY(%(standing)s)
      AND (o.target_id = l.target_id OR o.source_id = l.source_id)
  )
"""


def inherit_keys(edition):
    """Give the blocks that descend one to one by a link that stands the keys they had before."""
    with connection.cursor() as cursor:
        cursor.execute(
            _INHERIT, {"edition": edition.pk, "standing": [str(s) for s in BlockLink.STANDING]}
        )

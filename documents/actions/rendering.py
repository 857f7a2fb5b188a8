"""Rendering the text of an edition for readers and storing it."""

from django.db import transaction
from django.urls import reverse

from documents import rendering
from documents.models import EditionPart, EditionText
from portal.common import pagecache
from portal.common.locks import advisory_lock
from portal.common.richtext import picture_ids
from portal.common.uploads.models import Upload


@transaction.atomic
def render_text(edition, anew=False):
    """The EditionText of an edition that was published; made where there is none of this renderer.

    The text itself never changes, so this writes no audit row; two requests that find it missing
    make it once.
    """
    advisory_lock(f"documents.text.{edition.pk}")
    stored = EditionText.objects.filter(edition=edition, version=rendering.VERSION).first()
    if stored is not None and not anew:
        return stored
    blocks = list(edition.blocks.order_by("pos"))
    text = rendering.render(blocks, base=address_of(edition), sizes=picture_sizes(blocks))
    stored, _made = EditionText.objects.update_or_create(
        edition=edition,
        defaults={
            "version": rendering.VERSION,
            "digest": text.digest,
            "contents": rendering.compress(text.contents),
            "outline": [part.outline for part in text.parts],
        },
    )
    stored.parts.all().delete()
    EditionPart.objects.bulk_create(
        EditionPart(
            text=stored,
            n=part.n,
            first_pos=part.first_pos,
            last_pos=part.last_pos,
            title=part.title,
            html=rendering.compress(part.html),
            size=part.size,
        )
        for part in text.parts
    )
    pagecache.changed()
    return stored


def address_of(edition):
    """The address of an edition in the reading room; parts and blocks have theirs below it."""
    document = edition.document
    return reverse("documents:edition", args=[document.pk, document.slug, edition.n])


def picture_sizes(blocks):
    """{id: (name, width, height)} of the pictures in a text. 1 query, none without pictures."""
    ids = set().union(*(picture_ids(block.html) for block in blocks))
    if not ids:
        return {}
    rows = Upload.objects.filter(pk__in=ids, kind=Upload.Kind.IMAGE)
    return {str(row.pk): (row.file.name, row.width, row.height) for row in rows}

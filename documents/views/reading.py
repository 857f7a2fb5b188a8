"""The reading room: the stored text of an edition part by part, and ways to places in it.

The text is rendered once (`actions.render_text`); a page puts around it what depends on the reader
and the day. Without scripts the parts are pages; with them `reading.js` fetches `part_text`.
"""

import gzip
import json

from django.http import Http404, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.utils.safestring import mark_safe

from documents import actions, queries, rendering
from documents.models import Document
from documents.registry import companion_for, margins_for
from documents.views._fetch import (
    gone_of,
    of_edition,
    read_url,
    readable_document,
    stored_text,
    withdrawn,
)
from portal.common import clock, fulltext, pagecache
from portal.common.limits import limited
from portal.common.pagecache.stored import accepts_gzip
from portal.common.paging import paginate

#: So long a browser shows a public part without asking; a text may be withdrawn or narrowed.
_KEPT = 24 * 3600


# The text


@pagecache.public_page()
def document(request, pk, slug):
    """The live edition of a document; the last readable one where none is live."""
    found = readable_document(request.user, pk)
    editions = queries.readable_editions(found)
    if not editions:
        return withdrawn(request, gone_of(found))
    if slug != found.slug:
        return redirect("documents:document", pk=found.pk, slug=found.slug, permanent=True)
    editions[0].document = found
    return _room(request, editions[0], 1, editions)


@pagecache.public_page()
@of_edition
def edition(request, edition):
    """One edition of a document by its number: its first part."""
    return _room(request, edition, 1, edition.beside)


@pagecache.public_page()
@of_edition
def part(request, edition, k):
    """A later part of an edition, as a page."""
    if k == 1:
        return redirect(actions.address_of(edition), permanent=True)
    return _room(request, edition, k, edition.beside)


@of_edition
def part_text(request, edition, k, version):
    """The stored bytes of one part, for the script; the address names exactly these bytes.

    A browser keeps a public text for a day and no other one (`documents.middleware`), so that who
    has no right to read it any more, or comes next to the same computer, is not shown it; later it
    asks, and gets a 304 while the text may be read. No proxy keeps it.
    """
    text = stored_text(edition, k)
    if text.part_html is None:
        raise Http404
    if version != text.digest:
        names = {"pk": edition.document_id, "slug": edition.document.slug, "n": edition.n, "k": k}
        return redirect("documents:part_text", **names, version=text.digest)
    public = edition.document.circulation == Document.Circulation.PUBLIC
    compressed = accepts_gzip(request.headers.get("Accept-Encoding", ""))
    tag = f'"{text.digest}-{k}{"-gz" if compressed else ""}"'
    headers = {
        "Cache-Control": f"private, max-age={_KEPT}" if public else "private, no-cache",
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "X-Robots-Tag": "noindex",
    }
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers=headers)
    body = bytes(text.part_html)
    if compressed:
        headers["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    return HttpResponse(body, content_type="text/html; charset=utf-8", headers=headers)


def _room(request, edition, k, editions):
    text = stored_text(edition, k)
    if text.part_html is None:
        raise Http404
    document = edition.document
    companion = companion_for(edition, request.user, clock.now())
    base = actions.address_of(edition)
    outline = text.outline
    html = gzip.decompress(text.part_html).decode()
    first, last = outline[k - 1][:2]
    if companion is not None:
        asked = {p: q for p, q in companion.questions.items() if p and first <= p <= last}
        for pos, questions in asked.items():
            html = _put_question(html, pos, questions)
    return render(
        request,
        "documents/room.html",
        {
            "document": document,
            "edition": edition,
            "editions": editions,
            "companion": companion,
            "contents": mark_safe(gzip.decompress(text.contents).decode()),  # noqa: S308
            "text": mark_safe(html),  # noqa: S308
            "part": k,
            "part_title": outline[k - 1][5],
            "parts": len(outline),
            "outline": json.dumps([row[:5] for row in outline], separators=(",", ":")),
            "version": text.digest,
            "base": base,
            "canonical": rendering.part_address(base, k),
            "before": _beside(base, outline, k - 1),
            "after": _beside(base, outline, k + 1),
            "is_public": document.circulation == Document.Circulation.PUBLIC,
        },
    )


def _beside(base, outline, n):
    if not 1 <= n <= len(outline):
        return None
    return {"url": rendering.part_address(base, n), "title": outline[n - 1][5]}


def _put_question(html, pos, questions):
    """The guiding questions below the heading (above the passage) they are asked of."""
    at = html.find(f'data-pos="{pos}"')
    if at < 0:
        return html
    start = html.rfind("<div", 0, at)
    if "block--heading" in html[start:at]:
        following = html.find("\n<div class=", at)
        start = len(html) if following < 0 else following
    words = render_to_string("documents/_guide.html", {"pos": pos, "questions": questions})
    return f"{html[:start]}\n{words}{html[start:]}"


# Ways to a place


@of_edition
def jump(request, edition):
    """To a paragraph or a heading by its number: `?so=55`, `?so=II.3`."""
    typed = request.GET.get("so", "").strip()[:40]
    found = queries.block_by_number(edition, typed) if typed else None
    if found is not None:
        found.edition = edition
        return redirect(read_url(found))
    context = {"typed": typed, **_frame(edition)}
    return render(request, "documents/jump.html", context, status=404 if typed else 200)


@of_edition
def say(request, edition, pos):
    """From a passage to the form of the consultation that is open now, whichever it is."""
    block = edition.blocks.filter(pos=pos).only("pos", "para_no").first()
    if block is None:
        raise Http404
    companion = companion_for(edition, request.user, clock.now())
    if companion is None or not companion.say_url:
        block.edition = edition
        return redirect(read_url(block))
    query = {"doan": pos}
    if request.GET.get("trich"):
        query["trich"] = request.GET["trich"]
    return redirect(f"{companion.say_url}?{urlencode(query)}")


@limited("find", per_address=600, methods=("GET",))
@of_edition
def find(request, edition):
    """What is found in the text, as a page."""
    asked, found = _found(request, edition)
    page = paginate(request, found.hits, per_page=20)
    base = actions.address_of(edition)
    rows = [(f"{rendering.part_address(base, hit.part)}#{hit.anchor}", hit) for hit in page]
    context = {"asked": asked, "page": page, "rows": rows, "more": found.more, **_frame(edition)}
    return render(request, "documents/find.html", context)


@limited("find", per_address=600, methods=("GET",))
@of_edition
def find_hits(request, edition):
    """The same for the script, in reading order: [pos, part] of each hit, the folded words."""
    asked, found = _found(request, edition)
    hits = sorted([hit.pos, hit.part] for hit in found.hits)
    return JsonResponse({"hits": hits, "more": found.more, "words": list(asked.words)})


def _found(request, edition):
    asked = fulltext.asked(request.GET.get("q", ""))
    if not asked:
        return asked, queries.Found([], False)
    return asked, queries.search_text(edition, asked, stored_text(edition).outline)


@pagecache.public_page()
@of_edition
def margins(request, edition):
    """Counts and guiding questions of all passages, by the pos of their block."""
    found = margins_for(edition, request.user, clock.now())
    pos = dict(
        edition.blocks.filter(pk__in=[*found.counts, *found.contents]).values_list("pk", "pos")
    )
    return JsonResponse(
        {
            "counts": {pos[pk]: words for pk, words in found.counts.items() if pk in pos},
            "contents": {pos[pk]: words for pk, words in found.contents.items() if pk in pos},
            "questions": {
                p: [{"text": q.text, "url": q.url} for q in questions]
                for p, questions in found.questions.items()
                if p
            },
        }
    )


def _frame(edition):
    """What the small pages around the text show of it."""
    return {"edition": edition, "document": edition.document, "base": actions.address_of(edition)}

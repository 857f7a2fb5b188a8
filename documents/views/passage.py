"""The page of one passage: to quote, to share, and its way through the editions."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from documents import queries
from documents.registry import companion_for, notes_below
from documents.views._fetch import of_edition, read_url
from portal.common import clock, pagecache
from portal.common.addresses import absolute
from portal.common.diff import word_diff
from portal.common.display import date_vi
from portal.common.sharing import sharing

_CHANGED = frozenset({"edited", "split", "merged", "regrouped"})


@pagecache.public_page()
@require_safe
@of_edition
def block(request, edition, pos):
    """One block of a published edition, large, with its place and its history."""
    document = edition.document
    found = get_object_or_404(edition.blocks, pos=pos)
    found.edition = edition
    steps = queries.history(found)
    address = reverse("documents:block", args=[document.pk, document.slug, edition.n, pos])
    title = _("%(label)s, %(title)s, dự thảo lần %(n)s") % {
        "label": found.label,
        "title": document.title,
        "n": edition.n,
    }
    before, after = queries.neighbours(found)
    return render(
        request,
        "documents/passage.html",
        {
            "document": document,
            "edition": edition,
            "passage": found,
            "title": title,
            "read_url": read_url(found),
            "path": queries.heading_path(found),
            "before": before,
            "after": after,
            "history": [_told(step) for step in steps],
            "newest": _newest(edition, steps),
            "companion": companion_for(edition, request.user, clock.now()),
            "notes": notes_below(found, request.user, clock.now()),
            "canonical": absolute(address),
            "citation": _citation(found, absolute(address)),
            "share": sharing(title, absolute(address)),
            "description": Truncator(found.plain).chars(200),
        },
    )


def _newest(chosen, steps):
    """The last step, where it lies behind the edition that is read; else None."""
    last = steps[-1] if steps else None
    return last if last is not None and last.edition.n > chosen.n else None


def _told(step):
    return {
        "step": step,
        "words": _words(step),
        "diff": word_diff(_text(step.old), _text(step.new), smooth=True)
        if step.kind in _CHANGED
        else [],
    }


def _text(blocks):
    return "\n".join(f"{b.number} {b.plain}".strip() for b in blocks)


def _words(step):
    many = len(step.new)
    return {
        "first": lambda: _("Có từ lần này"),
        "new": lambda: _("Thêm mới ở lần này"),
        "unsettled": lambda: _("Có ở lần này; nguồn gốc từ lần trước đang đối chiếu"),
        "same": lambda: _("Giữ nguyên"),
        "moved": lambda: _("Giữ nguyên lời văn, chuyển chỗ"),
        "edited": lambda: _("Sửa và chuyển chỗ") if step.moved else _("Sửa"),
        "split": lambda: (
            ngettext("Tách thành %(many)s đoạn", "Tách thành %(many)s đoạn", many) % {"many": many}
        ),
        "merged": lambda: _("Gộp từ %(many)s đoạn của lần trước") % {"many": len(step.old)},
        "regrouped": lambda: (
            _("%(old)s đoạn của lần trước được chia lại thành %(new)s đoạn")
            % {"old": len(step.old), "new": many}
        ),
        "gone": lambda: _("Đoạn này không còn ở lần %(n)s") % {"n": step.edition.n},
        "unclear": lambda: (
            _("Đang đối chiếu: chưa xác định đoạn này ở lần %(n)s") % {"n": step.edition.n}
        ),
    }[step.kind]()


def _citation(block, address):
    """Words for a footnote of somebody else's text."""
    document, edition = block.edition.document, block.edition
    return _("%(label)s, %(title)s, dự thảo lần %(n)s, %(agency)s, công bố %(on)s, %(address)s") % {
        "label": block.label,
        "title": document.title,
        "n": edition.n,
        "agency": document.agency.name,
        "on": date_vi(clock.local(edition.published_at)),
        "address": address,
    }

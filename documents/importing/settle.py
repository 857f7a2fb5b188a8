"""The last gate: every block through the sanitiser and `cut`, as if it had been saved."""

import re
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from documents.blocks import cut, to_html
from documents.secrecy import find_marking
from portal.common.errors import Refused
from portal.common.richtext import sanitize

from .result import ImportResult, LegacyRun, TrackedChange

_REF = re.compile(r'src="import:(\d+)"')


def result_of(found, pictures, notes, lines, limits):
    """The ImportResult of [(BlockDraft or None, Extras)].

    Args:
        lines: further words to be looked at for secrecy markings.

    Raises:
        Refused: "secret", "empty", "long".
    """
    refuse_marking("\n".join(lines))
    blocks, changes, legacy, waiting = [], [], [], []
    for draft, extras in found:
        settled = _settled(draft) if draft is not None else []
        waiting.append(extras)
        if settled:
            at = len(blocks)
            for taken in waiting:
                _tell(taken, at, changes, legacy)
            waiting = []
            blocks += settled
    for taken in waiting:
        _tell(taken, max(0, len(blocks) - 1), changes, legacy)
    if not blocks:
        raise Refused(_("Tệp không có nội dung nào đọc được."), code="empty")
    if len(blocks) > limits.blocks:
        raise Refused(
            _("Văn bản dài quá %d đoạn; hãy tách thành nhiều văn kiện.") % limits.blocks,
            code="long",
        )
    refuse_marking("\n".join(f"{block.number} {block.plain}" for block in blocks))
    text = "\n".join(block.html for block in blocks if "<img" in block.html)
    used = {f"import:{n}" for n in re.findall(_REF, text)}
    kept = {ref: picture for ref, picture in pictures.items() if ref in used}
    return ImportResult(blocks, kept, changes, legacy, notes.sentences())


def refuse_marking(words):
    """Raise Refused where words carry a secrecy marking."""
    marking = find_marking(words)
    if marking:
        raise Refused(
            _(
                "Văn bản có dấu độ mật “%s”. Cổng không tiếp nhận văn bản thuộc bí mật nhà nước; "
                "chưa có gì được lưu."
            )
            % marking,
            code="secret",
        )


def _settled(draft):
    html = _REF.sub(lambda m: f'src="{_address(int(m[1]))}"', to_html([draft]))
    back = re.compile(re.escape(f"{settings.MEDIA_URL}anh/0000/00/") + r"([0-9a-f-]{36})\.png")
    return [
        replace(block, html=back.sub(lambda m: f"import:{UUID(m[1]).int}", block.html))
        if draft.kind in {"figure", "table"}
        else block
        for block in cut(sanitize(html))
    ]


def _address(n):
    """An address like those of the portal, so that the sanitiser lets the picture through."""
    return f"{settings.MEDIA_URL}anh/0000/00/{UUID(int=n)}.png"


def _tell(extras, at, changes, legacy):
    changes += [
        TrackedChange(at, change.kind, change.author, change.on, " ".join(change.text.split()))
        for change in extras.changes
    ]
    legacy += [LegacyRun(at, font, before, after) for font, before, after in extras.legacy]

"""Correcting a staged text block by block, many at once, and taking corrections back.

A correction of one block names what the person saw of it (`restructuring.seen`): it is refused when
that block reads otherwise by now, whatever else changed. What concerns the whole text (undo, many
at once) names the `lock_version`.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from documents import restructuring as shapes
from documents.actions._blocks import MAX_BLOCKS
from documents.actions._common import refuse_marking
from documents.actions.imports._common import check_version, locked
from documents.models import ImportPicture, TextImport
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.text import clean

#: Corrections that can be taken back.
MOST_STEPS = 20
KINDS = ("heading", "paragraph", "footnote")


@dataclass
class Done:
    """What a correction did: the row, and the ids of the blocks that are new, changed or gone.

    `after` is the id of the block that stood before the first of them, None at the beginning.
    """

    text_import: TextImport
    after: int | None = None
    now: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


@transaction.atomic
def correct(
    *, actor, text_import, block, seen, verb, text="", number="", kind="", level=0, now=None
):
    """Correct one block.

    Args:
        block: its id. seen: `restructuring.seen` of the block as the person had it before them.
        verb: "up" or "down" (a level), "kind" (with `kind` and `level`), "rewrite" (with `text`,
            `number`, `kind`, `level`; each line becomes a block), "join" (to the one before),
            "delete".

    Raises:
        StaleVersion: the block was changed or removed meanwhile.
        Refused: "whole" (a table or figure), "first" (nothing before it), "kind", "verb", "long",
            "secret".
    """
    found, _acting = locked(actor, text_import)
    at = _place(found, block, seen)
    old = found.blocks[at]
    first, count = at, 1
    try:
        if verb in ("up", "down"):
            new = shapes.moved(old, -1 if verb == "up" else 1)
        elif verb == "kind":
            new = shapes.as_kind(old, kind, level)
        elif verb == "rewrite":
            new = _rewritten(old, text, number, kind, level)
        elif verb == "join":
            if at == 0:
                raise Refused(_("Đây là đoạn đầu, không có đoạn trước để ghép."), code="first")
            first, count = at - 1, 2
            new = shapes.joined(found.blocks[at - 1], old)
        elif verb == "delete":
            new = []
        else:
            raise Refused(_("Không có cách sửa này."), code="verb")
    except ValueError as error:
        raise Refused(
            _("Bảng và hình giữ nguyên: không ghép, không đổi thành đề mục hay đoạn."),
            code="whole",
        ) from error
    return _replace(found, first, count, new, verb, now)


def _rewritten(old, text, number, kind, level):
    if old["kind"] in shapes.WHOLE:
        raise ValueError("whole")
    kind = kind or old["kind"]
    if kind not in KINDS:
        raise Refused(_("Không có loại đoạn này."), code="kind")
    refuse_marking(text)
    return shapes.rewritten(old, text=text, number=number, kind=kind, level=level)


@transaction.atomic
def shape_into(*, actor, text_import, key, kind, level, expected_version, now=None):
    """Make every paragraph of one shape (`Shape.key`) a heading of a level, or a paragraph.

    Raises:
        StaleVersion. Refused: "none" (no such paragraphs any more), "kind".
    """
    found, _acting = locked(actor, text_import)
    check_version(found, expected_version)
    if kind not in KINDS:
        raise Refused(_("Không có loại đoạn này."), code="kind")
    places = next(
        (places for its, places in shapes.groups(found.blocks, fewest=1) if its.key == key), None
    )
    if not places:
        raise Refused(_("Không còn đoạn nào trông như vậy."), code="none")
    back, ids = [], []
    for at in places:
        old = found.blocks[at]
        new = shapes.as_kind(old, kind, level)
        if len(new) != 1:
            continue
        back.append([at, old])
        ids.append(old["id"])
        found.blocks[at] = {**new[0], "id": old["id"]}
    _remember(found, {"each": back, "what": "batch", "count": len(back)})
    _store(found, "batch", now, count=len(back))
    return Done(found, now=ids)


@transaction.atomic
def bring_back(*, actor, text_import, change, expected_version, now=None):
    """Put the words of a tracked deletion back, as a paragraph of their own before its block.

    Args:
        change: its place in `changes`.

    Raises:
        StaleVersion. Refused: "no_change", "not_deleted", "done".
    """
    found, _acting = locked(actor, text_import)
    check_version(found, expected_version)
    row = _row(found.changes, change)
    if row["kind"] != "delete" or not row["text"].strip():
        raise Refused(_("Thay đổi này không có chữ bị xóa để lấy lại."), code="not_deleted")
    if row.get("kept"):
        raise Refused(_("Chữ này đã được lấy lại."), code="done")
    at = _index(found, row["block"])
    at = len(found.blocks) if at is None else at
    words = " ".join(clean(row["text"]).split())
    new = shapes.as_dict([shapes.of_text(words)])
    flag = {"flag": ["changes", change]}
    return _replace(found, at, 0, new, "bring_back", now, extra=flag)


@transaction.atomic
def keep_as_it_was(*, actor, text_import, run, expected_version, now=None):
    """Leave the words of an old font as they stood in the file, where they still read as converted.

    Raises:
        StaleVersion. Refused: "no_change", "done", "changed" (the words were corrected meanwhile).
    """
    found, _acting = locked(actor, text_import)
    check_version(found, expected_version)
    row = _row(found.legacy, run)
    if row.get("kept"):
        raise Refused(_("Đoạn này đang giữ như cũ."), code="done")
    at = _index(found, row["block"])
    old = found.blocks[at] if at is not None else None
    after, before = " ".join(row["after"].split()), " ".join(clean(row["before"]).split())
    text = shapes.shown_text(old) if old else ""
    if not after or old["kind"] in shapes.WHOLE or after not in text:
        raise Refused(
            _("Chữ ở đây đã được sửa nên không trả về như cũ được; hãy sửa ngay trong đoạn."),
            code="changed",
        )
    new = shapes.rewritten(old, text=text.replace(after, before, 1), number=old["number"])
    return _replace(found, at, 1, new, "keep_legacy", now, extra={"flag": ["legacy", run]})


@transaction.atomic
def undo(*, actor, text_import, expected_version, now=None):
    """Take the last correction back.

    Raises:
        StaleVersion. Refused: "nothing".
    """
    found, _acting = locked(actor, text_import)
    check_version(found, expected_version)
    if not found.steps:
        raise Refused(_("Không còn bước nào để hoàn tác."), code="nothing")
    step = found.steps.pop()
    done = Done(found)
    if "each" in step:
        for at, old in step["each"]:
            found.blocks[at] = old
            done.now.append(old["id"])
    else:
        at, count = step["at"], step["count_new"]
        done.gone = [block["id"] for block in found.blocks[at : at + count]]
        found.blocks[at : at + count] = step["old"]
        done.now = [block["id"] for block in step["old"]]
        done.after = found.blocks[at - 1]["id"] if at else None
    if "flag" in step:
        name, place = step["flag"]
        getattr(found, name)[place].pop("kept", None)
    _store(found, "undo", now)
    return done


@transaction.atomic
def describe_picture(*, actor, text_import, picture, alt, now=None):
    """Say what a picture shows, for people who do not see it.

    Raises:
        Refused: "alt" (empty), "alt_long", "gone".
    """
    found, _acting = locked(actor, text_import)
    row = ImportPicture.objects.filter(text_import=found, pk=picture).first()
    if row is None:
        raise Refused(_("Ảnh này không còn trong bản nhập."), code="gone")
    alt = " ".join(clean(alt).split())
    if not alt:
        raise Refused(_("Hãy nêu điều thấy trong ảnh."), code="alt")
    if len(alt) > 300:
        raise Refused(_("Chữ thay thế dài quá 300 ký tự."), code="alt_long")
    refuse_marking(alt)
    row.alt = alt
    row.save(update_fields=["alt"])
    found.changed_at = now or clock.now()
    found.save(update_fields=["changed_at"])
    return row


# --- shared ---------------------------------------------------------------------------------------


def _index(found, block_id):
    return next((i for i, block in enumerate(found.blocks) if block["id"] == block_id), None)


def _place(found, block_id, seen):
    at = _index(found, block_id)
    if at is None or shapes.seen(found.blocks[at]) != seen:
        raise StaleVersion(
            _(
                "Đoạn này đã được sửa ở thẻ khác của trình duyệt. Chưa làm gì; trang đang hiện bản "
                "mới nhất, hãy xem rồi làm lại."
            ),
            current=found,
        )
    return at


def _row(rows, place):
    if not 0 <= place < len(rows):
        raise Refused(_("Không có mục này trong bản nhập."), code="no_change")
    return rows[place]


def _replace(found, at, count, new, verb, now, extra=None):
    """Put `new` in place of `count` blocks from `at`; the first keeps the id of the first."""
    old = found.blocks[at : at + count]
    if len(found.blocks) - len(old) + len(new) > MAX_BLOCKS:
        raise Refused(_("Văn bản dài quá %d đoạn.") % MAX_BLOCKS, code="long")
    for place, block in enumerate(new):
        if place == 0 and old:
            block["id"] = old[0]["id"]
        else:
            block["id"], found.next_id = found.next_id, found.next_id + 1
    found.blocks[at : at + count] = new
    step = {"at": at, "count_new": len(new), "old": old, "what": verb, **(extra or {})}
    if "flag" in step:
        name, place = step["flag"]
        getattr(found, name)[place]["kept"] = True
    _remember(found, step)
    _store(found, verb, now)
    ids = [block["id"] for block in new]
    return Done(
        found,
        after=found.blocks[at - 1]["id"] if at else None,
        now=ids,
        gone=[block["id"] for block in old if block["id"] not in ids],
    )


def _remember(found, step):
    found.steps = [*found.steps, step][-MOST_STEPS:]


def _store(found, verb, now, count=1):
    found.corrections[verb] = found.corrections.get(verb, 0) + count
    found.lock_version += 1
    found.changed_at = now or clock.now()
    found.save(
        update_fields=[
            "blocks", "next_id", "steps", "changes", "legacy", "corrections", "lock_version",
            "changed_at",
        ]
    )  # fmt: skip

"""What the pages of a staged text show."""

import re
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from documents import pictures as places
from documents import restructuring as shapes
from documents.models import TextImport

PER_PAGE = 200
_CAPTION = re.compile(r"^(?:hình|ảnh|biểu đồ|sơ đồ|bản đồ|biểu)\b", re.IGNORECASE)
_FIGCAPTION = re.compile(r"<figcaption[^>]*>(.*?)</figcaption>", re.S)
_TAG = re.compile(r"<[^<>]*>")


def import_of(edition, user):
    """What `user` staged for an edition, without its blocks; or None. 1 query."""
    rows = TextImport.objects.filter(edition=edition, made_by=user)
    return rows.defer("blocks", "steps", "changes", "legacy", "replaced").first()


@dataclass(frozen=True)
class Row:
    """One block as the preview shows it."""

    block: dict
    index: int
    html: str
    seen: str
    changes: int
    legacy: int

    def __getattr__(self, name):
        return self.block[name]

    @property
    def whole(self):
        return self.block["kind"] in shapes.WHOLE

    @property
    def key(self):
        """Names the block, and what was seen of it, in a form."""
        return f"{self.block['id']}.{self.seen}"


def rows(found, start=0, stop=None):
    """[Row] of a stretch of the staged text."""
    changed, old = _per_block(found.changes), _per_block(found.legacy)
    out = []
    for index, block in enumerate(found.blocks[start:stop], start=start):
        out.append(
            Row(
                block=block,
                index=index,
                html=_shown(found, block["html"]),
                seen=shapes.seen(block),
                changes=changed.get(block["id"], 0),
                legacy=old.get(block["id"], 0),
            )
        )
    return out


def rows_by_id(found, ids):
    """[Row] of some blocks in the order of the text; ids that are gone are left out."""
    wanted = set(ids)
    places_ = [i for i, block in enumerate(found.blocks) if block["id"] in wanted]
    return [rows(found, i, i + 1)[0] for i in places_]


def _per_block(rows_):
    counts = {}
    for row in rows_:
        counts[row["block"]] = counts.get(row["block"], 0) + 1
    return counts


def _shown(found, html):
    """A block's html with the private addresses of the pictures that wait."""

    def change(attributes):
        waiting = places.waiting(f'src="{attributes.get("src", "")}"')
        if not waiting:
            return attributes
        address = reverse(
            "documents:import_picture",
            args=[found.edition.document_id, found.edition.n, found.pk, waiting[0]],
        )
        return {**attributes, "src": address, "loading": "lazy"}

    return places.changed(html, change)


@dataclass(frozen=True)
class OutlineItem:
    """One heading in the outline, with the page of the preview it stands on."""

    id: int
    level: int
    number: str
    text: str
    page: int


def outline(found, per_page=PER_PAGE):
    """The headings of the whole staged text."""
    return [
        OutlineItem(
            block["id"], block["level"], block["number"], block["plain"], at // per_page + 1
        )
        for at, block in enumerate(found.blocks)
        if block["kind"] == "heading"
    ]


def counts(found):
    """{kind: how many}."""
    out = {}
    for block in found.blocks:
        out[block["kind"]] = out.get(block["kind"], 0) + 1
    return out


def page_of(found, block_id, per_page=PER_PAGE):
    """The page of the preview a block stands on; 1 when it is gone."""
    for at, block in enumerate(found.blocks):
        if block["id"] == block_id:
            return at // per_page + 1
    return 1


@dataclass(frozen=True)
class Lookalikes:
    """Paragraphs of one shape that may be headings."""

    key: str
    words: str
    count: int
    level: int
    samples: list[str]
    first: int


def lookalikes(found, only=None, most=8):
    """[Lookalikes] of the whole text, those that look most like headings first.

    Args:
        only: a block; then just the group it belongs to.
    """
    out = []
    wanted = shapes.shape(only) if only else None
    if only and wanted is None:
        return []
    for its, at in shapes.groups(found.blocks):
        if wanted is not None and its != wanted:
            continue
        samples = [_short(found.blocks[i]) for i in at[:3]]
        first = found.blocks[at[0]]["id"]
        out.append(Lookalikes(its.key, _words(its), len(at), its.level, samples, first))
    out.sort(key=lambda group: (group.level, -group.count))
    return out[:most]


def _short(block):
    text = f"{block['number']} {block['plain']}".strip()
    return text if len(text) <= 70 else text[:70].rsplit(" ", 1)[0] + "…"


def _words(its):
    words = [_("số kiểu “%s”") % its.numbered] if its.numbered else []
    for holds, word in (
        (its.bold, _("chữ đậm")),
        (its.italic, _("chữ nghiêng")),
        (its.capitals, _("chữ hoa")),
        (its.align == "center", _("căn giữa")),
        (its.align == "right", _("căn phải")),
    ):
        if holds:
            words.append(word)
    return ", ".join(words)


@dataclass(frozen=True)
class WaitingPicture:
    """A picture of the staged text with what it may be called."""

    picture: object
    block: int
    proposed: str


def pictures(found):
    """[WaitingPicture] of the pictures that still stand in the text, in order. 1 query."""
    known = {str(p.upload_id): p for p in found.pictures.select_related("upload")}
    out = []
    for at, block in enumerate(found.blocks):
        if "<img" not in block["html"]:
            continue
        for pk in places.waiting(block["html"]):
            if pk in known:
                picture = known.pop(pk)
                proposed = picture.alt or _caption(found.blocks, at)
                out.append(WaitingPicture(picture, block["id"], proposed))
    return out


def _caption(blocks, at):
    inside = _FIGCAPTION.search(blocks[at]["html"])
    if inside:
        return " ".join(_TAG.sub("", inside[1]).split())[:300]
    for near in (at + 1, at - 1):
        if 0 <= near < len(blocks):
            text = f"{blocks[near]['number']} {blocks[near]['plain']}".strip()
            if _CAPTION.match(text) and len(text) <= 300:
                return text
    return ""


#: The last correction in words, beside the button that takes it back.
def last_step(found):
    """What undoing would take back; "" when there is nothing."""
    if not found.steps:
        return ""
    step = found.steps[-1]
    words = {
        "up": _("lên một cấp"),
        "down": _("xuống một cấp"),
        "kind": _("đổi loại đoạn"),
        "rewrite": _("sửa chữ"),
        "join": _("ghép với đoạn trên"),
        "delete": _("xóa đoạn"),
        "bring_back": _("lấy lại chữ đã xóa"),
        "keep_legacy": _("giữ chữ như cũ"),
    }
    if step["what"] == "batch":
        return _("đổi %d đoạn giống nhau") % step["count"]
    return words.get(step["what"], "")


@dataclass(frozen=True)
class Against:
    """The staged text against the text that stands in the edition."""

    same: int
    gone: list[str]
    new: list[str]


def against(found, blocks):
    """Which paragraphs of the edition's text would go and which come.

    Args:
        blocks: the cut working text of the edition.
    """
    old = [f"{b.number} {b.plain}".strip() for b in blocks]
    new = [f"{b['number']} {b['plain']}".strip() for b in found.blocks]
    have, want = _counted(new), _counted(old)
    gone, come = [], []
    for text in old:
        if have.get(text):
            have[text] -= 1
        else:
            gone.append(text)
    for text in new:
        if want.get(text):
            want[text] -= 1
        else:
            come.append(text)
    return Against(len(old) - len(gone), gone, come)


def _counted(texts):
    out = {}
    for text in texts:
        out[text] = out.get(text, 0) + 1
    return out

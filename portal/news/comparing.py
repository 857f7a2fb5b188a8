"""What differs between two texts of an article, word by word, for people to read.

Pure: the two texts come as `Text.text()` gives them, with what goes with them.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.common import richtext
from portal.common.diff import diff_html
from portal.news.models import Article, ArticleItem

ITEMS = "items"

#: The order in which an article is read.
_ORDER = (
    *("title", "lead", "body", "cover", "cover_alt", "cover_caption", "cover_credit"),
    *("byline", "source", "genre", "section", "series", "microsite", "phase", "tags"),
)
_LABELS = {"cover_alt": gettext_lazy("Chữ thay thế của ảnh đại diện")}


@dataclass(frozen=True)
class Change:
    """One part of the text that reads differently.

    Attributes:
        name: a name of `Text.TEXT_FIELDS`, or `ITEMS`.
        old, new: both texts as people read them.
        note: what a reader of the words alone would miss; "" if nothing.
        old_pictures, new_pictures: [(address, alt)] of pictures that went and came.
    """

    name: str
    label: str
    old: str
    new: str
    note: str = ""
    old_pictures: list = field(default_factory=list)
    new_pictures: list = field(default_factory=list)

    @cached_property
    def html(self):
        """From old to new, with <del> and <ins>; "" where no word differs."""
        return diff_html(self.old, self.new) if self.old != self.new else ""


def changes(old, new, *, old_items=(), new_items=()):
    """[Change] from one text to another, in the order of reading; empty when they are alike.

    Args:
        old, new: {field: value} of `Text.TEXT_FIELDS`; a field missing from either is not compared.
        old_items, new_items: ArticleItem rows, or what the verbs take for them.
    """
    found = []
    for name in _ORDER:
        if name not in old or name not in new or old[name] == new[name]:
            continue
        label = str(_LABELS.get(name) or Article._meta.get_field(name).verbose_name)
        if name == "body":
            found.append(_body(label, old[name], new[name]))
        elif name == "cover":
            found.append(_cover(label, old[name], new[name]))
        else:
            found.append(Change(name, label, _words(old[name]), _words(new[name])))
    before, after = [_item(i) for i in old_items], [_item(i) for i in new_items]
    if before != after:
        found.append(_items(before, after))
    return found


def _words(value):
    if value is None:
        return ""
    return ", ".join(value) if isinstance(value, list) else str(value)


def _body(label, old, new):
    was, now = readable(old), readable(new)
    gone, came = _pictures(old, new), _pictures(new, old)
    note = ""
    if was == now and not gone and not came:
        note = _("Chữ giữ nguyên, chỉ khác cách trình bày (đậm, nghiêng, căn lề, tiêu đề mục…).")
    return Change("body", label, was, now, note, gone, came)


def _pictures(html, without):
    kept = {p["src"] for p in richtext.pictures(without)}
    rows = richtext.pictures(html)
    return [(p["src"], p.get("alt", "")) for p in rows if p["src"] not in kept]


def _cover(label, old, new):
    def picture(upload):
        return [(upload.small_url, upload.original_name)] if upload is not None else []

    return Change("cover", label, "", "", "", picture(old), picture(new))


def _item(item):
    """(what it is, its line for people): two items are alike when both are."""
    kind = str(ArticleItem.Kind(item.kind).label)
    name = item.title or getattr(item.upload, "original_name", "")
    source = f"{item.provider}: {item.ref}" if item.provider else ""
    # In this order the line reads "Ảnh: hoi-truong.jpg | alt | caption | credit".
    parts = dict.fromkeys(p for p in (name, source, item.alt, item.caption, item.credit) if p)
    return getattr(item.upload, "pk", None), f"{kind}: {' | '.join(parts)}"


def _items(before, after):
    was, now = (
        "\n".join(line for _pk, line in before),
        "\n".join(line for _pk, line in after),
    )
    note = _("Một tệp được thay bằng tệp khác có cùng tên.") if was == now else ""
    return Change(ITEMS, _("Ảnh, tệp và video kèm bài"), was, now, note)


class _Readable(HTMLParser):
    """As `richtext.plain`, with what a link leads to and what a picture shows."""

    _BLOCKS = frozenset({
        "p", "h2", "h3", "h4", "li", "blockquote", "figure", "figcaption", "div", "table",
        "caption", "tr", "ul", "ol", "hr", "br",
    })  # fmt: skip

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts, self.links = [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in self._BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" | ")
        elif tag == "a":
            self.links.append(given.get("href") or "")
        elif tag == "img":
            alt = given.get("alt") or ""
            self.parts.append("\n[{}]\n".format(_("Ảnh: %(alt)s") % {"alt": alt}))

    def handle_endtag(self, tag):
        if tag in self._BLOCKS:
            self.parts.append("\n")
        elif tag == "a" and self.links:
            address = self.links.pop()
            if address:
                self.parts.append(f" ({address})")

    def handle_data(self, data):
        self.parts.append(data.replace("\n", " "))


def readable(html):
    """Sanitised HTML as lines of text, with alternative texts and the addresses of links."""
    parser = _Readable()
    parser.feed(html or "")
    parser.close()
    lines = (" ".join(line.split()).strip("| ") for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)
